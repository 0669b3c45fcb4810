//! The errors of recordings.

use std::io;
use std::path::PathBuf;

use mcap::McapError;

/// The reason why a recording cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// There is a file with that name.
    #[error(
        "{} exists already and is not overwritten; choose another name, or a folder, in which each \
         recording gets a name with its date",
        .0.display()
    )]
    Exists(PathBuf),
    /// The folder of the file is missing.
    #[error("there is no folder {}; make it, or choose another one", .0.display())]
    NoFolder(PathBuf),
    /// The file cannot be made.
    #[error("{} cannot be made: {error}; choose another place", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The system has no thread for it.
    #[error("the system has no thread for the recording: {0}")]
    Thread(io::Error),
}

/// The reason why an entry cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The disk.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The format.
    #[error("{0}")]
    Format(McapError),
    /// JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

impl From<McapError> for WriteError {
    fn from(error: McapError) -> Self {
        match error {
            McapError::Io(error) => Self::Io(error),
            error => Self::Format(error),
        }
    }
}

/// The reason why a file cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system cannot read it.
    #[error("{} cannot be read: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        error: io::Error,
    },
    /// It is another kind of file.
    #[error(
        "{} is not a recording of dcs-master: {reason}; dcs-master serve --record makes one",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The difference.
        reason: &'static str,
    },
    /// It has nothing to replay.
    #[error(
        "{} has no complete second of a flight; the recording ended too early",
        .0.display()
    )]
    Empty(PathBuf),
    /// A part of it is broken.
    #[error("{}: the part at {offset} bytes is broken: {reason}", path.display())]
    Chunk {
        /// The file.
        path: PathBuf,
        /// The place of the part.
        offset: u64,
        /// The fault.
        reason: String,
    },
}
