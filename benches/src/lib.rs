//! The parts that the benchmark programs share.

pub mod process;
pub mod sim;
