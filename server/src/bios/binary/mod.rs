//! The gateway for today's DCS-BIOS: its binary stream, for any aircraft.
//!
//! `docs/dcs-bios.md` is the contract. The gateway is one more subscriber of the world, in the same
//! process: [`Service`] owns the sockets and the clock, and the rest is pure.
//!
//! The modules form layers, each of which uses only those before it: `memory` (the memory map),
//! `stream` (its bytes for each listener), `places` (addresses), `cockpit` (the values of an aircraft,
//! one source of the memory map), `import` (lines of panels), `gateway`. `connections` and `tcp` are the
//! panels with a connection of their own, and `sockets` are those of all; `reference` writes the files for other programs.

mod args;
mod cockpit;
mod config;
mod connections;
#[cfg(test)]
mod docs_tests;
#[cfg(test)]
mod fixtures;
mod gateway;
mod hosting;
mod import;
mod memory;
mod places;
mod reference;
mod rival;
mod service;
mod sockets;
mod stream;
mod tcp;

pub use args::DcsBiosArgs;
pub use config::{Config, Network};
pub(crate) use connections::Connections;
pub use hosting::Hosting;
pub use places::Display;
pub(crate) use reference::ReferenceFiles;
pub use service::Service;
