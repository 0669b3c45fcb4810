//! One command of a control, and the value to send for a [`PositionCommand`].
//!
//! Pure: the control's position is passed in.

use aircraft_defs::limits::POSITION_TOLERANCE;
use aircraft_defs::{Action, Control, Kind};
use indexmap::IndexMap;

use super::position::{PositionCommand, PositionError};

/// The step of an axis or an encoder whose tables name none.
const DEFAULT_STEP: f64 = 0.05;

/// Returns whether two values are the same to the sim.
pub(super) fn is_same(value: f64, other: f64) -> bool {
    (value - other).abs() < POSITION_TOLERANCE
}

/// A command of a control, with the values it takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CommandAction {
    /// The command's number.
    pub(crate) command: i64,
    /// The arg that shows the position.
    pub(crate) arg: Option<u32>,
    /// The kind of control: switch, button, axis or encoder.
    pub(crate) kind: Kind,
    /// True if the device adds the value to the position.
    pub(crate) relative: bool,
    /// The lowest and the highest value, within [-1, 1].
    pub(crate) limits: [f64; 2],
    /// The size of one step of an axis or an encoder; positive.
    pub(crate) step: f64,
    /// True if the control goes on from the last position to the first.
    pub(crate) cycle: bool,
    /// Whether the control springs back when it is released.
    pub(crate) spring: bool,
    /// The value that releases the control.
    pub(crate) release: Option<f64>,
    /// The command that takes `release`, if it is another one.
    pub(crate) release_command: Option<i64>,
    /// The distinct positions in rising order, within [-1, 1]; empty for an axis or an encoder.
    pub(crate) values: Vec<f64>,
}

impl CommandAction {
    /// Returns the commands of a control in their order.
    ///
    /// Actions with the same command, such as those of the left and the right mouse button on one
    /// switch, are merged.
    pub(crate) fn all(control: &Control) -> Vec<Self> {
        let mut groups: IndexMap<(i64, bool), Vec<Self>> = IndexMap::new();
        for action in &control.actions {
            let key = (action.command.number, action.relative);
            groups.entry(key).or_default().push(Self::new(action));
        }
        groups.into_values().filter_map(Self::merge).collect()
    }

    /// Merges actions with the same command into the first, which gets the values of all.
    pub(crate) fn merge(actions: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut actions = actions.into_iter();
        let mut merged = actions.next()?;
        for other in actions {
            merged.arg = merged.arg.or(other.arg);
            merged.cycle |= other.cycle;
            merged.spring |= other.spring;
            merged.release = merged.release.or(other.release);
            merged.release_command = merged.release_command.or(other.release_command);
            merged.limits = [
                merged.limits[0].min(other.limits[0]),
                merged.limits[1].max(other.limits[1]),
            ];
            merged.values.extend(other.values);
        }
        merged.values.sort_by(f64::total_cmp);
        merged.values.dedup_by(|value, last| is_same(*value, *last));
        Some(merged)
    }

    /// Creates the command of one action.
    pub(crate) fn new(action: &Action) -> Self {
        let release_command = action.release_command.as_ref();
        Self {
            command: action.command.number,
            arg: action.arg,
            kind: action.kind,
            relative: action.relative,
            limits: limits(action),
            step: step(action),
            cycle: action.cycle,
            spring: action.spring,
            release: action.release,
            release_command: release_command.map(|command| command.number),
            values: sendable_values(action),
        }
    }

    /// Returns the value to send for `command`, or `None` if the control is already at its end.
    ///
    /// `position` is the current position, in the arg's raw values.
    ///
    /// # Errors
    /// When the command needs a position and none is known, or when the control does not support
    /// the command.
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
        let release = self.release.zip(self.release_command);
        match release {
            Some((release, command)) if is_same(value, release) => command,
            _ => self.command,
        }
    }

    /// Returns whether the control has only one position, so that it can only be pressed.
    pub(crate) fn is_push(&self) -> bool {
        !self.relative && self.values.len() == 1
    }

    /// Returns the position next to `position`, or `None` at the end of a control that does not
    /// cycle.
    fn next(&self, position: f64, direction: Direction) -> Option<f64> {
        match self.nearest(position) {
            Some(nearest) => self.next_value(nearest, direction),
            None => {
                let target = self.axis_target(position + self.step * direction.sign());
                Some(target).filter(|target| (target - position).abs() > POSITION_TOLERANCE)
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

    /// Returns the position that an axis reaches when it is turned to `target`. An axis stops at
    /// its limits, or wraps around if it cycles.
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
    pub(super) fn nearest(&self, position: f64) -> Option<usize> {
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

/// Returns the values of an action that the sim accepts. A table may contain others.
fn sendable_values(action: &Action) -> Vec<f64> {
    let values = action.values.iter().copied();
    values
        .filter(|value| (-1.0..=1.0).contains(value))
        .collect()
}

#[cfg(test)]
mod tests;
