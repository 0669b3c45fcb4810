//! The import stream: messages of any number of senders, and what they ask for.
//!
//! Pure: addresses, datagrams and the time are passed in, and requests come out in the
//! order of their messages. Every sender has a decoder of its own, since a serial line
//! that is read by `socat` comes in pieces that do not end where messages do. Errors are
//! counted, and logged once per sender; nobody is answered.

use std::net::SocketAddr;
use std::time::Instant;

use super::error::ImportError;
use super::handler::{ImportRequest, MessageHandler};
use super::senders::{Sender, SenderTable};
use crate::bios::draft::budget::Budget;
use crate::bios::draft::types::TypeTable;

/// Lines about errors in the log, of all senders together: at once, and per second.
const LOG_LINES: (f64, f64) = (20.0, 0.2);

/// Errors of one datagram that may be logged; more are only counted.
const MAX_ERRORS: usize = 100;

/// Characters of a type that the log shows.
const SHOWN: usize = 40;

/// How often something has happened, all senders together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ImportCounters {
    /// Messages read.
    pub(crate) messages: u64,
    /// Messages that led to nothing because of an error other than their number.
    pub(crate) rejected: u64,
    /// Actions dropped because they came too fast.
    pub(crate) too_fast: u64,
    /// Times that bytes were dropped because they were no message, or one too long.
    pub(crate) damaged: u64,
    /// Pieces of the stream, mostly datagrams, that hold binary data and no message.
    pub(crate) binary: u64,
    /// Senders that were forgotten for others.
    pub(crate) evicted: u64,
}

/// Reads the import stream for one aircraft after the other.
#[derive(Debug)]
pub(crate) struct Importer {
    senders: SenderTable,
    handler: MessageHandler,
    log_lines: Budget,
    counters: ImportCounters,
}

/// An error, and the type it is about, or an empty name.
type NamedError = (String, ImportError);

impl Importer {
    /// Creates an importer for no aircraft.
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            senders: SenderTable::default(),
            handler: MessageHandler::new(now),
            log_lines: Budget::new(LOG_LINES.0, LOG_LINES.1, now),
            counters: ImportCounters::default(),
        }
    }

    /// Takes another aircraft, or the same anew: no position is known.
    pub(crate) fn set_aircraft(&mut self, name: Option<&str>, table: &TypeTable) {
        self.handler.set_aircraft(name, table);
    }

    /// Takes the position of a control that the sim reports.
    pub(crate) fn report_position(&mut self, control: usize, raw: f64) {
        self.handler.report_position(control, raw);
    }

    /// Returns what has happened so far.
    pub(crate) fn counters(&self) -> ImportCounters {
        let evicted = self.senders.evicted();
        ImportCounters {
            evicted,
            ..self.counters
        }
    }

    /// Reads a datagram and appends what its messages ask for, in their order. Returns lines for
    /// the log.
    pub(crate) fn datagram(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        table: &TypeTable,
        now: Instant,
        requests: &mut Vec<ImportRequest>,
    ) -> Vec<String> {
        let mut sender = self.senders.take(from);
        let errors = self.read(&mut sender, bytes, table, now, requests);
        let lines = errors.iter();
        let lines: Vec<String> = lines
            .filter_map(|error| self.log_line(&mut sender, from, error, now))
            .collect();
        self.senders.put(from, sender, now);
        let unfinished = self.report_unfinished(now);
        unfinished.into_iter().chain(lines).collect()
    }

    fn read(
        &mut self,
        sender: &mut Sender,
        bytes: &[u8],
        table: &TypeTable,
        now: Instant,
        requests: &mut Vec<ImportRequest>,
    ) -> Vec<NamedError> {
        let before = sender.decoder.counters();
        let mut errors: Vec<NamedError> = Vec::new();
        let counters = &mut self.counters;
        sender.decoder.decode(bytes, |message| {
            match self.handler.handle(message, table, now) {
                Ok(request) => requests.extend(request),
                Err(error) => {
                    match error {
                        ImportError::TooFast => counters.too_fast += 1,
                        _ => counters.rejected += 1,
                    }
                    if errors.len() < MAX_ERRORS {
                        errors.push((message.name.to_owned(), error));
                    }
                }
            }
        });
        let after = sender.decoder.counters();
        let messages = after.messages - before.messages;
        let damaged = after.damaged - before.damaged + after.too_long - before.too_long;
        counters.messages += messages;
        counters.damaged += damaged;
        if messages == 0 && is_binary(bytes) {
            counters.binary += 1;
            errors.push((String::new(), ImportError::Binary));
        } else if damaged > 0 {
            errors.push((String::new(), ImportError::Damaged));
        }
        errors
    }

    /// Logs a sender whose message has no end: programs that people write themselves forget it.
    fn report_unfinished(&mut self, now: Instant) -> Option<String> {
        let error = (String::new(), ImportError::Unfinished);
        let from = self.senders.unfinished(error.1.log_key(""), now)?;
        let mut sender = self.senders.take(from);
        let line = self.log_line(&mut sender, from, &error, now);
        self.senders.put(from, sender, now);
        line
    }

    /// Returns the line for the log, unless the same was logged of this sender, or too much of
    /// all.
    fn log_line(
        &mut self,
        sender: &mut Sender,
        from: SocketAddr,
        (name, error): &NamedError,
        now: Instant,
    ) -> Option<String> {
        let key = error.log_key(name);
        if !sender.may_log(key) || !self.log_lines.take(now) {
            return None;
        }
        let last = sender.mark_logged(key);
        let shown = match &name[..name.len().min(SHOWN)] {
            "" => "something",
            shown => shown,
        };
        let end = if last {
            "; what else it sends wrong is only counted"
        } else {
            ""
        };
        Some(format!(
            "DCS-BIOS import: {from} sent {shown}: {error}{end}"
        ))
    }
}

/// Returns whether there are bytes that no text holds.
fn is_binary(bytes: &[u8]) -> bool {
    let is_text = |byte: &u8| !byte.is_ascii_control() || b"\t\r\n".contains(byte);
    !bytes.iter().all(is_text)
}

#[cfg(test)]
mod tests;
