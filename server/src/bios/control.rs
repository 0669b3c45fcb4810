//! What a message to a control means: the value to send to its device.
//!
//! Pure: the control's position and the time are handed in.

use std::time::{Duration, Instant};

use aircraft_defs::{Action, Control, Kind};
use thiserror::Error;

/// How much INC and DEC turn an axis or an encoder whose step the cockpit does not tell.
const DEFAULT_STEP: f64 = 0.05;

/// How long what was last sent to a control counts as its position. A switch takes some frames
/// to move, and until then two INC in a row must not both start from where it was.
const SETTLING: Duration = Duration::from_secs(1);

/// Differences below this are the sim's rounding.
const TOLERANCE: f64 = 1e-4;

/// What a message asks of a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Order {
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
pub(crate) enum Refusal {
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

impl Order {
    /// Reads a text payload. Blanks around it and the case of the words do not matter.
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let word = str::from_utf8(payload.trim_ascii()).map_err(|_| Refusal::NotUnderstood)?;
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
            Ok(value) if value.is_finite() => Err(Refusal::OutOfRange),
            _ => Err(Refusal::NotUnderstood),
        }
    }
}

/// One command of a control: what one type of the import stream works.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lever {
    /// Command number.
    pub(crate) command: i64,
    /// The arg that shows the position.
    pub(crate) arg: Option<u32>,
    /// How it is worked.
    pub(crate) kind: Kind,
    /// What is sent is added to the position.
    pub(crate) relative: bool,
    /// The lowest and the highest value, within [-1, 1].
    pub(crate) limits: [f64; 2],
    /// What INC adds to an axis or an encoder; positive.
    pub(crate) step: f64,
    /// The positions, rising, within [-1, 1]; empty for an axis or an encoder.
    pub(crate) values: Vec<f64>,
}

impl Lever {
    /// The commands of a control, in their order. Actions with the same command (the left and
    /// the right mouse button on one switch) are one.
    pub(crate) fn of(control: &Control) -> Vec<Self> {
        let mut levers: Vec<Self> = Vec::new();
        for action in &control.actions {
            let same = |lever: &&mut Self| {
                lever.command == action.command.number && lever.relative == action.relative
            };
            match levers.iter_mut().find(same) {
                Some(lever) => lever.join(&Self::from_action(action)),
                None => levers.push(Self::from_action(action)),
            }
        }
        levers
    }

    fn from_action(action: &Action) -> Self {
        let sendable = |value: &f64| (-1.0..=1.0).contains(value);
        let lowest = if action.relative { -1.0 } else { 0.0 };
        let limits = action
            .limits
            .filter(|ends| ends.iter().all(|end| end.is_finite()));
        let [low, high] = limits.unwrap_or([lowest, 1.0]);
        let step = action
            .step
            .map(f64::abs)
            .filter(|step| *step > 0.0 && *step <= 1.0);
        let mut values: Vec<f64> = action.values.iter().copied().filter(sendable).collect();
        values.sort_by(f64::total_cmp);
        Self {
            command: action.command.number,
            arg: action.arg,
            kind: action.kind,
            relative: action.relative,
            limits: [
                low.min(high).clamp(-1.0, 1.0),
                high.max(low).clamp(-1.0, 1.0),
            ],
            step: step.unwrap_or(DEFAULT_STEP),
            values,
        }
    }

    fn join(&mut self, other: &Self) {
        self.arg = self.arg.or(other.arg);
        self.limits = [
            self.limits[0].min(other.limits[0]),
            self.limits[1].max(other.limits[1]),
        ];
        self.values.extend_from_slice(&other.values);
        self.values.sort_by(f64::total_cmp);
        self.values.dedup_by(|a, b| (*a - *b).abs() < TOLERANCE);
    }

    /// The value to send for `order`, or `None` when the control is at its end already.
    /// `position` is where it is now, in the arg's raw values.
    pub(crate) fn value(
        &self,
        order: Order,
        position: Option<f64>,
    ) -> Result<Option<f64>, Refusal> {
        match order {
            Order::Set(value) => Ok(Some(value)),
            Order::Inc | Order::Toggle if self.is_push() => Ok(self.values.first().copied()),
            Order::Inc => self.turned(1, position),
            Order::Dec => self.turned(-1, position),
            Order::Toggle if self.relative => Err(Refusal::NoToggle),
            Order::Toggle => {
                let position = position.ok_or(Refusal::PositionUnknown)?;
                Ok(Some(self.toggled(position)))
            }
        }
    }

