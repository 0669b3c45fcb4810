//! From the values in the sim's states to the tables.
//!
//! Each file here reads one table out of a machine and says what it had to leave
//! out. None of them touches a file or runs code; [`names`], [`action`] and
//! [`written`] do not even know the machine.

pub mod action;
pub mod commands;
pub mod controls;
pub mod devices;
pub mod gauges;
mod holders;
pub mod names;
mod plain;
mod reader;
pub mod written;

pub use reader::Reader;
pub(crate) use reader::whole;
