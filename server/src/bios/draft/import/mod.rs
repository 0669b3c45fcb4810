//! The import stream: from datagrams of any number of senders to actions for the sim.
//!
//! Pure: addresses, datagrams and the time are passed in.

mod importer;
mod orders;
mod senders;

pub(crate) use importer::Importer;
pub(crate) use orders::Ask;
