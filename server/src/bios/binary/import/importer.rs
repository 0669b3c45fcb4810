//! The importer, which turns the lines of any number of panels into requests.
//!
//! Turns of dials and encoders that come faster than the sim's frames are joined: a knob should not go
//! on turning after the hand has stopped. Moves to positions are carried out one by one. Errors are
//! counted, and logged once for each identifier; no sender gets an answer.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;

use super::error::ImportError;
use super::lines::{Line, LineSplitter, MAX_LINE};
use super::moves::{Move, interpret};
use super::senders::Senders;
use crate::bios::binary::cockpit::{Cockpit, ControlKind};
use crate::bios::binary::stream::STEP;
use crate::bios::frames::{FrameEstimate, FrameLimits};
use crate::bios::hosted::Click;
use crate::control::{Position, PositionTracker};
use crate::filter::Micros;
use crate::quote::quoted;
use crate::rate_limit::RateLimit;
use crate::wire::{PositionRequest, Request};

/// The limit on actions of all panels together: in a burst, such as that of a panel that is switched
/// on, and per second.
const ACTIONS: (u32, u32) = (512, 200);
/// The limits of a slow sim; see [`FrameEstimate`].
const FRAME_LIMITS: FrameLimits = FrameLimits {
    frame: STEP,
    per_frame: 256,
    longest_wait: 1_000_000,
};
/// The error of a control that is moved too fast, with the times per second and at once.
const FASTER_THAN_FRAMES: ImportError =
    ImportError::FasterThanFrames(1_000_000 / STEP, FRAME_LIMITS.longest_wait / STEP + 1);
/// The shortest time between two full states over multicast, however many are requested.
const FULL_STATE_PAUSE: Micros = 250_000;
/// The most identifiers whose errors are logged.
const MAX_LOGGED: usize = 256;

/// The sender of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::bios::binary) enum Sender {
    /// A program that sends datagrams.
    Datagrams(SocketAddr),
    /// A panel with a connection of its own, by its number.
    Connection(u64),
}

/// The counters of all senders together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::bios::binary) struct ImportCounters {
    pub(in crate::bios::binary) lines: u64,
    pub(in crate::bios::binary) rejected: u64,
    pub(in crate::bios::binary) too_fast: u64,
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
    frames: FrameEstimate,
    /// The commands whose last value was not 0.
    pressed: HashSet<(i64, i64)>,
    full_states: RateLimit,
    log_lines: RateLimit,
    logged: HashSet<String>,
    counters: ImportCounters,
    /// Whether modules of a DCS-BIOS carry out the lines.
    is_hosted: bool,
}

impl Importer {
    pub(in crate::bios::binary) fn new() -> Self {
        Self {
            datagrams: Senders::default(),
            connections: HashMap::new(),
            turns: BTreeMap::new(),
            actions: RateLimit::new(ACTIONS.0, ACTIONS.1),
            frames: FrameEstimate::new(FRAME_LIMITS),
            pressed: HashSet::new(),
            full_states: RateLimit::new(1, 1e6 / FULL_STATE_PAUSE as f64),
            log_lines: RateLimit::for_log_lines(),
            logged: HashSet::new(),
            counters: ImportCounters::default(),
            is_hosted: false,
        }
    }

    /// Forgets what depends on the aircraft.
    pub(in crate::bios::binary) fn forget(&mut self) {
        self.turns.clear();
        self.pressed.clear();
        self.logged.clear();
    }

    /// Forgets a connection.
    pub(in crate::bios::binary) fn leave(&mut self, connection: u64) {
        self.connections.remove(&connection);
    }

    pub(in crate::bios::binary) fn counters(&self) -> ImportCounters {
        self.counters
    }

    /// Sets whether modules of a DCS-BIOS carry out the lines.
    pub(in crate::bios::binary) fn set_hosted(&mut self, is_hosted: bool) {
        self.is_hosted = is_hosted;
    }

