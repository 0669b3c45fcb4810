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

use crate::control::{DeviceCommand, Position, SwitchPosition};
use crate::filter::Micros;
use flight::Flight;
use statements::{StatementKind, Statements};
use switch::{Effect, Switch};

pub(crate) use statements::TooManyStatements;

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
    /// The client's serial number.
    pub(crate) client: u64,
    /// The command to send.
    pub(crate) send: DeviceCommand,
}

/// The reason why positions were not applied. A client is told once per flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkipReason {
    /// The aircraft is not cold.
    NotCold,
    /// The sim does not tell whether the aircraft is cold.
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
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
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
        let kind = self.statements.record(client, control, position)?;
        if let Some(target) = target {
            let switch = self.switches.entry(target.arg).or_default();
            let step = switch.handle_statement(client, target, kind, now);
            self.carry_out(target.arg, step, now);
            self.ask_for_flight();
        }
        Ok(())
    }

    /// Handles the position that the cockpit shows.
    pub(crate) fn report(&mut self, arg: u32, raw: f64, now: Micros) {
        let Some(switch) = self.switches.get_mut(&arg) else {
            return;
        };
        let step = switch.report(raw, now);
        self.carry_out(arg, step, now);
    }

    /// Returns whether there is a statement about the control with this arg, and the arg is not
    /// known yet.
    pub(crate) fn is_unknown(&self, arg: u32) -> bool {
        self.switches.get(&arg).is_some_and(Switch::is_unknown)
    }

    /// Handles the sim's answer: whether the aircraft is cold, and when it appeared. `resolve`
    /// looks up the meaning of statements; see [`Self::set_aircraft`].
    pub(crate) fn answer(
        &mut self,
        cold: Option<bool>,
        since: Option<u64>,
        resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        self.question = Question::None;
        match self.flight.handle_answer(since) {
            flight::Identity::Same => self.resume(resolve, now),
            flight::Identity::Other => self.begin(resolve, now),
            flight::Identity::Unchanged => {}
        }
        self.decide(cold, now);
    }

    /// Decides about all switches that wait for the sim's answer.
    fn decide(&mut self, cold: Option<bool>, now: Micros) {
        for arg in self.switches.keys().copied().collect::<Vec<_>>() {
            let Some(switch) = self.switches.get_mut(&arg) else {
                continue;
            };
            let step = switch.decide(cold == Some(true), now);
            if step == Effect::Skip
                && let Some(client) = switch.holder()
                && self.notified.insert(client)
            {
                let reason = match cold {
                    Some(_) => SkipReason::NotCold,
                    None => SkipReason::Unknown,
                };
                self.skips.push((client, reason));
            }
            self.carry_out(arg, step, now);
        }
    }

    fn carry_out(&mut self, arg: u32, step: Effect, now: Micros) {
        match step {
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
        self.switches.clear();
    }

    /// Handles the tables of the current aircraft, read for the first time or again.
    /// `resolve` returns the meaning of a client's statement about a control in this aircraft.
    pub(crate) fn set_aircraft(
        &mut self,
        name: &str,
        resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        match self.flight.handle_tables(name, self.sim_answers) {
            flight::Identity::Same => self.resume(resolve, now),
            flight::Identity::Other => self.begin(resolve, now),
            // The sim has to be asked first.
            flight::Identity::Unchanged => self.ask(),
        }
    }

    /// Begins a flight, in which all statements have to be applied.
    fn begin(
        &mut self,
        mut resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        self.switches.clear();
        self.notified.clear();
        for (client, control, position) in self.statements.in_order() {
            if let Some(target) = resolve(client, control, position) {
                let switch = self.switches.entry(target.arg).or_default();
                switch.handle_statement(client, target, StatementKind::First, now);
            }
        }
        self.ask_for_flight();
    }

    /// Resumes a flight: switches that were moved meanwhile have to be moved in the cockpit.
    fn resume(
        &mut self,
        mut resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        let mut steps = Vec::new();
        for (client, control, position) in self.statements.in_order() {
            if let Some(target) = resolve(client, control, position) {
                let switch = self.switches.entry(target.arg).or_default();
                let kind = match switch.has_statement(client) {
                    true => StatementKind::MoveMeanwhile,
                    false => StatementKind::First,
                };
                steps.push((
                    target.arg,
                    switch.handle_statement(client, target, kind, now),
                ));
            }
        }
        for (arg, step) in steps {
            self.carry_out(arg, step, now);
        }
        self.ask_for_flight();
    }

    /// Removes the statements of a client that has left.
    pub(crate) fn remove_client(&mut self, client: u64) {
        self.statements.remove_client(client);
        self.notified.remove(&client);
        self.switches
            .retain(|_, switch| switch.remove_client(client));
    }

    /// Returns the args that have to be read: those of the controls with statements.
    pub(crate) fn args(&self) -> impl Iterator<Item = u32> {
        let stated = |(&arg, switch): (&u32, &Switch)| switch.holder().map(|_| arg);
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
                let step = switch.tick(now);
                self.carry_out(arg, step, now);
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
