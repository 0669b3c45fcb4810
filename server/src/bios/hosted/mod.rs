//! The user's own DCS-BIOS, run outside the sim: the source of the memory map for the aircraft that
//! have a module in it.
//!
//! `docs/dcs-bios.md` is the contract. [`HostThread`] owns the Lua state, on a thread of its own, since
//! nothing can stop a module within one of Lua's own functions. [`HostedSource`] is pure: it collects the
//! inputs of the modules, and turns what they do into requests. Neither knows the stream.

mod coverage;
mod inputs;
mod job;
mod source;
mod thread;

pub(crate) use coverage::unserved;
pub(crate) use source::{Click, HostedSource, Served};
pub(crate) use thread::{HostEvent, HostThread, LoadedBios};
