//! A server that hosts the small DCS-BIOS, with the stand-in sim on the other side.

use std::fs;
use std::net::UdpSocket;

use crate::TIMEOUT;
use crate::process::Process;
use crate::rig::Rig;
use crate::sim::Sim;
use crate::small_bios::{EXPORT_LINE, SmallModule, write_bios};
use crate::stream::Words;

/// The longest datagram that the programs of panels read.
const LONGEST: usize = 1024;

/// A server that hosts the small DCS-BIOS, and a listener for its datagrams.
#[derive(Debug)]
pub struct HostedChain {
    /// The sim, in a mission without an aircraft.
    pub sim: Sim,
    /// The server.
    pub server: Process,
    datagrams: UdpSocket,
    /// The words that the listener knows.
    pub words: Words,
    /// The port for lines of panels.
    pub port: u16,
    /// The folders and ports.
    pub rig: Rig,
}

impl HostedChain {
    /// Starts the sim, and a server that hosts these modules.
    ///
    /// # Panics
    /// When one of them does not start.
    #[must_use]
    pub fn new(modules: &[SmallModule]) -> Self {
        Self::in_rig(Rig::bare(), modules)
    }

    /// Does the same, and runs the modules in the sim as well, which prints their words.
    ///
    /// # Panics
    /// When one of them does not start.
    #[must_use]
    pub fn beside_the_sims_own(modules: &[SmallModule]) -> Self {
        let rig = Rig::bare();
        let scripts = rig.saved_games().join("Scripts");
        fs::create_dir(&scripts).expect("a folder in the rig");
        fs::write(scripts.join("Export.lua"), EXPORT_LINE).expect("a file in it");
        Self::in_rig(rig, modules)
    }

    fn in_rig(rig: Rig, modules: &[SmallModule]) -> Self {
        rig.install();
        write_bios(&rig.saved_games().join("Scripts/DCS-BIOS"), modules);
        let mut sim = rig.sim();
        sim.tell(&["mission start", "wire 2 3001 7"]);
        let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let timeout = datagrams.set_read_timeout(Some(TIMEOUT));
        timeout.expect("a bound socket");
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

    /// Reads the next datagram, which is a whole update.
    ///
    /// # Panics
    /// When none comes in time, or it is too long.
    pub fn listen(&mut self) {
        let mut bytes = [0; 2 * LONGEST];
        let length = self.datagrams.recv(&mut bytes).expect("an update");
        assert!(length <= LONGEST, "a datagram of {length} bytes");
        self.words.feed(&bytes[..length]);
        assert_eq!(self.words.incomplete(), [0_u8; 0], "it is complete");
    }

    /// Reads datagrams until a word has this value.
    pub fn wait_for(&mut self, address: u16, value: u16) {
        while self.words.all.get(&address) != Some(&value) {
            self.listen();
        }
    }

    /// Ends the server.
    ///
    /// # Panics
    /// When the scripts did harm in the sim, or the server fails.
    pub fn end(mut self) {
        self.sim.assert_harmless();
        self.server.interrupt();
        assert!(self.server.wait().success());
    }
}
