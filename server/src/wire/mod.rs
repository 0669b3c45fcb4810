//! The text protocol: bytes to requests and values to lines. `docs/protocol.md` is the contract.
//!
//! Only this module knows what a line looks like. No socket, no clock.

mod request;

pub use request::{ActionRequest, GaugeRequest, Id, Ref, Request};
