//! The import stream: lines of panels, and what they ask of the cockpit.
//!
//! Pure: the time is passed in.

mod error;
mod importer;
mod lines;
mod moves;
mod senders;

pub(super) use importer::{Imported, Importer, Sender};
