//! Panels on serial ports (USB). Each is a client like any other, at the speed of its line.
//!
//! `options` parses the option `--serial`, `board` recognizes a board that is plugged in again
//! under another name, `write_pacer` computes the times of writes, and `roster` decides which ports
//! to open; these are pure. `ports` lists and opens the system's ports, `claim` keeps other
//! programs out of an open port, `session` serves the panel on it, `refusals` logs which of the
//! panel's requests were refused, and `supervisor` is the task that carries out the decisions of
//! the roster.

mod board;
mod claim;
mod open_error;
mod options;
mod ports;
mod refusals;
mod roster;
mod session;
mod supervisor;
mod write_pacer;

pub(crate) use options::SerialOptions;
pub(crate) use supervisor::serve_panels;
