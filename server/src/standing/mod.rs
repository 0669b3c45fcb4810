//! Standing positions: the positions of the physical switches of panels, which the cockpit follows.
//!
//! A panel sends a *statement* with the position of each switch when it connects, and another one
//! when a switch is moved. A move acts at once. An earlier position (from before the aircraft
//! appeared, or from when the panel connected) is applied once, two seconds after the position in
//! the cockpit is known, if the two differ and the aircraft is cold. After that the cockpit's
//! control is left alone until the physical switch is moved.
//!
//! Pure: the time and the sim's answers are passed in. The caller looks up names.

mod flight;
mod statements;
mod switch;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::control::{DeviceCommand, Position, SwitchPosition};
use crate::filter::Micros;
use flight::Flight;
use statements::{StatementKind, Statements};
use switch::{Effect, Switch};

pub(crate) use statements::{Statement, TooManyStatements};

/// The condition for applying earlier positions to the cockpit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum StandingPolicy {
    /// In any aircraft.
    Always,
    /// In an aircraft on the ground with its engines off.
    #[default]
    Cold,
    /// Never: only moves of switches act.
    Never,
}

/// The meaning of a statement in the current aircraft.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Target {
    /// The arg that shows the position.
    pub(crate) arg: u32,
    /// The position of the physical switch.
    pub(crate) standing: SwitchPosition,
    /// The command that moves the cockpit's control there.
    pub(crate) send: DeviceCommand,
}

/// An action that moves the cockpit's control to the position of a client's switch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StandingAction {
    /// The client's number.
    pub(crate) client: u64,
    /// The command to send.
    pub(crate) send: DeviceCommand,
}

/// The reason why positions were not applied. A client is told once per flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkipReason {
    /// The aircraft is not cold.
    NotCold,
    /// The sim does not report whether the aircraft is cold.
    Unknown,
}

/// The standing positions of all clients.
#[derive(Debug, Default)]
pub(crate) struct StandingPositions {
    policy: StandingPolicy,
    statements: Statements,
    /// The controls for which there are statements, by arg.
    switches: BTreeMap<u32, Switch>,
    flight: Flight,
    /// The number of times that the switches were forgotten because a flight ended.
    flights: u64,
    /// Whether the flight was resumed after the link was lost or the tables were read again.
    is_resumed: bool,
    question: Question,
    /// Whether the sim can answer the question.
    sim_answers: bool,
    actions: Vec<StandingAction>,
    skips: Vec<(u64, SkipReason)>,
    /// The clients that have been told in this flight that positions were not applied.
    notified: HashSet<u64>,
}

/// The state of the question that the sim is asked: whether the aircraft is cold, and when it
/// appeared.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    /// The sim has to be asked.
    Due,
    /// The sim was asked and has not answered yet.
    Asked,
}

