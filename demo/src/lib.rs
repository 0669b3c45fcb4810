//! The sample aircraft, flown without a sim.
//!
//! [`Simulation`] takes actions and tells args, texts of displays and which aircraft is
//! flown, all as plain values. It is pure: time is passed in, nothing is read or written.
//! [`Sample`] unpacks the bundled install and compiles its tables; it alone touches the
//! disk. This crate knows neither the server nor the link to a sim.

mod heron;
mod kestrel;
mod motion;
mod panel;
mod sample;
mod simulation;
#[cfg(test)]
mod tests;
mod text;
mod tour;

pub use sample::{Sample, SampleError};
pub use simulation::{Action, Aircraft, Event, Simulation};
pub use tour::{TOUR, TourStep};
