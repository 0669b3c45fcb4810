//! One connection with a state of the sim: its socket and its buffers.

use std::fmt::Write;
use std::io;

use tokio::net::TcpStream;
use tracing::warn;

use super::line_buffer::LineBuffer;
use super::message::{LinkState, ToSim};
use super::print::{HEARTBEAT, greeting};

/// Bytes that may wait for the sim to read them before further messages wait in their queue.
const MOST_OUTGOING: usize = 1 << 16;
/// Bytes that are read at a time.
const READ: usize = 1 << 14;

/// A connection with one state.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) stream: TcpStream,
    pub(super) incoming: LineBuffer,
    outgoing: String,
    /// Bytes of `outgoing` that are written.
    written: usize,
    /// The scripts have introduced themselves.
    pub(super) up: bool,
    /// Lines of the sim that were skipped.
    skipped: u64,
}

impl Session {
    /// Makes a session that begins with our greeting.
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            incoming: LineBuffer::default(),
            outgoing: greeting(),
            written: 0,
            up: false,
            skipped: 0,
        }
    }

    /// Logs that a line of the sim was skipped; ever more rarely, since it may come in every frame.
    pub(super) fn skip(&mut self, state: LinkState, reason: &str) {
        self.skipped += 1;
        if self.skipped.is_power_of_two() {
            let (name, count) = (state.name(), self.skipped);
            warn!("{name}: a line of the sim was skipped ({count} so far): {reason}");
        }
    }

    /// True when there is something to write.
    pub(super) fn has_outgoing(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// True when further messages may be added.
    pub(super) fn has_room(&self) -> bool {
        self.outgoing.len() < MOST_OUTGOING
    }

    pub(super) fn add(&mut self, message: &ToSim) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.outgoing, "{message}");
    }

    pub(super) fn add_heartbeat(&mut self) {
        self.outgoing.push_str(HEARTBEAT);
    }

    /// Writes as much as the socket takes.
    pub(super) fn write(&mut self) -> io::Result<()> {
        while self.written < self.outgoing.len() {
            match self
                .stream
                .try_write(&self.outgoing.as_bytes()[self.written..])
            {
                Ok(bytes) => self.written += bytes,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.outgoing.clear();
        self.written = 0;
        Ok(())
    }

    /// Reads what has arrived, up to a bound, so that lines are taken out between reads. Returns
    /// false when the sim has closed the connection.
    pub(super) fn read(&mut self) -> io::Result<bool> {
        self.incoming.buffer.reserve(READ);
        match self.stream.try_read_buf(&mut self.incoming.buffer) {
            Ok(bytes) => Ok(bytes > 0),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error),
        }
    }
}
