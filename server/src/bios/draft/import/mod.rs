//! The import stream: turns the datagrams of any number of senders into actions for the sim.
//!
//! Pure: addresses, datagrams and the time are passed in.

mod error;
mod handler;
mod importer;
mod payload;
mod senders;

pub(crate) use handler::ImportRequest;
pub(crate) use importer::Importer;
