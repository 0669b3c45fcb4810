//! A complete chain in a temporary folder and on free ports: tables from defgen, scripts installed
//! by `dcs-master install`, the stand-in sim, and the server.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::client::Client;
use crate::ports::free_port;
use crate::process::Process;
use crate::programs::{program, sample_install};
use crate::sim::Sim;

/// The folder and the ports of one chain.
#[derive(Debug)]
pub struct Rig {
    folder: tempfile::TempDir,
    /// The port of the server.
    pub port: u16,
    hook_port: u16,
    export_port: u16,
}

impl Rig {
    /// Compiles the sample install and installs the scripts.
    ///
    /// # Panics
    /// When one of the programs fails.
    #[must_use]
    pub fn new() -> Self {
        let rig = Self::bare();
        rig.defgen(&[&sample_install().to_string_lossy()]);
        rig.install();
        rig
    }

    /// Chooses a folder and ports. The folder contains only an empty Saved Games folder.
    ///
    /// # Panics
    /// Without a temporary folder or a free port.
    #[must_use]
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [port, hook_port, export_port] = std::array::from_fn(|_| free_port());
        let rig = Self {
            folder,
            port,
            hook_port,
            export_port,
        };
        std::fs::create_dir(rig.saved_games()).expect("a folder in it");
        rig
    }

    /// Returns the Saved Games folder of the chain.
    #[must_use]
    pub fn saved_games(&self) -> PathBuf {
        self.path("DCS")
    }

    /// Returns the folder with the name tables.
    #[must_use]
    pub fn defs(&self) -> PathBuf {
        self.path("defs")
    }

    /// Returns a path in the folder of the chain.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs defgen, which writes to [`Self::defs`].
    ///
    /// # Panics
    /// When it fails.
    pub fn defgen(&self, arguments: &[&str]) {
        let defs = self.defs();
        let out = ["--out", &defs.to_string_lossy()].map(str::to_owned);
        let output = run(
            "defgen",
            arguments.iter().copied().chain(out.iter().map(|s| &**s)),
        );
        assert!(output.status.success(), "{}", output_text(&output));
    }

    /// Runs `dcs-master install` for this chain's ports.
    ///
    /// # Panics
    /// When it fails.
    pub fn install(&self) {
        let output = run(
            "dcs-master",
            [
                "install",
                "--saved-games",
                &self.saved_games().to_string_lossy(),
                "--hook-port",
                &self.hook_port.to_string(),
                "--export-port",
                &self.export_port.to_string(),
            ],
        );
        assert!(output.status.success(), "{}", output_text(&output));
    }

    /// Starts the sim at its main menu.
    #[must_use]
    pub fn sim(&self) -> Sim {
        self.sim_at(60)
    }

    /// Starts the sim at its main menu, with `fps` frames per second.
    #[must_use]
    pub fn sim_at(&self, fps: u32) -> Sim {
        Sim::start(&self.saved_games(), &["--fps", &fps.to_string()])
    }

    /// Starts the sim at its main menu, with this install folder.
    #[must_use]
    pub fn sim_in(&self, install: &Path) -> Sim {
        let install = format!("{}/", install.display());
        Sim::start(&self.saved_games(), &["--install", &install])
    }

    /// Returns the data folder of the user.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.path("data/dcs-master")
    }

    /// Starts the server with further arguments, and waits until it listens.
    #[must_use]
    pub fn serve(&self, arguments: &[&str]) -> Process {
        let mut command = self.serve_command();
        let server = Process::start(command.args(arguments));
        drop(Client::connect(self.port));
        server
    }

    /// Returns the command that starts the server of this chain.
    #[must_use]
    pub fn serve_command(&self) -> Command {
        self.serve_command_for("127.0.0.1")
    }

    /// Returns the command that starts the server of this chain for a sim on the host `sim`.
    #[must_use]
    pub fn serve_command_for(&self, sim: &str) -> Command {
        let address = |port: u16| format!("{sim}:{port}");
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = Command::new(program("dcs-master"));
        command
            .arg("serve")
            .args(["--listen", &listen])
            .args(["--page", "127.0.0.1:0"])
            .args(["--hook", &address(self.hook_port)])
            .args(["--export", &address(self.export_port)])
            .arg("--defs")
            .arg(self.defs())
            .env("XDG_DATA_HOME", self.path("data"));
        command
    }

    /// Connects a client.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::connect(self.port)
    }

    /// Connects a client and checks that its first line names the aircraft.
    #[must_use]
    pub fn client_in(&self, aircraft: &str) -> Client {
        let mut client = self.client();
        client.expect(&format!("0 {aircraft}"));
        client
    }
}

impl Default for Rig {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a program to its end, for a user without a data folder.
///
/// # Panics
/// When it cannot be started.
pub fn run<'a>(name: &str, arguments: impl IntoIterator<Item = &'a str>) -> Output {
    run_with_data(&std::env::temp_dir().join("no-data"), name, arguments)
}

/// Runs a program to its end, with the user's data folder in the folder `data`.
///
/// # Panics
/// When it cannot be started.
pub fn run_with_data<'a>(
    data: &Path,
    name: &str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Output {
    Command::new(program(name))
        .args(arguments)
        .env("XDG_DATA_HOME", data)
        .output()
        .unwrap_or_else(|e| panic!("{name} does not start: {e}"))
}

/// Returns the output of a program, standard output first.
#[must_use]
pub fn output_text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// Copies a folder with its contents.
///
/// # Panics
/// When it cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}
