//! Standing positions: where the physical switches of panels stand, and how the cockpit follows.
//!
//! A panel says where each switch stands when it connects, and at each move. A move acts at once.
//! What was stated before (before the aircraft appeared, or when the panel connected) is applied
//! once, two seconds after the position in the cockpit is known, if that is another one and the
//! aircraft is cold. After that the cockpit is left alone until the physical switch is moved.
//!
//! Pure: the time and what the sim says are passed in; names are looked up by the caller.

mod flight;
mod statements;
mod switch;

use std::collections::{BTreeMap, HashSet};

use crate::control::{Move, Position, Standing};
use crate::filter::Micros;
use flight::Flight;
use statements::{News, Statements};
use switch::{Step, Switch};

pub(crate) use statements::TooMany;

/// When the cockpit takes over positions that were stated before.
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

/// What a statement means in the aircraft that is controlled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Target {
    /// The arg that shows the position.
    pub(crate) arg: u32,
    /// Where the switch stands.
    pub(crate) standing: Standing,
    /// What brings the cockpit there.
    pub(crate) send: Move,
}

/// An action for the client whose switch stands elsewhere than the cockpit's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StandingAction {
    /// The client's serial number.
    pub(crate) client: u64,
    /// What is to be sent.
    pub(crate) send: Move,
}

/// The reason why positions that differ were not applied; told to a client once per flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SkipReason {
    /// The aircraft is not cold.
    NotCold,
    /// The sim does not tell whether it is.
    Unknown,
}

/// The standing positions of all clients.
#[derive(Debug, Default)]
pub(crate) struct StandingPositions {
    policy: StandingPolicy,
    statements: Statements,
    /// The controls that somebody has stated, by arg.
    switches: BTreeMap<u32, Switch>,
    flight: Flight,
    question: Question,
    /// The hook state answers the question.
    sim_answers: bool,
    actions: Vec<StandingAction>,
    skips: Vec<(u64, SkipReason)>,
    /// The clients that were told in this flight.
    told: HashSet<u64>,
}

/// The question whether the aircraft is cold, and since when it has been there.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    /// It is to be asked.
    Due,
    /// It has been asked and not been answered.
    Asked,
}

