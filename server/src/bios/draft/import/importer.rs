//! The importer, which turns the datagrams of any number of senders into requests.
//!
//! Pure: addresses, datagrams and the time are passed in, and requests are returned in the
//! order of their messages. Every sender has its own decoder, because `socat` sends the bytes
//! of a serial line in pieces that do not end where messages do. Errors are counted, and
//! logged once per sender; no sender gets an answer.

use std::net::SocketAddr;

use super::error::ImportError;
use super::handler::{ImportRequest, MessageHandler};
use super::senders::{Sender, SenderTable};
use crate::bios::draft::types::TypeTable;
use crate::filter::Micros;
use crate::rate_limit::RateLimit;

/// The most errors of one datagram that may be logged; more are only counted.
const MAX_ERRORS: usize = 100;

/// The most characters of a type in the log.
const MAX_NAME: usize = 40;

/// The counters for all senders together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ImportCounters {
    /// Messages read.
    pub(crate) messages: u64,
    /// Messages that were rejected, except for those that came too fast.
    pub(crate) rejected: u64,
    /// Actions dropped because they came too fast.
    pub(crate) too_fast: u64,
    /// The number of times that bytes were dropped: no message, or one that is too long.
    pub(crate) damaged: u64,
    /// Datagrams, or parts of large ones, that contain binary data and no message.
    pub(crate) binary: u64,
    /// Senders that were removed to make room for others.
    pub(crate) evicted: u64,
}

/// Reads the import stream for one aircraft after the other.
#[derive(Debug)]
pub(crate) struct Importer {
    senders: SenderTable,
    handler: MessageHandler,
    /// The limit on log lines about errors of all senders together.
    log_lines: RateLimit,
    counters: ImportCounters,
}

/// The name of the type that an error concerns (empty if it concerns none), and the error.
type NamedError = (String, ImportError);

impl Importer {
    /// Creates an importer for no aircraft.
    pub(crate) fn new() -> Self {
        Self {
            senders: SenderTable::default(),
            handler: MessageHandler::new(),
            log_lines: RateLimit::for_log_lines(),
            counters: ImportCounters::default(),
        }
    }

    /// Changes to another aircraft, to none, or to the same one in a new mission. All positions are
    /// unknown then.
    pub(crate) fn set_aircraft(&mut self, name: Option<&str>, table: &TypeTable) {
        self.handler.set_aircraft(name, table);
    }

    /// Records the position of a control that the sim reports.
    pub(crate) fn report_position(&mut self, control: usize, raw: f64) {
        self.handler.report_position(control, raw);
    }

    /// Returns the counters.
    pub(crate) fn counters(&self) -> ImportCounters {
        let evicted = self.senders.evicted();
        ImportCounters {
            evicted,
            ..self.counters
        }
    }

    /// Reads a datagram and appends the requests of its messages in order. Returns lines for the
    /// log.
    pub(crate) fn datagram(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        table: &TypeTable,
        now: Micros,
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
        now: Micros,
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

    /// Returns a line for the log about a sender whose message has no end, which is a common
    /// mistake in programs for panels.
    fn report_unfinished(&mut self, now: Micros) -> Option<String> {
        let error = (String::new(), ImportError::Unfinished);
        let from = self.senders.unfinished(error.1.log_key(""), now)?;
        let mut sender = self.senders.take(from);
        let line = self.log_line(&mut sender, from, &error, now);
        self.senders.put(from, sender, now);
        line
    }

    /// Returns the line for the log, unless the same error of this sender was logged before, or
    /// there are too many lines.
    fn log_line(
        &mut self,
        sender: &mut Sender,
        from: SocketAddr,
        (name, error): &NamedError,
        now: Micros,
    ) -> Option<String> {
        let key = error.log_key(name);
        if !sender.may_log(key) || !self.log_lines.take(1, now) {
            return None;
        }
        let last = sender.mark_logged(key);
        let shown = match &name[..name.len().min(MAX_NAME)] {
            "" => "something",
            shown => shown,
        };
        let end = if last {
            "; further errors of this sender are only counted"
        } else {
            ""
        };
        Some(format!(
            "DCS-BIOS import: {from} sent {shown}: {error}{end}"
        ))
    }
}

/// Returns whether there are bytes that do not occur in text.
fn is_binary(bytes: &[u8]) -> bool {
    let is_text = |byte: &u8| !byte.is_ascii_control() || b"\t\r\n".contains(byte);
    !bytes.iter().all(is_text)
}

#[cfg(test)]
mod tests;
