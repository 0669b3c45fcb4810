//! A control as people know it: its parts, and how each position is reached.
//!
//! One knob can be several elements in the cockpit's files, with several commands: a rocker has
//! one for each direction, some rotaries have one element per position. What moves the same arg
//! in the same way is one *part* here. Most controls have one; a knob that can also be pressed
//! has two.
//!
//! Pure: positions are passed in, and so is what is held pressed.

use aircraft_defs::Action;

use super::error::ControlError;
use super::operation::{Hold, Move, Operation, Standing};
use super::part::Part;
use super::position::{Position, PositionCommand};
use super::request::{PartId, PartRequest};

/// The index of a part in its control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartIndex(usize);

/// A control with all its actions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogicalControl {
    /// In the order in which a request is offered to them.
    parts: Vec<Part>,
}

impl LogicalControl {
    /// Joins actions, each with the device that takes it, into a control.
    pub(crate) fn new<'a>(actions: impl IntoIterator<Item = (i64, &'a Action)>) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for (device, action) in actions.into_iter().take(MAX_ACTIONS) {
            match parts.iter_mut().find(|part| part.takes_in(device, action)) {
                Some(part) => part.add(device, action),
                None => parts.push(Part::new(device, action)),
            }
        }
        parts.iter_mut().for_each(Part::finish);
        parts.sort_by_key(Part::rank);
        Self { parts }
    }

    /// Returns the arg that shows the position, and the positions, rising; those of an axis or an
    /// encoder are none.
    pub(crate) fn readout(&self) -> Option<(u32, &[f64])> {
        let mut parts = self.parts.iter();
        parts.find_map(|part| Some((part.id().arg()?, part.positions())))
    }

    /// Returns what identifies the position of a part.
    pub(crate) fn id_of(&self, part: PartIndex) -> PartId {
        self.parts[part.0].id()
    }

    /// Returns the part that takes a position, and what is asked of it.
    ///
    /// The meaning of a position is looked for in this order: a number, `#` and a number, a
    /// keyword, a label. What stays where it is put is asked before what springs back.
    ///
    /// # Errors
    /// When no part takes the position, or several do.
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
        let (index, request) = found.ok_or_else(|| ControlError::NotTaken(self.possible()))?;
        Ok((PartIndex(index), request))
    }

    /// Returns what is to be done for a request to a part.
    ///
    /// `position` is the present one, and `hold` what is held pressed.
    ///
    /// # Errors
    /// When the request starts from the position and none is known, or when the part cannot do
    /// that.
    pub(crate) fn operation(
        &self,
        (part, request): (PartIndex, PartRequest),
        position: Option<f64>,
        hold: Option<&Hold>,
    ) -> Result<Operation, ControlError> {
        self.parts[part.0].operation(request, position, hold)
    }

    /// Returns whether a request has to wait for the position: there is an arg that will show it.
    pub(crate) fn waits_for_position(&self, (part, request): (PartIndex, PartRequest)) -> bool {
        let part = &self.parts[part.0];
        request.is_relative() && part.needs_position() && part.id().arg().is_some()
    }

    /// Returns the value at which a physical switch stands, and the raw values that count as the
    /// same.
    ///
    /// # Errors
    /// When the position is not one where the control stays by itself, or no arg shows it.
    pub(crate) fn standing(
        &self,
        position: &Position,
    ) -> Result<(PartIndex, Standing), ControlError> {
        let (index, request) = self.request(position)?;
        let PartRequest::Go(PositionCommand::Set(value)) = request else {
            return Err(ControlError::NotStanding);
        };
        let standing = self.parts[index.0].standing(value)?;
        Ok((index, standing))
    }

    /// Returns the command that brings a standing control to a value.
    pub(crate) fn standing_move(&self, part: PartIndex, value: f64) -> Option<Move> {
        let request = PartRequest::Go(PositionCommand::Set(value));
        let operation = self.operation((part, request), None, None).ok()?;
        operation.moves.into_iter().next()
    }

    fn ambiguous(&self, position: &Position) -> ControlError {
        let takers = self
            .parts
            .iter()
            .filter(|part| part.request(position).is_some());
        let lines = takers.filter_map(Part::example).take(MAX_EXAMPLES);
        ControlError::Ambiguous(lines.collect::<Vec<_>>().join(" or "))
    }

    /// Says what the control takes.
    fn possible(&self) -> String {
        let parts = self.parts.iter().take(MAX_EXAMPLES).map(Part::possible);
        match self.parts.is_empty() {
            true => "nothing, as the cockpit's files name no device for it".to_owned(),
            false => parts.collect::<Vec<_>>().join("; or "),
        }
    }
}

/// Actions of a control that are looked at; those of real cockpits have under fifty.
const MAX_ACTIONS: usize = 512;
/// Parts that an error names.
const MAX_EXAMPLES: usize = 4;

#[cfg(test)]
mod tests;
