//! Panels on serial ports (USB): each is a client like any other, at the speed of its line.
//!
//! `options` is what a user writes behind `--serial`, `board` recognizes a board that comes back
//! under another name, `pace` is the speed of a line, and `roster` decides which ports to open;
//! these are pure. `ports` is the system's ports, `session` serves one that is open, and
//! `supervisor` is the task that carries out what the roster decides.

mod board;
mod options;
mod pace;
mod ports;
mod roster;
mod session;
mod supervisor;

pub(crate) use options::SerialOptions;
pub(crate) use supervisor::serve_panels;
