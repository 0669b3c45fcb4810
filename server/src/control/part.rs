//! The actions of a control that move the same arg in the same way.

use aircraft_defs::Action;

use super::action::{CommandAction, is_same};
use super::error::ControlError;
use super::operation::{DeviceCommand, Hold, HoldChange, Operation, SwitchPosition};
use super::position::{Position, PositionCommand};
use super::request::{Keyword, PartId, PartRequest};

/// The largest difference between a number and the position that it means: people write 0.33 for
/// 0.333.
const ROUNDING: f64 = 0.005;
/// The fraction of its range by which an axis may differ from the position of the physical lever.
const AXIS_TOLERANCE: f64 = 0.01;
/// The same fraction after the lever was moved: only as much as the sim's single precision rounds.
const AXIS_PRECISION: f64 = 1e-6;
/// The most positions that an error lists.
const MAX_LISTED: usize = 12;

/// The rank of a part, by the way it moves. Parts of an earlier rank have priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It stays at one of several positions.
    Switch,
    /// It stays anywhere between its limits.
    Axis,
    /// It turns without end.
    Encoder,
    /// It springs back, or has one position only.
    Button,
}

/// A device with one of its commands.
#[derive(Debug, Clone, PartialEq)]
struct DeviceAction {
    device: i64,
    action: CommandAction,
}

impl DeviceAction {
    fn command(&self) -> (i64, i64) {
        (self.device, self.action.command)
    }

    fn takes(&self, value: f64) -> bool {
        self.action.values.iter().any(|&own| is_same(own, value))
    }

    /// Returns whether the control springs back from a value that this action reaches.
    fn is_momentary(&self, value: f64) -> bool {
        let release = self.action.release;
        self.action.spring && !release.is_some_and(|release| is_same(release, value))
    }

    fn send(&self, value: f64) -> DeviceCommand {
        DeviceCommand {
            device: self.device,
            command: self.action.command_for(value),
            value,
        }
    }

    fn hold(&self) -> Option<Hold> {
        let release = self.action.release?;
        Some(Hold {
            pressed: self.command(),
            release: self.send(release),
        })
    }
}

/// The actions of a control that move the same arg in the same way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    id: PartId,
    /// One action for each command, or two if one of them stays and one springs back.
    actions: Vec<DeviceAction>,
    /// All actions merged into one, which has the positions of all.
    motion: CommandAction,
    /// The values of all actions with their labels, kept until [`Self::finish`] is called.
    labelled: Vec<(f64, String)>,
    /// The label of each position of `motion`, empty if there is none.
    labels: Vec<String>,
}

/// Returns the identity of the position that an action commands.
fn id_of(device: i64, action: &Action) -> PartId {
    match action.arg {
        Some(arg) => PartId::Arg(arg),
        None => PartId::Command(device, action.command.number),
    }
}

/// Returns whether an action moves by amounts, and whether it can move to any value.
fn motion_of(action: &CommandAction) -> (bool, bool) {
    (action.relative, action.values.is_empty())
}

impl Part {
    /// Starts a part with its first action.
    pub(super) fn new(device: i64, action: &Action) -> Self {
        let motion = CommandAction::new(action);
        let mut part = Self {
            id: id_of(device, action),
            actions: Vec::new(),
            motion,
            labelled: Vec::new(),
            labels: Vec::new(),
        };
        part.add(device, action);
        part
    }

    /// Returns whether an action belongs to this part.
    pub(super) fn includes(&self, device: i64, action: &Action) -> bool {
        let motion = motion_of(&CommandAction::new(action));
        self.id == id_of(device, action) && motion_of(&self.motion) == motion
    }

