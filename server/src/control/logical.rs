//! A control as people see it: its parts, and the commands that reach each position.
//!
//! One knob can be several elements in the cockpit's files, with several commands: a rocker has
//! one for each direction, some rotaries have one element per position. All actions that move the
//! same arg in the same way form one *part*. Most controls have one part; a knob that can also be
//! pressed has two.
//!
//! Pure: positions and the held press are passed in.

use aircraft_defs::Action;

use super::error::ControlError;
use super::operation::{DeviceCommand, Hold, Operation, SwitchPosition};
use super::part::Part;
use super::position::{Position, PositionCommand};
use super::request::{PartId, PartRequest};

/// The index of a part in its control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartIndex(usize);

/// A control with all its actions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogicalControl {
    /// The parts, in the order in which a request is offered to them.
    parts: Vec<Part>,
}

impl LogicalControl {
    /// Joins actions, each with the device that takes it, into a control.
    pub(crate) fn new<'a>(actions: impl IntoIterator<Item = (i64, &'a Action)>) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for (device, action) in actions.into_iter().take(MAX_ACTIONS) {
            match parts.iter_mut().find(|part| part.includes(device, action)) {
                Some(part) => part.add(device, action),
                None => parts.push(Part::new(device, action)),
            }
        }
        parts.iter_mut().for_each(Part::finish);
        parts.sort_by_key(Part::rank);
        Self { parts }
    }

    /// Returns the arg that shows the position, and the positions in rising order. For an axis or
    /// an encoder the list of positions is empty.
    pub(crate) fn readout(&self) -> Option<(u32, &[f64])> {
        let mut parts = self.parts.iter();
        parts.find_map(|part| Some((part.id().arg()?, part.positions())))
    }

    /// Returns the identity of a part's position.
    pub(crate) fn id_of(&self, part: PartIndex) -> PartId {
        self.parts[part.0].id()
    }

    /// Returns the part that takes a position, and the request to it.
    ///
    /// The position is a number, else `#` and a number, else a keyword, else a label. Parts that
    /// stay in a position have priority over parts that spring back.
    ///
    /// # Errors
    /// When no part takes the position, or several parts of the same rank do.
    pub(crate) fn request(
        &self,
        position: &Position,
    ) -> Result<(PartIndex, PartRequest), ControlError> {
        let mut found: Option<(usize, PartRequest)> = None;
        for (index, part) in self.parts.iter().enumerate() {
            let Some(request) = part.request(position) else {
                continue;
            };
            match found {
                None => found = Some((index, request)),
                Some((first, _)) if self.parts[first].rank() == part.rank() => {
                    return Err(self.ambiguous(position));
                }
                Some(_) => break,
            }
        }
        let (index, request) =
            found.ok_or_else(|| ControlError::InvalidPosition(self.possible()))?;
        Ok((PartIndex(index), request))
    }

    /// Returns the operation that carries out a request to a part.
    ///
    /// `position` is the current position, and `hold` the held press.
    ///
    /// # Errors
    /// When the request starts from the position and none is known, or when the part does not
    /// support the request.
    pub(crate) fn operation(
        &self,
        (part, request): (PartIndex, PartRequest),
        position: Option<f64>,
        hold: Option<&Hold>,
    ) -> Result<Operation, ControlError> {
        self.parts[part.0].operation(request, position, hold)
    }

    /// Returns whether a request needs the current position, which an arg shows. Until the sim has
    /// reported that arg, the request has to wait.
    pub(crate) fn waits_for_position(&self, (part, request): (PartIndex, PartRequest)) -> bool {
        let part = &self.parts[part.0];
        request.is_relative() && part.needs_position() && part.id().arg().is_some()
    }

    /// Returns the position of a physical switch as a value, with the raw values that count as the
    /// same position.
    ///
    /// # Errors
    /// When the control does not stay in that position by itself, or no arg shows it.
    pub(crate) fn standing(
        &self,
        position: &Position,
    ) -> Result<(PartIndex, SwitchPosition), ControlError> {
        let (index, request) = self.request(position)?;
        let PartRequest::Go(PositionCommand::Set(value)) = request else {
            return Err(ControlError::InvalidStanding);
        };
        let standing = self.parts[index.0].standing(value)?;
        Ok((index, standing))
    }

    /// Returns the command that brings a part to the value of a physical switch.
    pub(crate) fn standing_command(&self, part: PartIndex, value: f64) -> Option<DeviceCommand> {
        let request = PartRequest::Go(PositionCommand::Set(value));
        let operation = self.operation((part, request), None, None).ok()?;
        operation.commands.into_iter().next()
    }

    fn ambiguous(&self, position: &Position) -> ControlError {
        let takers = self
            .parts
            .iter()
            .filter(|part| part.request(position).is_some());
        let lines = takers.filter_map(Part::example).take(MAX_EXAMPLES);
        ControlError::Ambiguous(lines.collect::<Vec<_>>().join(" or "))
    }

    /// Returns a text with the positions that the control takes.
    fn possible(&self) -> String {
        let parts = self.parts.iter().take(MAX_EXAMPLES).map(Part::possible);
        match self.parts.is_empty() {
            true => "nothing, because the cockpit's files name no device for it".to_owned(),
            false => parts.collect::<Vec<_>>().join("; or "),
        }
    }
}

/// The most actions of a control that are used; controls of real cockpits have under fifty.
const MAX_ACTIONS: usize = 512;
/// The most parts that an error names.
const MAX_EXAMPLES: usize = 4;

#[cfg(test)]
mod tests;
