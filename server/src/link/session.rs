//! One connection with a state of the sim: its socket and its buffers.

use std::fmt::Write;
use std::io;

use tokio::net::TcpStream;
use tracing::warn;

use super::line_buffer::LineBuffer;
use super::message::{LinkState, ToSim};
use super::print::{HEARTBEAT, greeting};

/// The number of bytes waiting for the sim at which further messages stay in their queue.
const MAX_OUTGOING: usize = 1 << 16;
/// The number of bytes for which there is room in each read.
const READ: usize = 1 << 14;

/// A connection with one state.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) stream: TcpStream,
    pub(super) incoming: LineBuffer,
    outgoing: String,
    /// The number of bytes of `outgoing` that have been written.
    written: usize,
    /// Whether the scripts have sent their hello.
    pub(super) up: bool,
    /// The number of lines of the sim that were skipped.
    skipped: u64,
}

impl Session {
    /// Creates a session that begins with the server's greeting.
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

    /// Logs that a line of the sim was skipped, but less and less often, since it may happen in
    /// every frame.
    pub(super) fn skip(&mut self, state: LinkState, reason: &str) {
        self.skipped += 1;
        if self.skipped.is_power_of_two() {
            let (name, count) = (state.name(), self.skipped);
            warn!("{name}: a line of the sim was skipped ({count} so far): {reason}");
        }
    }

    /// Returns whether there is something to write.
    pub(super) fn has_outgoing(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Returns whether further messages may be added.
    pub(super) fn has_room(&self) -> bool {
        self.outgoing.len() < MAX_OUTGOING
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