impl StandingPositions {
    pub(crate) fn new(policy: StandingPolicy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// Returns whether nobody has stated anything.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Takes a client's statement. `target` is what it means in the aircraft that is controlled,
    /// if it means something there.
    ///
    /// # Errors
    /// When the client has stated too many controls.
    pub(crate) fn state(
        &mut self,
        client: u64,
        (control, position): (&str, &Position),
        target: Option<Target>,
        now: Micros,
    ) -> Result<(), TooMany> {
        let news = self.statements.state(client, control, position)?;
        if let Some(target) = target {
            let switch = self.switches.entry(target.arg).or_default();
            let step = switch.state(client, target, news, now);
            self.carry_out(target.arg, step, now);
            self.ask_for_flight();
        }
        Ok(())
    }

    /// Takes the position that the cockpit shows.
    pub(crate) fn report(&mut self, arg: u32, raw: f64, now: Micros) {
        let Some(switch) = self.switches.get_mut(&arg) else {
            return;
        };
        let step = switch.report(raw, now);
        self.carry_out(arg, step, now);
    }

    /// Returns whether the position of a control that somebody has stated is yet to be reported.
    pub(crate) fn is_unknown(&self, arg: u32) -> bool {
        self.switches.get(&arg).is_some_and(Switch::is_unknown)
    }

    /// Takes the sim's word on whether the aircraft is cold and since when it has been there.
    /// `resolve` looks up what the statements mean in the aircraft; see [`Self::appear`].
    pub(crate) fn answer(
        &mut self,
        cold: Option<bool>,
        since: Option<u64>,
        resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        self.question = Question::None;
        match self.flight.answer(since) {
            flight::Identity::Same => self.resume(resolve, now),
            flight::Identity::Other => self.begin(resolve, now),
            flight::Identity::Known => {}
        }
        self.decide(cold, now);
    }

    /// Decides about all switches that have waited for the sim's word.
    fn decide(&mut self, cold: Option<bool>, now: Micros) {
        for arg in self.switches.keys().copied().collect::<Vec<_>>() {
            let Some(switch) = self.switches.get_mut(&arg) else {
                continue;
            };
            let step = switch.decide(cold == Some(true), now);
            if step == Step::Leave
                && let Some(client) = switch.holder()
                && self.told.insert(client)
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

    fn carry_out(&mut self, arg: u32, step: Step, now: Micros) {
        match step {
            Step::None | Step::Leave => {}
            Step::Send(action) => self.actions.push(action),
            Step::Ask => match self.policy {
                StandingPolicy::Cold => self.ask(),
                StandingPolicy::Always | StandingPolicy::Never => {
                    let is_applied = self.policy == StandingPolicy::Always;
                    if let Some(switch) = self.switches.get_mut(&arg)
                        && let Step::Send(action) = switch.decide(is_applied, now)
                    {
                        self.actions.push(action);
                    }
                }
            },
        }
    }

    /// Asks the sim, unless it is being asked. One that cannot answer leaves it unknown.
    fn ask(&mut self) {
        if self.question == Question::None {
            self.question = Question::Due;
        }
    }

    /// Asks since when the aircraft has been there, so that it is known again when the link is
    /// lost and found.
    fn ask_for_flight(&mut self) {
        if self.sim_answers && self.flight.is_unidentified() && !self.switches.is_empty() {
            self.ask();
        }
    }

    /// Returns whether the sim is to be asked now.
    pub(crate) fn take_question(&mut self) -> bool {
        let is_due = self.question == Question::Due && self.sim_answers;
        if is_due {
            self.question = Question::Asked;
        }
        is_due
    }

    /// The hook state answers the question.
    pub(crate) fn set_sim_answers(&mut self) {
        self.sim_answers = true;
    }

    /// The link to the hook state is lost: nothing is known of the cockpit, and the aircraft may
    /// be the same when the link is found again.
    pub(crate) fn lose_link(&mut self) {
        self.flight.lose();
        self.sim_answers = false;
        self.question = Question::None;
        self.switches.values_mut().for_each(Switch::lose);
    }

    /// The sim says that an aircraft has appeared, whose tables are yet to be read.
    pub(crate) fn announce(&mut self) {
        if !self.flight.is_lost() {
            self.disappear();
        }
    }

    /// No aircraft is controlled any more.
    pub(crate) fn disappear(&mut self) {
        self.flight = Flight::default();
        self.question = Question::None;
        self.switches.clear();
    }

    /// An aircraft is controlled, or its tables have been read anew. `resolve` tells what a client's
    /// statement on a control means in it.
    pub(crate) fn appear(
        &mut self,
        name: &str,
        resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        match self.flight.appear(name, self.sim_answers) {
            flight::Identity::Same => self.resume(resolve, now),
            flight::Identity::Other => self.begin(resolve, now),
            // The sim is asked first.
            flight::Identity::Known => self.ask(),
        }
    }

    /// Begins a flight: all that was stated is to be applied.
    fn begin(
        &mut self,
        mut resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        self.switches.clear();
        self.told.clear();
        for (client, control, position) in self.statements.in_order() {
            if let Some(target) = resolve(client, control, position) {
                let switch = self.switches.entry(target.arg).or_default();
                switch.state(client, target, News::First, now);
            }
        }
        self.ask_for_flight();
    }

    /// Goes on with a flight: what was moved meanwhile is to be moved in the cockpit.
    fn resume(
        &mut self,
        mut resolve: impl FnMut(u64, &str, &Position) -> Option<Target>,
        now: Micros,
    ) {
        let mut steps = Vec::new();
        for (client, control, position) in self.statements.in_order() {
            if let Some(target) = resolve(client, control, position) {
                let switch = self.switches.entry(target.arg).or_default();
                let news = match switch.has(client) {
                    true => News::MoveMeanwhile,
                    false => News::First,
                };
                steps.push((target.arg, switch.state(client, target, news, now)));
            }
        }
        for (arg, step) in steps {
            self.carry_out(arg, step, now);
        }
        self.ask_for_flight();
    }

    /// A client has left: what it stated has ended.
    pub(crate) fn leave(&mut self, client: u64) {
        self.statements.leave(client);
        self.told.remove(&client);
        self.switches.retain(|_, switch| switch.leave(client));
    }

    /// Returns the args that are to be read: those of the controls that somebody has stated.
    pub(crate) fn args(&self) -> impl Iterator<Item = u32> {
        let stated = |(&arg, switch): (&u32, &Switch)| switch.holder().map(|_| arg);
        self.switches.iter().filter_map(stated)
    }

    /// Returns when [`Self::tick`] is next needed.
    pub(crate) fn next_due(&self) -> Option<Micros> {
        self.switches.values().filter_map(Switch::due).min()
    }

    /// Time has passed.
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

    /// Returns what is to be sent to the sim.
    pub(crate) fn take_actions(&mut self) -> Vec<StandingAction> {
        std::mem::take(&mut self.actions)
    }

    /// Returns the clients that are to be told why positions of theirs were not applied.
    pub(crate) fn take_skips(&mut self) -> Vec<(u64, SkipReason)> {
        std::mem::take(&mut self.skips)
    }
}

#[cfg(test)]
mod tests;
