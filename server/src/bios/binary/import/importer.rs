//! The importer, which turns the lines of any number of panels into requests.
//!
//! Turns of dials and encoders that come faster than the sim's frames are joined: a knob should not go
//! on turning after the hand has stopped. Moves to positions are carried out one by one; while the sim
//! has no frames for a control, its newest position waits. Errors are counted, and logged once for each
//! identifier; no sender gets an answer.

use std::collections::{BTreeMap, HashMap};

use super::error::ImportError;
use super::error_log::{ErrorCounters, ErrorLog};
use super::limits::{ACTIONS, FRAME_LIMITS};
use super::lines::{Line, LineSplitter, MAX_LINE};
use super::moves::{Move, interpret};
use super::queue::{Action, ActionQueue, Effect};
use super::sender::Sender;
use super::senders::Senders;
use crate::bios::binary::cockpit::{Cockpit, ControlKind};
use crate::bios::binary::stream::STEP;
use crate::bios::hosted::Click;
use crate::control::{Position, PositionTracker};
use crate::filter::Micros;
use crate::rate_limit::RateLimit;
use crate::wire::{PositionRequest, Request};

/// The error of a control that is moved too fast, with the times per second and at once.
const FASTER_THAN_FRAMES: ImportError =
    ImportError::FasterThanFrames(1_000_000 / STEP, FRAME_LIMITS.longest_wait / STEP + 1);
/// The shortest time between two full states over multicast, however many are requested.
const FULL_STATE_PAUSE: Micros = 250_000;

/// The counters of all senders together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::bios::binary) struct ImportCounters {
    pub(in crate::bios::binary) lines: u64,
    pub(in crate::bios::binary) errors: ErrorCounters,
}

/// What lines have asked for.
#[derive(Debug, Default)]
pub(in crate::bios::binary) struct Imported {
    pub(in crate::bios::binary) requests: Vec<Request>,
    /// Lines for the modules of a DCS-BIOS.
    pub(in crate::bios::binary) lines: Vec<String>,
    /// Whether the sender asks for everything.
    pub(in crate::bios::binary) full_state: bool,
    /// Lines for the log.
    pub(in crate::bios::binary) log: Vec<String>,
}

/// The part of the program that carries out the lines of panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::bios::binary) enum Performer {
    /// The importer itself, with the controls of the tables.
    #[default]
    Tables,
    /// Modules of a DCS-BIOS.
    Modules,
    /// None yet: it is known only when the modules of a DCS-BIOS are loaded.
    Loading,
}

/// A control that is turned, by its number in the map.
#[derive(Debug, Default)]
struct Turn {
    position: PositionTracker,
    /// The time of the last request.
    last: Option<Micros>,
    /// The turn that waits.
    pending: Option<Move>,
}

/// Reads the import stream for one aircraft after the other.
#[derive(Debug)]
pub(in crate::bios::binary) struct Importer {
    datagrams: Senders,
    connections: HashMap<u64, LineSplitter>,
    turns: BTreeMap<usize, Turn>,
    actions: RateLimit,
    queue: ActionQueue,
    full_states: RateLimit,
    errors: ErrorLog,
    lines: u64,
    performer: Performer,
}

impl Importer {
    pub(in crate::bios::binary) fn new() -> Self {
        Self {
            datagrams: Senders::default(),
            connections: HashMap::new(),
            turns: BTreeMap::new(),
            actions: RateLimit::new(ACTIONS.0, ACTIONS.1),
            queue: ActionQueue::new(),
            full_states: RateLimit::new(1, 1e6 / FULL_STATE_PAUSE as f64),
            errors: ErrorLog::new(),
            lines: 0,
            performer: Performer::default(),
        }
    }

    /// Forgets what depends on the aircraft.
    pub(in crate::bios::binary) fn forget(&mut self) {
        self.turns.clear();
        self.queue.forget();
        self.errors.forget();
    }

