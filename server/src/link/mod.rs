//! The link to the sim: what travels on it, as values.

mod message;

pub use message::{Action, FrameStats, FromSim, LinkState, ToSim};
