//! The sim's end of the link, implemented by the demo's simulation.
//!
//! `docs/link.md` is the contract. Time is passed in, in seconds since the start.

use std::collections::BTreeMap;

use aircraft_defs::telemetry::{self, Conversion};
use bytes::Bytes;
use dcs_master_demo::{Action, Aircraft, Event, Simulation};

use crate::link::{FromSim, LinkState, ToSim};

/// A simulation, with the args and indicators that the server watches.
#[derive(Debug)]
pub(crate) struct DemoSim {
    simulation: Simulation,
    args: BTreeMap<u32, Watch<f32>>,
    fields: BTreeMap<u32, Watch<Option<f64>>>,
    indicators: BTreeMap<u32, Watch<Option<String>>>,
    epochs: BTreeMap<u32, u64>,
}

/// A value that is sent to the server when it changes.
#[derive(Debug)]
struct Watch<T> {
    interval: f64,
    due: f64,
    sent: Option<T>,
}

impl<T: PartialEq + Clone> Watch<T> {
    fn new(interval: f64) -> Self {
        Self {
            interval,
            due: f64::MIN,
            sent: None,
        }
    }

    /// Reads the value if it is due, and returns it if it differs from the one sent last.
    fn poll(&mut self, now: f64, read: impl FnOnce() -> T) -> Option<T> {
        if now < self.due {
            return None;
        }
        self.due = now + self.interval;
        let value = Some(read());
        let changed = (value != self.sent).then(|| value.clone()).flatten();
        self.sent = value;
        changed
    }
}

/// Starts or restarts a watch; ends it if the rate is 0.
fn watch<T: PartialEq + Clone>(watches: &mut BTreeMap<u32, Watch<T>>, number: u32, rate: f64) {
    if rate > 0.0 {
        watches.insert(number, Watch::new(1.0 / rate));
    } else {
        watches.remove(&number);
    }
}

/// Forgets the values that were sent, so that all are sent for a new aircraft.
fn reset<T: PartialEq + Clone>(watches: &mut BTreeMap<u32, Watch<T>>) {
    for watch in watches.values_mut() {
        *watch = Watch::new(watch.interval);
    }
}

/// Returns the number that a sim would return for a field of telemetry.
fn number_of(simulation: &Simulation, field: u32) -> Option<f64> {
    let field = telemetry::field(field)?;
    let raw = simulation.telemetry(field.name)?;
    Some(match field.conversion {
        Conversion::None => raw,
        Conversion::Radians | Conversion::Heading => raw.to_radians(),
    })
}

impl DemoSim {
    /// Flies these aircraft, each for `every` seconds; see [`Simulation::new`].
    pub(crate) fn new(aircraft: Vec<Aircraft>, every: f64) -> Self {
        Self {
            simulation: Simulation::new(aircraft, every),
            args: BTreeMap::new(),
            fields: BTreeMap::new(),
            indicators: BTreeMap::new(),
            epochs: BTreeMap::new(),
        }
    }

    /// Returns the messages that both states of a sim send when they are linked, and the aircraft.
    pub(crate) fn open(&self) -> Vec<FromSim> {
        let aircraft = self.simulation.aircraft().map(str::to_owned);
        let aircraft = aircraft.map(|name| FromSim::Aircraft(Some(name)));
        [LinkState::Hook, LinkState::Export]
            .map(FromSim::up)
            .into_iter()
            .chain(aircraft)
            .collect()
    }

    /// Handles a message of the server. A list is answered at once, everything else in the next
    /// frame.
    pub(crate) fn receive(&mut self, message: ToSim) -> Option<FromSim> {
        match message {
            ToSim::Act(action) => self.simulation.act(Action {
                device: action.device,
                command: action.command,
                value: action.value,
                ticket: action.ticket,
            }),
            ToSim::WatchArg { arg, rate } => watch(&mut self.args, arg, rate),
            ToSim::WatchTelemetry { field, rate } => watch(&mut self.fields, field, rate),
            ToSim::WatchIndicator {
                indicator,
                rate,
                epoch,
            } => {
                watch(&mut self.indicators, indicator, rate);
                self.epochs.insert(indicator, epoch);
            }
            ToSim::ListIndicators { ticket, indicator } => {
                return Some(self.list(ticket, indicator));
            }
            // The server sends these only to a sim that announces that it answers them.
            ToSim::Mark(_)
            | ToSim::AskCold(_)
            | ToSim::WatchReading { .. }
            | ToSim::Call { .. } => {}
        }
        None
    }

    fn list(&self, ticket: u64, only: Option<u32>) -> FromSim {
        let texts = (0..).zip(self.simulation.texts());
        let texts = texts
            .filter(|(number, _)| only.is_none_or(|only| only == *number))
            .map(|(number, text)| (number, Bytes::from(text)))
            .collect();
        FromSim::Indicators { ticket, texts }
    }

    /// Runs a frame and returns the messages that a sim would send after it.
    pub(crate) fn frame(&mut self, now: f64) -> Vec<FromSim> {
        let events = self.simulation.frame(now);
        let mut messages: Vec<_> = events
            .into_iter()
            .map(|event| self.message(event))
            .collect();
        messages.extend(self.changed_args(now));
        messages.extend(self.changed_fields(now));
        messages.extend(self.changed_texts(now));
        messages
    }

    fn message(&mut self, event: Event) -> FromSim {
        match event {
            Event::ActionFailed { ticket, reason } => FromSim::Error {
                ticket: Some(ticket),
                reason,
            },
            Event::AircraftChanged(name) => {
                if name.is_some() {
                    reset(&mut self.args);
                    reset(&mut self.fields);
                    reset(&mut self.indicators);
                }
                FromSim::Aircraft(name)
            }
        }
    }

    fn changed_args(&mut self, now: f64) -> Option<FromSim> {
        self.simulation.aircraft()?;
        let simulation = &self.simulation;
        let poll = |(&arg, watch): (&u32, &mut Watch<f32>)| {
            // The sim's values have single precision.
            let read = || simulation.arg(arg).unwrap_or_default() as f32;
            Some((arg, watch.poll(now, read)?.into()))
        };
        let changed: Vec<_> = self.args.iter_mut().filter_map(poll).collect();
        (!changed.is_empty()).then_some(FromSim::Args(changed))
    }

    fn changed_fields(&mut self, now: f64) -> Option<FromSim> {
        let simulation = &self.simulation;
        let poll = |(&field, watch): (&u32, &mut Watch<Option<f64>>)| {
            Some((field, watch.poll(now, || number_of(simulation, field))?))
        };
        let changed: Vec<_> = self.fields.iter_mut().filter_map(poll).collect();
        (!changed.is_empty()).then_some(FromSim::Telemetry(changed))
    }

    fn changed_texts(&mut self, now: f64) -> Vec<FromSim> {
        if !self.indicators.values().any(|watch| now >= watch.due) {
            return Vec::new();
        }
        let texts = self.simulation.texts();
        let epochs = &self.epochs;
        let poll = |(&indicator, watch): (&u32, &mut Watch<Option<String>>)| {
            let text = watch.poll(now, || texts.get(indicator as usize).cloned())?;
            let epoch = epochs.get(&indicator).copied().unwrap_or_default();
            Some(FromSim::Indicator {
                indicator,
                epoch,
                text: text.map(Bytes::from),
            })
        };
        self.indicators.iter_mut().filter_map(poll).collect()
    }
}
