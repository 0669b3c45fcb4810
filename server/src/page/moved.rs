//! The messages to the page about what has just moved. Pure: values and the time are passed in.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use aircraft_defs::Tables;
use serde::Serialize;

use crate::filter::Micros;
use crate::watch::{ArgNames, Class, Damping, Movement, MovementDetector, NamedMovement, WARM_UP};
use crate::wire::{GaugeRequest, Ref, Request};
use crate::world::Aircraft;

/// The args that are watched besides those that have a name.
const NAMELESS_ARGS: Range<u32> = 0..2000;
/// The decimals to subscribe with: the most, so that every change comes.
const PRECISION: i8 = 9;
/// The most updates of an arg per second: enough to see when it comes to rest.
const RATE: f64 = 30.0;
/// The most movements in a message.
const MAX_MOVES: usize = 32;

/// An aircraft as the owner of its tables.
#[derive(Debug, Clone)]
struct Flown(Arc<Aircraft>);

impl Borrow<Tables> for Flown {
    fn borrow(&self) -> &Tables {
        &self.0.tables
    }
}

/// Finds what has moved in the cockpit, for one page.
#[derive(Debug)]
pub(super) struct MovedFeed {
    detector: MovementDetector,
    flight: Option<Flight>,
    /// The args that are subscribed to.
    args: BTreeSet<u32>,
}

#[derive(Debug)]
struct Flight {
    aircraft: Flown,
    names: ArgNames<Flown>,
    /// The end of the time in which nothing is reported; `None` once the page has been told.
    ready_at: Option<Micros>,
}

