//! What the messages of the import stream ask of an aircraft's controls.
//!
//! Pure: messages and the time are handed in. Keeps where each control is and how much
//! has been asked of the sim lately; it does not know who sends.

use std::sync::Arc;
use std::time::Instant;

use thiserror::Error;

use crate::bios::draft::budget::Budget;
use crate::bios::draft::proto::codec::{Message, Payload};
use crate::bios::draft::proto::{AIRCRAFT, SYNC};
use crate::bios::draft::types::{ControlType, TypeTable};
use crate::control::{PositionCommand, PositionError, PositionTracker};
use crate::filter::Micros;
use crate::world::{Frames, Pace};

/// Actions, all senders together: at once (a panel that answers `SYNC I`), and each second.
const ACTIONS: (f64, f64) = (512.0, 200.0);

/// TCP clients wait in the same line as our actions, so a flood must not fill it. The sim is
/// taken for a slow one, and a knob that goes on turning for long after the hand has stopped is
/// no use.
const PACE: Pace = Pace {
    frame: 33_000,
    per_frame: 256,
    longest_wait: 1_000_000,
};

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ask {
    /// Send the full state (`SYNC E`).
    FullState,
    /// Send `value` to the device of the control at this place of the table.
    Act {
        /// The place in [`TypeTable::controls`].
        control: usize,
        /// In [-1, 1].
        value: f64,
    },
}

/// Why a message leads to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Misunderstanding {
    /// Nothing has this type.
    #[error("{0} has no control of this type; `dcs-master bios-types {0}` lists them")]
    UnknownType(Arc<str>),
    /// The type belongs to what is exported.
    #[error("this type is for the export, it cannot be set")]
    Exported,
    /// There are no controls.
    #[error("no aircraft is controlled")]
    NoAircraft,
    /// A `SYNC` that is neither `E` nor `I`.
    #[error("SYNC takes E (send everything) or I")]
    Sync,
    /// The control cannot do that.
    #[error(transparent)]
    Refused(#[from] PositionError),
    /// Too many actions.
    #[error("more than the sim can do within a second, the rest is dropped")]
    TooMany,
    /// Bytes that no text has.
    #[error(
        "binary data, as of today's DCS-BIOS export; this port takes text: a type in capitals, a \
         blank, a value, and a line break"
    )]
    Binary,
    /// Not of a message's form.
    #[error("not a message: a type in capitals, perhaps a blank and a value, and a line break")]
    Damage,
    /// Without its end for a while.
    #[error("no line break at the end of its message, which waits for the rest")]
    Unfinished,
}

impl Misunderstanding {
    /// What is named once per sender: the type `name`, or the reason where that is no type's.
    pub(super) fn key<'a>(&self, name: &'a str) -> &'a str {
        // A blank is in no type.
        match self {
            Self::TooMany => "too many",
            Self::Binary => "binary",
            Self::Damage => "no message",
            Self::Unfinished => "no end",
            _ => name,
        }
    }
}

/// What the messages are about.
#[derive(Debug)]
pub(super) struct Controls {
    aircraft: Option<Arc<str>>,
    /// Where each control is, in the table's order.
    positions: Vec<PositionTracker>,
    actions: Budget,
    frames: Frames,
    /// When the time of `frames` began.
    began: Instant,
}

impl Controls {
    /// Those of no aircraft.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            aircraft: None,
            positions: Vec::new(),
            actions: Budget::new(ACTIONS.0, ACTIONS.1, now),
            frames: Frames::new(PACE),
            began: now,
        }
    }

    /// Another aircraft, or the same anew; no position is known.
    pub(super) fn aircraft(&mut self, name: Option<&str>, table: &TypeTable) {
        self.aircraft = name.map(Arc::from);
        self.positions = vec![PositionTracker::default(); table.controls.len()];
    }

    /// The sim says where a control is.
    pub(super) fn position(&mut self, control: usize, raw: f64) {
        if let Some(position) = self.positions.get_mut(control) {
            position.tell(raw);
        }
    }

    /// What a message asks for; nothing when it is understood and there is nothing to do.
    pub(super) fn understand(
        &mut self,
        message: Message<'_>,
        table: &TypeTable,
        now: Instant,
    ) -> Result<Option<Ask>, Misunderstanding> {
        let text = match message.payload {
            Payload::Text(text) => Some(text.trim_ascii()),
            Payload::None | Payload::Binary(_) => None,
        };
        match (message.name, text) {
            (SYNC, Some(b"E")) => Ok(Some(Ask::FullState)),
            // For the panels, which may share a line with us.
            (SYNC, Some(b"I")) => Ok(None),
            (SYNC, _) => Err(Misunderstanding::Sync),
            (AIRCRAFT, _) => Err(Misunderstanding::Exported),
            (name, text) => match table.control(name) {
                Some(control) => self.work(control, text, table, now),
                None => Err(self.unknown(name, table)),
            },
        }
    }

    fn work(
        &mut self,
        control: usize,
        text: Option<&[u8]>,
        table: &TypeTable,
        now: Instant,
    ) -> Result<Option<Ask>, Misunderstanding> {
        let order = PositionCommand::parse(text.ok_or(PositionError::NotUnderstood)?)?;
        let ControlType { device, action, .. } = &table.controls[control];
        let position = &mut self.positions[control];
        let Some(value) = action.value(order, position.now(now))? else {
            return Ok(None);
        };
        let passed = now.saturating_duration_since(self.began).as_micros();
        let passed = Micros::try_from(passed).unwrap_or(Micros::MAX);
        if !self
            .frames
            .take((*device, action.command_for(value)), passed)
            || !self.actions.take(now)
        {
            return Err(Misunderstanding::TooMany);
        }
        if !action.relative {
            position.send(value, now);
        }
        Ok(Some(Ask::Act { control, value }))
    }

    fn unknown(&self, name: &str, table: &TypeTable) -> Misunderstanding {
        match &self.aircraft {
            None => Misunderstanding::NoAircraft,
            Some(_) if table.is_exported(name) => Misunderstanding::Exported,
            Some(aircraft) => Misunderstanding::UnknownType(Arc::clone(aircraft)),
        }
    }
}