    /// Whether there is nothing to do but to press it.
    fn is_push(&self) -> bool {
        !self.relative && self.values.len() == 1
    }

    fn turned(&self, direction: i8, position: Option<f64>) -> Result<Option<f64>, Refusal> {
        let sign = f64::from(direction);
        if self.relative {
            return Ok(Some(sign * self.step));
        }
        let position = position.ok_or(Refusal::PositionUnknown)?;
        let Some(nearest) = self.nearest(position) else {
            let [low, high] = self.limits;
            let target = (position + sign * self.step).clamp(low, high);
            return Ok(Some(target).filter(|_| (target - position).abs() > TOLERANCE));
        };
        let next = nearest.checked_add_signed(isize::from(direction));
        Ok(next.and_then(|next| self.values.get(next).copied()))
    }

    fn toggled(&self, position: f64) -> f64 {
        let [low, high] = self.limits;
        match self.nearest(position) {
            Some(nearest) => self.values[(nearest + 1) % self.values.len()],
            None if position < f64::midpoint(low, high) => high,
            None => low,
        }
    }

    /// The place in `values` of the one closest to `position`.
    fn nearest(&self, position: f64) -> Option<usize> {
        let distance = |index: &usize| (self.values[*index] - position).abs();
        (0..self.values.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

/// Where a control is: what the sim says, or for a moment what was sent to it last.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Position {
    told: Option<f64>,
    sent: Option<(f64, Instant)>,
}

impl Position {
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

    fn action(kind: Kind, values: &[f64]) -> Action {
        let action = serde_json::json!({
            "command": {"number": 3001}, "arg": 8, "kind": kind, "relative": kind == Kind::Encoder,
            "values": values,
        });
        serde_json::from_value(action).unwrap()
    }

    fn levers(actions: Vec<Action>) -> Vec<Lever> {
        Lever::of(&Control {
            name: "PNT_8".to_owned(),
            hint: None,
            device: None,
            actions,
        })
    }

    fn lever(action: Action) -> Lever {
        levers(vec![action]).remove(0)
    }

    /// Checks `(order, position, value)` triples.
    fn check(lever: &Lever, cases: &[(Order, f64, Option<f64>)]) {
        for &(order, position, expected) in cases {
            let value = lever.value(order, Some(position)).unwrap();
            let same = match (value, expected) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                (a, b) => a == b,
            };
            assert!(same, "{order:?} at {position}: {value:?}, not {expected:?}");
        }
    }

    #[test]
    fn payloads() {
        let cases: [(&[u8], Result<Order, Refusal>); 11] = [
            (b"INC", Ok(Order::Inc)),
            (b" dec\r", Ok(Order::Dec)),
            (b"TOGGLE", Ok(Order::Toggle)),
            (b"0.5", Ok(Order::Set(0.5))),
            (b"-1", Ok(Order::Set(-1.0))),
            (b"1.01", Err(Refusal::OutOfRange)),
            (b"nan", Err(Refusal::NotUnderstood)),
            (b"inf", Err(Refusal::NotUnderstood)),
            (b"1e999", Err(Refusal::NotUnderstood)),
            (b"", Err(Refusal::NotUnderstood)),
            (b"\xff", Err(Refusal::NotUnderstood)),
        ];
        for (payload, expected) in cases {
            assert_eq!(
                Order::parse(payload),
                expected,
                "{}",
                payload.escape_ascii()
            );
        }
    }

    #[test]
    fn a_switch_goes_through_its_positions() {
        use Order::{Dec, Inc, Set, Toggle};
        let cases = [
            (Inc, 0.0, Some(0.1)),
            (Inc, 0.1004, Some(0.2)),
            (Inc, 0.13, Some(0.2)),
            (Inc, 0.2, None),
            (Dec, 0.2, Some(0.1)),
            (Dec, 0.0, None),
            (Toggle, 0.1, Some(0.2)),
            (Toggle, 0.2, Some(0.0)),
            (Set(0.77), 0.0, Some(0.77)),
        ];
        check(&lever(action(Kind::Switch, &[0.2, 0.0, 0.1])), &cases);
        check(
            &lever(action(Kind::Button, &[0.0, 1.0])),
            &[
                (Toggle, 0.0, Some(1.0)),
                (Toggle, 1.0, Some(0.0)),
                (Inc, 0.0, Some(1.0)),
            ],
        );
    }

    #[test]
    fn an_axis_turns_by_its_step_within_its_limits() {
        use Order::{Dec, Inc, Toggle};
        let mut axis = action(Kind::Axis, &[]);
        axis.limits = Some([-0.5, 0.5]);
        axis.step = Some(0.2);
        let cases = [
            (Inc, 0.0, Some(0.2)),
            (Inc, 0.4, Some(0.5)),
            (Inc, 0.5, None),
            (Dec, -0.4, Some(-0.5)),
            (Toggle, -0.5, Some(0.5)),
            (Toggle, 0.3, Some(-0.5)),
        ];
        check(&lever(axis), &cases);
        check(&lever(action(Kind::Axis, &[])), &[(Inc, 0.0, Some(0.05))]);
    }

    #[test]
    fn an_encoder_needs_no_position() {
        let mut encoder = action(Kind::Encoder, &[]);
        encoder.step = Some(-0.1);
        let encoder = lever(encoder);
        assert_eq!(encoder.value(Order::Inc, None), Ok(Some(0.1)));
        assert_eq!(encoder.value(Order::Dec, None), Ok(Some(-0.1)));
        assert_eq!(encoder.value(Order::Toggle, None), Err(Refusal::NoToggle));
    }

    #[test]
    fn a_button_that_is_only_pressed_needs_no_position() {
        let button = lever(action(Kind::Button, &[1.0]));
        assert_eq!(button.value(Order::Toggle, None), Ok(Some(1.0)));
        check(
            &button,
            &[(Order::Inc, 1.0, Some(1.0)), (Order::Dec, 1.0, None)],
        );
    }

    #[test]
    fn a_switch_of_unknown_position_takes_only_numbers() {
        let switch = lever(action(Kind::Switch, &[0.0, 1.0]));
        for order in [Order::Inc, Order::Dec, Order::Toggle] {
            assert_eq!(switch.value(order, None), Err(Refusal::PositionUnknown));
        }
        assert_eq!(switch.value(Order::Set(1.0), None), Ok(Some(1.0)));
    }

    #[test]
    fn two_mouse_buttons_on_one_command_are_one_lever() {
        let mut other = action(Kind::Switch, &[0.0, -1.0]);
        other.limits = Some([-1.0, 0.0]);
        let mut third = action(Kind::Button, &[0.0, 1.0]);
        third.command.number = 3002;
        let levers = levers(vec![action(Kind::Switch, &[0.0, 1.0]), third, other]);
        assert_eq!(levers.len(), 2);
        assert_eq!(levers[0].values, [-1.0, 0.0, 1.0]);
        assert_eq!(levers[0].limits, [-1.0, 1.0]);
        assert_eq!(levers[1].command, 3002);
    }

    #[test]
    fn values_that_cannot_be_sent_are_left_out() {
        let mut odd = action(Kind::Switch, &[]);
        odd.values = vec![f64::NAN, -2.0, 0.0, 1.0, 7.0];
        odd.limits = Some([9.0, f64::NAN]);
        odd.step = Some(f64::INFINITY);
        assert_eq!(lever(odd).values, [0.0, 1.0]);
    }

    #[test]
    fn two_steps_in_a_row_do_not_wait_for_the_sim() {
        let switch = lever(action(Kind::Switch, &[0.0, 0.5, 1.0]));
        let start = Instant::now();
        let mut position = Position::default();
        position.tell(0.0);
        for expected in [0.5, 1.0] {
            let value = switch
                .value(Order::Inc, position.now(start))
                .unwrap()
                .unwrap();
            assert_eq!(value, expected);
            position.send(value, start);
            position.tell(0.01);
        }
        // The sim did not do it: what it says counts in the end.
        assert_eq!(position.now(start + SETTLING), Some(0.01));
    }
}
