//! defgen: compiles the cockpit Lua of a DCS install into name tables.
//!
//! The stages hand plain data to each other: [`discover`] finds the aircraft and their folders,
//! [`source`] holds the bytes of files, [`lex`] reads tokens, [`syntax`] builds the tree,
//! [`interp`] evaluates it with the functions of the sim from [`sim_env`], [`extract`] makes the
//! tables, and [`emit`] writes the files or [`check`] compares them. Messages on the way are
//! [`diagnostics`]. [`compile()`] runs all stages up to the tables;
//! [`freshness`] checks whether tables are up to date.

mod aircraft;
pub mod check;
pub mod cli;
pub mod compile;
pub mod dcs_bios;
pub mod diagnostics;
pub mod discover;
pub mod emit;
pub mod extract;
pub mod files;
pub mod freshness;
pub mod interp;
pub mod lex;
pub mod limits;
mod own_check;
pub mod parse_cache;
pub mod report;
pub mod sim_env;
pub mod source;
pub mod stack;
mod strings;
pub mod syntax;

pub use compile::{Item, Outcome, Report, Request, RequestError, Tables, compile};
