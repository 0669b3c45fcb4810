//! One command of a control, and the value that a position command comes to.
//!
//! Pure: the control's position is passed in.

use aircraft_defs::{Action, Control, Kind};
use indexmap::IndexMap;

use super::position::{PositionCommand, PositionError};

/// The step of an axis or an encoder whose tables name none.
const DEFAULT_STEP: f64 = 0.05;

/// Values that differ by less than this are the same to the sim.
const TOLERANCE: f64 = 1e-4;

/// A command of a control, with the values it takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommandAction {
    /// The command's number.
    pub(crate) command: i64,
    /// The arg that shows the position.
    pub(crate) arg: Option<u32>,
    /// The kind of control: switch, button, axis or encoder.
    pub(crate) kind: Kind,
    /// Whether the device adds what it is sent to the position.
    pub(crate) relative: bool,
    /// The lowest and the highest value, within [-1, 1].
    pub(crate) limits: [f64; 2],
    /// What one step of an axis or an encoder adds; positive.
    pub(crate) step: f64,
    /// Whether the first position follows the last one.
    pub(crate) cycle: bool,
    /// The value that lets a button go when another command takes it, and that command.
    pub(crate) release: Option<(f64, i64)>,
    /// The positions, rising and different, within [-1, 1]; empty for an axis or an encoder.
    pub(crate) values: Vec<f64>,
}

impl CommandAction {
    /// Returns the commands of a control in their order.
    ///
    /// Actions with the same command, such as those of the left and the right mouse button on
    /// one switch, are one.
    pub(crate) fn all(control: &Control) -> Vec<Self> {
        let mut groups: IndexMap<(i64, bool), Vec<Self>> = IndexMap::new();
        for action in &control.actions {
            let key = (action.command.number, action.relative);
            groups.entry(key).or_default().push(Self::new(action));
        }
        groups.into_values().filter_map(Self::merge).collect()
    }

    /// Merges actions on the same command: the first, with the values of all.
    pub(crate) fn merge(actions: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut actions = actions.into_iter();
        let mut merged = actions.next()?;
        for other in actions {
            merged.arg = merged.arg.or(other.arg);
            merged.cycle |= other.cycle;
            merged.release = merged.release.or(other.release);
            merged.limits = [
                merged.limits[0].min(other.limits[0]),
                merged.limits[1].max(other.limits[1]),
            ];
            merged.values.extend(other.values);
        }
        merged.values.sort_by(f64::total_cmp);
        merged
            .values
            .dedup_by(|value, last| (*value - *last).abs() < TOLERANCE);
        Some(merged)
    }

    fn new(action: &Action) -> Self {
        let release_command = action.release_command.as_ref();
        Self {
            command: action.command.number,
            arg: action.arg,
            kind: action.kind,
            relative: action.relative,
            limits: limits(action),
            step: step(action),
            cycle: action.cycle,
            release: action.release.zip(release_command.map(|c| c.number)),
            values: sendable_values(action),
        }
    }

    /// Returns the value to send for `command`, or `None` when the control is at its end already.
    ///
    /// `position` is the present position, in the arg's raw values.
    ///
    /// # Errors
    /// When the command needs a position and none is known, or when the control cannot do that.
    pub(crate) fn value(
        &self,
        command: PositionCommand,
        position: Option<f64>,
    ) -> Result<Option<f64>, PositionError> {
        use PositionCommand::{Dec, Inc, Set, Toggle};
        let known = position.ok_or(PositionError::Unknown);
        match command {
            Set(value) => Ok(Some(value)),
            Inc | Toggle if self.is_push() => Ok(self.values.first().copied()),
            Inc if self.relative => Ok(Some(self.step)),
            Dec if self.relative => Ok(Some(-self.step)),
            Toggle if self.relative => Err(PositionError::NoToggle),
            Inc => Ok(self.next(known?, Direction::Up)),
            Dec => Ok(self.next(known?, Direction::Down)),
            Toggle => Ok(Some(self.toggled(known?))),
        }
    }