    /// Adds an action.
    pub(super) fn add(&mut self, device: i64, action: &Action) {
        let labels = action.values.iter().copied().zip(&action.labels);
        let labels = labels.map(|(value, label)| (value, label.clone()));
        self.labelled.extend(labels);
        let action = CommandAction::new(action);
        let same = |other: &&mut DeviceAction| {
            other.command() == (device, action.command) && other.action.spring == action.spring
        };
        match self.actions.iter_mut().find(same) {
            Some(own) => {
                let merged = CommandAction::merge([own.action.clone(), action]);
                own.action = merged.unwrap_or_else(|| own.action.clone());
            }
            None => self.actions.push(DeviceAction { device, action }),
        }
    }

    /// Merges the actions that were added.
    pub(super) fn finish(&mut self) {
        let actions = self.actions.iter().map(|own| own.action.clone());
        if let Some(motion) = CommandAction::merge(actions) {
            self.motion = motion;
        }
        let values = self.motion.values.clone();
        let label = |value: f64| {
            let mut labelled = self.labelled.iter();
            let found = labelled.find(|(own, label)| is_same(*own, value) && !label.is_empty());
            found.map(|(_, label)| label.clone()).unwrap_or_default()
        };
        let labels: Vec<String> = values.into_iter().map(label).collect();
        self.labels = labels
            .iter()
            .map(|label| unless_repeated(label, &labels))
            .collect();
        self.labelled.clear();
    }

    pub(super) fn id(&self) -> PartId {
        self.id
    }

    /// Returns the positions in rising order. An axis or an encoder has none.
    pub(super) fn positions(&self) -> &[f64] {
        match self.motion.relative {
            true => &[],
            false => &self.motion.values,
        }
    }

    /// Returns the rank of the part among those of its control.
    pub(super) fn rank(&self) -> Rank {
        match self.motion.relative {
            true => Rank::Encoder,
            false if self.is_button() => Rank::Button,
            false if self.motion.values.is_empty() => Rank::Axis,
            false => Rank::Switch,
        }
    }

    fn is_button(&self) -> bool {
        self.motion.is_push() || self.actions.iter().all(|own| own.action.spring)
    }

    fn is_pressable(&self) -> bool {
        self.motion.is_push() || self.actions.iter().any(|own| own.action.spring)
    }

    /// Returns whether a step starts from the current position.
    pub(super) fn needs_position(&self) -> bool {
        !self.motion.relative && !self.motion.is_push()
    }

    /// Returns the request for a position, or `None` if the part does not take it.
    pub(super) fn request(&self, position: &Position) -> Option<PartRequest> {
        let set = |value| PartRequest::Go(PositionCommand::Set(value));
        match position {
            Position::Number(number) => self.value(*number).map(set),
            Position::Index(index) => self.positions().get(*index).copied().map(set),
            Position::Word(word) => match Keyword::from(word) {
                Some(keyword) => self.keyword(keyword),
                None => self.labelled_value(word).map(set),
            },
        }
    }

    /// Returns the value that a number means.
    fn value(&self, number: f64) -> Option<f64> {
        let motion = &self.motion;
        if motion.relative {
            return Some(number).filter(|number| (-1.0..=1.0).contains(number));
        }
        match motion.nearest(number) {
            Some(nearest) => {
                let nearest = motion.values[nearest];
                Some(nearest).filter(|nearest| (nearest - number).abs() <= ROUNDING)
            }
            None => Some(number).filter(|n| (motion.limits[0]..=motion.limits[1]).contains(n)),
        }
    }

    fn labelled_value(&self, word: &str) -> Option<f64> {
        let mut labels = self.labels.iter();
        let index = labels.position(|label| label.eq_ignore_ascii_case(word))?;
        self.motion.values.get(index).copied()
    }

    fn keyword(&self, keyword: Keyword) -> Option<PartRequest> {
        use Keyword::{Dec, Inc, Press, Push, Release, Toggle};
        let motion = &self.motion;
        let is_possible = match keyword {
            Inc => true,
            Dec => !motion.is_push(),
            Toggle => !motion.relative,
            Press | Release | Push => self.is_pressable(),
        };
        let request = match keyword {
            Inc => PartRequest::Go(PositionCommand::Inc),
            Dec => PartRequest::Go(PositionCommand::Dec),
            Toggle => PartRequest::Go(PositionCommand::Toggle),
            Press => PartRequest::Press,
            Release => PartRequest::Release,
            Push => PartRequest::Push,
        };
        is_possible.then_some(request)
    }

