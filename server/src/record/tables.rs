//! The tables of an aircraft in a recording, so that its names are known on a computer without
//! them. They are one JSON object with the text of each file, compressed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aircraft_defs::limits::MAX_TABLE_BYTES;
use aircraft_defs::{TABLE_FILES, is_folder_name};
use serde::{Deserialize, Serialize};
use zstd::stream::read::Decoder;

/// The most bytes of compressed tables that are recorded for an aircraft. The largest real ones
/// have 40,000.
const MAX_PACKED: usize = 1 << 20;
/// The most bytes of tables when they are unpacked.
const MAX_UNPACKED: u64 = 4 * MAX_TABLE_BYTES;
/// The compression level: it is done once per aircraft.
const LEVEL: i32 = 9;

/// The tables of an aircraft, compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedTables {
    /// The name of the aircraft.
    pub aircraft: String,
    pub(super) packed: Vec<u8>,
}

/// The texts of the files by name: of the generated tables, and of the user's own.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Files {
    generated: BTreeMap<String, String>,
    own: BTreeMap<String, String>,
}

/// The folders from which tables are recorded, or into which they are unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFolders {
    /// The folder of the generated tables.
    pub defs: PathBuf,
    /// The folder of the user's own tables.
    pub own_defs: Option<PathBuf>,
}

impl RecordedTables {
    /// Packs the tables of an aircraft. Returns `None` if it has none, or too many.
    pub(super) fn pack(folders: &TableFolders, aircraft: &str) -> Option<Self> {
        if !is_folder_name(aircraft) {
            return None;
        }
        let own = folders.own_defs.as_ref();
        let files = Files {
            generated: read_files(&folders.defs.join(aircraft)),
            own: own.map_or_else(BTreeMap::new, |own| read_files(&own.join(aircraft))),
        };
        if files == Files::default() {
            return None;
        }
        let json = serde_json::to_vec(&files).ok()?;
        let packed = zstd::bulk::compress(&json, LEVEL).ok()?;
        (packed.len() <= MAX_PACKED).then(|| Self {
            aircraft: aircraft.to_owned(),
            packed,
        })
    }

    /// Unpacks the tables into folders of the aircraft. What is there already stays.
    ///
    /// # Errors
    /// When they are broken, or a file cannot be written.
    pub fn unpack(&self, folders: &TableFolders) -> io::Result<()> {
        if !is_folder_name(&self.aircraft) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut json = Vec::new();
        Decoder::new(&self.packed[..])?
            .take(MAX_UNPACKED)
            .read_to_end(&mut json)?;
        let files: Files = serde_json::from_slice(&json)?;
        write_files(&folders.defs.join(&self.aircraft), &files.generated)?;
        match &folders.own_defs {
            Some(own) => write_files(&own.join(&self.aircraft), &files.own),
            None => Ok(()),
        }
    }
}

/// Returns the texts of the tables in a folder. `sources.json` is left out, since it names folders
/// of this computer.
fn read_files(folder: &Path) -> BTreeMap<String, String> {
    let text = |name: &&str| {
        let path = folder.join(name);
        let size = fs::metadata(&path).ok()?;
        let fits = size.is_file() && size.len() <= MAX_TABLE_BYTES;
        let text = fits.then(|| fs::read_to_string(path).ok())??;
        Some(((*name).to_owned(), text))
    };
    TABLE_FILES.iter().filter_map(text).collect()
}

fn write_files(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    for name in TABLE_FILES {
        if let Some(text) = files.get(name) {
            fs::create_dir_all(folder)?;
            let path = folder.join(name);
            if !path.exists() {
                fs::write(path, text)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_unpacked_as_they_were_without_the_folders_of_the_computer() {
        let disk = tempfile::tempdir().unwrap();
        let folders = |name: &str| TableFolders {
            defs: disk.path().join(name).join("defs"),
            own_defs: Some(disk.path().join(name).join("own")),
        };
        let [here, there] = [folders("here"), folders("there")];
        let folder = here.defs.join("Kestrel");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(here.own_defs.as_ref().unwrap().join("Kestrel")).unwrap();
        fs::write(folder.join("gauges.json"), "[1]").unwrap();
        fs::write(folder.join("sources.json"), "C:/Users/me").unwrap();
        let own = here.own_defs.as_ref().unwrap().join("Kestrel/gauges.json");
        fs::write(own, "[2]").unwrap();

        let packed = RecordedTables::pack(&here, "Kestrel").unwrap();
        packed.unpack(&there).unwrap();
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        assert_eq!(read(there.defs.join("Kestrel/gauges.json")), "[1]");
        let own = there.own_defs.unwrap().join("Kestrel/gauges.json");
        assert_eq!(read(own), "[2]");
        assert!(!there.defs.join("Kestrel/sources.json").exists());
        assert_eq!(RecordedTables::pack(&here, "Heron"), None);
    }

    #[test]
    fn a_name_from_a_file_leads_nowhere_else() {
        let disk = tempfile::tempdir().unwrap();
        let folders = TableFolders {
            defs: disk.path().join("defs"),
            own_defs: None,
        };
        let tables = RecordedTables {
            aircraft: "../outside".to_owned(),
            packed: zstd::bulk::compress(br#"{"generated":{"gauges.json":"[]"}}"#, 1).unwrap(),
        };
        assert!(tables.unpack(&folders).is_err());
        assert!(!disk.path().join("outside").exists());
    }
}
