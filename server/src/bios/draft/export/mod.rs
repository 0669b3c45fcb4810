//! The export stream: which messages go out, and when.
//!
//! Pure: values come in, datagrams go out, and the time is passed in.

mod datagrams;
mod publisher;

pub(crate) use publisher::Publisher;
