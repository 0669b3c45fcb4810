//! The files of the reference.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use aircraft_defs::Tables;
use dcs_bios_host::HostError;
use thiserror::Error;

use super::header;
use super::host::HostReference;
use super::module::{
    COMMON_DATA, METADATA_END, METADATA_START, Module, common_data, metadata_end, metadata_start,
    of_aircraft,
};
use crate::bios::binary::cockpit::CockpitMap;
use crate::bios::binary::places::{Display, LedgerError, LedgerFull, read_ledger, write_ledger};

/// The names of the files beside those of the modules.
pub(super) const ALIASES: &str = "AircraftAliases.json";
pub(super) const HEADER: &str = "Addresses.h";

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

/// The reference of some aircraft.
#[derive(Debug, Default)]
pub(crate) struct ReferenceFiles {
    aircraft: BTreeMap<String, Module>,
    host: HostReference,
}

impl ReferenceFiles {
    /// Adds the modules of the user's own DCS-BIOS in a folder. Returns the number of their aircraft.
    pub(crate) fn add_host(&mut self, folder: &Path) -> Result<usize, ReferenceError> {
        self.host = HostReference::read(folder)?;
        Ok(self.host.aliases.len())
    }

    /// Returns whether an aircraft has modules in the user's own DCS-BIOS: then its tables are not
    /// used.
    pub(crate) fn is_hosted(&self, aircraft: &str) -> bool {
        self.host.has(aircraft)
    }

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
    pub(super) fn files(&self) -> serde_json::Result<BTreeMap<String, String>> {
        let shared = [
            (COMMON_DATA, common_data()),
            (METADATA_START, metadata_start()),
            (METADATA_END, metadata_end()),
        ];
        let mut aliases = self.host.aliases.clone();
        let mut modules: BTreeMap<String, &Module> = BTreeMap::new();
        let common = || vec![COMMON_DATA.to_owned()];
        aliases.entry(String::new()).or_insert_with(common);
        for (name, module) in &shared {
            modules.insert((*name).to_owned(), module);
        }
        for (aircraft, module) in &self.aircraft {
            // A module of the host may have the name of another aircraft.
            let is_taken = self.host.modules.contains_key(aircraft);
            let name = format!("{aircraft}{}", if is_taken { "_tables" } else { "" });
            aliases.insert(aircraft.clone(), vec![COMMON_DATA.to_owned(), name.clone()]);
            modules.insert(name, module);
        }
        let macros = header::text(modules.values().copied(), &self.host.macros);
        let mut files = BTreeMap::from([
            (HEADER.to_owned(), macros),
            (ALIASES.to_owned(), serde_json::to_string_pretty(&aliases)?),
        ]);
        for (name, module) in modules {
            let text = serde_json::to_string_pretty(module)?;
            files.insert(format!("{name}.json"), text);
        }
        // Those of the host have more values of CommonData, at the same places.
        for (name, text) in &self.host.modules {
            files.insert(format!("{name}.json"), text.clone());
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

/// Returns the error about a file.
pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> ReferenceError {
    let path = path.to_owned();
    move |error| ReferenceError::File {
        path: path.clone(),
        error,
    }
}

#[cfg(test)]
mod tests;
