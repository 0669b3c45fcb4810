//! Commands that move a control, and the tracking of its position.
//!
//! Pure: positions and the time are passed in.

use thiserror::Error;

use crate::filter::Micros;

/// The time for which the value sent last counts as the position. A switch takes some frames to
/// move, and two steps in a row must not both start from the old position.
const SENT_VALUE_LIFETIME: Micros = 1_000_000;

/// A position in the words of a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Position {
    /// The cockpit's value, or the amount by which an encoder is turned; finite.
    Number(f64),
    /// The position with this number, counted from 0.
    Index(usize),
    /// A keyword (`INC`) or a label (`ARM`); case does not matter.
    Word(Box<str>),
}

/// A command that moves a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PositionCommand {
    /// Send this value, finite and in [-1, 1].
    Set(f64),
    /// Go to the next value up.
    Inc,
    /// Go to the next value down.
    Dec,
    /// Go to the other of two values, or to the next one, and from the last to the first.
    Toggle,
}

/// The reason why a command has no value to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PositionError {
    /// `Inc`, `Dec` and `Toggle` need the position, which the sim has not reported yet.
    #[error(
        "its position is not known yet, so INC, DEC and TOGGLE are not possible: send a number"
    )]
    Unknown,
    /// An encoder has no other position.
    #[error("an encoder has no positions to toggle between: send INC or DEC")]
    NoToggle,
}

/// Tracks the position of a control: what the sim reports, or for a moment what was sent last.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PositionTracker {
    reported: Option<f64>,
    sent: Option<(f64, Micros)>,
}

impl PositionTracker {
    /// Records a position that the sim reports.
    pub(crate) fn report(&mut self, value: f64) {
        self.reported = Some(value);
    }

    /// Records a value that was sent to the control.
    pub(crate) fn sent(&mut self, value: f64, now: Micros) {
        self.sent = Some((value, now));
    }

    /// Returns the position that the control has or is about to have. If the sim reports no
    /// position, the value sent last stays the position.
    pub(crate) fn position(&self, now: Micros) -> Option<f64> {
        match self.sent {
            Some((value, at)) if self.reported.is_none() || now < at + SENT_VALUE_LIFETIME => {
                Some(value)
            }
            _ => self.reported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sent_value_counts_until_the_switch_has_moved() {
        let start = 7;
        let mut tracker = PositionTracker::default();
        assert_eq!(tracker.position(start), None);
        tracker.report(0.0);
        tracker.sent(0.5, start);
        tracker.report(0.01);
        assert_eq!(tracker.position(start), Some(0.5));
        // If the switch has not moved by then, the sim's report counts.
        assert_eq!(tracker.position(start + SENT_VALUE_LIFETIME), Some(0.01));
    }

    #[test]
    fn without_an_arg_the_sent_value_stays_the_position() {
        let start = 7;
        let mut tracker = PositionTracker::default();
        tracker.sent(0.5, start);
        assert_eq!(tracker.position(start + 9 * SENT_VALUE_LIFETIME), Some(0.5));
    }
}
