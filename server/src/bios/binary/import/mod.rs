//! The import stream: lines of panels, and what they ask of the cockpit.
//!
//! Pure: the time is passed in.

mod error;
mod error_log;
mod importer;
mod limits;
mod lines;
mod moves;
mod queue;
mod sender;
mod senders;

pub(super) use importer::{Imported, Importer, Performer};
pub(super) use sender::Sender;
