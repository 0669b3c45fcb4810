//! Panels on serial ports. A pseudo-terminal stands in for the cable: one end is the server's port,
//! the other one the board.

#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dcs_master_tests::TIMEOUT;
use dcs_master_tests::process::Process;
use dcs_master_tests::rig::Rig;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// A board on a pseudo-terminal; unplugged when dropped.
struct Board {
    line: File,
    port: PathBuf,
    received: Vec<u8>,
}

impl Board {
    fn plug_in() -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master)
            .and_then(|()| unlockpt(&master))
            .expect("it may be opened");
        let mut settings = tcgetattr(&master).expect("a terminal");
        settings.make_raw();
        tcsetattr(&master, OptionalActions::Now, &settings).expect("a terminal");
        fcntl_setfl(&master, OFlags::NONBLOCK).expect("a file");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        Self {
            line: File::from(master),
            port: PathBuf::from(name.into_string().expect("text")),
            received: Vec::new(),
        }
    }

    /// Makes the board appear under a fixed name, like the links that the system names after serial
    /// numbers.
    fn appear_as(&self, link: &Path) {
        let _ = fs::remove_file(link);
        symlink(&self.port, link).expect("a link");
    }

    fn say(&mut self, lines: &str) {
        self.line
            .write_all(lines.as_bytes())
            .expect("the line takes it");
    }

    /// Returns the next line.
    fn line(&mut self) -> String {
        let end = Instant::now() + TIMEOUT;
        loop {
            if let Some(at) = self.received.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=at).collect();
                return String::from_utf8_lossy(&line[..at]).into_owned();
            }
            let mut bytes = [0; 4096];
            match self.line.read(&mut bytes) {
                Ok(count) => self.received.extend_from_slice(&bytes[..count]),
                // Nothing has come, or the server does not have the port open at present.
                Err(error) => assert!(
                    error.kind() == ErrorKind::WouldBlock || error.raw_os_error() == Some(5),
                    "{error}"
                ),
            }
            assert!(Instant::now() < end, "no further line");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn serve(rig: &Rig, serial: &[&Path]) -> Process {
    let mut command = rig.serve_command();
    for port in serial {
        command.arg("--serial").arg(port);
    }
    Process::start(&mut command)
}

/// The first lines of a panel: a line end, what it shows, where its switches stand.
const START: &str = "\n0\n2 Altimeter 1 0 60\n1 MASTER_ARM =#0\n";

#[test]
fn a_board_that_speaks_dcs_bios_gets_the_stream_and_acts() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    let mut board = Board::plug_in();
    let port = format!("{},protocol=dcs-bios,settle=0", board.port.display());
    let server = rig.serve(&["--serial", &port]);
    server.wait_for(0, "at 250000 baud");
    sim.tell(&["mission start", "aircraft Kestrel_T1"]);
    // The name of the aircraft, in a write of its own or with what follows it.
    let name = [&[0x55; 4][..], &[0, 0, 24, 0], b"Kestrel_T1\0"].concat();
    let end = Instant::now() + TIMEOUT;
    while !board
        .received
        .windows(name.len())
        .any(|bytes| bytes == name)
    {
        let mut bytes = [0; 4096];
        if let Ok(count) = board.line.read(&mut bytes) {
            board.received.extend_from_slice(&bytes[..count]);
        }
        assert!(Instant::now() < end, "no update on the line");
        std::thread::sleep(Duration::from_millis(1));
    }
    board.say("BATTERY_SWITCH_60 1\n");
    sim.action(0, "1 3001 1");
}

#[test]
fn a_panel_on_a_serial_port_is_a_client_like_any_other() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "arg 103 0.5"]);
    let mut board = Board::plug_in();
    let server = serve(&rig, &[&board.port]);
    drop(rig.client_in("Kestrel_T1"));
    server.wait_for(0, "is open at 115200 baud");
    board.say("rest of a line");
    board.say(START);
    assert_eq!(board.line(), "0 Kestrel_T1");
    assert_eq!(board.line(), "0 Kestrel_T1", "the answer to its question");
    assert!(board.line().starts_with("2 1 0.50000 "));
    board.say("1 8 3004 1\n1 nothing 1\n");
    sim.action(0, "8 3004 1");
    let error = board.line();
    assert!(error.starts_with("-1 unknown control"), "{error}");
    server.wait_for(0, ": unknown control \"nothing\"");
    // It is counted among the clients.
    board.say("5\n");
    assert!(board.line().starts_with("5 1 "));
    sim.assert_harmless();
}

#[test]
fn a_board_is_found_again_however_often_it_is_unplugged() {
    let rig = Rig::new();
    let mut sim = rig.sim();
    sim.tell(&["mission start", "aircraft Kestrel_T1", "arg 103 0.5"]);
    let link = rig.path("usb-Arduino_Uno_A1");
    let server = serve(&rig, &[&link]);
    server.wait_for(0, "was not found; plug the panel in");
    drop(rig.client_in("Kestrel_T1"));
    let (mut files, mut from) = (Vec::new(), 0);
    let mut before = None;
    for _ in 0..8 {
        // The previous board is still plugged in, so the system gives this one another name.
        let mut board = Board::plug_in();
        drop(before.take());
        board.appear_as(&link);
        let (opened, _) = server.wait_for(from, "is open at 115200 baud");
        from = opened + 1;
        board.say(START);
        assert_eq!(board.line(), "0 Kestrel_T1");
        assert_eq!(board.line(), "0 Kestrel_T1", "the answer to its question");
        assert!(board.line().starts_with("2 1 0.50000 "));
        files.push(server.open_files());
        before = Some(board);
    }
    drop(before);
    let first = files[1];
    assert!(files[1..].iter().all(|count| *count == first), "{files:?}");
    assert_eq!(server.output().matches("was not found").count(), 1);
    drop(server);
}

/// Returns whether a user who is not root can open the port.
fn opens_for_others(port: &Path) -> bool {
    use std::os::unix::process::CommandExt;
    /// The user `nobody`.
    const NOBODY: u32 = 65_534;
    let mut command = Command::new("sh");
    command.args(["-c", "exec 3<>\"$0\""]).arg(port);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY);
    }
    command.stderr(Stdio::null());
    command.status().expect("sh runs").success()
}

#[test]
fn a_port_belongs_to_the_server_until_it_ends() {
    let rig = Rig::new();
    let board = Board::plug_in();
    fs::set_permissions(&board.port, Permissions::from_mode(0o666)).expect("it is ours");
    assert!(opens_for_others(&board.port));
    let mut server = serve(&rig, &[&board.port]);
    server.wait_for(0, "is open at 115200 baud");
    assert!(!opens_for_others(&board.port));
    server.interrupt();
    server.wait();
    assert!(opens_for_others(&board.port));
}
