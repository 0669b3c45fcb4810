//! One command of a control, and the value to send for an order.
//!
//! Pure: the control's position is handed in.

use aircraft_defs::{Action, Control, Kind};

use super::position::{PositionCommand, PositionError};

/// How much INC and DEC turn an axis or an encoder whose step the cockpit does not tell.
const DEFAULT_STEP: f64 = 0.05;

/// Differences below this are the sim's rounding.
const TOLERANCE: f64 = 1e-4;

/// One command of a control: what one type of the import stream works.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommandAction {
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
    /// Beyond the last position comes the first one again.
    pub(crate) cycle: bool,
    /// The value that another command takes when the control is let go, and that command.
    pub(crate) release: Option<(f64, i64)>,
    /// The positions, rising, within [-1, 1]; empty for an axis or an encoder.
    pub(crate) values: Vec<f64>,
}

impl CommandAction {
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
        let release_command = action
            .release_command
            .as_ref()
            .map(|command| command.number);
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
            cycle: action.cycle,
            release: action.release.zip(release_command),
            values,
        }
    }

    /// Takes in another action on the same command.
    pub(crate) fn join(&mut self, other: &Self) {
        self.arg = self.arg.or(other.arg);
        self.cycle |= other.cycle;
        self.release = self.release.or(other.release);
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
        order: PositionCommand,
        position: Option<f64>,
    ) -> Result<Option<f64>, PositionError> {
        match order {
            PositionCommand::Set(value) => Ok(Some(value)),
            PositionCommand::Inc | PositionCommand::Toggle if self.is_push() => {
                Ok(self.values.first().copied())
            }
            PositionCommand::Inc => self.turned(1, position),
            PositionCommand::Dec => self.turned(-1, position),
            PositionCommand::Toggle if self.relative => Err(PositionError::NoToggle),
            PositionCommand::Toggle => {
                let position = position.ok_or(PositionError::PositionUnknown)?;
                Ok(Some(self.toggled(position)))
            }
        }
    }

    /// The command that takes `value`.
    pub(crate) fn command_for(&self, value: f64) -> i64 {
        match self.release {
            Some((release, command)) if (value - release).abs() < TOLERANCE => command,
            _ => self.command,
        }
    }

    /// Whether there is nothing to do but to press it.
    pub(crate) fn is_push(&self) -> bool {
        !self.relative && self.values.len() == 1
    }

    fn turned(&self, direction: i8, position: Option<f64>) -> Result<Option<f64>, PositionError> {
        let sign = f64::from(direction);
        if self.relative {
            return Ok(Some(sign * self.step));
        }
        let position = position.ok_or(PositionError::PositionUnknown)?;
        let Some(nearest) = self.nearest(position) else {
            let target = self.along(position + sign * self.step);
            return Ok(Some(target).filter(|_| (target - position).abs() > TOLERANCE));
        };
        let next = nearest.checked_add_signed(isize::from(direction));
        let end = if direction > 0 {
            self.values.first()
        } else {
            self.values.last()
        };
        let around = end.filter(|_| self.cycle);
        Ok(next
            .and_then(|next| self.values.get(next))
            .or(around)
            .copied())
    }

    /// Where an axis gets to that is turned to `target`.
    fn along(&self, target: f64) -> f64 {
        let [low, high] = self.limits;
        let around = low + (target - low).rem_euclid(high - low);
        match (low..=high).contains(&target) || !self.cycle || !around.is_finite() {
            true => target.clamp(low, high),
            false => around,
        }
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

    fn levers(actions: Vec<Action>) -> Vec<CommandAction> {
        CommandAction::of(&Control {
            name: "PNT_8".to_owned(),
            hint: None,
            device: None,
            actions,
        })
    }

    fn lever(action: Action) -> CommandAction {
        levers(vec![action]).remove(0)
    }

    /// Checks `(order, position, value)` triples.
    fn check(lever: &CommandAction, cases: &[(PositionCommand, f64, Option<f64>)]) {
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
    fn a_switch_goes_through_its_positions() {
        use PositionCommand::{Dec, Inc, Set, Toggle};
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
        use PositionCommand::{Dec, Inc, Toggle};
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
    fn a_control_that_cycles_goes_on_at_the_other_end() {
        use PositionCommand::{Dec, Inc};
        let mut switch = action(Kind::Switch, &[0.0, 0.1, 0.2]);
        switch.cycle = true;
        let ends = [
            (Inc, 0.2, Some(0.0)),
            (Dec, 0.0, Some(0.2)),
            (Inc, 0.1, Some(0.2)),
        ];
        check(&lever(switch.clone()), &ends);
        // One mouse button up, the other down, and only one of them round.
        let down = action(Kind::Switch, &[0.0, 0.1, 0.2]);
        check(&levers(vec![down, switch])[0], &ends);
        let mut axis = action(Kind::Axis, &[]);
        axis.cycle = true;
        axis.step = Some(0.2);
        let cases = [
            (Inc, 0.9, Some(0.1)),
            (Dec, 0.1, Some(0.9)),
            (Inc, 0.8, Some(1.0)),
        ];
        check(&lever(axis.clone()), &cases);
        axis.limits = Some([0.5, 0.5]);
        check(&lever(axis), &[(Inc, 0.5, None)]);
    }

    #[test]
    fn another_command_may_take_the_release() {
        let mut button = action(Kind::Button, &[0.0, 1.0]);
        button.release = Some(0.0);
        assert_eq!(lever(button.clone()).command_for(0.0), 3001);
        button.release_command = Some(aircraft_defs::NamedNumber {
            name: None,
            number: 3023,
        });
        let commands = [1.0, 0.5, 0.0].map(|value| lever(button.clone()).command_for(value));
        assert_eq!(commands, [3001, 3001, 3023]);
        let joined = levers(vec![action(Kind::Button, &[0.0, -1.0]), button]);
        assert_eq!(joined[0].command_for(0.0), 3023);
    }

    #[test]
    fn an_encoder_needs_no_position() {
        let mut encoder = action(Kind::Encoder, &[]);
        encoder.step = Some(-0.1);
        let encoder = lever(encoder);
        assert_eq!(encoder.value(PositionCommand::Inc, None), Ok(Some(0.1)));
        assert_eq!(encoder.value(PositionCommand::Dec, None), Ok(Some(-0.1)));
        assert_eq!(
            encoder.value(PositionCommand::Toggle, None),
            Err(PositionError::NoToggle)
        );
    }

    #[test]
    fn a_button_that_is_only_pressed_needs_no_position() {
        let button = lever(action(Kind::Button, &[1.0]));
        assert_eq!(button.value(PositionCommand::Toggle, None), Ok(Some(1.0)));
        check(
            &button,
            &[
                (PositionCommand::Inc, 1.0, Some(1.0)),
                (PositionCommand::Dec, 1.0, None),
            ],
        );
    }

    #[test]
    fn a_switch_of_unknown_position_takes_only_numbers() {
        let switch = lever(action(Kind::Switch, &[0.0, 1.0]));
        for order in [
            PositionCommand::Inc,
            PositionCommand::Dec,
            PositionCommand::Toggle,
        ] {
            assert_eq!(
                switch.value(order, None),
                Err(PositionError::PositionUnknown)
            );
        }
        assert_eq!(switch.value(PositionCommand::Set(1.0), None), Ok(Some(1.0)));
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
}
