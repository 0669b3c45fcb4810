//! The inputs and results of the modules of the aircraft that is flown.
//!
//! Pure: the time is passed in. One job is under way at a time. What changes meanwhile waits, each
//! input with its newest value.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use dcs_bios_host::{Action, InputKey};

use super::inputs::{self, Input, Question};
use super::job::{Job, Outcome};
use crate::filter::Micros;
use crate::link::{Call, ReadingKey};
use crate::quote::{printable, printable_reason};
use crate::wire::{ActionRequest, Id, Ref, Request};

/// The longest time for which the first words wait for the inputs of their modules.
const PATIENCE: Micros = 1_000_000;
/// The most lines of panels that wait for the job under way.
const MAX_LINES: usize = 512;
/// The time of a job after which it is reported.
const LONG_JOB: Micros = 1_000_000;
/// The time of a job after which it is not waited for any more.
const STUCK_JOB: Micros = 5_000_000;

/// The stages of a flight.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No words are written, since the sim has not answered all questions about inputs.
    #[default]
    Waiting,
    /// Words are written although inputs are missing, since they did not come in time.
    Incomplete,
    /// All inputs were there.
    Complete,
}

/// The flight of an aircraft that has modules.
#[derive(Debug, Default)]
struct Flight {
    aircraft: String,
    began: Micros,
    /// The inputs that the sim was asked for.
    asked: HashSet<InputKey>,
    /// Those of them that it has not answered yet.
    unanswered: BTreeSet<InputKey>,
    /// Whether the job under way has all inputs that the sim was asked for.
    is_settled: bool,
    stage: Stage,
}

/// The inputs of the modules of the aircraft that is flown.
#[derive(Debug, Default)]
pub(crate) struct HostedSource {
    flight: Option<Flight>,
    /// The number of flights.
    flights: u64,
    is_first: bool,
    changed: HashMap<InputKey, Input>,
    lines: Vec<String>,
    /// The time at which the job under way was given.
    under_way: Option<Micros>,
    is_long_reported: bool,
}

/// A click in the cockpit, which a module asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Click {
    /// The control that was moved.
    pub(crate) control: Arc<str>,
    pub(crate) device: u32,
    pub(crate) command: u32,
    pub(crate) value: f64,
}

impl From<Click> for Request {
    fn from(click: Click) -> Self {
        Self::Act(ActionRequest {
            device: Ref::Number(click.device.into()),
            command: Ref::Number(click.command.into()),
            value: click.value,
        })
    }
}

/// The consequences of a finished job.
#[derive(Debug, Default)]
pub(crate) struct Served {
    /// The words to be written.
    pub(crate) words: Vec<(u16, u16)>,
    /// Subscriptions.
    pub(crate) requests: Vec<Request>,
    /// The actions that the hook state carries out, in their order.
    pub(crate) clicks: Vec<Click>,
    /// What the export state is to read.
    pub(crate) readings: Vec<ReadingKey>,
    /// The actions that the export state carries out.
    pub(crate) calls: Vec<Call>,
    /// The lines that no module knows.
    pub(crate) unknown: Vec<String>,
    /// Lines for the log.
    pub(crate) log: Vec<String>,
}

impl HostedSource {
    /// Changes to another aircraft that has modules, or to none. `reads` are the inputs of its
    /// modules, as far as they are known before. Returns what the sim is to be asked for.
    pub(crate) fn set_aircraft(
        &mut self,
        aircraft: Option<&str>,
        reads: impl IntoIterator<Item = InputKey>,
        now: Micros,
    ) -> Served {
        self.flights += 1;
        self.changed.clear();
        self.lines.clear();
        self.is_first = true;
        self.flight = aircraft.map(|aircraft| Flight {
            aircraft: aircraft.to_owned(),
            began: now,
            ..Flight::default()
        });
        let mut served = Served::default();
        if let Some(flight) = &mut self.flight {
            flight.ask(reads, &mut served);
        }
        served
    }

    /// Returns whether an aircraft that has modules is flown.
    pub(crate) fn is_flying(&self) -> bool {
        self.flight.is_some()
    }

    /// Returns a line for the log if the job under way takes long.
    pub(crate) fn report_long_job(&mut self, now: Micros) -> Option<String> {
        let is_long = self.under_way.is_some_and(|given| now >= given + LONG_JOB);
        if !is_long || std::mem::replace(&mut self.is_long_reported, true) {
            return None;
        }
        Some("DCS-BIOS: a module has run for more than a second; its values stand still".into())
    }

    /// Returns whether the job under way is not waited for any more.
    pub(crate) fn is_stuck(&self, now: Micros) -> bool {
        self.under_way.is_some_and(|given| now >= given + STUCK_JOB)
    }

    /// Takes the raw value of a gauge.
    pub(crate) fn set_gauge(&mut self, id: Id, raw: f64) {
        if let Some(key) = inputs::of_gauge(id) {
            self.set(key, Input::Number(raw));
        }
    }

    /// Takes the text of a display.
    pub(crate) fn set_text(&mut self, id: Id, text: &[u8]) {
        if let Some(key) = inputs::of_text(id) {
            self.set(key, Input::Text(text.to_vec()));
        }
    }

    /// Takes a reading of the export state.
    pub(crate) fn set_reading(&mut self, key: ReadingKey, value: serde_json::Value) {
        match inputs::of_reading(key, value) {
            Some((key, Some(input))) => self.set(key, input),
            Some((key, None)) => {
                if let Some(flight) = &mut self.flight {
                    flight.unanswered.remove(&key);
                }
            }
            None => {}
        }
    }