    /// Returns the command that takes `value`.
    pub(crate) fn command_for(&self, value: f64) -> i64 {
        match self.release {
            Some((release, command)) if (value - release).abs() < TOLERANCE => command,
            _ => self.command,
        }
    }

    /// Returns whether the control has one position only: it can be pressed and nothing else.
    pub(crate) fn is_push(&self) -> bool {
        !self.relative && self.values.len() == 1
    }

    /// Returns the position next to `position`, or `None` at the end of a control that does not
    /// go round.
    fn next(&self, position: f64, direction: Direction) -> Option<f64> {
        match self.nearest(position) {
            Some(nearest) => self.next_value(nearest, direction),
            None => {
                let target = self.axis_target(position + self.step * direction.sign());
                Some(target).filter(|target| (target - position).abs() > TOLERANCE)
            }
        }
    }

    fn next_value(&self, index: usize, direction: Direction) -> Option<f64> {
        let (next, round) = match direction {
            Direction::Up => (index.checked_add(1), self.values.first()),
            Direction::Down => (index.checked_sub(1), self.values.last()),
        };
        let next = next.and_then(|next| self.values.get(next));
        next.or(round.filter(|_| self.cycle)).copied()
    }

    /// Returns the position that an axis reaches when it is turned to `target`: its limit, or
    /// round to the other one.
    fn axis_target(&self, target: f64) -> f64 {
        let [low, high] = self.limits;
        let round = low + (target - low).rem_euclid(high - low);
        match (low..=high).contains(&target) || !self.cycle || !round.is_finite() {
            true => target.clamp(low, high),
            false => round,
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

    /// Returns the index of the value closest to `position`.
    fn nearest(&self, position: f64) -> Option<usize> {
        let distance = |index: &usize| (self.values[*index] - position).abs();
        (0..self.values.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

/// The direction of a step.
#[derive(Debug, Clone, Copy)]
enum Direction {
    Up,
    Down,
}

impl Direction {
    fn sign(self) -> f64 {
        match self {
            Self::Up => 1.0,
            Self::Down => -1.0,
        }
    }
}

/// Returns the limits of an action, rising and within [-1, 1].
fn limits(action: &Action) -> [f64; 2] {
    let lowest = if action.relative { -1.0 } else { 0.0 };
    let limits = action
        .limits
        .filter(|ends| ends.iter().all(|end| end.is_finite()));
    let [low, high] = limits.unwrap_or([lowest, 1.0]);
    [
        low.min(high).clamp(-1.0, 1.0),
        high.max(low).clamp(-1.0, 1.0),
    ]
}

fn step(action: &Action) -> f64 {
    let step = action.step.map(f64::abs);
    step.filter(|step| *step > 0.0 && *step <= 1.0)
        .unwrap_or(DEFAULT_STEP)
}

/// Returns the values that the sim takes; a table may hold others.
fn sendable_values(action: &Action) -> Vec<f64> {
    let values = action.values.iter().copied();
    values
        .filter(|value| (-1.0..=1.0).contains(value))
        .collect()
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

    fn all(actions: Vec<Action>) -> Vec<CommandAction> {
        CommandAction::all(&Control {
            name: "PNT_8".to_owned(),
            hint: None,
            device: None,
            actions,
        })
    }

    fn only(action: Action) -> CommandAction {
        all(vec![action]).remove(0)
    }

    /// Checks `(command, position, value)` triples.
    fn check(action: &CommandAction, cases: &[(PositionCommand, f64, Option<f64>)]) {
        for &(command, position, expected) in cases {
            let value = action.value(command, Some(position)).unwrap();
            let same = match (value, expected) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                (a, b) => a == b,
            };
            assert!(
                same,
                "{command:?} at {position}: {value:?}, not {expected:?}"
            );
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
        check(&only(action(Kind::Switch, &[0.2, 0.0, 0.1])), &cases);
        check(
            &only(action(Kind::Button, &[0.0, 1.0])),
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
        check(&only(axis), &cases);
        check(&only(action(Kind::Axis, &[])), &[(Inc, 0.0, Some(0.05))]);
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
        check(&only(switch.clone()), &ends);
        // One mouse button up, the other down, and only one of them round.
        let down = action(Kind::Switch, &[0.0, 0.1, 0.2]);
        check(&all(vec![down, switch])[0], &ends);
        let mut axis = action(Kind::Axis, &[]);
        axis.cycle = true;
        axis.step = Some(0.2);
        let cases = [
            (Inc, 0.9, Some(0.1)),
            (Dec, 0.1, Some(0.9)),
            (Inc, 0.8, Some(1.0)),
        ];
        check(&only(axis.clone()), &cases);
        axis.limits = Some([0.5, 0.5]);
        check(&only(axis), &[(Inc, 0.5, None)]);
    }

    #[test]
    fn another_command_may_take_the_release() {
        let mut button = action(Kind::Button, &[0.0, 1.0]);
        button.release = Some(0.0);
        assert_eq!(only(button.clone()).command_for(0.0), 3001);
        button.release_command = Some(aircraft_defs::NamedNumber {
            name: None,
            number: 3023,
        });
        let commands = [1.0, 0.5, 0.0].map(|value| only(button.clone()).command_for(value));
        assert_eq!(commands, [3001, 3001, 3023]);
        let joined = all(vec![action(Kind::Button, &[0.0, -1.0]), button]);
        assert_eq!(joined[0].command_for(0.0), 3023);
    }

    #[test]
    fn an_encoder_needs_no_position() {
        let mut encoder = action(Kind::Encoder, &[]);
        encoder.step = Some(-0.1);
        let encoder = only(encoder);
        assert_eq!(encoder.value(PositionCommand::Inc, None), Ok(Some(0.1)));
        assert_eq!(encoder.value(PositionCommand::Dec, None), Ok(Some(-0.1)));
        assert_eq!(
            encoder.value(PositionCommand::Toggle, None),
            Err(PositionError::NoToggle)
        );
    }

    #[test]
    fn a_button_that_is_only_pressed_needs_no_position() {
        let button = only(action(Kind::Button, &[1.0]));
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
    fn a_switch_of_unknown_position_takes_only_values() {
        let switch = only(action(Kind::Switch, &[0.0, 1.0]));
        for command in [
            PositionCommand::Inc,
            PositionCommand::Dec,
            PositionCommand::Toggle,
        ] {
            assert_eq!(switch.value(command, None), Err(PositionError::Unknown));
        }
        assert_eq!(switch.value(PositionCommand::Set(1.0), None), Ok(Some(1.0)));
    }

    #[test]
    fn two_mouse_buttons_on_one_command_are_one_action() {
        let mut other = action(Kind::Switch, &[0.0, -1.0]);
        other.limits = Some([-1.0, 0.0]);
        let mut third = action(Kind::Button, &[0.0, 1.0]);
        third.command.number = 3002;
        let actions = all(vec![action(Kind::Switch, &[0.0, 1.0]), third, other]);
        assert_eq!(actions.len(), 2);
        assert_eq!(actions[0].values, [-1.0, 0.0, 1.0]);
        assert_eq!(actions[0].limits, [-1.0, 1.0]);
        assert_eq!(actions[1].command, 3002);
    }

    #[test]
    fn values_that_cannot_be_sent_are_left_out() {
        let mut odd = action(Kind::Switch, &[]);
        odd.values = vec![f64::NAN, -2.0, 0.0, 1.0, 7.0];
        odd.limits = Some([9.0, f64::NAN]);
        odd.step = Some(f64::INFINITY);
        assert_eq!(only(odd).values, [0.0, 1.0]);
    }

    #[test]
    fn many_actions_on_one_command_are_merged_in_one_pass() {
        let actions = (0..100_000).map(|n| {
            let mut action = action(Kind::Switch, &[f64::from(n) / 1e5]);
            action.command.number = i64::from(n % 2);
            action
        });
        let merged = all(actions.collect());
        assert_eq!(merged.len(), 2);
        for action in merged {
            // Bounded, however many there are: values closer than the tolerance are one.
            assert!(action.values.len() <= 10_001, "{}", action.values.len());
            assert!(action.values.is_sorted());
        }
    }
}
