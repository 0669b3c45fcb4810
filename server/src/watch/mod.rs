//! Finds out what has just moved in the cockpit, and what it is called.
//!
//! Pure but for [`learn`], which writes names into files: values and the time are passed in, and
//! what moved comes out, rare changes first. `dcs-master watch` is the client around it.

mod activity;
mod learn;
mod moves;
mod names;

pub use activity::Activity;
pub use learn::{LearnError, learn};
pub(crate) use moves::WARM_UP;
pub use moves::{Class, Damping, Move, Moves};
pub use names::{ArgNames, NamedMove};