    /// Returns the operation for a request; see [`operation`](super::LogicalControl::operation).
    pub(super) fn operation(
        &self,
        request: PartRequest,
        position: Option<f64>,
        hold: Option<&Hold>,
    ) -> Result<Operation, ControlError> {
        match request {
            PartRequest::Go(command) => match self.motion.value(command, position)? {
                Some(value) => self.bring_to(value, hold),
                None => Ok(Operation::NOTHING),
            },
            PartRequest::Press => self.bring_to(self.press_value()?, hold),
            PartRequest::Release => Ok(self.release(hold)),
            PartRequest::Push => {
                let mut operation = self.bring_to(self.press_value()?, hold)?;
                if let HoldChange::Press(hold) = operation.hold {
                    operation.hold = HoldChange::Push(hold);
                }
                Ok(operation)
            }
        }
    }

    /// Returns the value of the only direction in which the control can be pressed.
    fn press_value(&self) -> Result<f64, ControlError> {
        if let (true, Some(&value)) = (self.motion.is_push(), self.motion.values.first()) {
            return Ok(value);
        }
        let values = self.motion.values.iter().copied();
        let mut momentary = values.filter(|&value| self.is_momentary(value));
        match (momentary.next(), momentary.next()) {
            (Some(only), None) => Ok(only),
            (Some(first), Some(second)) => {
                let directions = [first, second].into_iter().chain(momentary);
                let directions = directions.take(MAX_LISTED).map(|value| value.to_string());
                Err(ControlError::Directions(
                    directions.collect::<Vec<_>>().join(", "),
                ))
            }
            (None, _) => Err(ControlError::InvalidPosition(self.possible())),
        }
    }

    /// Returns whether the control springs back from a position.
    fn is_momentary(&self, value: f64) -> bool {
        self.action_for(value)
            .is_some_and(|own| own.is_momentary(value))
    }

    /// Returns the action that brings the control to a value. Actions after which it stays there
    /// have priority. There is none for a value to which several actions spring back with different
    /// commands.
    fn action_for(&self, value: f64) -> Option<&DeviceAction> {
        if self.motion.relative || self.motion.values.is_empty() {
            return self.actions.first();
        }
        let takers: Vec<&DeviceAction> =
            self.actions.iter().filter(|own| own.takes(value)).collect();
        let stays = takers.iter().find(|own| !own.action.spring);
        if let Some(stays) = stays {
            return Some(stays);
        }
        let momentary = takers.iter().find(|own| own.is_momentary(value));
        let first = momentary.or(takers.first())?;
        // A release without a press is certain only if all actions send the same.
        let is_certain = momentary.is_some()
            || takers
                .iter()
                .all(|own| own.send(value) == first.send(value));
        is_certain.then_some(*first)
    }

    fn bring_to(&self, value: f64, hold: Option<&Hold>) -> Result<Operation, ControlError> {
        if let Some(hold) = hold.filter(|hold| is_same(hold.release.value, value)) {
            return Ok(released(hold));
        }
        let Some(action) = self.action_for(value) else {
            return Ok(self.release(hold));
        };
        let own = action.send(value);
        // A press of another command is released first.
        let earlier = hold.filter(|hold| hold.pressed != action.command());
        let commands = earlier.map(|hold| hold.release).into_iter().chain([own]);
        let pressed = action.hold().filter(|_| action.is_momentary(value));
        Ok(Operation {
            commands: commands.collect(),
            hold: match (pressed, hold) {
                (Some(pressed), _) => HoldChange::Press(pressed),
                (None, Some(_)) => HoldChange::Release,
                (None, None) => HoldChange::Keep,
            },
            target: Some(value).filter(|_| !self.motion.relative),
        })
    }

