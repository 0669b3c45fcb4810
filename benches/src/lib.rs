//! The parts that the benchmark programs share.

pub mod bios;
pub mod page;
pub mod process;
pub mod sim;