    /// Admits the clicks of modules that the sim can carry out soon. More than it has frames for are
    /// dropped, but for those that release what was pressed.
    pub(in crate::bios::binary) fn admit(&mut self, clicks: Vec<Click>, now: Micros) -> Imported {
        let mut admitted = Imported::default();
        for click in clicks {
            let command = (click.device.into(), click.command.into());
            if self.take_frame(command, click.value, now) {
                admitted.requests.push(click.into());
            } else {
                let line = self.refuse(&click.control, &FASTER_THAN_FRAMES, now);
                admitted.log.extend(line);
            }
        }
        admitted
    }

    /// Returns whether the sim can perform an action on a command soon, or the action releases what
    /// was pressed before.
    fn take_frame(&mut self, command: (i64, i64), value: f64, now: Micros) -> bool {
        let is_release = value == 0.0 && self.pressed.remove(&command);
        let has_room = self.frames.take(command, now) || is_release;
        if has_room && value != 0.0 {
            self.pressed.insert(command);
        }
        has_room
    }

    /// Counts a line that no module knows. Returns a line for the log, unless it was logged before.
    pub(in crate::bios::binary) fn refuse_unknown(
        &mut self,
        line: &str,
        aircraft: &str,
        now: Micros,
    ) -> Option<String> {
        let name = line.split(' ').next().unwrap_or_default();
        self.refuse(name, &ImportError::NotInModule(aircraft.to_owned()), now)
    }

    /// Reads bytes of a sender.
    pub(in crate::bios::binary) fn read(
        &mut self,
        from: Sender,
        bytes: &[u8],
        cockpit: &Cockpit,
        now: Micros,
    ) -> Imported {
        let mut lines: Vec<Option<String>> = Vec::new();
        let splitter = match from {
            Sender::Datagrams(address) => self.datagrams.hear(address),
            Sender::Connection(number) => self.connections.entry(number).or_default(),
        };
        splitter.feed(bytes, |line| {
            lines.push(match line {
                Line::Text(text) => Some(text.to_owned()),
                Line::Invalid => None,
            });
        });
        let mut imported = Imported::default();
        for line in lines {
            self.counters.lines += 1;
            let line = line.as_deref();
            if let Err(error) = self.handle(from, line, cockpit, now, &mut imported) {
                let name = line.and_then(|line| line.split(' ').next());
                imported
                    .log
                    .extend(self.refuse(name.unwrap_or_default(), &error, now));
            }
        }
        imported
    }

    fn handle(
        &mut self,
        from: Sender,
        line: Option<&str>,
        cockpit: &Cockpit,
        now: Micros,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        let line = line.ok_or(ImportError::TooLong(MAX_LINE))?;
        if line == "SYNC E" {
            let is_shared = matches!(from, Sender::Datagrams(_));
            imported.full_state |= !is_shared || self.full_states.take(1, now);
            return Ok(());
        }
        let aircraft = cockpit.name().ok_or(ImportError::NoAircraft)?;
        let (name, argument) = line.split_once(' ').ok_or(ImportError::NoArgument)?;
        if self.is_hosted {
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
                if !self.frames.take((index as i64, 0), now) {
                    return Err(FASTER_THAN_FRAMES);
                }
                imported
                    .requests
                    .push(request(&control.identifier, position));
            }
            turn => {
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

    /// Returns the requests of turns that have waited for the next frame.
    pub(in crate::bios::binary) fn tick(&mut self, cockpit: &Cockpit, now: Micros) -> Vec<Request> {
        let waiting = self.turns.iter().filter(|(_, turn)| turn.pending.is_some());
        let waiting: Vec<usize> = waiting.map(|(index, _)| *index).collect();
        let mut requests = Vec::new();
        for index in waiting {
            requests.extend(self.take_turn(index, cockpit, now));
        }
        requests
    }

    /// Counts an error. Returns a line for the log, unless an error of this name was logged before.
    fn refuse(&mut self, name: &str, error: &ImportError, now: Micros) -> Option<String> {
        match error {
            ImportError::TooFast | ImportError::FasterThanFrames(..) => self.counters.too_fast += 1,
            _ => self.counters.rejected += 1,
        }
        let is_new = self.logged.len() < MAX_LOGGED && !self.logged.contains(name);
        if !is_new || !self.log_lines.take(1, now) {
            return None;
        }
        self.logged.insert(name.to_owned());
        Some(format!("DCS-BIOS: a panel sent {}: {error}", quoted(name)))
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
