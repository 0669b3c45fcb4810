//! The controls of a cockpit: the value to send for a command, and the position of a control.
//!
//! Pure: positions and the time are passed in. This module does not depend on a protocol: each
//! protocol translates its own words into a [`PositionCommand`].

mod action;
mod error;
mod logical;
mod operation;
mod part;
mod position;
mod request;

pub(crate) use action::CommandAction;
pub(crate) use error::ControlError;
pub(crate) use logical::{LogicalControl, PartIndex};
pub(crate) use operation::{DeviceCommand, Hold, HoldChange, Operation, SwitchPosition};
pub use position::Position;
pub(crate) use position::{PositionCommand, PositionError, PositionTracker};
pub(crate) use request::{PartId, PartRequest};
