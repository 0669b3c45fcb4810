//! The simulated cockpit of the demo, connected to the in-process link in place of a sim.
//!
//! [`sim`] implements the sim's side of the link and is pure; [`task`] has the clock and the
//! channels.

mod sim;
mod task;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use sim::DemoSim;
pub use task::run;
