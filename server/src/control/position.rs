//! What a message to a control orders, and where the control is.
//!
//! Pure: the control's position and the time are handed in.

use std::time::{Duration, Instant};

use thiserror::Error;

/// How long what was last sent to a control counts as its position. A switch takes some frames
/// to move, and until then two INC in a row must not both start from where it was.
const SETTLING: Duration = Duration::from_secs(1);

/// What a message asks of a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PositionCommand {
    /// Send this value, finite and in [-1, 1].
    Set(f64),
    /// To the next value up.
    Inc,
    /// To the next value down.
    Dec,
    /// To the other value, or the next one around.
    Toggle,
}

/// Why nothing is sent to a control.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PositionError {
    /// The payload is neither a number nor one of the words.
    #[error("it takes a number from -1 to 1, INC, DEC or TOGGLE")]
    NotUnderstood,
    /// The number is not in [-1, 1].
    #[error("the number must be from -1 to 1")]
    OutOfRange,
    /// INC, DEC and TOGGLE start from the position, which the sim has not told.
    #[error(
        "its position is not known yet, so INC, DEC and TOGGLE cannot be worked out: send a number"
    )]
    PositionUnknown,
    /// An encoder has no other position.
    #[error("an encoder has no positions to toggle between: send INC or DEC")]
    NoToggle,
}

impl PositionCommand {
    /// Reads a text payload. Blanks around it and the case of the words do not matter.
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, PositionError> {
        let word =
            str::from_utf8(payload.trim_ascii()).map_err(|_| PositionError::NotUnderstood)?;
        let words = [
            ("INC", Self::Inc),
            ("DEC", Self::Dec),
            ("TOGGLE", Self::Toggle),
        ];
        if let Some((_, order)) = words
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
        {
            return Ok(*order);
        }
        match word.parse::<f64>() {
            Ok(value) if (-1.0..=1.0).contains(&value) => Ok(Self::Set(value)),
            Ok(value) if value.is_finite() => Err(PositionError::OutOfRange),
            _ => Err(PositionError::NotUnderstood),
        }
    }
}

/// Where a control is: what the sim says, or for a moment what was sent to it last.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PositionTracker {
    told: Option<f64>,
    sent: Option<(f64, Instant)>,
}

impl PositionTracker {
    /// The sim says that the arg has this value now.
    pub(crate) fn tell(&mut self, value: f64) {
        self.told = Some(value);
    }

    /// This value was sent to the control.
    pub(crate) fn send(&mut self, value: f64, now: Instant) {
        self.sent = Some((value, now));
    }

    /// Where the control is, or is about to be. What was sent goes on counting for a control
    /// whose position the sim never tells.
    pub(crate) fn now(&self, now: Instant) -> Option<f64> {
        match self.sent {
            Some((value, at)) if self.told.is_none() || now < at + SETTLING => Some(value),
            _ => self.told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads() {
        let cases: [(&[u8], Result<PositionCommand, PositionError>); 11] = [
            (b"INC", Ok(PositionCommand::Inc)),
            (b" dec\r", Ok(PositionCommand::Dec)),
            (b"TOGGLE", Ok(PositionCommand::Toggle)),
            (b"0.5", Ok(PositionCommand::Set(0.5))),
            (b"-1", Ok(PositionCommand::Set(-1.0))),
            (b"1.01", Err(PositionError::OutOfRange)),
            (b"nan", Err(PositionError::NotUnderstood)),
            (b"inf", Err(PositionError::NotUnderstood)),
            (b"1e999", Err(PositionError::NotUnderstood)),
            (b"", Err(PositionError::NotUnderstood)),
            (b"\xff", Err(PositionError::NotUnderstood)),
        ];
        for (payload, expected) in cases {
            assert_eq!(
                PositionCommand::parse(payload),
                expected,
                "{}",
                payload.escape_ascii()
            );
        }
    }

    #[test]
    fn what_was_sent_counts_until_the_switch_has_moved() {
        let start = Instant::now();
        let mut position = PositionTracker::default();
        assert_eq!(position.now(start), None);
        position.tell(0.0);
        position.send(0.5, start);
        position.tell(0.01);
        assert_eq!(position.now(start), Some(0.5));
        // The sim did not do it: what it says counts in the end.
        assert_eq!(position.now(start + SETTLING), Some(0.01));
    }

    #[test]
    fn what_was_sent_is_all_that_is_known_of_a_control_without_an_arg() {
        let start = Instant::now();
        let mut position = PositionTracker::default();
        position.send(0.5, start);
        assert_eq!(position.now(start + 9 * SETTLING), Some(0.5));
    }
}
