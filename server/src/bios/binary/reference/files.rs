//! The files of the reference.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use aircraft_defs::Tables;
use thiserror::Error;

use super::header;
use super::module::{
    COMMON_DATA, METADATA_END, METADATA_START, Module, common_data, metadata_end, metadata_start,
    of_aircraft,
};
use crate::bios::binary::cockpit::CockpitMap;
use crate::bios::binary::places::{Display, LedgerError, LedgerFull, read_ledger, write_ledger};

/// The names of the files beside those of the modules.
const ALIASES: &str = "AircraftAliases.json";
const HEADER: &str = "Addresses.h";

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

/// The reference of some aircraft.
#[derive(Debug, Default)]
pub(crate) struct ReferenceFiles {
    aircraft: BTreeMap<String, Module>,
}

impl ReferenceFiles {
    /// Adds an aircraft with the ledger in the folder of its tables, to which the given displays are
    /// added. Returns the numbers of controls, gauges and displays.
    pub(crate) fn add(
        &mut self,
        aircraft: &str,
        tables: &Tables,
        defs: &Path,
        displays: &[Display],
    ) -> Result<[usize; 3], ReferenceError> {
        let before = read_ledger(defs, aircraft)?;
        let mut ledger = before.clone();
        for display in displays {
            let chosen = ledger.choose(display);
            chosen.map_err(|LedgerFull| ReferenceError::Full(display.clone()))?;
        }
        let map = CockpitMap::new(tables, Some(&mut ledger));
        if ledger != before {
            write_ledger(defs, aircraft, &ledger)?;
        }
        self.aircraft
            .insert(aircraft.to_owned(), of_aircraft(aircraft, &map));
        Ok([map.controls.len(), map.gauges.len(), map.displays.len()])
    }

    /// Writes all files into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), ReferenceError> {
        if is_foreign(folder) {
            return Err(ReferenceError::Foreign(folder.to_owned()));
        }
        fs::create_dir_all(folder).map_err(failed(folder))?;
        for (name, text) in self.files().map_err(|error| failed(folder)(error.into()))? {
            let path = folder.join(name);
            fs::write(&path, text).map_err(failed(&path))?;
        }
        Ok(())
    }

    /// Returns the names and texts of all files.
    pub(super) fn files(&self) -> serde_json::Result<Vec<(String, String)>> {
        let shared = [
            (COMMON_DATA, common_data()),
            (METADATA_START, metadata_start()),
            (METADATA_END, metadata_end()),
        ];
        let mut aliases: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        aliases.insert("", vec![COMMON_DATA]);
        for aircraft in self.aircraft.keys() {
            aliases.insert(aircraft, vec![COMMON_DATA, aircraft]);
        }
        let modules = shared.iter().map(|(name, module)| (*name, module));
        let modules = modules.chain(
            self.aircraft
                .iter()
                .map(|(name, module)| (name.as_str(), module)),
        );
        let modules: Vec<(&str, &Module)> = modules.collect();
        let mut files = vec![
            (
                HEADER.to_owned(),
                header::text(modules.iter().map(|(_, module)| *module)),
            ),
            (ALIASES.to_owned(), serde_json::to_string_pretty(&aliases)?),
        ];
        for (name, module) in modules {
            files.push((
                format!("{name}.json"),
                serde_json::to_string_pretty(module)?,
            ));
        }
        Ok(files)
    }
}

/// Returns whether a folder has a reference that this program did not write.
fn is_foreign(folder: &Path) -> bool {
    let is_ours = || {
        let header = fs::File::open(folder.join(HEADER)).ok()?;
        let line = BufReader::new(header).lines().next()?.ok()?;
        Some(line == header::FIRST_LINE)
    };
    folder.join(ALIASES).exists() && is_ours() != Some(true)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> ReferenceError {
    let path = path.to_owned();
    move |error| ReferenceError::File {
        path: path.clone(),
        error,
    }
}

#[cfg(test)]
mod tests;
