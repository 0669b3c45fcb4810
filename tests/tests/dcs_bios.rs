//! The DCS-BIOS gateway from the view of a panel, with the stand-in sim on one side and UDP
//! multicast over loopback on the other.

use std::collections::HashSet;
use std::fs;
use std::net::UdpSocket;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use dcs_master_tests::panel::{Panel, sender};
use dcs_master_tests::process::Process;
use dcs_master_tests::rig::{Rig, output_text, run};
use dcs_master_tests::sim::Sim;
use serde_json::Value;

const GAUGES: &str = r#"[
    {"name": "Altimeter", "arg_number": 104, "input": [0, 10000], "output": [0, 1]},
    {"name": "Flaps", "arg_number": 38, "input": [0, 40], "output": [0, 1]}
]"#;

const CONTROLS: &str = r#"[
    {"name": "GEAR", "device": {"number": 2}, "actions": [
        {"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1]}]},
    {"name": "FLAP-LEVER", "device": {"number": 2}, "actions": [
        {"command": {"number": 3002}, "arg": 38, "kind": "switch", "values": [0, 0.5, 1]}]}
]"#;

/// A server that is connected to a panel, and a sim that is ready to fly the Trainer.
struct Chain {
    rig: Rig,
    sim: Sim,
    server: Process,
    panel: Panel,
    import: u16,
}

impl Chain {
    fn new() -> Self {
        let rig = Rig::bare();
        rig.install();
        let folder = rig.defs().join("Trainer");
        fs::create_dir_all(&folder).expect("a folder in the rig");
        fs::write(folder.join("gauges.json"), GAUGES).expect("a file in it");
        fs::write(folder.join("controls.json"), CONTROLS).expect("a file in it");
        let mut sim = rig.sim();
        sim.tell(&[
            "mission start",
            "wire 2 3001 8",
            "wire 2 3002 38",
            "show 6 page A",
        ]);
        sim.tell(&["arg 104 0.25", "arg 38 0", "arg 8 0"]);
        let panel = Panel::join();
        let server = rig.serve(&arguments(&panel.address(), "127.0.0.1:0"));
        let (_, line) = server.wait_for(0, "DCS-BIOS import: listening on 127.0.0.1:");
        let import = line.rsplit(':').next().and_then(|port| port.parse().ok());
        let import = import.expect("the log names the port");
        Self {
            rig,
            sim,
            server,
            panel,
            import,
        }
    }

    /// Flies the Trainer and returns the lines that the panel receives.
    fn fly(&mut self) -> Vec<String> {
        self.sim.tell(&["aircraft Trainer"]);
        self.panel
            .wait_for(&["SYNC I", STATE[0], STATE[1], STATE[2], STATE[3]])
    }
}

/// The full state of the Trainer at the start of the chain.
const STATE: [&str; 4] = [
    "AIRCRAFT Trainer",
    "ALTIMETER 2500.0",
    "FLAPS 0.0",
    "PAGE A",
];

fn arguments<'a>(export: &'a str, import: &'a str) -> [&'a str; 9] {
    [
        "--bios",
        "--bios-export",
        export,
        "--bios-import",
        import,
        "--bios-precision",
        "1",
        "--bios-indicator",
        "6:page:PAGE",
    ]
}

fn send(panel: &UdpSocket, bytes: &[u8]) {
    panel.send(bytes).expect("UDP sends");
}

#[test]
fn a_panel_receives_values_and_operates_controls() {
    let mut chain = Chain::new();
    chain.panel.wait_for(&["AIRCRAFT NONE"]);
    let received = chain.fly();
    assert_eq!(received[..2], ["AIRCRAFT Trainer", "SYNC I"]);
    assert_eq!(received.len(), 5, "a line was sent twice: {received:?}");
    chain
        .sim
        .tell(&["show 6 page FUEL 80\\nOIL OK", "arg 104 0.5"]);
    chain
        .panel
        .wait_for(&["PAGEb\x0eFUEL 80", "OIL OK", "ALTIMETER 5000.0"]);

    let panel = sender(chain.import);
    send(&panel, b"GEAR 1\nFLAP_LEVER INC\nFLAP_LEVER I");
    send(&panel, b"NC\nGEAR TOGGLE\n");
    let mut from = 0;
    for action in ["2 3001 1", "2 3002 0.5", "2 3002 1", "2 3001 0"] {
        (from, _) = chain.sim.action(from, action);
    }
    chain.panel.wait_for(&["FLAPS 40.0"]);
    chain.sim.assert_harmless();

    chain.server.interrupt();
    assert!(chain.server.wait().success());
    chain
        .server
        .wait_for(0, "0 not understood, 0 too fast, 0 damaged");
}

#[test]
fn many_requests_for_the_full_state_get_few_answers() {
    let mut chain = Chain::new();
    chain.fly();
    let panels = [sender(chain.import), sender(chain.import)];
    let start = Instant::now();
    for panel in panels.iter().cycle().take(100) {
        send(panel, b"SYNC E\n");
    }
    assert_eq!(chain.panel.wait_for(&STATE), STATE);
    send(&panels[0], b"FLAP_LEVER 1\n");
    chain.sim.action(0, "2 3002 1");
    send(&panels[1], b"SYNC E\n");
    chain
        .panel
        .wait_for(&["FLAPS 40.0", STATE[0], STATE[1], STATE[3]]);
    chain.server.interrupt();
    let (_, line) = chain.server.wait_for(0, " full states");
    let pauses = start.elapsed().as_millis() / 250;
    let words: Vec<&str> = line.split(' ').collect();
    let at = words.iter().position(|word| *word == "full");
    let answers: u128 = at.map_or("", |at| words[at - 1]).parse().expect("a count");
    assert!((2..=pauses + 1).contains(&answers), "{line}");
}

#[test]
fn another_mission_sends_the_aircraft_again() {
    let mut chain = Chain::new();
    chain.fly();
    chain.sim.tell(&["mission stop"]);
    chain.panel.wait_for(&["AIRCRAFT NONE"]);
    chain.sim.tell(&["mission start", "show 6 page A"]);
    assert_eq!(chain.fly()[..2], ["AIRCRAFT Trainer", "SYNC I"]);
}

#[test]
fn an_arg_that_a_client_watches_too_is_read_once() {
    let mut chain = Chain::new();
    chain.fly();
    let mut client = chain.rig.client_in("Trainer");
    client.say("5");
    let before = client.line();
    assert_eq!(args_read(&before), "3", "{before}");
    client.say("2 Altimeter 1 0 20");
    client.expect("2 1 0.25000 2500");
    client.say("5");
    assert_eq!(args_read(&client.line()), "3");
}

/// Returns the number of args that the sim reads for the server, the third number in the answer to
/// command 5.
fn args_read(statistics: &str) -> &str {
    statistics.split(' ').nth(3).expect("a number of args")
}

#[test]
fn a_flood_delays_nobody() {
    let mut chain = Chain::new();
    chain.fly();
    let mut client = chain.rig.client_in("Trainer");
    client.say("2 Altimeter 1 0 20");
    client.expect("2 1 0.25000 2500");
    let import = chain.import;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let nonsense = [0xff, b'A', b'b', 200, b'\n'].repeat(1600);
            let actions = b"GEAR 1\nGEAR 0\n".repeat(500);
            while !over.load(Ordering::Relaxed) {
                let panel = sender(import);
                for bytes in [&nonsense[..], &actions, b"GEER 1\nSYNC E\n"] {
                    send(&panel, bytes);
                }
            }
        });
        for step in 3..10 {
            chain.sim.tell(&[&format!("arg 104 0.{step}")]);
            assert!(client.line_with("2 1 ").ends_with(&format!(" {step}000")));
            chain.panel.wait_for(&[&format!("ALTIMETER {step}000.0")]);
        }
        over.store(true, Ordering::Relaxed);
    });
    // After the flood the allowance is refilled, and messages of a panel are accepted again.
    let panel = sender(import);
    let (from, _) = chain.sim.action(0, "2 3001 1");
    dcs_master_tests::eventually("an action after the flood", || {
        send(&panel, b"FLAP_LEVER 0.5\n");
        chain
            .sim
            .process()
            .output()
            .contains("action 2 3002 0.5")
            .then_some(())
    });
    chain.sim.action(from, "2 3002 0.5");
    let complaints = chain
        .server
        .output()
        .matches("DCS-BIOS import: 127.0.0.1:")
        .count();
    assert!(complaints < 100, "{complaints} lines in the log");
}

