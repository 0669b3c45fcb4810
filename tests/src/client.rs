//! A client of the text protocol, as a panel's firmware is one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::{PATIENCE, eventually};

/// A connected client with what it has received and not yet looked at.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
    /// Every line so far, for the message of a failure.
    seen: Vec<String>,
}

impl Client {
    /// Connects, as soon as something listens.
    ///
    /// # Panics
    /// When nothing listens in time.
    #[must_use]
    pub fn connect(port: u16) -> Self {
        let stream = eventually(&format!("a listener on port {port}"), || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        stream.set_nodelay(true).expect("a connected socket");
        Self {
            stream,
            received: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// When the server has closed the connection.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server listens");
    }

    /// Sends one line.
    pub fn say(&mut self, line: &str) {
        self.send(format!("{line}\n").as_bytes());
    }

    /// Returns the next line, whatever it is.
    ///
    /// # Panics
    /// When none comes in time or the server closes the connection.
    pub fn line(&mut self) -> String {
        match self.try_line(PATIENCE) {
            Some(line) => line,
            None => panic!("no further line after:\n{}", self.seen.join("\n")),
        }
    }

    /// Returns the next line that starts with `start`; those before it are skipped.
    pub fn line_with(&mut self, start: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let line = self.line();
            if line.starts_with(start) {
                return line;
            }
            assert!(
                Instant::now() < end,
                "no line {start:?}… among:\n{}",
                self.seen.join("\n")
            );
        }
    }

    /// Expects exactly this as the next line.
    pub fn expect(&mut self, line: &str) {
        let got = self.line();
        assert_eq!(got, line, "after:\n{}", self.seen.join("\n"));
    }

    /// Expects no line before the answer to a request of ours: the order of lines shows this without
    /// waiting.
    pub fn expect_nothing_new(&mut self) {
        self.say("nonsense");
        let got = self.line();
        assert!(got.starts_with("-1 "), "an unexpected line: {got}");
    }

    /// Returns whether the server closes the connection within the deadline.
    pub fn is_closed(&mut self) -> bool {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.fill(Duration::from_millis(200)) {
                Fill::Closed => return true,
                Fill::Data | Fill::Nothing => {}
            }
        }
        false
    }

    fn try_line(&mut self, patience: Duration) -> Option<String> {
        let end = Instant::now() + patience;
        loop {
            if let Some(at) = self.received.iter().position(|&b| b == b'\n') {
                let line: Vec<u8> = self.received.drain(..=at).collect();
                let text = String::from_utf8_lossy(&line[..at]).into_owned();
                self.seen.push(text.clone());
                return Some(text);
            }
            let left = end.checked_duration_since(Instant::now())?;
            if matches!(self.fill(left), Fill::Closed) {
                return None;
            }
        }
    }

    fn fill(&mut self, patience: Duration) -> Fill {
        let patience = patience.max(Duration::from_millis(1));
        let mut chunk = [0; 16 * 1024];
        if self.stream.set_read_timeout(Some(patience)).is_err() {
            return Fill::Closed;
        }
        match self.stream.read(&mut chunk) {
            Ok(0) => Fill::Closed,
            Ok(n) => {
                self.received.extend_from_slice(&chunk[..n]);
                Fill::Data
            }
            Err(e) if is_timeout(&e) => Fill::Nothing,
            Err(_) => Fill::Closed,
        }
    }
}

enum Fill {
    Data,
    Nothing,
    Closed,
}

fn is_timeout(e: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(e.kind(), TimedOut | WouldBlock)
}
