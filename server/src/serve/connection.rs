//! The reading side of a client's connection: bytes to requests, a few at a time.
//!
//! The hub writes; this reads, and waits after each batch until the hub lets it
//! go on. So a client that floods, or that does not take its answers, is read
//! no faster than it can be served.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::yield_now;

use super::hub::{Event, Visit};
use crate::wire::{LineError, LineReader, Request, Step, parse};

/// Requests that are carried out for one client before it is another's turn.
const BATCH: usize = 8;
const READ: usize = 4096;
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// Requests in their order, or what was wrong with their lines.
pub(super) type Batch = Vec<Result<Request, LineError>>;

/// Why a client is not read any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It has said all; it may still listen.
    Said,
    /// The connection is broken.
    Broken,
    /// It is a web browser or the like.
    Foreign,
}

/// Sends without delay and notices when the other end is gone.
///
/// # Errors
/// When the socket is closed already.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_IDLE)
        .with_interval(KEEPALIVE_INTERVAL);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

/// Reads a client's requests and hands them to the hub.
pub(super) async fn read(
    stream: Arc<TcpStream>,
    visit: Visit,
    hub: mpsc::Sender<Event>,
    go_on: Arc<Notify>,
    max_line: usize,
) {
    let mut lines = LineReader::new(max_line);
    let end = loop {
        let bytes = match next_bytes(&stream).await {
            Ok(bytes) if bytes.is_empty() => break End::Said,
            Ok(bytes) => bytes,
            Err(_) => break End::Broken,
        };
        let mut input = &bytes[..];
        while !input.is_empty() {
            let Some(batch) = next_batch(&mut lines, &mut input, max_line) else {
                let _ = hub.send(Event::End(visit, End::Foreign)).await;
                return;
            };
            if batch.is_empty() {
                // Nothing to wait for: a client that sends no requests must not keep the others
                // from their turn. (That a socket is readable does not count as work to tokio.)
                yield_now().await;
                continue;
            }
            if hub.send(Event::Requests(visit, batch)).await.is_err() {
                return;
            }
            go_on.notified().await;
        }
    };
    let _ = hub.send(Event::End(visit, end)).await;
}

/// What there is to read; empty at the end. Holds no buffer while there is nothing.
async fn next_bytes(stream: &TcpStream) -> io::Result<Vec<u8>> {
    loop {
        stream.readable().await?;
        let mut bytes = Vec::with_capacity(READ);
        match stream.try_read_buf(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(bytes),
        }
    }
}

/// The next requests in the input; none when this is no client of ours.
fn next_batch(lines: &mut LineReader, input: &mut &[u8], max_line: usize) -> Option<Batch> {
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        match lines.next(input) {
            Step::Line(line) => batch.extend(parse(line).transpose()),
            Step::TooLong => batch.push(Err(LineError::TooLong(max_line))),
            Step::Foreign => return None,
            Step::Incomplete => break,
        }
    }
    Some(batch)
}
