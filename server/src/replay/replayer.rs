//! The sim's end of the link, implemented by recorded messages.
//!
//! `docs/link.md` is the contract. Time is passed in, in seconds since any moment.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::link::{FromSim, LinkState, ToSim};
use crate::record::SimState;

/// The reason for which actions fail.
const NO_ACTIONS: &str = "this is a replay of a recording, in which nothing can be operated";

/// A sim that does what recorded messages say.
#[derive(Debug, Default)]
pub struct Replayer {
    state: SimState,
    args: BTreeMap<u32, Watch<f64>>,
    /// Fields of telemetry: `None` where the sim provided no number.
    fields: BTreeMap<u32, Watch<Option<f64>>>,
    displays: BTreeMap<u32, DisplayWatch>,
    /// The messages that are no values, in their order.
    waiting: Vec<FromSim>,
}

/// A value that is sent to the server when it changes.
#[derive(Debug)]
struct Watch<T> {
    interval: f64,
    due: f64,
    sent: Option<T>,
}

#[derive(Debug)]
struct DisplayWatch {
    epoch: u64,
    text: Watch<Bytes>,
}

impl<T: PartialEq + Clone> Watch<T> {
    fn new(interval: f64) -> Self {
        Self {
            interval,
            due: f64::MIN,
            sent: None,
        }
    }

    /// Returns the time from which the value may be sent. Frames that come a little early count, so
    /// that their jitter does not halve the rate.
    fn earliest(&self) -> f64 {
        self.due - self.interval / 4.0
    }

    fn is_due(&self, now: f64) -> bool {
        now >= self.earliest()
    }

    fn is_changed(&self, value: Option<&T>) -> bool {
        value.is_some() && value != self.sent.as_ref()
    }

