//! The text protocol: bytes to requests and values to lines. `docs/protocol.md` is the contract.
//!
//! Only this module knows what a line looks like. No socket, no clock.

mod lines;
mod parse;
pub mod print;
mod request;

pub use lines::{LineReader, NextLine};
pub use parse::{LineError, parse};
pub use request::{ActionRequest, GaugeRequest, Id, Ref, Request};
