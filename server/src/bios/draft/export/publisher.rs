//! The export stream: the newest payload of each type, and when it is sent.
//!
//! Pure: the time is passed in. A type is sent when its payload differs from the
//! one last sent, at most once in a period. The newest payload is never lost: each
//! type has one place in which it waits. The full state goes out on request, once
//! for all requests within [`FULL_STATE_PAUSE`].

use std::time::{Duration, Instant};

use super::datagrams::DatagramPacker;
use crate::bios::draft::proto::{AIRCRAFT, SYNC, encode_text};

/// The shortest time between two full states, however many ask for one.
pub(super) const FULL_STATE_PAUSE: Duration = Duration::from_millis(250);

/// The payload of `AIRCRAFT` when none is controlled.
const NO_AIRCRAFT: &str = "NONE";

/// One type and its messages.
#[derive(Debug, Default)]
struct Slot {
    name: String,
    /// The message with the newest payload; empty while there is none.
    current: Vec<u8>,
    /// The message sent last; empty when there was none.
    sent: Vec<u8>,
}

impl Slot {
    fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Takes a new payload. Returns whether it has to be sent.
    fn set(&mut self, text: &[u8]) -> bool {
        self.current.clear();
        encode_text(&self.name, text, &mut self.current);
        self.is_due()
    }

    fn is_due(&self) -> bool {
        self.current != self.sent
    }

    /// Sends the message if it is due, or on request if there is one.
    fn send(&mut self, requested: bool, out: &mut DatagramPacker) {
        if (requested || self.is_due()) && !self.current.is_empty() {
            out.add(&self.current);
            self.sent.clone_from(&self.current);
        }
    }
}

/// How often a publisher has sent something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ExportCounters {
    /// Messages.
    pub(crate) messages: u64,
    /// Datagrams.
    pub(crate) datagrams: u64,
    /// Full states among them.
    pub(crate) full_states: u64,
}

/// Decides which messages are sent, and when.
#[derive(Debug)]
pub(crate) struct Publisher {
    period: Duration,
    /// Whether a new aircraft is followed by `SYNC I`.
    sync_input: bool,
    aircraft: Slot,
    slots: Vec<Slot>,
    /// Whether a slot may be due.
    changed: bool,
    full_state_requested: bool,
    sync_due: bool,
    next_flush: Instant,
    next_full_state: Instant,
    counters: ExportCounters,
}

impl Publisher {
    /// Creates a publisher that sends that there is no aircraft. `period` is the shortest time
    /// between two messages of a type.
    pub(crate) fn new(period: Duration, sync_input: bool, now: Instant) -> Self {
        let mut publisher = Self {
            period,
            sync_input,
            aircraft: Slot::default(),
            slots: Vec::new(),
            changed: false,
            full_state_requested: false,
            sync_due: false,
            next_flush: now,
            next_full_state: now,
            counters: ExportCounters::default(),
        };
        publisher.set_aircraft(None, Vec::new());
        publisher
    }

    /// Takes another aircraft, or the same anew, with these types. All payloads are forgotten.
    pub(crate) fn set_aircraft(&mut self, name: Option<&str>, types: Vec<String>) {
        let payload = name.unwrap_or(NO_AIRCRAFT).replace('\n', " ");
        self.aircraft = Slot::new(AIRCRAFT.to_owned());
        self.aircraft.set(payload.as_bytes());
        self.slots = types.into_iter().map(Slot::new).collect();
        self.changed = true;
        self.sync_due = self.sync_input && name.is_some();
    }

    /// Takes the newest text of the type at this index. It may hold line feeds.
    pub(crate) fn set(&mut self, slot: usize, text: &[u8]) {
        if let Some(slot) = self.slots.get_mut(slot) {
            self.changed |= slot.set(text);
        }
    }

    /// Requests the full state.
    pub(crate) fn request_full_state(&mut self) {
        self.full_state_requested = true;
    }

    /// Returns when [`Self::flush`] has something to send: a time that may have passed already.
    pub(crate) fn due(&self) -> Option<Instant> {
        let full_state = self.full_state_requested.then_some(self.next_full_state);
        let changed = self.changed.then_some(self.next_flush);
        full_state.into_iter().chain(changed).min()
    }

    /// Returns the datagrams to be sent now: `AIRCRAFT` and `SYNC I` first, then the types in
    /// their order.
    pub(crate) fn flush(&mut self, now: Instant) -> Vec<Vec<u8>> {
        let full_state = self.full_state_requested && now >= self.next_full_state;
        if !full_state && (!self.changed || now < self.next_flush) {
            return Vec::new();
        }
        let mut out = DatagramPacker::default();
        self.aircraft.send(full_state, &mut out);
        if self.sync_due {
            let mut sync = Vec::new();
            encode_text(SYNC, b"I", &mut sync);
            out.add(&sync);
        }
        for slot in &mut self.slots {
            slot.send(full_state, &mut out);
        }
        self.changed = false;
        self.sync_due = false;
        self.next_flush = now + self.period;
        if full_state {
            self.full_state_requested = false;
            self.next_full_state = now + FULL_STATE_PAUSE;
            self.counters.full_states += 1;
        }
        self.counters.messages += out.messages();
        let datagrams = out.finish();
        self.counters.datagrams += datagrams.len() as u64;
        datagrams
    }

    /// Returns what was sent so far.
    pub(crate) fn counters(&self) -> ExportCounters {
        self.counters
    }
}

#[cfg(test)]
mod tests;
