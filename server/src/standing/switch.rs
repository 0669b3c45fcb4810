//! A control of the cockpit, and the physical switches that stand for it.

use super::statements::News;
use super::{StandingAction, Target};
use crate::control::PositionTracker;
use crate::filter::Micros;

/// The time for which a cockpit that has just appeared is left to put its own switches in place.
pub(super) const SETTLING: Micros = 2_000_000;

/// A control of the cockpit in one flight.
#[derive(Debug, Default)]
pub(super) struct Switch {
    /// Where the clients' switches stand, the newest statement last: that one holds.
    stands: Vec<(u64, Target)>,
    /// The position that held last, also after its client has left.
    held: Option<f64>,
    position: PositionTracker,
    phase: Phase,
}

/// How far the cockpit has followed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The position in the cockpit is not known yet.
    #[default]
    Unknown,
    /// It is not known, and the switch was moved: that is to be done when it is.
    Moved,
    /// It has become known; the cockpit may still be changing it.
    Settling {
        /// When that is over.
        until: Micros,
    },
    /// It differs, and the sim is asked whether the aircraft is cold.
    Asking,
    /// The cockpit is left alone until the switch is moved.
    Settled,
}

/// What follows from an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// Nothing.
    None,
    /// The cockpit is to be moved.
    Send(StandingAction),
    /// The sim is to be asked whether the aircraft is cold.
    Ask,
    /// The cockpit differs and is left as it is.
    Leave,
}

impl Switch {
    /// Returns the client whose statement holds.
    pub(super) fn holder(&self) -> Option<u64> {
        self.stands.last().map(|&(client, _)| client)
    }

    /// Returns whether a client has stated this control.
    pub(super) fn has(&self, client: u64) -> bool {
        self.stands.iter().any(|&(own, _)| own == client)
    }

    /// Returns whether a statement of a client says something new.
    fn stands_elsewhere(&self, client: u64, target: &Target) -> bool {
        let mut own = self.stands.iter().filter(|(own, _)| *own == client);
        own.next()
            .is_none_or(|(_, before)| before.standing.value != target.standing.value)
    }

    /// Returns whether the position in the cockpit is yet to be reported.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.phase, Phase::Unknown | Phase::Moved)
    }

    /// Takes a client's statement.
    pub(super) fn state(&mut self, client: u64, target: Target, news: News, now: Micros) -> Step {
        let value = target.standing.value;
        if !self.stands_elsewhere(client, &target) {
            return Step::None;
        }
        self.stands.retain(|&(own, _)| own != client);
        self.stands.push((client, target));
        if self.held.replace(value) == Some(value) {
            return Step::None;
        }
        let is_known = self.position.position(now).is_some();
        let until = now + SETTLING;
        self.phase = match news {
            News::Move => return self.act(now),
            News::MoveMeanwhile if is_known => return self.act(now),
            News::MoveMeanwhile => Phase::Moved,
            News::First if is_known => Phase::Settling { until },
            News::First => Phase::Unknown,
        };
        Step::None
    }

    /// Moves the cockpit to where the switch stands, unless it is there.
    fn act(&mut self, now: Micros) -> Step {
        self.phase = Phase::Settled;
        let Some(&(client, target)) = self.stands.last() else {
            return Step::None;
        };
        if self.is_there(now) {
            return Step::None;
        }
        self.position.sent(target.standing.value, now);
        Step::Send(StandingAction {
            client,
            send: target.send,
        })
    }

    fn is_there(&self, now: Micros) -> bool {
        let target = self.stands.last().map(|(_, target)| target);
        let position = self.position.position(now);
        target
            .zip(position)
            .is_some_and(|(target, position)| target.standing.is_at(position))
    }

    /// Takes the position that the cockpit shows.
    pub(super) fn report(&mut self, raw: f64, now: Micros) -> Step {
        self.position.report(raw);
        match self.phase {
            Phase::Unknown => {
                let until = now + SETTLING;
                self.phase = Phase::Settling { until };
                Step::None
            }
            Phase::Moved => self.act(now),
            Phase::Settling { .. } | Phase::Asking | Phase::Settled => Step::None,
        }
    }

    /// Returns when [`Self::tick`] is next needed.
    pub(super) fn due(&self) -> Option<Micros> {
        match self.phase {
            Phase::Settling { until } => Some(until),
            _ => None,
        }
    }

    /// Time has passed.
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

    /// Takes the decision whether the cockpit is to follow, if the switch waits for it.
    pub(super) fn decide(&mut self, is_applied: bool, now: Micros) -> Step {
        if self.phase != Phase::Asking {
            return Step::None;
        }
        self.phase = Phase::Settled;
        match is_applied {
            true => self.act(now),
            false if self.is_there(now) => Step::None,
            false => Step::Leave,
        }
    }

    /// The link is lost: where the cockpit stands is not known any more.
    pub(super) fn lose(&mut self) {
        self.position = PositionTracker::default();
        if self.phase != Phase::Settled && self.phase != Phase::Moved {
            self.phase = Phase::Unknown;
        }
    }

    /// A client has left. Returns whether the switch is still of use: what was settled is
    /// remembered for a client that comes back.
    pub(super) fn leave(&mut self, client: u64) -> bool {
        self.stands.retain(|&(own, _)| own != client);
        match self.stands.last() {
            Some((_, target)) => {
                self.held = Some(target.standing.value);
                true
            }
            None => self.phase == Phase::Settled,
        }
    }
}