    /// Returns the operation that releases the control. A button without a release needs none. If
    /// nobody is known to hold it, as after a restart of the server, all its commands are released.
    fn release(&self, hold: Option<&Hold>) -> Operation {
        if let Some(hold) = hold {
            return released(hold);
        }
        let mut commands = Vec::new();
        for hold in self.actions.iter().filter_map(DeviceAction::hold) {
            if !commands.contains(&hold.release) {
                commands.push(hold.release);
            }
        }
        match commands.first().map(|first| first.value) {
            None => Operation::NOTHING,
            target => Operation {
                commands,
                hold: HoldChange::Release,
                target,
            },
        }
    }

    /// Returns the position of a physical switch; see
    /// [`standing`](super::LogicalControl::standing).
    pub(super) fn standing(&self, value: f64) -> Result<SwitchPosition, ControlError> {
        let motion = &self.motion;
        self.id.arg().ok_or(ControlError::NoArg)?;
        if motion.relative || self.is_button() || self.is_momentary(value) {
            return Err(ControlError::SpringsBack);
        }
        let [low, high] = motion.limits;
        let around = |tolerance: f64| {
            let distance = (high - low) * tolerance;
            [value - distance, value + distance]
        };
        let (same, reached) = match motion.nearest(value) {
            Some(index) => (self.neighbourhood(index), self.neighbourhood(index)),
            None => (around(AXIS_TOLERANCE), around(AXIS_PRECISION)),
        };
        Ok(SwitchPosition {
            value,
            same,
            reached,
        })
    }

    /// Returns the raw values that are nearer to a position than to any other.
    fn neighbourhood(&self, index: usize) -> [f64; 2] {
        let values = &self.motion.values;
        let middle = |a: usize, b: usize| f64::midpoint(values[a], values[b]);
        let low = index.checked_sub(1).map(|below| middle(below, index));
        let high = Some(index + 1).filter(|&above| above < values.len());
        [
            low.unwrap_or(f64::NEG_INFINITY),
            high.map_or(f64::INFINITY, |above| middle(index, above)),
        ]
    }

    /// Returns the line that operates the part by numbers.
    pub(super) fn example(&self) -> Option<String> {
        let (device, command) = self.actions.first()?.command();
        Some(format!("1 {device} {command} <value>"))
    }

    /// Returns a text with the positions that the part takes.
    pub(super) fn possible(&self) -> String {
        let motion = &self.motion;
        let [low, high] = motion.limits;
        let mut possible = match self.rank() {
            Rank::Encoder => format!("INC, DEC (by {}) or an amount from -1 to 1", motion.step),
            Rank::Axis => format!("a number from {low} to {high}, INC, DEC or TOGGLE"),
            Rank::Switch | Rank::Button => self.listed(),
        };
        if self.is_pressable() {
            possible.push_str(", PRESS, RELEASE or PUSH");
        }
        possible
    }

    fn listed(&self) -> String {
        let values = self.motion.values.iter().zip(&self.labels);
        let named = |(value, label): (&f64, &String)| match label.as_str() {
            "" => value.to_string(),
            label => format!("{value} ({label})"),
        };
        let count = self.motion.values.len();
        let mut parts: Vec<String> = values.take(MAX_LISTED).map(named).collect();
        if count > MAX_LISTED {
            parts.push(format!("{} more", count - MAX_LISTED));
        }
        match count {
            1 => parts.push("#0".to_owned()),
            _ => parts.push(format!("#0 to #{}, INC, DEC, TOGGLE", count - 1)),
        }
        parts.join(", ")
    }
}

/// Returns a label, or an empty one if several positions have it.
fn unless_repeated(label: &str, all: &[String]) -> String {
    let count = all.iter().filter(|other| *other == label).count();
    match count {
        1 => label.to_owned(),
        _ => String::new(),
    }
}

fn released(hold: &Hold) -> Operation {
    Operation {
        commands: vec![hold.release],
        hold: HoldChange::Release,
        target: Some(hold.release.value),
    }
}
