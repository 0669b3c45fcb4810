//! The stream of the memory map: its bytes for each listener, at the pace that the listener takes.
//!
//! Pure: the time is passed in. What is sent are words of a [`Memory`](super::memory::Memory),
//! whatever their source. Each listener has the words of its own that it has not been sent yet, so a
//! slow one gets the newest values later and delays nobody.

mod encoder;
mod feed;
#[cfg(test)]
pub(super) mod parser;

pub(super) use feed::{Feed, Pace, STEP};