    /// Forgets a connection.
    pub(in crate::bios::binary) fn leave(&mut self, connection: u64) {
        self.connections.remove(&connection);
    }

    pub(in crate::bios::binary) fn counters(&self) -> ImportCounters {
        ImportCounters {
            lines: self.lines,
            errors: self.errors.counters(),
        }
    }

    /// Notes that the counters have been logged.
    pub(in crate::bios::binary) fn note_report(&mut self) {
        self.errors.note_report();
    }

    /// Sets what carries out the lines.
    pub(in crate::bios::binary) fn set_performer(&mut self, performer: Performer) {
        self.performer = performer;
    }

    /// Admits the clicks of modules that the sim can carry out soon. Of those that it has no frames
    /// for, the newest of each command waits, and the others are dropped.
    pub(in crate::bios::binary) fn admit(&mut self, clicks: Vec<Click>, now: Micros) -> Imported {
        let mut imported = Imported::default();
        for click in clicks {
            let control = click.control.clone();
            if let Err(error) = self.perform(click.into(), now, &mut imported) {
                imported.log.extend(self.errors.add(&control, &error, now));
            }
        }
        imported
    }

    /// Carries out an action, or makes it wait.
    fn perform(
        &mut self,
        action: Action,
        now: Micros,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        let admission = self.queue.admit(action, now);
        imported.requests.extend(admission.request);
        match admission.is_one_dropped {
            true => Err(FASTER_THAN_FRAMES),
            false => Ok(()),
        }
    }

    /// Counts a line that no module knows. Returns a line for the log, unless it was logged before.
    pub(in crate::bios::binary) fn refuse_unknown(
        &mut self,
        line: &str,
        aircraft: &str,
        now: Micros,
    ) -> Option<String> {
        let name = name_in(line);
        self.errors
            .add(name, &ImportError::NotInModule(aircraft.to_owned()), now)
    }

    /// Reads bytes of a sender.
    pub(in crate::bios::binary) fn read(
        &mut self,
        from: Sender,
        bytes: &[u8],
        cockpit: &Cockpit,
        now: Micros,
    ) -> Imported {
        let mut lines: Vec<Result<String, (String, ImportError)>> = Vec::new();
        let splitter = match from {
            Sender::Datagrams(address) => self.datagrams.hear(address),
            Sender::Connection(number) => self.connections.entry(number).or_default(),
        };
        splitter.feed(bytes, |line| {
            lines.push(match line {
                Line::Text(text) => Ok(text.to_owned()),
                Line::TooLong(shown) => Err((shown, ImportError::TooLong(MAX_LINE, from))),
                Line::NotText(shown) => Err((shown, ImportError::NotText(from))),
            });
        });
        let mut imported = Imported::default();
        for line in lines {
            self.lines += 1;
            let handled = line.and_then(|line| {
                let result = self.handle(from, &line, cockpit, now, &mut imported);
                result.map_err(|error| (name_in(&line).to_owned(), error))
            });
            if let Err((name, error)) = handled {
                imported.log.extend(self.errors.add(&name, &error, now));
            }
        }
        imported
    }

