//! Makes the tables from the values that the scripts have left in the interpreter.
//!
//! Each table has a module, which adds a diagnostic for everything that it leaves out. None of them
//! reads files or runs code; [`names`] and [`action`] know nothing of the interpreter.

pub mod action;
pub mod commands;
pub mod controls;
pub mod devices;
pub mod gauges;
mod name_sources;
pub mod names;
mod plain;
mod reader;

pub use reader::Reader;