#[test]
fn a_port_in_use_is_reported_with_what_to_do() {
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let import = taken.local_addr().expect("a bound socket").to_string();
    let rig = Rig::bare();
    let mut command = rig.serve_command();
    let output = command
        .args(arguments("239.255.50.10:5011", &import))
        .output();
    let output = output.expect("the server starts");
    assert_eq!(output.status.code(), Some(1));
    let text = output_text(&output);
    let port = taken.local_addr().expect("a bound socket").port();
    assert!(
        text.contains(&format!("UDP port {port} is in use")),
        "{text}"
    );
    assert!(text.contains("--bios-import 127.0.0.1:"), "{text}");
}

/// Returns the types of an aircraft with their direction, as `bios-types --format json` lists them.
fn types(defs: &Path, aircraft: &str) -> Vec<(String, String)> {
    let defs = defs.to_string_lossy();
    let arguments = ["bios-types", aircraft, "--defs", &defs, "--format", "json"];
    let output = run("dcs-master", arguments);
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("an array");
    let field = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    let pair = |row| (field(row, "type"), field(row, "direction"));
    rows.iter().map(pair).collect()
}

#[test]
fn types_of_the_sample_are_unique_and_do_not_change() {
    let (rig, again) = (Rig::new(), Rig::new());
    for aircraft in ["Kestrel_T1", "Kestrel_A1", "Heron-H2"] {
        let types = types(&rig.defs(), aircraft);
        assert_eq!(types, self::types(&again.defs(), aircraft));
        let (own, named) = types.split_at(3);
        let own: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(own, ["AIRCRAFT", "SYNC", "SYNC"]);
        assert!(named.len() > 60, "{aircraft} has {} types", named.len());
        let names: HashSet<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names.len(),
            named.len(),
            "a type of {aircraft} is not unique"
        );
        for name in names {
            let byte = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            assert!(name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(byte));
            assert!(!["AIRCRAFT", "SYNC"].contains(&name));
        }
    }
    let kestrel = types(&rig.defs(), "Kestrel_T1");
    for (name, direction) in [
        ("ENGINE_RPM", "export"),
        ("GEAR_LIGHTS_GEARNOSE", "export"),
        ("G__HANDLE", "export"),
        ("PNT_RADIO_VOL", "import"),
        ("PNT_RADIO_VOL_2", "import"),
    ] {
        let wanted = (name.to_owned(), direction.to_owned());
        assert!(kestrel.contains(&wanted), "{name} in {kestrel:?}");
    }
}

#[test]
fn an_unknown_aircraft_gets_the_list_of_those_with_tables() {
    let rig = Rig::new();
    let defs = rig.defs();
    let defs = defs.to_string_lossy();
    let output = run("dcs-master", ["bios-types", "Kestrel", "--defs", &defs]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output_text(&output).contains("choose one of: Heron-H2, Kestrel_A1, Kestrel_T1"));
    let output = run("dcs-master", ["bios-types", "kestrel_t1", "--defs", &defs]);
    assert!(
        output_text(&output).starts_with("TYPE "),
        "the case of the name does not matter"
    );
}
