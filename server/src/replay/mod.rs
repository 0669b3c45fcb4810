//! Replays: a recording at the in-process end of the link, in place of a sim.
//!
//! [`replayer`] is pure: it takes recorded messages, and what today's clients watch decides which of
//! them go to the server. [`player`] reads the file, and its task has the clock and the channels.
//! [`csv`] writes a recording for spreadsheets.

mod control;
pub mod csv;
mod player;
mod replayer;
#[cfg(test)]
mod tests;

pub use control::{ReplayChange, ReplayControl, ReplayEnded, ReplayStatus, SPEEDS};
pub use player::{Player, run};
pub use replayer::Replayer;
