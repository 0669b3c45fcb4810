//! The meaning of an argument for a control.

use super::error::ImportError;
use crate::bios::binary::cockpit::{ControlItem, ControlKind};
use crate::control::Position;

/// What a line asks of a control.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Move {
    /// Go to this position, or one on. Each such move counts, as long as the sim has frames for them.
    To(Position),
    /// Turn a dial to this value. Only the newest of several counts.
    Turn(f64),
    /// Turn by this amount. The amounts of several add up.
    By(f64),
}

/// The argument of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Argument<'a> {
    /// Digits only.
    Number(u16),
    /// Digits after a sign, as a share of the whole range.
    Amount(f64),
    Word(&'a str),
}

/// The largest number, which is the upper end of a range.
const FULL: f64 = 65_535.0;

fn parse(text: &str) -> Argument<'_> {
    let is_signed = text.starts_with(['+', '-']);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(amount) if is_signed && is_digits(&text[1..]) => {
            Argument::Amount((amount / FULL).clamp(-1.0, 1.0))
        }
        Ok(number) if is_digits(text) && number <= FULL => Argument::Number(number as u16),
        _ => Argument::Word(text),
    }
}

/// Returns the meaning of an argument.
pub(super) fn interpret(control: &ControlItem, argument: &str) -> Result<Move, ImportError> {
    let argument = parse(argument);
    let found = match &control.kind {
        ControlKind::Selector(positions) => selector(positions, argument),
        ControlKind::Push => push(argument),
        ControlKind::Dial { range, limits } => dial(*range, *limits, argument),
        ControlKind::Encoder => encoder(argument),
    };
    found.ok_or_else(|| ImportError::Argument(possible(control)))
}

fn word(word: &str) -> Move {
    Move::To(Position::Word(word.into()))
}

fn selector(positions: &[f64], argument: Argument<'_>) -> Option<Move> {
    match argument {
        Argument::Number(number) => {
            let value = *positions.get(usize::from(number))?;
            Some(Move::To(Position::Number(value)))
        }
        Argument::Word(name @ ("INC" | "DEC" | "TOGGLE")) => Some(word(name)),
        _ => None,
    }
}

fn push(argument: Argument<'_>) -> Option<Move> {
    match argument {
        Argument::Number(0) | Argument::Word("DEC") => Some(word("RELEASE")),
        Argument::Number(1) | Argument::Word("INC") => Some(word("PRESS")),
        Argument::Word("TOGGLE") => Some(word("PUSH")),
        _ => None,
    }
}

fn dial([low, high]: [f64; 2], limits: [f64; 2], argument: Argument<'_>) -> Option<Move> {
    match argument {
        Argument::Number(number) => {
            let value = low + f64::from(number) / FULL * (high - low);
            Some(Move::Turn(value.clamp(limits[0], limits[1])))
        }
        Argument::Amount(share) => Some(Move::By(share * (high - low))),
        Argument::Word(name @ ("INC" | "DEC")) => Some(word(name)),
        Argument::Word(_) => None,
    }
}

fn encoder(argument: Argument<'_>) -> Option<Move> {
    match argument {
        Argument::Amount(share) => Some(Move::By(share)),
        Argument::Word(name @ ("INC" | "DEC")) => Some(word(name)),
        _ => None,
    }
}

/// Returns the arguments that a control takes.
fn possible(control: &ControlItem) -> String {
    match &control.kind {
        ControlKind::Selector(positions) => {
            format!(
                "0 to {}, INC, DEC or TOGGLE",
                positions.len().saturating_sub(1)
            )
        }
        ControlKind::Push => "1, 0 or TOGGLE".to_owned(),
        ControlKind::Dial { .. } => "0 to 65535, +3200, -3200, INC or DEC".to_owned(),
        ControlKind::Encoder => "+3200, -3200, INC or DEC".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn control(kind: ControlKind) -> ControlItem {
        ControlItem {
            identifier: "C_1".into(),
            arg: Some(1),
            kind,
            springs_back: false,
            description: String::new(),
            category: String::new(),
            labels: Vec::new(),
        }
    }

    fn dial_of(limits: [f64; 2]) -> ControlKind {
        let range = limits;
        ControlKind::Dial { range, limits }
    }

    fn check(kind: &ControlKind, expected: &[(&str, Option<Move>)]) {
        let control = control(kind.clone());
        for (argument, expected) in expected {
            assert_eq!(
                interpret(&control, argument).ok(),
                *expected,
                "{kind:?} {argument}"
            );
        }
    }

    #[test]
    fn arguments_by_the_kind_of_control() {
        let to = |value| Some(Move::To(Position::Number(value)));
        let named = |name| Some(word(name));
        check(
            &ControlKind::Selector(vec![-1.0, 0.0, 1.0]),
            &[
                ("0", to(-1.0)),
                ("2", to(1.0)),
                ("3", None),
                ("INC", named("INC")),
                ("TOGGLE", named("TOGGLE")),
                ("+3200", None),
                ("inc", None),
                ("0.5", None),
                ("", None),
            ],
        );
        check(
            &ControlKind::Push,
            &[
                ("1", named("PRESS")),
                ("0", named("RELEASE")),
                ("TOGGLE", named("PUSH")),
                ("2", None),
            ],
        );
        check(
            &dial_of([-1.0, 1.0]),
            &[
                ("0", Some(Move::Turn(-1.0))),
                ("65535", Some(Move::Turn(1.0))),
                ("65536", None),
                ("-1", Some(Move::By(-2.0 / FULL))),
                ("TOGGLE", None),
            ],
        );
        check(
            &ControlKind::Encoder,
            &[
                ("+3200", Some(Move::By(3200.0 / FULL))),
                ("-99999999", Some(Move::By(-1.0))),
                ("DEC", named("DEC")),
                ("3200", None),
                ("+", None),
                ("+1e3", None),
                ("+inf", None),
            ],
        );
    }

    proptest! {
        #[test]
        fn values_are_within_the_limits(argument in "[+-]?[0-9a-zINCDE.]{0,12}") {
            for kind in [dial_of([-0.5, 1.0]), ControlKind::Encoder, ControlKind::Push] {
                match interpret(&control(kind), &argument) {
                    Ok(Move::Turn(value)) => prop_assert!((-0.5..=1.0).contains(&value)),
                    Ok(Move::By(amount)) => prop_assert!((-1.5..=1.5).contains(&amount)),
                    _ => {}
                }
            }
        }
    }
}
