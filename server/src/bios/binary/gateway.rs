//! The gateway without its sockets: values of the world become updates, and lines become requests.
//!
//! Pure: the time is passed in.

use std::collections::BTreeMap;
use std::sync::Arc;

use aircraft_defs::counted;

use super::cockpit::{Cockpit, CockpitMap};
use super::import::{Imported, Importer, Performer, Sender};
use super::memory::{Address, Memory};
use super::stream::{Feed, Pace};
use crate::bios::hosted::Click;
use crate::filter::Micros;
use crate::wire::{Id, Request};
use crate::world::Aircraft;

/// A listener of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Listener {
    /// All who listen to the datagrams.
    Datagrams,
    /// A panel with a connection of its own, by its number.
    Connection(u64),
}

/// The gateway's state.
#[derive(Debug)]
pub(super) struct Gateway {
    memory: Memory,
    cockpit: Cockpit,
    importer: Importer,
    feeds: BTreeMap<Listener, Feed>,
    /// Whether values become 0 when the mission ends.
    reset_gauges: bool,
    updates: u64,
    /// The number of errors when they were last reported.
    reported_errors: u64,
}

impl Gateway {
    /// Creates a gateway without an aircraft.
    pub(super) fn new(reset_gauges: bool) -> Self {
        let mut gateway = Self {
            memory: Memory::default(),
            cockpit: Cockpit::default(),
            importer: Importer::new(),
            feeds: BTreeMap::new(),
            reset_gauges,
            updates: 0,
            reported_errors: 0,
        };
        gateway.set_aircraft(None);
        gateway
    }

    /// Changes to another aircraft, to none, or to the same one in a new mission. Returns the
    /// subscriptions that it needs, to be made after those of the last aircraft have ended.
    pub(super) fn set_aircraft(
        &mut self,
        aircraft: Option<(Arc<Aircraft>, CockpitMap)>,
    ) -> Vec<Request> {
        match aircraft {
            None if self.reset_gauges => self.memory.reset(),
            _ => self.memory.forget(),
        }
        for feed in self.feeds.values_mut() {
            feed.forget(&self.memory);
        }
        self.importer.forget();
        self.importer.set_performer(Performer::Tables);
        self.cockpit.set_aircraft(aircraft, &mut self.memory)
    }

    /// Changes to an aircraft whose values come from modules of a DCS-BIOS, with these texts.
    pub(super) fn set_hosted_aircraft(
        &mut self,
        aircraft: Arc<Aircraft>,
        texts: impl Iterator<Item = (u16, u16)>,
    ) {
        self.set_aircraft(Some((aircraft, CockpitMap::default())));
        self.importer.set_performer(Performer::Modules);
        for (address, length) in texts {
            self.memory
                .join_text(Address::new(address), usize::from(length));
        }
    }

    /// Ends the last aircraft. What serves the next one, which is flown already, is known only when
    /// the modules of a DCS-BIOS are loaded.
    pub(super) fn wait_for_modules(&mut self) {
        self.set_aircraft(None);
        self.importer.set_performer(Performer::Loading);
    }

    /// Writes words that modules of a DCS-BIOS have changed.
    pub(super) fn set_words(&mut self, words: &[(u16, u16)]) {
        for &(address, value) in words {
            self.memory.set(Address::new(address), value);
        }
    }

    /// Admits the clicks of modules that the sim can carry out soon. The others wait or are dropped.
    pub(super) fn admit(&mut self, clicks: Vec<Click>, now: Micros) -> Imported {
        self.importer.admit(clicks, now)
    }

    /// Counts lines that no module knows. Returns lines for the log.
    pub(super) fn refuse_lines(&mut self, lines: &[String], now: Micros) -> Vec<String> {
        let aircraft = self.cockpit.name().unwrap_or_default();
        let refused = lines
            .iter()
            .filter_map(|line| self.importer.refuse_unknown(line, aircraft, now));
        refused.collect()
    }

    /// Takes the map of the aircraft that is no longer flown, to be freed elsewhere.
    pub(super) fn take_map(&mut self) -> CockpitMap {
        self.cockpit.take_map()
    }

    /// Returns whether an aircraft is flown.
    pub(super) fn is_flying(&self) -> bool {
        self.cockpit.name().is_some()
    }

    /// Processes the raw value of an arg.
    pub(super) fn set_gauge(&mut self, id: Id, raw: f64) {
        self.cockpit.set_gauge(id, raw, &mut self.memory);
    }

    /// Processes the text of a display.
    pub(super) fn set_text(&mut self, id: Id, text: &[u8]) {
        self.cockpit.set_text(id, text, &mut self.memory);
    }

    /// Adds a listener, which gets everything first.
    pub(super) fn join(&mut self, listener: Listener, pace: Pace) {
        self.feeds.insert(listener, Feed::new(pace, &self.memory));
    }

    /// Removes a listener.
    pub(super) fn leave(&mut self, listener: Listener) {
        self.feeds.remove(&listener);
        if let Listener::Connection(number) = listener {
            self.importer.leave(number);
        }
    }

    /// Returns the updates of a step for a listener.
    pub(super) fn step(&mut self, listener: Listener, now: Micros) -> Vec<Vec<u8>> {
        if let Some(changed) = self.memory.take_changed() {
            self.feeds.values_mut().for_each(|feed| feed.mark(&changed));
        }
        let feed = self.feeds.get_mut(&listener);
        let updates = feed
            .map(|feed| feed.step(&self.memory, now))
            .unwrap_or_default();
        self.updates += updates.len() as u64;
        updates
    }

    /// Counts a step in which a listener takes nothing.
    pub(super) fn skip(&mut self, listener: Listener) {
        if let Some(feed) = self.feeds.get_mut(&listener) {
            feed.skip();
        }
    }

    /// Reads bytes of a panel.
    pub(super) fn read(&mut self, from: Sender, bytes: &[u8], now: Micros) -> Imported {
        let imported = self.importer.read(from, bytes, &self.cockpit, now);
        let listener = match from {
            Sender::Datagrams(_) => Listener::Datagrams,
            Sender::Connection(number) => Listener::Connection(number),
        };
        if imported.full_state
            && let Some(feed) = self.feeds.get_mut(&listener)
        {
            feed.mark_all(&self.memory);
        }
        imported
    }

    /// Returns the requests that have waited for the sim's next frame.
    pub(super) fn tick(&mut self, now: Micros) -> Vec<Request> {
        self.importer.tick(&self.cockpit, now)
    }

    /// Returns a line for the log with all counters.
    pub(super) fn counters(&self) -> String {
        let read = self.importer.counters();
        let left_out = match read.errors.left_out {
            0 => String::new(),
            number => format!(
                "; {} left out of the log",
                counted(number as usize, "error")
            ),
        };
        format!(
            "DCS-BIOS: {} sent to {}; {} read, {} not understood, {} too fast{left_out}",
            counted(self.updates as usize, "update"),
            counted(self.feeds.len(), "listener"),
            counted(read.lines as usize, "line"),
            read.errors.rejected,
            read.errors.too_fast,
        )
    }

    /// Returns the line of [`Self::counters`] if there were more errors since the last call.
    pub(super) fn new_errors(&mut self) -> Option<String> {
        let errors = self.importer.counters().errors;
        let errors = errors.rejected + errors.too_fast;
        let reported = std::mem::replace(&mut self.reported_errors, errors);
        self.importer.note_report();
        (errors > reported).then(|| self.counters())
    }
}

#[cfg(test)]
mod tests;
