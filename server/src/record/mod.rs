//! Recordings: what the link to the sim says and what clients ask for, with times, in an MCAP file.
//!
//! `docs/record.md` is the contract. `entry`, `payload` and `state` are pure. The hub holds a
//! [`Tap`], which never waits; a thread of its own (`thread`) writes the file. `recording` reads a
//! file again, also one without its end.

mod entry;
mod error;
mod file_name;
mod payload;
mod recording;
mod state;
mod tables;
mod tap;
#[cfg(test)]
mod tests;
mod thread;
mod writer;

pub use entry::{ClientEntry, Entry};
pub use error::{ReadError, RecordError};
pub use file_name::FileChoice;
pub use recording::{Cursor, Recording};
pub use state::SimState;
pub use tables::{RecordedTables, TableFolders};
pub use tap::{RecordingEnded, Tap};
#[cfg(test)]
pub(crate) use thread::{Output, start_with};
pub use thread::{RecordingProgress, RecordingState, RecordingThread, start};
pub use writer::RecordingWriter;
