//! Folders of a small DCS-BIOS.

use std::fs;
use std::path::{Path, PathBuf};

use dcs_bios_host::{Host, HostError, Limits};
use tempfile::TempDir;

/// Definitions of an aircraft that reads one input of each kind.
pub(crate) const MODULE: &str = include_str!("../bios/glider.lua");

/// The files of the small DCS-BIOS.
const FILES: &[(&str, &str)] = &[
    ("BIOS.lua", include_str!("../bios/BIOS.lua")),
    ("lib/modules/Module.lua", include_str!("../bios/Module.lua")),
    (
        "lib/modules/memory_map/MemoryAllocation.lua",
        include_str!("../bios/MemoryAllocation.lua"),
    ),
    (
        "lib/modules/memory_map/StringAllocation.lua",
        include_str!("../bios/StringAllocation.lua"),
    ),
    (
        "lib/modules/common_modules/MetadataStart.lua",
        include_str!("../bios/MetadataStart.lua"),
    ),
];

/// A folder with a small DCS-BIOS.
pub(crate) struct Bios {
    folder: TempDir,
    modules: Vec<String>,
}

impl Bios {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("lib/modules/aircraft_modules")).unwrap();
        let bios = Self {
            folder,
            modules: Vec::new(),
        };
        FILES.iter().for_each(|(name, text)| bios.file(name, text));
        bios
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds a module whose definitions are `body`; `M` is the module.
    pub(crate) fn module(self, name: &str, body: &str) -> Self {
        let text = format!(
            "module(\"{name}\", package.seeall)
            local Module = require(\"Scripts.DCS-BIOS.lib.modules.Module\")
            local M = Module:new(\"{name}\", 0x1000, {{ \"{name}\" }})
            {body}
            do return M end"
        );
        self.file(&format!("lib/modules/aircraft_modules/{name}.lua"), &text);
        self.listed(name)
    }

    /// Makes BIOS.lua require an aircraft's module.
    pub(crate) fn listed(mut self, name: &str) -> Self {
        self.modules.push(name.to_string());
        let list: Vec<String> = self
            .modules
            .iter()
            .map(|name| {
                format!("require(\"Scripts.DCS-BIOS.lib.modules.aircraft_modules.{name}\"),")
            })
            .collect();
        let text = FILES[0].1.replace("-- MODULES", &list.join("\n"));
        self.file("BIOS.lua", &text);
        self
    }

    pub(crate) fn try_load(&self) -> Result<Host, HostError> {
        let limits = Limits {
            memory: 32 << 20,
            load_instructions: 20_000_000,
            step_instructions: 2_000_000,
            ..Limits::default()
        };
        Host::load(self.folder.path(), limits)
    }

    pub(crate) fn load(&self) -> Host {
        self.try_load().unwrap()
    }
}
