//! Runs the modules of an installed DCS-BIOS outside the sim, in Lua 5.1.
//!
//! Pure but for reading the module files once, and for the clock that limits the time of a step:
//! values go in, words of the memory map and actions come out. The files are the user's own; they see
//! no file, process, clock or network, and cannot run or allocate without end. This crate knows
//! neither sockets nor the sim.

mod action;
mod budget;
mod error;
mod files;
mod host;
mod input;
mod limits;
mod report;

pub use action::Action;
pub use error::HostError;
pub use host::Host;
pub use input::{InputKey, SimValue};
pub use limits::Limits;
pub use report::{InputReport, ModuleReads, Problem, StepReport, TextPlace};
