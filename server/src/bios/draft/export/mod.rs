//! The export stream: turns values into messages at a limited rate.
//!
//! Pure: values come in, datagrams go out, and the time is passed in.

mod datagrams;
mod publisher;

pub(crate) use publisher::Publisher;
