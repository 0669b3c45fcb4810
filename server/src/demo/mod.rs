//! The demo: the sample aircraft flown by a simulated cockpit in this process.
//!
//! [`panel`] knows what any cockpit has (args, what can be clicked), [`kestrel`] and [`heron`] what
//! theirs do, [`sim`] speaks with the server as the sim's scripts would. All of that is pure: time
//! is passed in, nothing is read or written. [`sample`] unpacks the bundled install, [`task`] holds
//! the clock.

mod heron;
mod kestrel;
mod motion;
mod panel;
mod sample;
mod sim;
mod task;
#[cfg(test)]
mod tests;
mod text;
mod tour;

pub use sample::{Sample, SampleError};
pub use task::fly;
pub use tour::{Stop, TOUR};