impl StandingPositions {
    pub(crate) fn new(policy: StandingPolicy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// Returns whether there are no statements.
    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Returns the number of a client's statements.
    pub(crate) fn count(&self, client: u64) -> usize {
        self.statements.count(client)
    }

    /// Handles a client's statement. `target` is its meaning in the current aircraft, if it has
    /// one.
    ///
    /// # Errors
    /// When the client has made statements about too many controls.
    pub(crate) fn handle_statement(
        &mut self,
        client: u64,
        (control, position): (&str, &Position),
        target: Option<Target>,
        now: Micros,
    ) -> Result<(), TooManyStatements> {
        let (kind, order) = self.statements.record(client, control, position)?;
        if let Some(target) = target {
            let control = control.to_ascii_lowercase();
            let arg = Some((self.flights, target.arg));
            self.statements.set_arg(client, &control, arg);
            self.apply((client, order), target, kind, now);
        }
        Ok(())
    }

    fn apply(&mut self, from: (u64, u64), target: Target, kind: StatementKind, now: Micros) {
        let switch = self.switches.entry(target.arg).or_default();
        let effect = switch.handle_statement(from, target, kind, now);
        self.carry_out(target.arg, effect, now);
        self.ask_for_flight();
    }

    /// Returns a client's statement at this place in its list, oldest first, so that the caller can
    /// look up its meaning.
    pub(crate) fn statement(&self, client: u64, place: usize) -> Option<&Statement> {
        self.statements.get(client, place)
    }

    /// Sets the meaning of a client's statement in the current aircraft, if it has one, and applies
    /// it. If the statement was about another arg before in this flight, returns that arg.
    pub(crate) fn resolve(
        &mut self,
        client: u64,
        place: usize,
        target: Option<Target>,
        now: Micros,
    ) -> Option<u32> {
        let statement = self.statements.get(client, place)?;
        let (control, order) = (Arc::clone(&statement.control), statement.order);
        let arg = target.map(|target| (self.flights, target.arg));
        let before = self.statements.set_arg(client, &control, arg);
        let before = before.filter(|_| before != arg);
        let before = before.and_then(|arg| self.leave_switch(client, arg));
        if let Some(target) = target {
            let switch = self.switches.get(&target.arg);
            let has_statement = switch.is_some_and(|switch| switch.has_statement(client));
            let kind = match self.is_resumed && has_statement {
                true => StatementKind::MoveMeanwhile,
                false => StatementKind::First,
            };
            self.apply((client, order), target, kind, now);
        }
        before
    }

    /// Records that a client's statement at this place in its list is refused. Returns whether that
    /// is new.
    pub(crate) fn refuse(&mut self, client: u64, place: usize) -> bool {
        self.statements.refuse(client, place)
    }

    /// Handles the position that the cockpit shows.
    pub(crate) fn report(&mut self, arg: u32, raw: f64, now: Micros) {
        let Some(switch) = self.switches.get_mut(&arg) else {
            return;
        };
        let effect = switch.report(raw, now);
        self.carry_out(arg, effect, now);
    }

    /// Returns whether there is a statement about the control with this arg, and the arg is not
    /// known yet.
    pub(crate) fn is_unknown(&self, arg: u32) -> bool {
        self.switches.get(&arg).is_some_and(Switch::is_unknown)
    }

    /// Handles the sim's answer: when the aircraft appeared. Returns whether all statements have to
    /// be resolved; see [`Self::resolve`]. Then [`Self::decide`] must be called.
    pub(crate) fn identify_flight(&mut self, since: Option<u64>) -> bool {
        self.question = Question::None;
        let identity = self.flight.handle_answer(since);
        self.continue_flight(identity)
    }

    /// Decides about all switches that wait for the sim's answer: whether the aircraft is cold.
    pub(crate) fn decide(&mut self, cold: Option<bool>, now: Micros) {
        for arg in self.switches.keys().copied().collect::<Vec<_>>() {
            let Some(switch) = self.switches.get_mut(&arg) else {
                continue;
            };
            let effect = switch.decide(cold == Some(true), now);
            if effect == Effect::Skip
                && let Some(client) = switch.client_in_force()
                && self.notified.insert(client)
            {
                let reason = match cold {
                    Some(_) => SkipReason::NotCold,
                    None => SkipReason::Unknown,
                };
                self.skips.push((client, reason));
            }
            self.carry_out(arg, effect, now);
        }
    }

    fn carry_out(&mut self, arg: u32, effect: Effect, now: Micros) {
        match effect {
            Effect::None | Effect::Skip => {}
            Effect::Send(action) => self.actions.push(action),
            Effect::Ask => match self.policy {
                StandingPolicy::Cold => self.ask(),
                StandingPolicy::Always | StandingPolicy::Never => {
                    let is_applied = self.policy == StandingPolicy::Always;
                    if let Some(switch) = self.switches.get_mut(&arg)
                        && let Effect::Send(action) = switch.decide(is_applied, now)
                    {
                        self.actions.push(action);
                    }
                }
            },
        }
    }

    /// Asks the sim, unless the question is pending already.
    fn ask(&mut self) {
        if self.question == Question::None {
            self.question = Question::Due;
        }
    }

    /// Asks when the aircraft appeared, so that it can be recognized if the link is lost and
    /// restored.
    fn ask_for_flight(&mut self) {
        if self.sim_answers && self.flight.is_unidentified() && !self.switches.is_empty() {
            self.ask();
        }
    }

    /// Returns whether the sim has to be asked now, and marks it as asked.
    pub(crate) fn take_question(&mut self) -> bool {
        let is_due = self.question == Question::Due && self.sim_answers;
        if is_due {
            self.question = Question::Asked;
        }
        is_due
    }

    /// Records that the sim can answer the question.
    pub(crate) fn set_sim_answers(&mut self) {
        self.sim_answers = true;
    }

    /// Handles the loss of the link to the hook state: the cockpit's positions are not known any
    /// more. The aircraft may be the same when the link is restored.
    pub(crate) fn lose_link(&mut self) {
        self.flight.lose_link();
        self.sim_answers = false;
        self.question = Question::None;
        self.switches.values_mut().for_each(Switch::forget_position);
    }

    /// Handles the appearance of an aircraft whose tables have not been read yet.
    pub(crate) fn announce_aircraft(&mut self) {
        if !self.flight.is_lost() {
            self.end_flight();
        }
    }

    /// Handles the end of a flight: no aircraft is controlled any more.
    pub(crate) fn end_flight(&mut self) {
        self.flight = Flight::default();
        self.question = Question::None;
        self.forget_switches();
    }

    /// Handles the tables of the current aircraft, read for the first time or again. Returns
    /// whether all statements have to be resolved; see [`Self::resolve`].
    pub(crate) fn set_aircraft(&mut self, name: &str) -> bool {
        let identity = self.flight.handle_tables(name, self.sim_answers);
        if identity == flight::Identity::Unchanged {
            // The sim has to be asked first.
            self.ask();
        }
        self.continue_flight(identity)
    }

    /// Begins or resumes a flight, and returns whether it did. In a new flight all statements have
    /// to be applied. In the same one, switches that were moved meanwhile have to be moved in the
    /// cockpit.
    fn continue_flight(&mut self, identity: flight::Identity) -> bool {
        match identity {
            flight::Identity::Unchanged => return false,
            flight::Identity::Same => self.is_resumed = true,
            flight::Identity::Other => {
                self.is_resumed = false;
                self.forget_switches();
                self.notified.clear();
            }
        }
        self.ask_for_flight();
        true
    }

    fn forget_switches(&mut self) {
        self.switches.clear();
        self.flights += 1;
    }

    /// Forgets whether a client that has left was notified. Its statements must be removed, too.
    pub(crate) fn remove_client(&mut self, client: u64) {
        self.notified.remove(&client);
    }

    /// Removes the newest statement of a client that has left. Returns the arg of its control.
    pub(crate) fn remove_newest(&mut self, client: u64) -> Option<u32> {
        let arg = self.statements.remove_newest(client)?.arg?;
        self.leave_switch(client, arg)
    }

    /// Removes the position of a client's switch from a control. Returns the arg of the control, if
    /// it belongs to this flight.
    fn leave_switch(&mut self, client: u64, (flight, arg): (u64, u32)) -> Option<u32> {
        let is_current = flight == self.flights;
        let switch = self.switches.get_mut(&arg).filter(|_| is_current)?;
        if !switch.remove_client(client) {
            self.switches.remove(&arg);
        }
        Some(arg)
    }

    /// Returns the number of clients that have made a statement about the control with this arg.
    pub(crate) fn clients_of(&self, arg: u32) -> usize {
        self.switches.get(&arg).map_or(0, Switch::len)
    }

    /// Returns the args that have to be read: those of the controls with statements.
    pub(crate) fn args(&self) -> impl Iterator<Item = u32> {
        let stated = |(&arg, switch): (&u32, &Switch)| switch.client_in_force().map(|_| arg);
        self.switches.iter().filter_map(stated)
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub(crate) fn next_due(&self) -> Option<Micros> {
        self.switches.values().filter_map(Switch::due).min()
    }

    /// Does the work that is due at `now`.
    pub(crate) fn tick(&mut self, now: Micros) {
        if self.next_due().is_none_or(|due| due > now) {
            return;
        }
        for arg in self.switches.keys().copied().collect::<Vec<_>>() {
            if let Some(switch) = self.switches.get_mut(&arg) {
                let effect = switch.tick(now);
                self.carry_out(arg, effect, now);
            }
        }
        if self.question == Question::Due && !self.sim_answers {
            self.question = Question::None;
            self.decide(None, now);
        }
    }

    /// Takes the actions to send to the sim.
    pub(crate) fn take_actions(&mut self) -> Vec<StandingAction> {
        std::mem::take(&mut self.actions)
    }

    /// Takes the clients whose positions were not applied, each with the reason to send to it.
    pub(crate) fn take_skips(&mut self) -> Vec<(u64, SkipReason)> {
        std::mem::take(&mut self.skips)
    }
}

#[cfg(test)]
mod tests;