    fn handle(
        &mut self,
        from: Sender,
        line: &str,
        cockpit: &Cockpit,
        now: Micros,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        if line == "SYNC E" {
            let is_shared = matches!(from, Sender::Datagrams(_));
            imported.full_state |= !is_shared || self.full_states.take(1, now);
            return Ok(());
        }
        if self.performer == Performer::Loading {
            return Err(ImportError::Loading);
        }
        let aircraft = cockpit.name().ok_or(ImportError::NoAircraft)?;
        let (name, argument) = line.split_once(' ').ok_or(ImportError::NoArgument)?;
        if self.performer == Performer::Modules {
            if !self.actions.take(1, now) {
                return Err(ImportError::TooFast);
            }
            imported.lines.push(line.to_owned());
            return Ok(());
        }
        let control = cockpit.control(name);
        let (index, control) = control.ok_or_else(|| ImportError::Unknown(aircraft.to_owned()))?;
        let asked = interpret(control, argument.trim())?;
        if !self.actions.take(1, now) {
            return Err(ImportError::TooFast);
        }
        match asked {
            Move::To(position) => {
                // The turn that waits is older than the position.
                if let Some(turn) = self.turns.get_mut(&index) {
                    turn.last = None;
                }
                let turn = self.take_turn(index, cockpit, now);
                imported.requests.extend(turn);
                let action = Action {
                    control: control.identifier.as_str().into(),
                    command: (index as i64, 0),
                    effect: effect(&position),
                    request: request(&control.identifier, position),
                };
                self.perform(action, now, imported)?;
            }
            turn => {
                if self.queue.cancel((index as i64, 0)) {
                    let line = self.errors.add(name, &FASTER_THAN_FRAMES, now);
                    imported.log.extend(line);
                }
                self.turn(index, turn, cockpit, now)?;
                imported
                    .requests
                    .extend(self.take_turn(index, cockpit, now));
            }
        }
        Ok(())
    }

    /// Adds a turn to those that wait.
    fn turn(
        &mut self,
        index: usize,
        asked: Move,
        cockpit: &Cockpit,
        now: Micros,
    ) -> Result<(), ImportError> {
        let state = self.turns.entry(index).or_default();
        let Some(control) = cockpit.map().controls.get(index) else {
            return Ok(());
        };
        let asked = match (asked, &control.kind) {
            (Move::By(amount), ControlKind::Dial { limits, .. }) => {
                if let Some(raw) = control.arg.and_then(|arg| cockpit.raw(arg)) {
                    state.position.report(raw);
                }
                let from = match state.pending {
                    Some(Move::Turn(value)) => value,
                    _ => state
                        .position
                        .position(now)
                        .ok_or(ImportError::UnknownPosition)?,
                };
                Move::Turn((from + amount).clamp(limits[0], limits[1]))
            }
            (asked, _) => asked,
        };
        state.pending = Some(match (asked, state.pending.take()) {
            (Move::By(amount), Some(Move::By(before))) => {
                Move::By((before + amount).clamp(-1.0, 1.0))
            }
            (asked, _) => asked,
        });
        Ok(())
    }

    /// Returns the request of the turn that waits, unless the last one was made in this frame.
    fn take_turn(&mut self, index: usize, cockpit: &Cockpit, now: Micros) -> Option<Request> {
        let state = self.turns.get_mut(&index)?;
        if state.last.is_some_and(|last| now < last + STEP) {
            return None;
        }
        let control = cockpit.map().controls.get(index)?;
        let value = match state.pending.take()? {
            Move::Turn(value) => {
                state.position.sent(value, now);
                value
            }
            Move::By(amount) => amount,
            Move::To(_) => return None,
        };
        state.last = Some(now);
        Some(request(&control.identifier, Position::Number(value)))
    }

    /// Returns the requests of turns and actions that have waited for the next frame.
    pub(in crate::bios::binary) fn tick(&mut self, cockpit: &Cockpit, now: Micros) -> Vec<Request> {
        let waiting = self.turns.iter().filter(|(_, turn)| turn.pending.is_some());
        let waiting: Vec<usize> = waiting.map(|(index, _)| *index).collect();
        let mut requests = Vec::new();
        for index in waiting {
            requests.extend(self.take_turn(index, cockpit, now));
        }
        requests.extend(self.queue.tick(now));
        requests
    }
}

/// Returns the name of the control in a line.
fn name_in(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn effect(position: &Position) -> Effect {
    match position {
        Position::Number(_) | Position::Index(_) => Effect::Set,
        Position::Word(word) => match &**word {
            "PRESS" => Effect::Press,
            "RELEASE" => Effect::Release,
            _ => Effect::Step,
        },
    }
}

fn request(identifier: &str, position: Position) -> Request {
    Request::Position(PositionRequest {
        control: identifier.into(),
        position,
        is_standing: false,
    })
}

#[cfg(test)]
mod tests;
