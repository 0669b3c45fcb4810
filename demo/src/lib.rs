//! The sample aircraft, flown without a sim.
//!
//! [`Simulation`] takes actions and returns args, texts of displays and the current aircraft,
//! all as plain values. It is pure: time is passed in, nothing is read or written. Only
//! [`Sample`] uses the disk: it unpacks the bundled install and compiles its tables. This crate
//! depends neither on the server nor on the link to a sim.

mod flight;
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
