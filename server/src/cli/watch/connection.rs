//! The connection to the server: sends lines and receives messages.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest line that is kept; a server's are much shorter.
const LONGEST_LINE: usize = 64 * 1024;

/// The number of decimals to subscribe with: the most, so that every change is sent.
const PRECISION: u32 = 9;
/// The most updates of an arg per second: enough to see when it comes to rest.
const RATE: u32 = 30;

/// A line from the server that `watch` uses.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    /// This aircraft is controlled from now on.
    Aircraft(String),
    /// The raw value of an arg.
    Value(u32, f64),
    /// The reason why the server refused a request.
    Refused(String),
}

/// A connection to a server.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    /// The number of bytes at the start of `received` that have no line end.
    scanned: usize,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            received: Vec::new(),
            scanned: 0,
        }
    }

    /// Starts and ends watches of args.
    pub(super) async fn watch(
        &mut self,
        begin: impl Iterator<Item = &u32>,
        end: impl Iterator<Item = &u32>,
    ) -> Result<()> {
        let begin = begin.map(|arg| format!("2 {arg} {arg} {PRECISION} {RATE}\n"));
        let end = end.map(|arg| format!("2 {arg} {arg} 0 0\n"));
        let lines: String = begin.chain(end).collect();
        self.stream.write_all(lines.as_bytes()).await
    }

    /// Returns the next message, or an error if the connection has ended. Cancel-safe.
    pub(super) async fn next(&mut self) -> Result<Message> {
        loop {
            while let Some(line) = self.next_line() {
                if let Some(message) = message(&line) {
                    return Ok(message);
                }
            }
            if self.received.len() > LONGEST_LINE {
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    "no server of dcs-master",
                ));
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn next_line(&mut self) -> Option<String> {
        let rest = &self.received[self.scanned..];
        let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
            self.scanned = self.received.len();
            return None;
        };
        let line: Vec<u8> = self.received.drain(..=self.scanned + end).collect();
        self.scanned = 0;
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

fn message(line: &str) -> Option<Message> {
    let (kind, rest) = line.split_once(' ')?;
    match kind {
        "0" => Some(Message::Aircraft(rest.to_owned())),
        "2" => {
            let mut fields = rest.split(' ');
            let arg = fields.next()?.parse().ok()?;
            let raw = fields.next()?.parse().ok()?;
            Some(Message::Value(arg, raw))
        }
        "-1" => Some(Message::Refused(rest.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood() {
        let check = |line: &str, expected: Option<Message>| assert_eq!(message(line), expected);
        check("0 L-39 C", Some(Message::Aircraft("L-39 C".into())));
        check("2 218 0.25000 250", Some(Message::Value(218, 0.25)));
        check("-1 too many", Some(Message::Refused("too many".into())));
        for line in ["", "0", "2", "2 x 1 1", "2 1", "3 1 text", "{}"] {
            check(line, None);
        }
    }
}
