//! A small DCS-BIOS that is hosted, from the view of panels, with the stand-in sim on the other side.

use std::fs;
use std::net::UdpSocket;
use std::path::Path;

use dcs_master_tests::TIMEOUT;
use dcs_master_tests::client::Client;
use dcs_master_tests::panel::sender;
use dcs_master_tests::process::Process;
use dcs_master_tests::rig::{Rig, output_text};
use dcs_master_tests::sim::Sim;
use dcs_master_tests::stream::Words;

/// The files of the small DCS-BIOS, without its aircraft.
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
        "lib/modules/memory_map/StringAllocation.lua",
        include_str!("../../dcs-bios-host/tests/bios/StringAllocation.lua"),
    ),
    (
        "lib/modules/common_modules/MetadataStart.lua",
        include_str!("../../dcs-bios-host/tests/bios/MetadataStart.lua"),
    ),
];

const GLIDER: &str = include_str!("../../dcs-bios-host/tests/bios/glider.lua");

/// Writes the small DCS-BIOS with aircraft that have these definitions.
fn write_bios(folder: &Path, aircraft: &[(&str, &str)]) {
    for (name, text) in FILES {
        write(&folder.join(name), text);
    }
    let mut list = String::new();
    for (name, body) in aircraft {
        let text = format!(
            "module(\"{name}\", package.seeall)
            local Module = require(\"Scripts.DCS-BIOS.lib.modules.Module\")
            local M = Module:new(\"{name}\", 0x1000, {{ \"{name}\" }})
            {body}
            do return M end"
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

/// A server that hosts the small DCS-BIOS, with a listener for its datagrams.
struct Chain {
    sim: Sim,
    server: Process,
    datagrams: UdpSocket,
    words: Words,
    port: u16,
    rig: Rig,
}

impl Chain {
    fn new(aircraft: &[(&str, &str)]) -> Self {
        let rig = Rig::bare();
        rig.install();
        let folder = rig.saved_games().join("Scripts/DCS-BIOS");
        write_bios(&folder, aircraft);
        let mut sim = rig.sim();
        sim.tell(&["mission start", "wire 2 3001 7"]);
        let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        datagrams
            .set_read_timeout(Some(TIMEOUT))
            .expect("a bound socket");
        let address = datagrams.local_addr().expect("a bound socket").to_string();
        let server = rig.serve(&[
            "--dcs-bios-host",
            &rig.saved_games().to_string_lossy(),
            "--dcs-bios-export",
            &address,
            "--dcs-bios-import",
            "127.0.0.1:0",
        ]);
        let (_, line) = server.wait_for(0, "DCS-BIOS panels: UDP and TCP on 127.0.0.1:");
        let port = line.rsplit(':').next().and_then(|port| port.parse().ok());
        server.wait_for(0, "DCS-BIOS: its modules for");
        Self {
            sim,
            server,
            datagrams,
            words: Words::default(),
            port: port.expect("the log names the port"),
            rig,
        }
    }

    /// Reads datagrams until a word has this value.
    fn wait_for(&mut self, address: u16, value: u16) {
        let mut bytes = [0; 2048];
        while self.words.all.get(&address) != Some(&value) {
            let length = self.datagrams.recv(&mut bytes).expect("an update");
            self.words.feed(&bytes[..length]);
        }
    }

    fn end(mut self) {
        self.sim.assert_harmless();
        self.server.interrupt();
        assert!(self.server.wait().success());
    }
}

#[test]
fn modules_serve_their_aircraft() {
    let mut chain = Chain::new(&[
        ("Glider", GLIDER),
        ("Kite", "M:number(1, function() return 1 end)"),
    ]);
    chain.sim.tell(&["arg 7 0.5", "aircraft Glider"]);
    chain.wait_for(0x1000, 32_767);
    assert_eq!(chain.words.text(0, 8).as_deref(), Some("Glider\0 "));

    let panel = sender(chain.port);
    panel.send(b"GEAR 1\nRUDDER 1\n").expect("UDP sends");
    chain.sim.action(0, "2 3001 1");
    chain.wait_for(0x1000, 65_535);
    chain.server.wait_for(
        0,
        "a panel sent \"RUDDER\": the modules of DCS-BIOS for Glider",
    );

    chain.sim.tell(&["aircraft Kite"]);
    chain.wait_for(0x1000, 1);
    chain.sim.tell(&["aircraft none"]);
    chain.wait_for(0, u16::from_le_bytes([0, b' ']));
    chain.end();
}

#[test]
fn modules_read_and_do_everything_that_is_served() {
    let mut chain = Chain::new(&[("Glider", GLIDER)]);
    chain
        .sim
        .tell(&["draw 11 1", "frequency 20 127500000", "params PAGE:4"]);
    chain
        .sim
        .tell(&["figure LoGetAltitude 1200", "indicator 3 ABC"]);
    chain.sim.tell(&["arg 7 1", "aircraft Glider"]);
    for (address, value) in [
        (0x1000, 65_535),
        (0x1002, 65_535),
        (0x1004, 1275),
        (0x1006, 1200),
        (0x1008, 4),
        (0x100A, u16::from_le_bytes(*b"AB")),
        (0x100C, u16::from_le_bytes(*b"C ")),
    ] {
        chain.wait_for(address, value);
    }
    // The first update already had them: nobody has seen values of inputs that were not there yet.
    assert_eq!(chain.words.seen(0x1002), [65_535]);
    assert_eq!(chain.words.seen(0x1006), [1200]);

    let panel = sender(chain.port);
    panel.send(b"RADIO 251\nSIM 1\n").expect("UDP sends");
    let sim = chain.sim.process();
    let (at, _) = sim.wait_for(0, "call set_frequency 20 251000000");
    let (at, _) = sim.wait_for(at, "call LoSetCommand 68");
    sim.wait_for(at, "call LoSetCommand 2004 -0.5");
    chain.wait_for(0x1004, 2510);
    chain
        .sim
        .tell(&["draw 11 0", "indicator 3 nil", "params PAGE:7"]);
    chain.wait_for(0x1002, 0);
    chain.wait_for(0x100A, u16::from_le_bytes(*b"  "));
    chain.wait_for(0x1008, 7);
    chain.end();
}

#[test]
fn a_hostile_module_costs_its_own_values_only() {
    let hostile = "M:defineGauge(7)
    M:number(65535, function() while true do end end)
    M:number(65535, function() local t = {} while true do t[#t + 1] = {} end end)
    M:number(65535, function() string.format = nil return 1 end)
    M:number(65535, function() return os.time() end)
    M:defineGauge(8)";
    // One of Lua's own functions that no limit reaches: it runs for longer than anybody waits.
    let endless = "M:number(65535, function()
        return (string.rep('a', 40) .. 'c'):find(string.rep('a*', 40) .. 'b')
    end)";
    let mut chain = Chain::new(&[("Hostile", hostile), ("Endless", endless)]);
    chain.sim.tell(&["arg 7 1", "arg 8 1", "aircraft Hostile"]);
    chain.wait_for(0x1000, 65_535);
    chain.wait_for(0x100A, 65_535);
    for problem in ["instruction limit", "belongs to the host", "'os'"] {
        chain.server.wait_for(0, problem);
    }
    chain.sim.tell(&["arg 8 0"]);
    chain.wait_for(0x100A, 0);

    chain.sim.tell(&["aircraft Endless"]);
    chain
        .server
        .wait_for(0, "a module has run for more than a second");
    chain
        .server
        .wait_for(0, "All aircraft are served from tables meanwhile");
    // All else goes on, and the program ends at once.
    let mut client = Client::connect(chain.rig.port);
    client.say("2 8 1");
    client.line_with("2 1 ");
    chain.end();
}

#[test]
fn a_folder_without_dcs_bios_is_refused() {
    let rig = Rig::bare();
    let output = rig
        .serve_command()
        .args(["--dcs-bios-host", &rig.saved_games().to_string_lossy()])
        .output();
    let text = output_text(&output.expect("the server starts"));
    assert!(text.contains("it has no BIOS.lua"), "{text}");
}
