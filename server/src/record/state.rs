//! The state of the sim, as far as its messages tell.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::link::{FromSim, LinkState};

/// The state of the sim: its aircraft, and the newest values of args and texts of displays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SimState {
    /// The number of aircraft that have appeared so far. It tells two flights of one aircraft apart.
    pub flight: u64,
    /// The aircraft that is controlled, if any.
    pub aircraft: Option<String>,
    /// The values of args by number.
    pub args: BTreeMap<u32, f64>,
    /// The texts of displays by number.
    pub displays: BTreeMap<u32, Bytes>,
    /// The values of fields of telemetry by number, in the sim's units; `None` where the sim provides
    /// no number.
    pub telemetry: BTreeMap<u32, Option<f64>>,
}

impl SimState {
    /// Changes the state as a message says.
    pub fn apply(&mut self, message: &FromSim) {
        match message {
            FromSim::Aircraft(name) => self.set_aircraft(name.clone()),
            FromSim::Down(LinkState::Hook) => self.set_aircraft(None),
            FromSim::Down(LinkState::Export) => {
                self.displays.clear();
                self.telemetry.clear();
            }
            FromSim::Telemetry(values) => self.telemetry.extend(values.iter().copied()),
            FromSim::TelemetryForbidden => self.telemetry.clear(),
            FromSim::Args(values) => self.args.extend(values.iter().copied()),
            FromSim::Indicator {
                indicator, text, ..
            } => self.set_display(*indicator, text.as_ref()),
            FromSim::Indicators { texts, .. } => {
                let texts = texts.iter().map(|(number, text)| (*number, text.clone()));
                self.displays.extend(texts);
            }
            FromSim::Up { .. }
            | FromSim::Readings(_)
            | FromSim::Error { .. }
            | FromSim::Reached(_)
            | FromSim::AnswersCold
            | FromSim::Cold { .. }
            | FromSim::Stats(..) => {}
        }
    }

    fn set_aircraft(&mut self, name: Option<String>) {
        self.flight += u64::from(name.is_some());
        self.aircraft = name;
        self.args.clear();
        self.displays.clear();
        self.telemetry.clear();
    }

    fn set_display(&mut self, number: u32, text: Option<&Bytes>) {
        match text {
            Some(text) => self.displays.insert(number, text.clone()),
            None => self.displays.remove(&number),
        };
    }
}
