//! A control of the cockpit, and the physical switches that it follows.

use super::statements::StatementKind;
use super::{StandingAction, Target};
use crate::control::{PositionTracker, SwitchPosition};
use crate::filter::Micros;

/// The time in which a cockpit that has just appeared may set its own switches.
pub(super) const FOLLOW_DELAY: Micros = 2_000_000;

/// A control of the cockpit in one flight.
#[derive(Debug, Default)]
pub(super) struct Switch {
    /// The positions of the clients' switches, at most one for each client, the newest statement
    /// last. The last one counts.
    targets: Vec<ClientTarget>,
    /// The value of the last statement that counted, kept after its client has left.
    last_value: Option<f64>,
    /// The position in the cockpit.
    position: PositionTracker,
    phase: Phase,
}

/// The position of a client's switch.
#[derive(Debug)]
struct ClientTarget {
    client: u64,
    /// The number of the statement among those of all clients.
    order: u64,
    target: Target,
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
    Delayed {
        /// The end of this phase.
        until: Micros,
    },
    /// The positions differ, and the sim is asked whether the aircraft is cold.
    Asking,
    /// The cockpit is left alone until the switch is moved.
    Idle,
}

/// The consequence of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Effect {
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
    /// Returns the client whose statement counts.
    pub(super) fn client_in_force(&self) -> Option<u64> {
        self.targets.last().map(|own| own.client)
    }

    /// Returns whether a client has made a statement about this control.
    pub(super) fn has_statement(&self, client: u64) -> bool {
        self.targets.iter().any(|own| own.client == client)
    }

    /// Returns the number of clients that have made a statement about this control.
    pub(super) fn len(&self) -> usize {
        self.targets.len()
    }

    /// Returns whether the position in the cockpit is not known yet.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.phase, Phase::Unknown | Phase::Moved)
    }

    /// Handles a client's statement with its order. Statements of different clients may come out of
    /// order; the one with the highest order counts.
    pub(super) fn handle_statement(
        &mut self,
        (client, order): (u64, u64),
        target: Target,
        kind: StatementKind,
        now: Micros,
    ) -> Effect {
        let value = target.standing.value;
        if let Some(place) = self.targets.iter().position(|own| own.client == client) {
            let before = &self.targets[place];
            if before.order > order || before.target.standing.value == value {
                return Effect::None;
            }
            self.targets.remove(place);
        }
        let place = self.targets.partition_point(|own| own.order < order);
        let own = ClientTarget {
            client,
            order,
            target,
        };
        self.targets.insert(place, own);
        if place + 1 < self.targets.len() {
            return Effect::None;
        }
        if self.last_value.replace(value) == Some(value) {
            return Effect::None;
        }
        let is_known = self.position.position(now).is_some();
        let until = now + FOLLOW_DELAY;
        self.phase = match kind {
            StatementKind::Move => return self.follow_move(now),
            StatementKind::MoveMeanwhile if is_known => return self.follow_move(now),
            StatementKind::MoveMeanwhile => Phase::Moved,
            StatementKind::First if is_known => Phase::Delayed { until },
            StatementKind::First => Phase::Unknown,
        };
        Effect::None
    }

    /// Moves the cockpit's control after the switch was moved, unless it is there already.
    fn follow_move(&mut self, now: Micros) -> Effect {
        self.phase = Phase::Idle;
        match self.is_in_place(SwitchPosition::is_reached, now) {
            true => Effect::None,
            false => self.act(now),
        }
    }

    /// Moves the cockpit's control to the position of the switch.
    fn act(&mut self, now: Micros) -> Effect {
        let Some(&ClientTarget { client, target, .. }) = self.targets.last() else {
            return Effect::None;
        };
        self.position.sent(target.standing.value, now);
        Effect::Send(StandingAction {
            client,
            send: target.send,
        })
    }

    fn is_there(&self, now: Micros) -> bool {
        self.is_in_place(SwitchPosition::is_at, now)
    }

    /// Returns whether the position in the cockpit is known, and `is_at` accepts it as that of the
    /// switch.
    fn is_in_place(&self, is_at: impl Fn(&SwitchPosition, f64) -> bool, now: Micros) -> bool {
        let target = self.targets.last().map(|own| &own.target);
        let position = self.position.position(now);
        target
            .zip(position)
            .is_some_and(|(target, position)| is_at(&target.standing, position))
    }

    /// Handles the position that the cockpit shows.
    pub(super) fn report(&mut self, raw: f64, now: Micros) -> Effect {
        self.position.report(raw);
        match self.phase {
            Phase::Unknown => {
                let until = now + FOLLOW_DELAY;
                self.phase = Phase::Delayed { until };
                Effect::None
            }
            Phase::Moved => self.follow_move(now),
            Phase::Delayed { .. } | Phase::Asking | Phase::Idle => Effect::None,
        }
    }

    /// Returns the time at which [`Self::tick`] has to be called.
    pub(super) fn due(&self) -> Option<Micros> {
        match self.phase {
            Phase::Delayed { until } => Some(until),
            _ => None,
        }
    }

    /// Does the work that is due at `now`.
    pub(super) fn tick(&mut self, now: Micros) -> Effect {
        match self.phase {
            Phase::Delayed { until } if until <= now => {
                if self.is_there(now) {
                    self.phase = Phase::Idle;
                    return Effect::None;
                }
                self.phase = Phase::Asking;
                Effect::Ask
            }
            _ => Effect::None,
        }
    }

    /// Handles the decision on whether the cockpit follows. Does nothing if the switch does not
    /// wait for it.
    pub(super) fn decide(&mut self, is_applied: bool, now: Micros) -> Effect {
        if self.phase != Phase::Asking {
            return Effect::None;
        }
        self.phase = Phase::Idle;
        match is_applied {
            true if self.is_there(now) => Effect::None,
            true => self.act(now),
            false if self.is_there(now) => Effect::None,
            false => Effect::Skip,
        }
    }

    /// Handles the loss of the link: the position in the cockpit is not known any more.
    pub(super) fn forget_position(&mut self) {
        self.position = PositionTracker::default();
        if self.phase != Phase::Idle && self.phase != Phase::Moved {
            self.phase = Phase::Unknown;
        }
    }

    /// Removes the statement of a client that has left. Returns whether this switch is still
    /// needed: the position of an idle switch is remembered for a client that reconnects.
    pub(super) fn remove_client(&mut self, client: u64) -> bool {
        self.targets.retain(|own| own.client != client);
        match self.targets.last() {
            Some(own) => {
                self.last_value = Some(own.target.standing.value);
                true
            }
            None => self.phase == Phase::Idle,
        }
    }
}
