//! The stand-in sim as a process. `tests/standin/README.md` lists its control lines.

use std::path::Path;
use std::process::Command;

use crate::process::Process;
use crate::programs::root;

/// A running stand-in sim.
#[derive(Debug)]
pub struct Sim {
    process: Process,
    echoes: usize,
}

impl Sim {
    /// Starts the sim at its main menu, with a Saved Games folder in which the scripts are
    /// installed, and waits until they listen.
    ///
    /// # Panics
    /// Without Lua 5.1 and LuaSocket, or when the scripts do not start to listen.
    #[must_use]
    pub fn start(saved_games: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new("lua5.1");
        command
            .arg(root().join("tests/standin/sim.lua"))
            .arg("--saved-games")
            .arg(saved_games)
            .args(arguments)
            .current_dir(saved_games);
        let process = Process::start(&mut command);
        process.wait_for(0, "ready ");
        Self { process, echoes: 0 }
    }

    /// Sends control lines and waits until they have been carried out.
    pub fn tell(&mut self, lines: &[&str]) {
        let from = self.process.line_count();
        for line in lines {
            self.process.say(line);
        }
        self.echoes += 1;
        let done = format!("echo {}", self.echoes);
        self.process.say(&done);
        self.process.wait_for(from, &done);
    }

    /// Waits for the record of an action, among the lines from `from` on. Returns the index of the
    /// next line, and the frame.
    pub fn action(&self, from: usize, action: &str) -> (usize, u64) {
        let (index, line) = self
            .process
            .wait_for(from, &format!("action {action} frame "));
        let frame = line.rsplit(' ').next().and_then(|n| n.parse().ok());
        (index + 1, frame.unwrap_or_default())
    }

    /// Returns the process of the sim.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Panics if the scripts did anything that would harm the real sim.
    pub fn assert_harmless(&self) {
        let output = self.process.output();
        assert!(
            !output.contains("violation:") && !output.contains("usage:"),
            "{output}"
        );
    }
}
