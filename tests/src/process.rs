//! A program under test. It is killed when dropped, and its output is collected line by line.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::eventually;

/// A running program.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts `command` and reads its standard output and error.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{name} does not start: {e}"));
        let lines = Arc::default();
        let stdout = child.stdout.take().map(|stdout| keep_lines(stdout, &lines));
        let stderr = child.stderr.take().map(|stderr| keep_lines(stderr, &lines));
        Self {
            name,
            child,
            lines,
            readers: stdout.into_iter().chain(stderr).collect(),
        }
    }

    /// Waits for a line of output that contains `text`, among the lines from `from` on. Returns its
    /// index and the line.
    ///
    /// # Panics
    /// When none comes in time; the message has all output.
    pub fn wait_for(&self, from: usize, text: &str) -> (usize, String) {
        let end = std::time::Instant::now() + crate::TIMEOUT;
        loop {
            let found = self
                .lines()
                .iter()
                .enumerate()
                .skip(from)
                .find(|(_, line)| line.contains(text))
                .map(|(index, line)| (index, line.clone()));
            if let Some(found) = found {
                return found;
            }
            assert!(
                std::time::Instant::now() < end,
                "{}: no line contains {text:?}; its output:\n{}",
                self.name,
                self.lines().join("\n")
            );
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Returns the number of lines that the program has written so far.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    /// Returns the lines of output from the one with the index `from` on.
    #[must_use]
    pub fn lines_since(&self, from: usize) -> Vec<String> {
        self.lines()[from..].to_vec()
    }

    /// Returns all output so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.lines().join("\n")
    }

    /// Writes a line to the program's standard input.
    ///
    /// # Panics
    /// When the program has ended.
    pub fn say(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("stdin is piped");
        writeln!(input, "{line}")
            .and_then(|()| input.flush())
            .unwrap_or_else(|e| panic!("{} does not read its input: {e}", self.name));
    }

    /// Returns the number of files, sockets and ports that it has open.
    ///
    /// # Panics
    /// When the system does not report it.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn open_files(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        files.expect("the program runs").count()
    }

    /// Returns the memory that it uses at present, in bytes.
    ///
    /// # Panics
    /// When the system does not report it.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the program runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.expect("the system reports the memory") * 1024
    }

    /// Interrupts the program like Ctrl-C.
    ///
    /// # Panics
    /// When there is no `kill` program.
    pub fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.is_ok_and(|s| s.success()), "kill -INT {pid}");
    }

    /// Waits until the program has ended and all its output is collected.
    pub fn wait(&mut self) -> ExitStatus {
        let what = format!("{} to end", self.name);
        let status = eventually(&what, || self.child.try_wait().ok().flatten());
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        status
    }

    /// Kills the program, like a crash.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("{} has printed:\n{}\n", self.name, self.output());
        }
    }
}

fn keep_lines(
    stream: impl Read + Send + 'static,
    lines: &Arc<Mutex<Vec<String>>>,
) -> JoinHandle<()> {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(text);
            line.clear();
        }
    })
}