    /// Returns the value if it has changed and may be sent.
    fn poll(&mut self, now: f64, value: Option<&T>) -> Option<T> {
        if !self.is_changed(value) || !self.is_due(now) {
            return None;
        }
        self.due = (self.due + self.interval).max(now + self.interval / 2.0);
        self.sent = value.cloned();
        self.sent.clone()
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

/// Returns the values that have changed and may be sent.
fn changed<T: PartialEq + Clone>(
    watches: &mut BTreeMap<u32, Watch<T>>,
    known: &BTreeMap<u32, T>,
    now: f64,
) -> Vec<(u32, T)> {
    let watches = watches.iter_mut();
    let changed = watches.filter_map(|(number, watch)| {
        let value = watch.poll(now, known.get(number))?;
        Some((*number, value))
    });
    changed.collect()
}

impl Replayer {
    /// Returns the messages that both states of a sim send when they are linked, and the aircraft.
    pub fn open(&self) -> Vec<FromSim> {
        let name = self.state.aircraft.clone();
        let aircraft = name.map(|name| FromSim::Aircraft(Some(name)));
        [LinkState::Hook, LinkState::Export]
            .map(FromSim::up)
            .into_iter()
            .chain(aircraft)
            .collect()
    }

    /// Returns the state of the recorded sim.
    pub fn state(&self) -> &SimState {
        &self.state
    }

    /// Handles a message of the server. Lists and actions are answered at once.
    pub fn receive(&mut self, message: ToSim) -> Option<FromSim> {
        match message {
            ToSim::Act(action) => Some(FromSim::Error {
                ticket: Some(action.ticket),
                reason: NO_ACTIONS.to_owned(),
            }),
            ToSim::WatchArg { arg, rate } => {
                watch(&mut self.args, arg, rate);
                None
            }
            ToSim::WatchTelemetry { field, rate } => {
                watch(&mut self.fields, field, rate);
                None
            }
            ToSim::WatchIndicator {
                indicator,
                rate,
                epoch,
            } => {
                if rate > 0.0 {
                    let text = Watch::new(1.0 / rate);
                    let watch = DisplayWatch { epoch, text };
                    self.displays.insert(indicator, watch);
                } else {
                    self.displays.remove(&indicator);
                }
                None
            }
            ToSim::ListIndicators { ticket, indicator } => {
                let texts = self.state.displays.iter();
                let texts = texts
                    .filter(|(number, _)| indicator.is_none_or(|only| only == **number))
                    .map(|(number, text)| (*number, text.clone()))
                    .collect();
                Some(FromSim::Indicators { ticket, texts })
            }
            // The server sends these only to a sim that announces that it answers them.
            ToSim::Mark(_)
            | ToSim::AskCold(_)
            | ToSim::WatchReading { .. }
            | ToSim::Call { .. } => None,
        }
    }

    /// Takes the next recorded message. Links that were lost look like a flight that has ended, since
    /// the link to a replay is never lost.
    pub fn take(&mut self, message: FromSim) {
        self.state.apply(&message);
        match message {
            FromSim::Aircraft(name) => self.announce(name),
            FromSim::Down(LinkState::Hook) => self.announce(None),
            FromSim::Down(LinkState::Export) => self.forget_displays(),
            // An error with a ticket is the answer to an action of then.
            FromSim::Error { ticket: None, .. } | FromSim::Stats(..) => self.waiting.push(message),
            FromSim::Error { .. }
            | FromSim::Up { .. }
            | FromSim::Args(_)
            | FromSim::Telemetry(_)
            | FromSim::TelemetryForbidden
            | FromSim::Readings(_)
            | FromSim::Indicator { .. }
            | FromSim::Indicators { .. }
            | FromSim::Reached(_)
            | FromSim::AnswersCold
            | FromSim::Cold { .. } => {}
        }
    }

    /// Continues from another place in the recording, where this is the state.
    pub fn jump(&mut self, state: SimState) {
        let is_same = state.flight == self.state.flight && state.aircraft == self.state.aircraft;
        self.state = state;
        if !is_same {
            self.announce(self.state.aircraft.clone());
        }
    }

    /// Announces an aircraft. Everything is sent again for it.
    fn announce(&mut self, name: Option<String>) {
        self.waiting.push(FromSim::Aircraft(name));
        for watch in self.args.values_mut() {
            *watch = Watch::new(watch.interval);
        }
        for watch in self.fields.values_mut() {
            *watch = Watch::new(watch.interval);
        }
        for watch in self.displays.values_mut() {
            watch.text = Watch::new(watch.text.interval);
        }
    }

    fn forget_displays(&mut self) {
        for (&indicator, watch) in &mut self.displays {
            if watch.text.sent.take().is_some() {
                self.waiting.push(FromSim::Indicator {
                    indicator,
                    epoch: watch.epoch,
                    text: None,
                });
            }
        }
    }

    /// Returns the messages that a sim would send after a frame.
    pub fn frame(&mut self, now: f64) -> Vec<FromSim> {
        let mut messages = std::mem::take(&mut self.waiting);
        let args = changed(&mut self.args, &self.state.args, now);
        if !args.is_empty() {
            messages.push(FromSim::Args(args));
        }
        let fields = changed(&mut self.fields, &self.state.telemetry, now);
        if !fields.is_empty() {
            messages.push(FromSim::Telemetry(fields));
        }
        for (&indicator, watch) in &mut self.displays {
            let text = self.state.displays.get(&indicator);
            let is_gone = text.is_none() && watch.text.sent.take().is_some();
            let text = watch.text.poll(now, text);
            if is_gone || text.is_some() {
                messages.push(FromSim::Indicator {
                    indicator,
                    epoch: watch.epoch,
                    text,
                });
            }
        }
        messages
    }

    /// Returns the time of the next frame that has something to send; `None` if nothing waits.
    pub fn next_due(&self) -> Option<f64> {
        if !self.waiting.is_empty() {
            return Some(f64::MIN);
        }
        let args = self.args.iter();
        let args = args.filter(|(arg, watch)| watch.is_changed(self.state.args.get(arg)));
        let fields = self.fields.iter();
        let fields = fields.filter(|(field, it)| it.is_changed(self.state.telemetry.get(field)));
        let displays = self.displays.iter();
        let displays = displays
            .filter(|(number, watch)| watch.text.is_changed(self.state.displays.get(number)));
        let due = args.map(|(_, watch)| watch.earliest());
        let due = due.chain(fields.map(|(_, watch)| watch.earliest()));
        let due = due.chain(displays.map(|(_, watch)| watch.text.earliest()));
        due.min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telemetry_is_replayed_to_those_who_watch_it() {
        let mut replayer = Replayer::default();
        let telemetry = |field, value| FromSim::Telemetry(vec![(field, value)]);
        replayer.take(telemetry(3, Some(3048.0)));
        assert!(replayer.frame(0.0).is_empty(), "nobody watches it");
        replayer.receive(ToSim::WatchTelemetry {
            field: 3,
            rate: 10.0,
        });
        assert!(replayer.next_due().is_some());
        assert_eq!(replayer.frame(1.0), [telemetry(3, Some(3048.0))]);
        replayer.take(telemetry(3, None));
        assert_eq!(replayer.frame(2.0), [telemetry(3, None)]);
        assert!(replayer.frame(2.5).is_empty(), "it is sent once");
        replayer.take(telemetry(3, Some(3049.0)));
        assert_eq!(replayer.frame(3.0), [telemetry(3, Some(3049.0))]);
        assert_eq!(replayer.state().telemetry[&3], Some(3049.0));
    }
}
