//! A small DCS-BIOS of our own, to be run in the stand-in sim and to be hosted.

use std::fs;
use std::path::Path;

/// The files of the small DCS-BIOS, without its aircraft. Those of the last three are replaced where it
/// is hosted.
const FILES: &[(&str, &str)] = &[
    (
        "BIOS.lua",
        include_str!("../../dcs-bios-host/tests/bios/BIOS.lua"),
    ),
    (
        "lib/modules/Module.lua",
        include_str!("../../dcs-bios-host/tests/bios/Module.lua"),
    ),
    (
        "lib/modules/memory_map/MemoryAllocation.lua",
        include_str!("../../dcs-bios-host/tests/bios/MemoryAllocation.lua"),
    ),
    (
        "lib/modules/memory_map/StringAllocation.lua",
        include_str!("../../dcs-bios-host/tests/bios/StringAllocation.lua"),
    ),
    (
        "lib/modules/common_modules/MetadataStart.lua",
        include_str!("../../dcs-bios-host/tests/bios/MetadataStart.lua"),
    ),
    (
        "lib/BIOSStateMachine.lua",
        include_str!("../standin/bios/BIOSStateMachine.lua"),
    ),
    ("lib/ConnectionManager.lua", INERT),
    ("lib/io/TCPServer.lua", INERT),
];

const INERT: &str = include_str!("../standin/bios/inert.lua");

/// Definitions of an aircraft that reads one input of each kind.
pub const GLIDER: &str = include_str!("../../dcs-bios-host/tests/bios/glider.lua");

/// The line of Export.lua that runs the small DCS-BIOS in the sim.
pub const EXPORT_LINE: &str = "dofile(lfs.writedir() .. [[Scripts/DCS-BIOS/BIOS.lua]])\n";

/// A module of the small DCS-BIOS.
#[derive(Debug, Clone, Copy)]
pub struct SmallModule<'a> {
    /// Its name.
    pub name: &'a str,
    /// The address of its first word.
    pub base: u16,
    /// The aircraft that it is for.
    pub aircraft: &'a [&'a str],
    /// Its definitions; `M` is the module.
    pub body: &'a str,
}

/// Writes the small DCS-BIOS with these modules, in the order in which they are exported.
///
/// # Panics
/// When a file cannot be written.
pub fn write_bios(folder: &Path, modules: &[SmallModule]) {
    for (name, text) in FILES {
        write(&folder.join(name), text);
    }
    let mut list = String::new();
    for module in modules {
        let name = module.name;
        let aircraft: Vec<String> = module
            .aircraft
            .iter()
            .map(|it| format!("\"{it}\""))
            .collect();
        let text = format!(
            "module(\"{name}\", package.seeall)
            local Module = require(\"Scripts.DCS-BIOS.lib.modules.Module\")
            local M = Module:new(\"{name}\", {}, {{ {} }})
            {}
            do return M end",
            module.base,
            aircraft.join(", "),
            module.body
        );
        write(
            &folder.join(format!("lib/modules/aircraft_modules/{name}.lua")),
            &text,
        );
        list += &format!("require(\"Scripts.DCS-BIOS.lib.modules.aircraft_modules.{name}\"),\n");
    }
    let start = FILES[0].1.replace("-- MODULES", &list);
    write(&folder.join("BIOS.lua"), &start);
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder in the rig");
    fs::write(path, text).expect("a file in it");
}
