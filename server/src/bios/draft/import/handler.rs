//! The handler of messages, which turns them into requests.
//!
//! Pure: messages and the time are passed in. The handler tracks the position of each control and
//! limits the rate of actions. It does not know the senders.

use std::sync::Arc;

use super::error::ImportError;
use super::payload::{self, PayloadError};
use crate::bios::draft::proto::codec::{Message, Payload};
use crate::bios::draft::proto::{AIRCRAFT, SYNC};
use crate::bios::draft::types::{ControlType, TypeTable};
use crate::bios::frames::{FrameEstimate, FrameLimits};
use crate::control::PositionTracker;
use crate::filter::Micros;
use crate::rate_limit::RateLimit;

/// The limit on actions of all senders together: in a burst, such as a panel's answer to `SYNC I`,
/// and per second.
const ACTIONS: (u32, u32) = (512, 200);

/// The limits of a slow sim. Actions of the text protocol wait in the same queue, so a flood must
/// not fill it. Besides, a knob should not go on turning long after the hand has stopped.
const FRAME_LIMITS: FrameLimits = FrameLimits {
    frame: 33_000,
    per_frame: 256,
    longest_wait: 1_000_000,
};

/// A request that a message makes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ImportRequest {
    /// Send the full state (`SYNC E`).
    FullState,
    /// Send a value to a control.
    Act {
        /// The index of the control in [`TypeTable::controls`].
        control: usize,
        /// The value, in [-1, 1].
        value: f64,
    },
}

/// Handles the messages to one aircraft after the other.
#[derive(Debug)]
pub(super) struct MessageHandler {
    aircraft: Option<Arc<str>>,
    /// The position of each control, in the table's order.
    positions: Vec<PositionTracker>,
    actions: RateLimit,
    frames: FrameEstimate,
}

impl MessageHandler {
    /// Creates a handler for no aircraft.
    pub(super) fn new() -> Self {
        Self {
            aircraft: None,
            positions: Vec::new(),
            actions: RateLimit::new(ACTIONS.0, ACTIONS.1),
            frames: FrameEstimate::new(FRAME_LIMITS),
        }
    }

    /// Changes to another aircraft, to none, or to the same one in a new mission. All positions are
    /// unknown then.
    pub(super) fn set_aircraft(&mut self, name: Option<&str>, table: &TypeTable) {
        self.aircraft = name.map(Arc::from);
        self.positions = vec![PositionTracker::default(); table.controls.len()];
    }

    /// Records the position of a control that the sim reports.
    pub(super) fn report_position(&mut self, control: usize, raw: f64) {
        if let Some(position) = self.positions.get_mut(control) {
            position.report(raw);
        }
    }

    /// Returns the request that a message makes; `None` if there is nothing to do.
    pub(super) fn handle(
        &mut self,
        message: Message<'_>,
        table: &TypeTable,
        now: Micros,
    ) -> Result<Option<ImportRequest>, ImportError> {
        let text = match message.payload {
            Payload::Text(text) => Some(text.trim_ascii()),
            Payload::None | Payload::Binary(_) => None,
        };
        match (message.name, text) {
            (SYNC, Some(b"E")) => Ok(Some(ImportRequest::FullState)),
            // For the panels, which may share a serial line with us.
            (SYNC, Some(b"I")) => Ok(None),
            (SYNC, _) => Err(ImportError::Sync),
            (AIRCRAFT, _) => Err(ImportError::Exported),
            (name, text) => match table.control(name) {
                Some(control) => self.act(control, text, table, now),
                None => Err(self.unknown_type(name, table)),
            },
        }
    }

    fn act(
        &mut self,
        control: usize,
        text: Option<&[u8]>,
        table: &TypeTable,
        now: Micros,
    ) -> Result<Option<ImportRequest>, ImportError> {
        let command = payload::parse(text.ok_or(PayloadError::NotACommand)?)?;
        let ControlType { device, action, .. } = &table.controls[control];
        let position = &mut self.positions[control];
        let Some(value) = action.value(command, position.position(now))? else {
            return Ok(None);
        };
        let target = (*device, action.command_for(value));
        if !self.frames.take(target, now) || !self.actions.take(1, now) {
            return Err(ImportError::TooFast);
        }
        if !action.relative {
            position.sent(value, now);
        }
        Ok(Some(ImportRequest::Act { control, value }))
    }

    fn unknown_type(&self, name: &str, table: &TypeTable) -> ImportError {
        match &self.aircraft {
            None => ImportError::NoAircraft,
            Some(_) if table.is_exported(name) => ImportError::Exported,
            Some(aircraft) => ImportError::UnknownType(Arc::clone(aircraft)),
        }
    }
}
