//! The import stream: messages from any number of senders, and what they ask for.
//!
//! Pure: addresses, datagrams and the time are handed in, requests come out in the
//! order of their messages. Every sender has its own decoder, since a serial line
//! read by `socat` comes in pieces that know nothing of messages. What is not
//! understood is counted, and named once per sender; nobody is answered.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;

use thiserror::Error;

use super::budget::Budget;
use super::codec::{Decoder, Message, Payload};
use super::control::{Order, Position, Refusal};
use super::names::{AIRCRAFT, SYNC};
use super::table::{ControlType, TypeTable};

/// Senders whose unfinished messages are kept; the one silent for longest makes room.
pub const MAX_SENDERS: usize = 64;

/// Types of one sender that are named in the log when they are not understood.
const NAMED_PER_SENDER: usize = 8;

/// Complaints in the log, all senders together: at once, and each second.
const COMPLAINTS: (f64, f64) = (20.0, 0.2);

/// Actions, all senders together: at once (a panel that answers `SYNC I`), and each second.
/// The sim performs them in order and TCP clients wait in the same line, so a flood must not
/// fill it.
const ACTIONS: (f64, f64) = (512.0, 200.0);

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Request {
    /// Send the full state (`SYNC E`).
    FullState,
    /// Send `value` to the device of the control at this place of the table.
    Act {
        /// The place in [`TypeTable::controls`].
        control: usize,
        /// In [-1, 1].
        value: f64,
    },
}

/// Why a message leads to nothing.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Misunderstanding {
    /// No control has this type.
    #[error("{aircraft} has no control of this type; `dcs-master bios-types {aircraft}` lists them")]
    UnknownType {
        /// The aircraft.
        aircraft: String,
    },
    /// The type belongs to what is exported.
    #[error("this type is exported, it cannot be set")]
    Exported,
    /// There are no controls.
    #[error("no aircraft is controlled")]
    NoAircraft,
    /// A `SYNC` that is neither `E` nor `I`.
    #[error("SYNC takes E (send everything) or I")]
    Sync,
    /// The control cannot do that.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many actions.
    #[error("too many actions, the rest is dropped: at most {} a second", ACTIONS.1)]
    TooMany,
}

/// How often something has happened, all senders together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Messages read.
    pub messages: u64,
    /// Messages that led to an action or a full state, or that had nothing left to do.
    pub understood: u64,
    /// Messages that led to nothing, see [`Misunderstanding`].
    pub misunderstood: u64,
    /// Bytes that were no message, or one too long.
    pub damaged: u64,
    /// Senders that made room for others.
    pub evicted: u64,
}

/// Reads the import stream for one aircraft after the other.
#[derive(Debug)]
pub struct Importer {
    senders: Senders,
    actions: Budget,
    complaints: Budget,
    aircraft: Option<String>,
    /// Where each control is, in the table's order.
    positions: Vec<Position>,
    counters: Counters,
}

impl Importer {
    /// An importer for no aircraft.
    pub fn new(now: Instant) -> Self {
        Self {
            senders: Senders::default(),
            actions: Budget::new(ACTIONS, now),
            complaints: Budget::new(COMPLAINTS, now),
            aircraft: None,
            positions: Vec::new(),
            counters: Counters::default(),
        }
    }

    /// Another aircraft, or the same anew; no position is known.
    pub fn aircraft(&mut self, name: Option<&str>, table: &TypeTable) {
        self.aircraft = name.map(str::to_owned);
        self.positions = vec![Position::default(); table.controls.len()];
    }

    /// The sim says where a control is.
    pub fn position(&mut self, control: usize, raw: f64) {
        if let Some(position) = self.positions.get_mut(control) {
            position.tell(raw);
        }
    }

    /// What has happened so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Takes a datagram and hands out what its messages ask for, in their order. Answers with
    /// what the log should say of it.
    pub fn datagram(
        &mut self,
        from: SocketAddr,
        bytes: &[u8],
        table: &TypeTable,
        now: Instant,
        mut each: impl FnMut(Request),
    ) -> Vec<String> {
        let (mut sender, evicted) = self.senders.take(from);
        self.counters.evicted += u64::from(evicted);
        let before = sender.damaged();
        let mut said = Vec::new();
        let mut decoder = std::mem::take(&mut sender.decoder);
        decoder.decode(bytes, |message| {
            self.counters.messages += 1;
            match self.understand(message, table, now) {
                Ok(request) => {
                    self.counters.understood += 1;
                    request.into_iter().for_each(&mut each);
                }
                Err(reason) => {
                    self.counters.misunderstood += 1;
                    self.complain(&mut sender, message.name, &reason, from, now, &mut said);
                }
            }
        });
        sender.decoder = decoder;
        let damaged = sender.damaged() - before;
        self.counters.damaged += damaged;
        if damaged > 0 {
            let reason = "not a message of the form TYPE, or TYPE and a text, on a line of its own";
            self.complain(&mut sender, "", &reason, from, now, &mut said);
        }
        self.senders.put(from, sender);
        said
    }
}