    fn set(&mut self, key: InputKey, value: Input) {
        if let Some(flight) = &mut self.flight {
            flight.unanswered.remove(&key);
            self.changed.insert(key, value);
        }
    }

    /// Takes a line of a panel. Returns false if too many wait.
    pub(crate) fn add_line(&mut self, line: String) -> bool {
        let has_room = self.lines.len() < MAX_LINES;
        if has_room {
            self.lines.push(line);
        }
        has_room
    }

    /// Returns the next job, if none is under way: with a step, or only the lines that wait. Lines are
    /// kept until the inputs are there, since a module would move a dial on from 0 otherwise.
    pub(crate) fn next_job(&mut self, with_step: bool, now: Micros) -> Option<Job> {
        let flight = self.flight.as_mut()?;
        if self.under_way.is_some() {
            return None;
        }
        let with_step = with_step && flight.is_ready(now);
        let lines = match flight.stage {
            Stage::Waiting => Vec::new(),
            Stage::Incomplete | Stage::Complete => std::mem::take(&mut self.lines),
        };
        if !with_step && lines.is_empty() {
            return None;
        }
        self.under_way = Some(now);
        flight.is_settled = flight.unanswered.is_empty();
        let seconds = now.saturating_sub(flight.began) as f64 / 1e6;
        Some(Job {
            flight: self.flights,
            is_first: std::mem::take(&mut self.is_first),
            begins_anew: with_step && flight.begins_anew(),
            inputs: self.changed.drain().collect(),
            lines,
            step: with_step.then(|| (seconds, flight.aircraft.clone())),
        })
    }

    /// Handles the results of a job.
    pub(crate) fn finish(&mut self, outcome: Outcome, now: Micros) -> Served {
        self.under_way = None;
        self.is_long_reported = false;
        let mut served = Served {
            log: log_lines(&outcome),
            ..Served::default()
        };
        let is_old = outcome.flight != self.flights;
        let Some(flight) = self.flight.as_mut().filter(|_| !is_old) else {
            return served;
        };
        flight.ask(outcome.wanted, &mut served);
        for (control, action) in outcome.actions {
            served.act(control, action);
        }
        served.unknown = outcome.unknown;
        if outcome.has_stepped {
            served.words = flight.release(outcome.words, now);
        }
        served
    }
}

impl Flight {
    /// Asks the sim for inputs that it was not asked for yet.
    fn ask(&mut self, keys: impl IntoIterator<Item = InputKey>, served: &mut Served) {
        for key in keys {
            if !self.asked.insert(key.clone()) {
                continue;
            }
            match inputs::question(&key) {
                Some(Question::Subscription(request)) => served.requests.push(request),
                Some(Question::Reading(reading)) => served.readings.push(reading),
                None => continue,
            }
            self.unanswered.insert(key);
        }
    }

    /// Returns whether a step can be run: before the inputs are there, modules would compute values
    /// from nothing, and keep those that they would never have in the sim.
    fn is_ready(&self, now: Micros) -> bool {
        let has_waited = now >= self.began + PATIENCE;
        self.stage != Stage::Waiting || self.unanswered.is_empty() || has_waited
    }

    /// Returns whether the next step is to forget what modules have computed without all inputs.
    fn begins_anew(&self) -> bool {
        match self.stage {
            Stage::Waiting => true,
            Stage::Incomplete => self.unanswered.is_empty(),
            Stage::Complete => false,
        }
    }

    /// Returns the words of a step that are to be written: none before the inputs are there, but for
    /// those that do not come in time.
    fn release(&mut self, words: Vec<(u16, u16)>, now: Micros) -> Vec<(u16, u16)> {
        if self.is_settled && self.unanswered.is_empty() {
            self.stage = Stage::Complete;
        } else if self.stage == Stage::Waiting && now >= self.began + PATIENCE {
            self.stage = Stage::Incomplete;
        }
        match self.stage {
            Stage::Waiting => Vec::new(),
            Stage::Incomplete | Stage::Complete => words,
        }
    }
}

impl Served {
    /// Adds an action: a click, which the hook state performs, or a call.
    fn act(&mut self, control: Arc<str>, action: Action) {
        let call = match action {
            Action::Click {
                device,
                command,
                value,
            } => {
                self.clicks.push(Click {
                    control,
                    device,
                    command,
                    value,
                });
                return;
            }
            Action::SetCommand {
                device,
                command,
                value,
            } => Call::SetCommand {
                device,
                command,
                value,
            },
            Action::SetArgument { device, arg, value } => Call::SetArgument { device, arg, value },
            Action::SetFrequency { device, hertz } => Call::SetFrequency { device, hertz },
            Action::SimCommand { command, value } => Call::SimCommand { command, value },
        };
        self.calls.push(call);
    }
}

fn log_lines(outcome: &Outcome) -> Vec<String> {
    let problems = outcome.problems.iter().map(|problem| {
        let (module, part) = (printable(&problem.module), printable(&problem.part));
        let message = printable_reason(&problem.message);
        format!("DCS-BIOS: module {module}, {part}: {message}")
    });
    let log = outcome.log.iter();
    let log = log.map(|line| format!("DCS-BIOS: {}", printable_reason(line)));
    problems.chain(log).collect()
}

#[cfg(test)]
mod tests;
