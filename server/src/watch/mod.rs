//! Finds the controls and gauges that have just moved in the cockpit, with their names.
//!
//! Values and the time are passed in, and movements are returned, rare ones first. All of it is
//! pure except [`learn`], which writes names into files. `dcs-master watch` is the client around
//! it.

mod activity;
mod learn;
mod movements;
mod names;

pub use activity::Activity;
pub use learn::{LearnError, learn};
pub(crate) use movements::WARM_UP;
pub use movements::{Class, Damping, Movement, MovementDetector};
pub use names::{ArgNames, NamedMovement};
