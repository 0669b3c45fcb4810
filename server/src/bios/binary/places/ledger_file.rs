//! The file of a ledger, which lies with the tables of its aircraft.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aircraft_defs::is_folder_name;
use tempfile::NamedTempFile;
use thiserror::Error;

use super::ledger::{Ledger, LedgerFormatError};

/// The name of the file.
const FILE: &str = "dcs-bios.json";
/// The largest file that is read, in bytes. A full ledger has about 150,000.
const MAX_BYTES: u64 = 1 << 20;

/// The reason why a ledger cannot be read or written.
#[derive(Debug, Error)]
pub(in crate::bios::binary) enum LedgerError {
    /// The file cannot be read or written.
    #[error("{}: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// The file is damaged. It is left as it is, since sketches rely on its addresses.
    #[error(
        "{} is damaged: {error}; restore it from a copy, or delete it, which may change the \
         addresses of displays",
        .path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// The damage.
        error: LedgerFormatError,
    },
    /// The aircraft's name cannot be that of a folder.
    #[error("there can be no folder for an aircraft of this name")]
    Name,
}

fn path(defs: &Path, aircraft: &str) -> Result<PathBuf, LedgerError> {
    match is_folder_name(aircraft) {
        true => Ok(defs.join(aircraft).join(FILE)),
        false => Err(LedgerError::Name),
    }
}

/// Reads the ledger of an aircraft. Without a file it is empty.
pub(in crate::bios::binary) fn read_ledger(
    defs: &Path,
    aircraft: &str,
) -> Result<Ledger, LedgerError> {
    let path = path(defs, aircraft)?;
    let text = match read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ledger::default()),
        Err(error) => return Err(LedgerError::File { path, error }),
    };
    Ledger::parse(&text).map_err(|error| LedgerError::Format { path, error })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is too large",
        ));
    }
    fs::read(path)
}

/// Writes the ledger of an aircraft, whole or not at all.
pub(in crate::bios::binary) fn write_ledger(
    defs: &Path,
    aircraft: &str,
    ledger: &Ledger,
) -> Result<(), LedgerError> {
    let path = path(defs, aircraft)?;
    write(&path, ledger).map_err(|error| LedgerError::File { path, error })
}

fn write(path: &Path, ledger: &Ledger) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(ledger.text()?.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bios::binary::places::Content;

    #[test]
    fn a_ledger_comes_back_and_a_damaged_one_is_left_alone() {
        let defs = tempfile::tempdir().expect("a folder");
        let mut ledger = read_ledger(defs.path(), "Trainer").expect("none is empty");
        ledger.place(Content::Gauge(9999)).expect("room");
        write_ledger(defs.path(), "Trainer", &ledger).expect("written");
        assert_eq!(read_ledger(defs.path(), "Trainer").expect("read"), ledger);
        let file = defs.path().join("Trainer").join(FILE);
        fs::write(&file, "[{").expect("written");
        let error = read_ledger(defs.path(), "Trainer").expect_err("damaged");
        assert!(error.to_string().contains("restore it"), "{error}");
        assert!(read_ledger(defs.path(), "../Trainer").is_err());
    }
}
