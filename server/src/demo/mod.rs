//! The simulated cockpit of the demo, joined to the in-process link in place of a sim.
//!
//! [`sim`] speaks as the sim's scripts would and is pure; [`task`] holds the clock and the
//! channels.

mod sim;
mod task;
#[cfg(test)]
mod tests;

pub use task::fly;
