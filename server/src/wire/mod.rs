//! The text protocol: bytes to requests and values to lines. `docs/protocol.md` is the contract.
//!
//! Only this module parses requests and writes lines. The texts of errors, the statistics and the
//! lists come from `world`. Pure: no sockets and no clock.

mod lines;
mod parse;
pub mod print;
mod request;
mod request_line;

pub use lines::{LineReader, NextLine};
pub(crate) use parse::position;
pub use parse::{LineError, parse};
pub use request::{ActionRequest, GaugeRequest, Id, Position, PositionRequest, Ref, Request};
