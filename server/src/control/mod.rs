//! The controls of a cockpit: which value a command gets, and where a control stands.
//!
//! Pure: positions and the time are passed in. No protocol is known here; each of them
//! turns its own words into a [`PositionCommand`].

mod action;
mod position;

pub(crate) use action::CommandAction;
pub(crate) use position::{PositionCommand, PositionError, PositionTracker};
