//! A control of the cockpit, and the physical switches that it follows.

use super::statements::StatementKind;
use super::{StandingAction, Target};
use crate::control::{PositionTracker, Standing};
use crate::filter::Micros;

/// The time in which a cockpit that has just appeared may set its own switches.
pub(super) const SETTLING: Micros = 2_000_000;

/// A control of the cockpit in one flight.
#[derive(Debug, Default)]
pub(super) struct Switch {
    /// The positions of the clients' switches, the newest statement last. The last one holds.
    targets: Vec<(u64, Target)>,
    /// The value of the statement that held last, kept after its client has left.
    last_value: Option<f64>,
    /// The position in the cockpit.
    position: PositionTracker,
    phase: Phase,
}

/// The progress of the cockpit in following the switch.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The position in the cockpit is not known yet.
    #[default]
    Unknown,
    /// The switch was moved while the position in the cockpit is not known yet. The cockpit follows
    /// as soon as the position is known.
    Moved,
    /// The position has become known, but the cockpit may still be changing it.
    Settling {
        /// The end of this phase.
        until: Micros,
    },
    /// The positions differ, and the sim is asked whether the aircraft is cold.
    Asking,
    /// The cockpit is left alone until the switch is moved.
    Settled,
}

/// The consequence of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// Nothing.
    None,
    /// The cockpit's control has to be moved.
    Send(StandingAction),
    /// The sim has to be asked whether the aircraft is cold.
    Ask,
    /// The positions differ, but the cockpit is left as it is.
    Skip,
}

impl Switch {
    /// Returns the client whose statement holds.
    pub(super) fn holder(&self) -> Option<u64> {
        self.targets.last().map(|&(client, _)| client)
    }

    /// Returns whether a client has made a statement about this control.
    pub(super) fn has(&self, client: u64) -> bool {
        self.targets.iter().any(|&(own, _)| own == client)
    }

    /// Returns whether a statement differs from the client's last one.
    fn is_new(&self, client: u64, target: &Target) -> bool {
        let mut own = self.targets.iter().filter(|(own, _)| *own == client);
        own.next()
            .is_none_or(|(_, before)| before.standing.value != target.standing.value)
    }

    /// Returns whether the position in the cockpit is not known yet.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.phase, Phase::Unknown | Phase::Moved)
    }

    /// Handles a client's statement.
    pub(super) fn state(
        &mut self,
        client: u64,
        target: Target,
        kind: StatementKind,
        now: Micros,
    ) -> Step {
        let value = target.standing.value;
        if !self.is_new(client, &target) {
            return Step::None;
        }
        self.targets.retain(|&(own, _)| own != client);
        self.targets.push((client, target));
        if self.last_value.replace(value) == Some(value) {
            return Step::None;
        }
        let is_known = self.position.position(now).is_some();
        let until = now + SETTLING;
        self.phase = match kind {
            StatementKind::Move => return self.follow_move(now),
            StatementKind::MoveMeanwhile if is_known => return self.follow_move(now),
            StatementKind::MoveMeanwhile => Phase::Moved,
            StatementKind::First if is_known => Phase::Settling { until },
            StatementKind::First => Phase::Unknown,
        };
        Step::None
    }

    /// Moves the cockpit's control after the switch was moved, unless it is there already.
    fn follow_move(&mut self, now: Micros) -> Step {
        self.phase = Phase::Settled;
        match self.is_in_place(Standing::is_reached, now) {
            true => Step::None,
            false => self.act(now),
        }
    }

    /// Moves the cockpit's control to the position of the switch.
    fn act(&mut self, now: Micros) -> Step {
        let Some(&(client, target)) = self.targets.last() else {
            return Step::None;
        };
        self.position.sent(target.standing.value, now);
        Step::Send(StandingAction {
            client,
            send: target.send,
        })
    }

    fn is_there(&self, now: Micros) -> bool {
        self.is_in_place(Standing::is_at, now)
    }

    /// Returns whether the position in the cockpit is known, and `is_at` accepts it as that of the
    /// switch.
    fn is_in_place(&self, is_at: impl Fn(&Standing, f64) -> bool, now: Micros) -> bool {
        let target = self.targets.last().map(|(_, target)| target);
        let position = self.position.position(now);
        target
            .zip(position)
            .is_some_and(|(target, position)| is_at(&target.standing, position))
    }

    /// Handles the position that the cockpit shows.
    pub(super) fn report(&mut self, raw: f64, now: Micros) -> Step {
        self.position.report(raw);
        match self.phase {
            Phase::Unknown => {
                let until = now + SETTLING;
                self.phase = Phase::Settling { until };
                Step::None
            }
            Phase::Moved => self.follow_move(now),
            Phase::Settling { .. } | Phase::Asking | Phase::Settled => Step::None,
        }
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub(super) fn due(&self) -> Option<Micros> {
        match self.phase {
            Phase::Settling { until } => Some(until),
            _ => None,
        }
    }

    /// Does the work that is due at `now`.
    pub(super) fn tick(&mut self, now: Micros) -> Step {
        match self.phase {
            Phase::Settling { until } if until <= now => {
                if self.is_there(now) {
                    self.phase = Phase::Settled;
                    return Step::None;
                }
                self.phase = Phase::Asking;
                Step::Ask
            }
            _ => Step::None,
        }
    }

    /// Handles the decision whether the cockpit follows. Does nothing if the switch does not wait
    /// for it.
    pub(super) fn decide(&mut self, is_applied: bool, now: Micros) -> Step {
        if self.phase != Phase::Asking {
            return Step::None;
        }
        self.phase = Phase::Settled;
        match is_applied {
            true if self.is_there(now) => Step::None,
            true => self.act(now),
            false if self.is_there(now) => Step::None,
            false => Step::Skip,
        }
    }

    /// Handles the loss of the link: the position in the cockpit is not known any more.
    pub(super) fn lose(&mut self) {
        self.position = PositionTracker::default();
        if self.phase != Phase::Settled && self.phase != Phase::Moved {
            self.phase = Phase::Unknown;
        }
    }

    /// Removes the statement of a client that has left. Returns whether this switch is still
    /// needed: a settled position is remembered for a client that reconnects.
    pub(super) fn leave(&mut self, client: u64) -> bool {
        self.targets.retain(|&(own, _)| own != client);
        match self.targets.last() {
            Some((_, target)) => {
                self.last_value = Some(target.standing.value);
                true
            }
            None => self.phase == Phase::Settled,
        }
    }
}
