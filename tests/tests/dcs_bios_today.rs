//! The gateway for today's DCS-BIOS from the view of panels and programs, with the stand-in sim on the
//! other side.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

use dcs_master_tests::panel::sender;
use dcs_master_tests::process::Process;
use dcs_master_tests::rig::{Rig, output_text, run};
use dcs_master_tests::sim::Sim;
use dcs_master_tests::stream::Words;
use dcs_master_tests::{TIMEOUT, eventually};

const GAUGES: &str = r#"[
    {"name": "Altimeter", "arg_number": 104, "input": [0, 10000], "output": [0, 1]},
    {"name": "Lamp", "arg_number": 12}
]"#;

const CONTROLS: &str = r#"[
    {"name": "PNT_8", "id": "GEAR", "device": {"number": 2}, "actions": [
        {"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1]}]},
    {"name": "PNT_38", "id": "FLAPS", "device": {"number": 2}, "actions": [
        {"command": {"number": 3002}, "arg": 38, "kind": "switch", "values": [0, 0.5, 1]}]},
    {"name": "PNT_70", "id": "BARO", "device": {"number": 2}, "actions": [
        {"command": {"number": 3003}, "arg": 70, "kind": "encoder", "relative": true, "step": 0.1}]}
]"#;

/// The addresses of the words of some args.
const ALTIMETER: u16 = 0xA600 + 2 * 104;
const LAMP: u16 = 0xCD10 + 2 * 12;
const FLAPS: u16 = 0xCD10 + 2 * 38;
/// The address of the display.
const PAGE: u16 = 0xF420;

/// A server with a listener for its datagrams, and a sim that is ready to fly the Trainer.
struct Chain {
    rig: Rig,
    sim: Sim,
    server: Process,
    datagrams: UdpSocket,
    words: Words,
    port: u16,
}

impl Chain {
    fn new(options: &[&str]) -> Self {
        let rig = Rig::bare();
        rig.install();
        write_tables(&rig);
        let mut sim = rig.sim();
        sim.tell(&["mission start", "wire 2 3001 8", "wire 2 3002 38"]);
        sim.tell(&[
            "show 6 page FUEL",
            "arg 104 0.25",
            "arg 38 0.5",
            "arg 8 0",
            "arg 12 0.4",
        ]);
        let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        datagrams
            .set_read_timeout(Some(TIMEOUT))
            .expect("a bound socket");
        let address = datagrams.local_addr().expect("a bound socket").to_string();
        let arguments = [
            "--dcs-bios",
            "--dcs-bios-export",
            &address,
            "--dcs-bios-import",
            "127.0.0.1:0",
            "--dcs-bios-display",
            "6:page:8",
        ];
        let server = rig.serve(&[&arguments, options].concat());
        let (_, line) = server.wait_for(0, "DCS-BIOS panels: UDP and TCP on 127.0.0.1:");
        let port = line.rsplit(':').next().and_then(|port| port.parse().ok());
        sim.tell(&["aircraft Trainer"]);
        Self {
            rig,
            sim,
            server,
            datagrams,
            words: Words::default(),
            port: port.expect("the log names the port"),
        }
    }

    /// Reads datagrams until a word has this value.
    fn wait_for(&mut self, address: u16, value: u16) {
        let mut bytes = [0; 2048];
        while self.words.all.get(&address) != Some(&value) {
            let length = self.datagrams.recv(&mut bytes).expect("an update");
            assert!(length <= 1024, "a datagram of {length} bytes");
            self.words.feed(&bytes[..length]);
            assert_eq!(
                self.words.incomplete(),
                [0u8; 0],
                "each datagram is complete"
            );
        }
    }

    /// Reads the datagrams that have come.
    fn drain(&mut self) {
        self.datagrams.set_nonblocking(true).expect("it is bound");
        let mut bytes = [0; 2048];
        while let Ok(length) = self.datagrams.recv(&mut bytes) {
            self.words.feed(&bytes[..length]);
        }
        self.datagrams.set_nonblocking(false).expect("it is bound");
    }

    fn program(&self) -> TcpStream {
        let program = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        program
            .set_read_timeout(Some(TIMEOUT))
            .expect("a connected socket");
        program
    }
}

fn write_tables(rig: &Rig) {
    let folder = rig.defs().join("Trainer");
    fs::create_dir_all(&folder).expect("a folder in the rig");
    fs::write(folder.join("gauges.json"), GAUGES).expect("a file in it");
    fs::write(folder.join("controls.json"), CONTROLS).expect("a file in it");
}

#[test]
fn values_reach_panels_and_commands_reach_the_sim() {
    let mut chain = Chain::new(&[]);
    chain.wait_for(ALTIMETER, 16_384);
    chain.wait_for(LAMP, 0x8000);
    chain.wait_for(FLAPS, 0x8001);
    chain.wait_for(PAGE + 2, u16::from_le_bytes(*b"EL"));
    assert_eq!(chain.words.text(PAGE, 8).as_deref(), Some("FUEL    "));
    assert_eq!(chain.words.text(0, 8).as_deref(), Some("Trainer\0"));

    // A program gets everything with its first update.
    let mut program = chain.program();
    let words = Words::first_of(&mut program);
    assert_eq!(words.all.get(&ALTIMETER), Some(&16_384));
    assert_eq!(words.text(PAGE, 8).as_deref(), Some("FUEL    "));

    let panel = sender(chain.port);
    panel
        .send(b"GEAR_8 1\nFLAPS_38 2\nBARO_70 -131")
        .expect("UDP sends");
    panel.send(b"07\n").expect("UDP sends");
    let mut from = 0;
    for action in ["2 3001 1", "2 3002 1", "2 3003 -0.2"] {
        (from, _) = chain.sim.action(from, action);
    }
    program
        .write_all(b"FLAPS_38 DEC\r\nGEAR_8 TOGGLE\n")
        .expect("TCP sends");
    for action in ["2 3002 0.5", "2 3001 0"] {
        (from, _) = chain.sim.action(from, action);
    }
    chain.wait_for(FLAPS, 0x8001);
    chain.sim.tell(&["show 6 page OIL\\nOK", "arg 12 0"]);
    chain.wait_for(LAMP, 0);
    chain.wait_for(PAGE + 4, u16::from_le_bytes(*b"OK"));

    chain.sim.tell(&["mission stop"]);
    chain.wait_for(0, u16::from_le_bytes([0, b' ']));
    chain.sim.assert_harmless();
    chain.server.interrupt();
    assert!(chain.server.wait().success());
    chain.server.wait_for(0, "0 not understood, 0 too fast");
}

#[test]
fn hostile_panels_delay_nobody() {
    let mut chain = Chain::new(&[]);
    chain.wait_for(ALTIMETER, 16_384);
    // One never reads, one sends a line without an end, one sends what is not text.
    let mut silent: Vec<TcpStream> = (0..3).map(|_| chain.program()).collect();
    silent[1]
        .set_write_timeout(Some(Duration::from_millis(200)))
        .expect("a connected socket");
    for _ in 0..10 {
        let _ = silent[1].write_all(&[b'x'; 65_536]);
    }
    silent[2]
        .write_all(&[0xff, 0x55, 0, b'\n'].repeat(500))
        .expect("TCP sends");
    let flood = sender(chain.port);
    for _ in 0..200 {
        flood
            .send(&b"GEER 1\nGEAR_8 9\nSYNC E\n".repeat(50))
            .expect("UDP sends");
    }
    for (raw, word) in [("0.375", 24_576), ("0.5", 32_768), ("0.75", 49_151)] {
        chain.sim.tell(&[&format!("arg 104 {raw}")]);
        chain.wait_for(ALTIMETER, word);
    }
    let (sim, panel) = (&mut chain.sim, sender(chain.port));
    eventually("a command after the flood", || {
        panel.send(b"FLAPS_38 0\n").expect("UDP sends");
        sim.process()
            .output()
            .contains("action 2 3002 0")
            .then_some(())
    });
    let complaints = chain.server.output().matches("a panel sent").count();
    assert!(complaints < 60, "{complaints} lines in the log");
    drop(silent);
    chain.server.interrupt();
    assert!(chain.server.wait().success());
}

#[test]
fn a_datagram_of_the_greatest_length_is_read_whole() {
    let mut chain = Chain::new(&[]);
    chain.wait_for(ALTIMETER, 16_384);
    let mut datagram = b"\n".repeat(65_000);
    datagram.extend(b"GEAR_8 1\n");
    let panel = sender(chain.port);
    panel.send(&datagram).expect("UDP sends");
    chain.sim.action(0, "2 3001 1");
    // What is wrong is in the log when the mission ends.
    panel.send(b"GEER 1\n").expect("UDP sends");
    chain.server.wait_for(0, "\"GEER\": Trainer has no such");
    chain.sim.tell(&["mission stop"]);
    chain.server.wait_for(0, "1 not understood, 0 too fast");
}

#[test]
fn a_program_over_the_limit_is_refused_and_logged() {
    let chain = Chain::new(&[]);
    let mut programs: Vec<TcpStream> = (0..33).map(|_| chain.program()).collect();
    chain.server.wait_for(0, "32 programs are connected by TCP");
    let mut byte = [0];
    let end = programs[32].read(&mut byte);
    assert!(!matches!(end, Ok(1..)), "it is closed");
    assert!(matches!(programs[31].read(&mut byte), Ok(1)));
}

#[test]
fn the_two_gateways_need_addresses_of_their_own() {
    let rig = Rig::bare();
    let output = rig.serve_command().args(["--bios", "--dcs-bios"]).output();
    let output = output.expect("the server starts");
    assert_eq!(output.status.code(), Some(1));
    let text = output_text(&output);
    assert!(text.contains("--bios-import 127.0.0.1:7780"), "{text}");
}

#[test]
fn a_port_in_use_is_waited_for() {
    let taken = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let import = taken.local_addr().expect("a bound socket").to_string();
    let rig = Rig::bare();
    let listener = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let export = listener.local_addr().expect("a bound socket").to_string();
    let server = rig.serve(&[
        "--dcs-bios",
        "--dcs-bios-export",
        &export,
        "--dcs-bios-import",
        &import,
    ]);
    let owner = format!("(process {}), uses UDP port", std::process::id());
    let (at, line) = server.wait_for(0, &owner);
    assert!(line.contains("DCS-BIOS: another program, "), "{line}");
    assert!(
        line.contains("choose another port with --dcs-bios-import"),
        "{line}"
    );
    assert!(!line.contains("BIOS.lua"), "{line}");
    drop(taken);
    let (at, _) = server.wait_for(at, &format!("DCS-BIOS panels: UDP and TCP on {import}"));
    server.wait_for(at, "the port is free");
    TcpStream::connect(&import).expect("it listens");
    listener
        .set_read_timeout(Some(TIMEOUT))
        .expect("a bound socket");
    listener.recv(&mut [0; 2048]).expect("an update");
}

#[test]
fn the_sim_on_the_port_is_taken_for_a_dcs_bios_there() {
    let script = "local udp = require('socket').udp()
        assert(udp:setsockname('127.0.0.1', 0))
        local _, port = udp:getsockname()
        print('port ' .. port)
        io.stdout:flush()
        io.read('*a')";
    let mut sim = Command::new("lua5.1");
    let sim = Process::start(sim.args(["-e", script]).stdin(Stdio::piped()));
    let (_, line) = sim.wait_for(0, "port ");
    let import = line.replace("port ", "127.0.0.1:");
    let server = Rig::bare().serve(&["--dcs-bios", "--dcs-bios-import", import.trim()]);
    let (_, line) = server.wait_for(0, "most likely for a DCS-BIOS in the sim");
    assert!(line.contains("DCS-BIOS: lua"), "{line}");
    assert!(line.contains("line with BIOS.lua"), "{line}");
}

#[test]
fn the_port_of_another_server_is_not_waited_for() {
    let chain = Chain::new(&[]);
    let import = format!("127.0.0.1:{}", chain.port);
    let mut command = Rig::bare().serve_command();
    let output = command
        .args(["--dcs-bios", "--dcs-bios-import", &import])
        .output();
    let output = output.expect("the server starts");
    assert_eq!(output.status.code(), Some(1));
    let text = output_text(&output);
    let expected = format!("UDP port {} is in use by dcs-master (process", chain.port);
    assert!(text.contains(&expected), "{text}");
    assert!(text.contains("--dcs-bios-import 127.0.0.1:"), "{text}");
}

#[test]
fn an_address_that_no_waiting_cures_ends_the_start() {
    // Reserved for documentation.
    let output = Rig::bare()
        .serve_command()
        .args(["--dcs-bios", "--dcs-bios-import", "192.0.2.77:7778"])
        .output();
    let text = output_text(&output.expect("the server starts"));
    assert!(
        text.contains("--dcs-bios-import 192.0.2.77:7778: "),
        "{text}"
    );
}

#[test]
fn a_dcs_bios_in_the_sim_is_left_its_listeners() {
    let mut chain = Chain::new(&[]);
    chain.wait_for(ALTIMETER, 16_384);
    let mut program = chain.program();
    let export = chain.rig.saved_games().join("Scripts/Export.lua");
    let without = fs::read_to_string(&export).expect("it is installed");
    let port = chain.datagrams.local_addr().expect("a bound socket").port();
    let with = format!(
        "package.loaded['Scripts.DCS-BIOS.BIOSConfig'] = {{ udp_config = {{
            {{ send_address = '127.0.0.1', send_port = {port} }} }} }}\n{without}"
    );
    fs::write(&export, with).expect("a file in the rig");
    chain.sim.tell(&["mission start", "aircraft Trainer"]);
    let warning = format!("a DCS-BIOS runs in the sim and sends to 127.0.0.1:{port}");
    chain.server.wait_for(0, &warning);
    // Programs with a connection of their own get their updates, the others none.
    for (raw, word) in [("0.75", 49_151), ("0.5", 32_768)] {
        chain.sim.tell(&[&format!("arg 104 {raw}")]);
        let mut words = Words::default();
        let mut bytes = [0; 2048];
        while words.all.get(&ALTIMETER) != Some(&word) {
            let length = program.read(&mut bytes).expect("an update");
            words.feed(&bytes[..length]);
        }
    }
    chain.drain();
    assert_eq!(chain.words.all.get(&ALTIMETER), Some(&16_384));

    fs::write(&export, without).expect("a file in the rig");
    chain.sim.tell(&["mission start", "aircraft Trainer"]);
    chain
        .server
        .wait_for(0, "the DCS-BIOS in the sim has ended");
    chain.wait_for(ALTIMETER, 32_768);
    chain.sim.assert_harmless();
}

#[test]
fn the_reference_has_the_places_that_the_server_uses() {
    let mut chain = Chain::new(&[]);
    chain.wait_for(PAGE + 2, u16::from_le_bytes(*b"EL"));
    let (defs, out) = (chain.rig.defs(), chain.rig.path("reference"));
    let [defs, out_text] = [&defs, &out].map(|path| path.to_string_lossy().into_owned());
    let arguments = ["dcs-bios", "reference", "--out", &out_text, "--defs", &defs];
    let output = run("dcs-master", arguments);
    assert!(output.status.success(), "{}", output_text(&output));
    let text = fs::read_to_string(out.join("Addresses.h")).expect("it is written");
    for line in [
        "#define Trainer_GEAR_8 0xCD20, 0x7FFF, 0",
        "#define Trainer_ALTIMETER_G104_A 0xA6D0",
        "#define Trainer_LAMP_L12_AM 0xCD28, 0x8000",
        "#define Trainer_PAGE_T6_A 0xF420",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} in\n{text}");
    }
}
