//! A small DCS-BIOS that is hosted, from the view of panels, with the stand-in sim on the other side.

use std::fs;

use dcs_master_tests::client::Client;
use dcs_master_tests::hosted::HostedChain;
use dcs_master_tests::panel::sender;
use dcs_master_tests::rig::{Rig, output_text};
use dcs_master_tests::small_bios::{GLIDER, SmallModule};

/// Returns a module for the aircraft of the same name.
const fn own_module<'a>(name: &'a &'a str, body: &'a str) -> SmallModule<'a> {
    SmallModule {
        name,
        base: 0x1000,
        aircraft: std::slice::from_ref(name),
        body,
    }
}

#[test]
fn modules_serve_their_aircraft() {
    let mut chain = HostedChain::new(&[
        own_module(&"Glider", GLIDER),
        own_module(&"Kite", "M:number(1, function() return 1 end)"),
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
    let mut chain = HostedChain::new(&[own_module(&"Glider", GLIDER)]);
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
    let mut chain = HostedChain::new(&[
        own_module(&"Hostile", hostile),
        own_module(&"Endless", endless),
    ]);
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
    fs::create_dir_all(rig.saved_games().join("Scripts")).expect("a Saved Games folder");
    let output = rig
        .serve_command()
        .args(["--dcs-bios-host", &rig.saved_games().to_string_lossy()])
        .output();
    let text = output_text(&output.expect("the server starts"));
    assert!(text.contains("no folder Scripts/DCS-BIOS"), "{text}");
}
