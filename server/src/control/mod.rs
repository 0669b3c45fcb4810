//! The controls of a cockpit: the value to send for a command, and the position of a control.
//!
//! Pure: positions and the time are passed in. This module knows no protocol: each protocol
//! translates its own words into a [`PositionCommand`].

mod action;
mod position;

pub(crate) use action::CommandAction;
pub(crate) use position::{PositionCommand, PositionError, PositionTracker};
