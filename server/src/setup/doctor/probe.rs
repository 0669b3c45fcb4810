//! Probes of a port, which find out whether the scripts, the server, another program or nothing
//! listens there.
//!
//! The exchange has a deadline and a limit of bytes.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{link::LINK_VERSION, quote::printable_reason};

/// The time allowed for the first answer. While frames run, the scripts answer within a second.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);
/// The time allowed for further lines, which follow at once.
const MORE: Duration = Duration::from_millis(500);
/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// The answer of a port of the sim.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SimProbe {
    /// Nothing listens.
    Closed,
    /// The scripts are not linked with a server.
    Free {
        state: String,
        link: u64,
        version: String,
        /// The number of fields of telemetry that the export state can read.
        telemetry_fields: u64,
        /// The name as the sim has it, which may contain control characters.
        aircraft: Option<String>,
    },
    /// The scripts are linked with a server.
    Linked { with: String },
    /// The program that listens there sends nothing.
    Silent,
    /// Another program.
    Foreign,
}

/// The answer of the server's port.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ServerProbe {
    /// Nothing listens.
    Closed,
    /// A dcs-master server.
    Running {
        /// The name as the server has it, which may contain control characters.
        aircraft: Option<String>,
    },
    /// Another program, or a server that sends nothing.
    Foreign,
}

/// An address of this computer.
#[cfg(test)]
pub(super) fn local(port: u16) -> SocketAddr {
    (std::net::Ipv4Addr::LOCALHOST, port).into()
}

/// Probes a port of the sim with a server's greeting. Scripts that are linked refuse it, and their
/// link is not disturbed.
pub(super) fn sim(address: SocketAddr) -> SimProbe {
    let version = env!("CARGO_PKG_VERSION").replace('.', " ");
    let Ok(mut lines) = Lines::open(address, &format!("0 {LINK_VERSION} {version}\n")) else {
        return SimProbe::Closed;
    };
    let first = match lines.next(PROBE_TIMEOUT) {
        Ok(Some(line)) => line,
        Ok(None) => return SimProbe::Foreign,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return SimProbe::Foreign,
        Err(_) => return lines.silent(),
    };
    let message: Value = serde_json::from_str(&first).unwrap_or_default();
    let text = |name: &str| message[name].as_str().map(printable_reason);
    match (text("hello"), text("refused")) {
        (Some(state), _) => SimProbe::Free {
            state,
            link: message["link"].as_u64().unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            telemetry_fields: message["telemetry_fields"].as_u64().unwrap_or_default(),
            aircraft: lines
                .next(MORE)
                .ok()
                .flatten()
                .and_then(|line| aircraft(&line)),
        },
        (_, Some(reason)) => SimProbe::Linked {
            with: reason.trim_start_matches("linked to ").to_owned(),
        },
        _ => SimProbe::Foreign,
    }
}

fn aircraft(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    message["aircraft"].as_str().map(str::to_owned)
}

/// Probes the server's port by requesting the aircraft, as a client does.
pub(super) fn server(address: SocketAddr) -> ServerProbe {
    let Ok(mut lines) = Lines::open(address, "0\n") else {
        return ServerProbe::Closed;
    };
    match lines.next(MORE) {
        Ok(Some(line)) => match line.split_once(' ') {
            Some(("0", aircraft)) => ServerProbe::Running {
                aircraft: Some(aircraft.trim().to_owned()),
            },
            Some(("-1", _)) => ServerProbe::Running { aircraft: None },
            _ => ServerProbe::Foreign,
        },
        _ => ServerProbe::Foreign,
    }
}

/// A connection that is read line by line.
struct Lines {
    stream: TcpStream,
    /// The received bytes that were not returned yet.
    pending: Vec<u8>,
    /// The number of bytes received so far.
    received: usize,
}

impl Lines {
    fn open(address: SocketAddr, greeting: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
        stream.set_write_timeout(Some(PROBE_TIMEOUT))?;
        stream.write_all(greeting.as_bytes())?;
        Ok(Self {
            stream,
            pending: Vec::new(),
            received: 0,
        })
    }

    /// Returns the next line, if it is complete within `patience`; `None` if the other side has
    /// closed the connection.
    fn next(&mut self, patience: Duration) -> io::Result<Option<String>> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.pending) {
                let line: Vec<u8> = self.pending.drain(..=end).collect();
                return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
            }
            if self.received > MAX_ANSWER {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            if !self.receive(left)? {
                return Ok(None);
            }
        }
    }

    /// Waits for bytes; returns whether the connection is still open.
    fn receive(&mut self, patience: Duration) -> io::Result<bool> {
        let mut bytes = [0; 4096];
        self.stream.set_read_timeout(Some(patience))?;
        match self.stream.read(&mut bytes) {
            Ok(count) => {
                self.pending.extend_from_slice(&bytes[..count]);
                self.received += count;
                Ok(count > 0)
            }
            Err(error) if has_closed(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Returns the verdict on a port whose first line was not complete in time.
    fn silent(&self) -> SimProbe {
        if self.received == 0 {
            SimProbe::Silent
        } else {
            SimProbe::Foreign
        }
    }
}

/// Returns whether the other side aborted the connection.
fn has_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset};
    matches!(error.kind(), ConnectionReset | ConnectionAborted)
}
