//! Parses the payload of a message into a command for a control.

use thiserror::Error;

use crate::control::PositionCommand;

/// The words that a control accepts besides numbers, in any case.
const WORDS: [(&str, PositionCommand); 3] = [
    ("INC", PositionCommand::Inc),
    ("DEC", PositionCommand::Dec),
    ("TOGGLE", PositionCommand::Toggle),
];

/// The reason why a payload is not a command for a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PayloadError {
    /// It is neither a number nor one of the words.
    #[error("it takes a number from -1 to 1, INC, DEC or TOGGLE")]
    NotACommand,
    /// The number is not in [-1, 1].
    #[error("the number must be from -1 to 1")]
    OutOfRange,
}

/// Parses a text payload. Blanks around it are ignored.
pub(super) fn parse(payload: &[u8]) -> Result<PositionCommand, PayloadError> {
    let text = str::from_utf8(payload.trim_ascii()).map_err(|_| PayloadError::NotACommand)?;
    let word = WORDS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text));
    if let Some((_, command)) = word {
        return Ok(*command);
    }
    match text.parse::<f64>() {
        Ok(value) if (-1.0..=1.0).contains(&value) => Ok(PositionCommand::Set(value)),
        Ok(value) if value.is_finite() => Err(PayloadError::OutOfRange),
        _ => Err(PayloadError::NotACommand),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads() {
        use PayloadError::{NotACommand, OutOfRange};
        use PositionCommand::{Dec, Inc, Set, Toggle};
        let cases: [(&[u8], _); 11] = [
            (b"INC", Ok(Inc)),
            (b" dec\r", Ok(Dec)),
            (b"TOGGLE", Ok(Toggle)),
            (b"0.5", Ok(Set(0.5))),
            (b"-1", Ok(Set(-1.0))),
            (b"1.01", Err(OutOfRange)),
            (b"nan", Err(NotACommand)),
            (b"inf", Err(NotACommand)),
            (b"1e999", Err(NotACommand)),
            (b"", Err(NotACommand)),
            (b"\xff", Err(NotACommand)),
        ];
        for (payload, expected) in cases {
            assert_eq!(parse(payload), expected, "{}", payload.escape_ascii());
        }
    }
}
