//! The parts that the benchmark programs share.

pub mod page;
pub mod process;
pub mod sim;
