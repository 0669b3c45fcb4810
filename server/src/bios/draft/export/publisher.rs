//! The publisher of the export stream, which sends the newest payload of each type.
//!
//! Pure: the time is passed in. A type is sent when its payload differs from the
//! one sent last, at most once per period. The newest payload is never lost, since
//! each type has a slot in which it waits. The full state is sent on request, once
//! for all requests within [`FULL_STATE_PAUSE`].

use super::datagrams::DatagramPacker;
use crate::bios::draft::proto::{AIRCRAFT, SYNC, encode_text};
use crate::filter::Micros;

/// The shortest time between two full states, however many are requested.
pub(super) const FULL_STATE_PAUSE: Micros = 250_000;

/// The payload of `AIRCRAFT` when none is controlled.
const NO_AIRCRAFT: &str = "NONE";

/// One type and its messages.
#[derive(Debug, Default)]
struct Slot {
    name: String,
    /// The message with the newest payload; empty if there is none.
    current: Vec<u8>,
    /// The message sent last; empty if none was sent.
    sent: Vec<u8>,
}

impl Slot {
    fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Sets a new payload. Returns whether it has to be sent.
    fn set(&mut self, text: &[u8]) -> bool {
        self.current.clear();
        encode_text(&self.name, text, &mut self.current);
        self.is_due()
    }

    fn is_due(&self) -> bool {
        self.current != self.sent
    }

    /// Adds the message to `out` if it is due, or if it exists and is requested.
    fn send(&mut self, requested: bool, out: &mut DatagramPacker) {
        if (requested || self.is_due()) && !self.current.is_empty() {
            out.add(&self.current);
            self.sent.clone_from(&self.current);
        }
    }
}

/// The counters of a publisher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ExportCounters {
    /// Messages sent.
    pub(crate) messages: u64,
    /// Datagrams sent.
    pub(crate) datagrams: u64,
    /// Full states sent.
    pub(crate) full_states: u64,
}

/// Decides which messages are sent, and when.
#[derive(Debug)]
pub(crate) struct Publisher {
    period: Micros,
    /// True to send `SYNC I` when an aircraft appears.
    sync_input: bool,
    aircraft: Slot,
    slots: Vec<Slot>,
    /// True if a slot may be due.
    changed: bool,
    full_state_requested: bool,
    sync_due: bool,
    next_flush: Micros,
    next_full_state: Micros,
    counters: ExportCounters,
}

impl Publisher {
    /// Creates a publisher without an aircraft. `period` is the shortest time between two messages
    /// of a type.
    pub(crate) fn new(period: Micros, sync_input: bool) -> Self {
        let mut publisher = Self {
            period,
            sync_input,
            aircraft: Slot::default(),
            slots: Vec::new(),
            changed: false,
            full_state_requested: false,
            sync_due: false,
            next_flush: 0,
            next_full_state: 0,
            counters: ExportCounters::default(),
        };
        publisher.set_aircraft(None, Vec::new());
        publisher
    }

    /// Changes to another aircraft with these types, to none, or to the same one in a new mission.
    /// All payloads are discarded.
    pub(crate) fn set_aircraft(&mut self, name: Option<&str>, types: Vec<String>) {
        let payload = name.unwrap_or(NO_AIRCRAFT).replace('\n', " ");
        self.aircraft = Slot::new(AIRCRAFT.to_owned());
        self.aircraft.set(payload.as_bytes());
        self.slots = types.into_iter().map(Slot::new).collect();
        self.changed = true;
        self.sync_due = self.sync_input && name.is_some();
    }

    /// Sets the newest text of the type at this index. It may contain line feeds.
    pub(crate) fn set(&mut self, slot: usize, text: &[u8]) {
        if let Some(slot) = self.slots.get_mut(slot) {
            self.changed |= slot.set(text);
        }
    }

    /// Requests the full state.
    pub(crate) fn request_full_state(&mut self) {
        self.full_state_requested = true;
    }

    /// Returns the time at which [`Self::flush`] has something to send, which may be in the past.
    pub(crate) fn due(&self) -> Option<Micros> {
        let full_state = self.full_state_requested.then_some(self.next_full_state);
        let changed = self.changed.then_some(self.next_flush);
        full_state.into_iter().chain(changed).min()
    }

    /// Returns the datagrams to send now: `AIRCRAFT` and `SYNC I` first, then the types in order.
    pub(crate) fn flush(&mut self, now: Micros) -> Vec<Vec<u8>> {
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

    /// Returns the counters.
    pub(crate) fn counters(&self) -> ExportCounters {
        self.counters
    }
}

#[cfg(test)]
mod tests;
