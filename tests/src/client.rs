//! A client of the text protocol, like the firmware of a panel.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::{TIMEOUT, eventually};

/// A connected client, with the bytes that it has received and not yet returned as lines.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
    /// All lines so far, for the message of a failed test.
    seen: Vec<String>,
}

impl Client {
    /// Connects as soon as a program listens on the port.
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

    /// Sends bytes unchanged.
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

    /// Returns the next line.
    ///
    /// # Panics
    /// When none comes in time or the server closes the connection.
    pub fn line(&mut self) -> String {
        match self.try_line(TIMEOUT) {
            Some(line) => line,
            None => panic!("no further line after:\n{}", self.seen.join("\n")),
        }
    }

    /// Returns the next line that starts with `start`, and skips the lines before it.
    pub fn line_with(&mut self, start: &str) -> String {
        let end = Instant::now() + TIMEOUT;
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

    /// Checks that the next line is exactly this one.
    pub fn expect(&mut self, line: &str) {
        let got = self.line();
        assert_eq!(got, line, "after:\n{}", self.seen.join("\n"));
    }

    /// Checks that no line has been sent. It sends a wrong line and checks that the next line is
    /// the answer to that, so it need not wait for a fixed time.
    pub fn expect_nothing_new(&mut self) {
        self.say("nonsense");
        let got = self.line();
        assert!(got.starts_with("-1 "), "an unexpected line: {got}");
    }

    /// Returns whether the server closes the connection within [`TIMEOUT`].
    pub fn is_closed(&mut self) -> bool {
        let end = Instant::now() + TIMEOUT;
        while Instant::now() < end {
            match self.fill(Duration::from_millis(200)) {
                Fill::Closed => return true,
                Fill::Data | Fill::Nothing => {}
            }
        }
        false
    }

    fn try_line(&mut self, timeout: Duration) -> Option<String> {
        let end = Instant::now() + timeout;
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

    fn fill(&mut self, timeout: Duration) -> Fill {
        let timeout = timeout.max(Duration::from_millis(1));
        let mut chunk = [0; 16 * 1024];
        if self.stream.set_read_timeout(Some(timeout)).is_err() {
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
