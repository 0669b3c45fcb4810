//! Makes the tables from the values that the scripts have left in the evaluator.
//!
//! Each file here makes one table and adds a diagnostic for what it leaves out. None of them
//! touches a file or runs code; [`names`] and [`action`] know nothing of the evaluator.

pub mod action;
pub mod commands;
pub mod controls;
pub mod devices;
pub mod gauges;
mod holders;
pub mod names;
mod plain;
mod reader;

pub use reader::Reader;
