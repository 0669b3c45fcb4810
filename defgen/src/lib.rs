//! defgen: compiles the cockpit Lua of a DCS install into name tables.
//!
//! Stages with plain data between them: [`discover`] (which aircraft, which files)
//! -> [`source`] (bytes of a file) -> `lex` (tokens, nesting) -> [`syntax`] (the tree)
//! -> [`interp`] (the values, with what the sim offers from [`sim_env`]) -> [`extract`]
//! (the tables) -> [`emit`] (the files) or [`check`] (how they differ). What is
//! wrong on the way is a [`diagnostic`]. [`compile()`] runs all up to the tables;
//! [`freshness`] tells whether that is needed.

mod aircraft;
pub mod check;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod diagnostic_sink;
pub mod discover;
pub mod emit;
pub mod extract;
pub mod files;
pub mod freshness;
mod hint;
pub mod interp;
pub mod lex;
pub mod limits;
pub mod parse_cache;
pub mod render;
pub mod report;
pub mod sim_env;
pub mod source;
pub mod stack;
mod strings;
pub mod syntax;

pub use compile::{Item, Outcome, Report, Request, RequestError, Tables, compile};
