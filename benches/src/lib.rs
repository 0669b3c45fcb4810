//! What the benchmark programs share.

pub mod process;
pub mod sim;
