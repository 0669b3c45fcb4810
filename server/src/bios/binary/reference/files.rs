//! The files of the reference.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use aircraft_defs::Tables;

use super::error::{ReferenceError, failed};
use super::header;
use super::host::{ALIASES, HEADER, HostReference};
use super::module::{
    COMMON_DATA, METADATA_END, METADATA_START, Module, common_data, metadata_end, metadata_start,
    of_aircraft,
};
use crate::bios::binary::cockpit::CockpitMap;
use crate::bios::binary::places::{Display, LedgerFull, read_ledger, write_ledger};

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

#[cfg(test)]
mod tests;
