//! Errors about the files of the reference.

use std::io;
use std::path::{Path, PathBuf};

use dcs_bios_host::HostError;
use thiserror::Error;

use crate::bios::binary::places::{Display, LedgerError};

/// The reason why the reference cannot be written.
#[derive(Debug, Error)]
pub(crate) enum ReferenceError {
    /// A file cannot be written.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// The folder has the reference of DCS-BIOS itself.
    #[error(
        "{} has the control reference of DCS-BIOS itself, which would be overwritten; choose \
         another folder with --out",
        .0.display()
    )]
    Foreign(PathBuf),
    /// A folder is not that of a DCS-BIOS.
    #[error("{0}")]
    Host(#[from] HostError),
    /// A DCS-BIOS has no reference.
    #[error(
        "{} has no AircraftAliases.json: this DCS-BIOS has no control reference. Take one that is \
         installed from its releases; the files come with it",
        .0.display()
    )]
    NoHostFiles(PathBuf),
    /// The ledger of an aircraft cannot be read or written.
    #[error("{0}")]
    Ledger(String),
    /// A display has no room.
    #[error("display {0}: there is no room left in the memory map")]
    Full(Display),
}

impl From<LedgerError> for ReferenceError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error.to_string())
    }
}

/// Returns the error about a file.
pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> ReferenceError {
    let path = path.to_owned();
    move |error| ReferenceError::File {
        path: path.clone(),
        error,
    }
}
