//! The reading side of a client's connection: converts bytes to requests, a few at a time.
//!
//! The task waits after each batch of requests until the hub has carried it out. So a client that
//! sends too much, or does not read its answers, is read no faster than it can be served.

use std::sync::Arc;

use tokio::sync::{Notify, mpsc};
use tokio::task::yield_now;

use super::event::{Batch, ConnectionId, Event, ReadEnd};
use super::stream::Incoming;
use crate::wire::{LineError, LineReader, NextLine, parse};

/// The most requests that are carried out for one client before it is another's turn.
const BATCH: usize = 8;

/// Reads a client's requests and sends them to the hub, until the connection ends.
pub(super) async fn read(
    mut stream: Incoming,
    id: ConnectionId,
    hub: mpsc::Sender<Event>,
    batch_done: Arc<Notify>,
    max_line: usize,
) {
    let mut lines = LineReader::new(max_line);
    let end = loop {
        let bytes = match stream.next_bytes().await {
            Ok(bytes) if bytes.is_empty() => break ReadEnd::Eof,
            Ok(bytes) => bytes,
            Err(_) => break ReadEnd::Broken,
        };
        let mut input = &bytes[..];
        while !input.is_empty() {
            let Some(batch) = next_batch(&mut lines, &mut input, max_line) else {
                let _ = hub.send(Event::ReadEnd(id, ReadEnd::Foreign)).await;
                return;
            };
            if batch.is_empty() {
                // A client that sends bytes without requests must not keep others from their turn:
                // tokio does not count reads of a ready socket as work, so this task has to yield.
                yield_now().await;
                continue;
            }
            if hub.send(Event::Requests(id, batch)).await.is_err() {
                return;
            }
            batch_done.notified().await;
        }
    };
    let _ = hub.send(Event::ReadEnd(id, end)).await;
}

/// Returns the next requests in the input; `None` if the other end does not speak the protocol.
fn next_batch(lines: &mut LineReader, input: &mut &[u8], max_line: usize) -> Option<Batch> {
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        match lines.next(input) {
            NextLine::Line(line) => batch.extend(parse(line).transpose()),
            NextLine::TooLong => batch.push(Err(LineError::TooLong(max_line))),
            NextLine::Foreign => return None,
            NextLine::Incomplete => break,
        }
    }
    Some(batch)
}