/// A message to the page.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum MovedMessage {
    /// The aircraft that is watched.
    State {
        aircraft: Option<String>,
        ready: bool,
        /// The number of args that are watched.
        watching: usize,
        /// The number of args that have a name.
        named: usize,
        /// The number of args that are left out since they move all the time.
        damped: usize,
    },
    /// The movements, the rarest first.
    Moves {
        moves: Vec<MoveEntry>,
        /// The number of further ones.
        more: usize,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct MoveEntry {
    arg: u32,
    before: f64,
    peak: f64,
    after: f64,
    moving: bool,
    line: String,
    change: String,
    named: Vec<NamedEntry>,
}

#[derive(Debug, Serialize)]
struct NamedEntry {
    kind: &'static str,
    name: String,
    line: String,
    change: String,
}

impl MovedFeed {
    pub(super) fn new() -> Self {
        Self {
            detector: MovementDetector::new(Damping::On, 0),
            flight: None,
            args: BTreeSet::new(),
        }
    }

    /// Begins to watch an aircraft, or none. Returns the subscriptions that change.
    pub(super) fn fly(&mut self, aircraft: Option<Arc<Aircraft>>, now: Micros) -> Vec<Request> {
        self.detector.restart(now);
        self.flight = aircraft.map(|aircraft| Flight::new(aircraft, now));
        let Some(flight) = &self.flight else {
            return Vec::new();
        };
        self.detector.set_classes(flight.names.classes());
        let args: BTreeSet<u32> = flight.names.args().chain(NAMELESS_ARGS).collect();
        let begin = args
            .difference(&self.args)
            .map(|arg| subscription(*arg, RATE));
        let end = self
            .args
            .difference(&args)
            .map(|arg| subscription(*arg, 0.0));
        let requests = begin.chain(end).collect();
        self.args = args;
        requests
    }

    /// Uses the tables of this aircraft, if it is the one that is watched and its tables are new.
    pub(super) fn refresh(&mut self, aircraft: Option<&Arc<Aircraft>>) {
        if let (Some(flight), Some(aircraft)) = (&mut self.flight, aircraft)
            && !Arc::ptr_eq(&flight.aircraft.0, aircraft)
            && flight.aircraft.0.name == aircraft.name
        {
            let ready_at = flight.ready_at;
            *flight = Flight::new(Arc::clone(aircraft), 0);
            flight.ready_at = ready_at;
            self.detector.set_classes(flight.names.classes());
        }
    }

    /// Records the raw value of an arg.
    pub(super) fn report(&mut self, arg: u32, raw: f64, now: Micros) {
        self.detector.report(arg, raw, now);
    }

    /// Returns the time at which [`Self::take`] has something to return.
    pub(super) fn next_due(&self) -> Option<Micros> {
        let ready_at = self.flight.as_ref().and_then(|flight| flight.ready_at);
        [ready_at, self.detector.next_due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Returns the messages that are due.
    pub(super) fn take(&mut self, now: Micros) -> Vec<MovedMessage> {
        let mut messages = Vec::new();
        let moves = self.detector.take(now);
        let Some(flight) = &mut self.flight else {
            return messages;
        };
        if flight.ready_at.is_some_and(|ready_at| ready_at <= now) {
            flight.ready_at = None;
            messages.push(self.state(now));
        }
        let Some(flight) = self.flight.as_ref().filter(|_| !moves.is_empty()) else {
            return messages;
        };
        let entry = |movement| MoveEntry::new(movement, flight.names.named_movements(movement));
        messages.push(MovedMessage::Moves {
            more: moves.len().saturating_sub(MAX_MOVES),
            moves: moves.iter().take(MAX_MOVES).map(entry).collect(),
        });
        messages
    }

    /// Returns the message about the aircraft.
    pub(super) fn state(&self, now: Micros) -> MovedMessage {
        let flight = self.flight.as_ref();
        MovedMessage::State {
            aircraft: flight.map(|flight| flight.aircraft.0.name.clone()),
            ready: flight.is_some_and(|flight| flight.ready_at.is_none()),
            watching: flight.map_or(0, |_| self.args.len()),
            named: flight.map_or(0, |flight| flight.names.args().count()),
            damped: self.detector.damped(now),
        }
    }
}

impl Flight {
    fn new(aircraft: Arc<Aircraft>, now: Micros) -> Self {
        let aircraft = Flown(aircraft);
        Self {
            names: ArgNames::new(aircraft.clone()),
            aircraft,
            ready_at: Some(now + WARM_UP),
        }
    }
}

impl MoveEntry {
    fn new(movement: &Movement, named: Vec<NamedMovement>) -> Self {
        let first = named.first();
        Self {
            arg: movement.arg,
            before: movement.before,
            peak: movement.peak,
            after: movement.after,
            moving: movement.is_moving,
            line: first.map(|first| first.line.clone()).unwrap_or_default(),
            change: first.map(|first| first.change.clone()).unwrap_or_default(),
            named: named.into_iter().filter_map(NamedEntry::new).collect(),
        }
    }
}

impl NamedEntry {
    /// Returns the entry; `None` if the arg has no name.
    fn new(named: NamedMovement) -> Option<Self> {
        let kind = match named.class {
            Class::Control => "control",
            Class::Gauge => "gauge",
            Class::Nameless => return None,
        };
        Some(Self {
            kind,
            name: named.name,
            line: named.line,
            change: named.change,
        })
    }
}

fn subscription(arg: u32, rate: f64) -> Request {
    Request::Gauge(GaugeRequest {
        gauge: Ref::Number(arg),
        id: arg.into(),
        precision: PRECISION,
        max_frequency: rate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    fn trainer() -> Arc<Aircraft> {
        let defs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../aircraft-defs");
        let (tables, _) = aircraft_defs::read_tables(&defs, "Kestrel_T1");
        let name = "Kestrel_T1".to_owned();
        Arc::new(Aircraft::new(name, tables))
    }

    fn json(messages: &[MovedMessage]) -> serde_json::Value {
        serde_json::to_value(messages).unwrap()
    }

    #[test]
    fn a_movement_comes_with_its_names_after_the_warm_up() {
        let mut feed = MovedFeed::new();
        let requests = feed.fly(Some(trainer()), 0);
        assert_eq!(requests.len(), feed.args.len());
        assert_eq!(json(&[feed.state(0)])[0]["ready"], false);
        feed.report(230, 0.0, 0);
        assert_eq!(feed.next_due(), Some(WARM_UP));
        let ready = json(&feed.take(WARM_UP));
        assert_eq!(
            (&ready[0]["ready"], &ready[0]["watching"]),
            (&true.into(), &2000.into())
        );
        feed.report(230, 0.5, 10 * SECOND);
        let due = feed.next_due().unwrap();
        assert!(due <= 10 * SECOND + 150_000, "{due}");
        let moves = json(&feed.take(due));
        let moved = &moves[0]["moves"][0];
        assert_eq!(moved["line"], "1 NAVIGATION_MODE VOR");
        assert_eq!(moved["named"][0]["kind"], "control");
        assert_eq!(moved["named"][0]["name"], "NAVIGATION_MODE");
    }

    #[test]
    fn another_aircraft_begins_anew_and_none_is_silent() {
        let mut feed = MovedFeed::new();
        feed.fly(Some(trainer()), 0);
        assert!(feed.fly(Some(trainer()), SECOND).is_empty());
        assert_eq!(feed.next_due(), Some(SECOND + WARM_UP));
        assert!(feed.fly(None, 2 * SECOND).is_empty());
        assert_eq!(feed.next_due(), None);
        assert!(feed.take(9 * SECOND).is_empty());
        assert_eq!(
            json(&[feed.state(0)])[0]["aircraft"],
            serde_json::Value::Null
        );
    }
}
