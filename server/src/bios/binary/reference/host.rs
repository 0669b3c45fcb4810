//! The reference that comes with the user's own DCS-BIOS. Its files are taken as they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dcs_bios_host::Host;

use super::error::{ReferenceError, failed};
use super::module::{METADATA_END, METADATA_START};

/// The names of the files beside those of the modules.
pub(super) const ALIASES: &str = "AircraftAliases.json";
pub(super) const HEADER: &str = "Addresses.h";

/// The reference of a DCS-BIOS.
#[derive(Debug, Default)]
pub(super) struct HostReference {
    /// The names of the modules of each aircraft.
    pub(super) aliases: BTreeMap<String, Vec<String>>,
    /// The text of each module's file, by the module's name.
    pub(super) modules: BTreeMap<String, String>,
    /// The macros of its header, with their values.
    pub(super) macros: BTreeMap<String, String>,
}

impl HostReference {
    /// Reads the reference of the DCS-BIOS in a folder, which may also be the Saved Games folder that
    /// it is in.
    pub(super) fn read(folder: &Path) -> Result<Self, ReferenceError> {
        let root = Host::find(folder)?;
        let (doc, json) = (root.join("doc"), root.join("doc/json"));
        let path = json.join(ALIASES);
        if !path.exists() {
            return Err(ReferenceError::NoHostFiles(json));
        }
        let text = fs::read_to_string(&path).map_err(failed(&path))?;
        let aliases = serde_json::from_str(&text).map_err(|error| failed(&path)(error.into()))?;
        let mut own = Self {
            aliases,
            ..Self::default()
        };
        let names = own.aliases.values().flatten().map(String::as_str);
        for name in names.chain([METADATA_START, METADATA_END]) {
            if !own.modules.contains_key(name) {
                let path = json.join(format!("{name}.json"));
                let text = fs::read_to_string(&path).map_err(failed(&path))?;
                own.modules.insert(name.to_owned(), text);
            }
        }
        // Older versions have no header.
        if let Ok(header) = fs::read_to_string(doc.join(HEADER)) {
            own.macros = header.lines().filter_map(macro_of).collect();
        }
        Ok(own)
    }

    /// Returns whether it has modules for an aircraft.
    pub(super) fn has(&self, aircraft: &str) -> bool {
        self.aliases.contains_key(aircraft)
    }
}

/// Returns the name and the value of a macro.
fn macro_of(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
    Some((name.to_owned(), value.trim().to_owned()))
}
