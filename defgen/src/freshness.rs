//! Checks whether the tables of an aircraft are up to date with its scripts.
//!
//! `sources.json` has the version of defgen that made the tables, their format number, and the hash
//! of each file that it has read. Hashing those files again is much faster than compiling the
//! aircraft.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use aircraft_defs::{ReadError, TABLE_FILES, read_file};
use serde::Deserialize;

use crate::dcs_bios::DcsBios;
use crate::emit::{FORMAT, SOURCES_FILE, VERSION};
use crate::files::{FileError, GamePath, Root, Roots, resolve_case};
use crate::limits::Limits;
use crate::parse_cache;

/// The state of the tables of an aircraft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// Compiling the aircraft again would give the same tables.
    Fresh,
    /// There is no `sources.json`, so the tables are not from defgen. They are replaced only if the
    /// user runs defgen.
    Foreign,
    /// There is no folder, or it has no tables.
    Missing,
    /// The tables must be made again, for this reason.
    Stale(Staleness),
}

/// The reason why tables must be made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Staleness {
    /// A table is missing.
    NoTable(&'static str),
    /// `sources.json` cannot be read.
    NoSources,
    /// An older defgen has written them.
    Version(String),
    /// This defgen makes different tables from the same scripts.
    Format,
    /// A script has changed.
    Changed(String),
    /// A script does not exist any more.
    Gone(String),
    /// A module of DCS-BIOS may have names for the aircraft and was not used.
    NewNames(String),
}

impl fmt::Display for Staleness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable(table) => write!(f, "{table} is missing"),
            Self::NoSources => write!(f, "{SOURCES_FILE} cannot be read"),
            Self::Version(version) => {
                write!(
                    f,
                    "they were made by defgen {version:?}, and this is {VERSION}"
                )
            }
            Self::Format => f.write_str("this defgen makes other tables of the same scripts"),
            Self::Changed(file) => write!(f, "{file} has changed"),
            Self::Gone(file) => write!(f, "{file} does not exist any more"),
            Self::NewNames(file) => write!(f, "{file} may have names for it"),
        }
    }
}

/// The part of `sources.json` that is read.
#[derive(Deserialize)]
struct SourceList {
    defgen: String,
    /// Tables of the first versions have none.
    #[serde(default)]
    format: u32,
    files: BTreeMap<String, String>,
    #[serde(default)]
    dcs_bios: BTreeMap<String, String>,
}

/// Compares the tables in `folder`, which are otherwise fresh, with a copy of DCS-BIOS. If its
/// names have changed, returns the reason why the tables must be made again.
pub fn examine_names(folder: &Path, aircraft: &str, copy: &DcsBios) -> Option<Staleness> {
    let bytes = read_file(&folder.join(SOURCES_FILE)).ok()?;
    let used = serde_json::from_slice::<SourceList>(&bytes).ok()?.dcs_bios;
    let is_new = |file: &String| !used.contains_key(file);
    if let Some(new) = copy.module_paths_for(aircraft).find(is_new) {
        return Some(Staleness::NewNames(new));
    }
    used.into_iter()
        .find_map(|(file, hash)| match copy.hash(&file) {
            Some(now) if now == hash => None,
            Some(_) => Some(Staleness::Changed(file)),
            None => Some(Staleness::Gone(file)),
        })
}

/// Returns whether the tables in `folder`, the folder of an aircraft, have names from DCS-BIOS.
pub fn has_names(folder: &Path) -> bool {
    let bytes = read_file(&folder.join(SOURCES_FILE)).unwrap_or_default();
    let sources = serde_json::from_slice::<SourceList>(&bytes);
    sources.is_ok_and(|sources| !sources.dcs_bios.is_empty())
}

/// Returns the state of the tables in `folder`, the folder of an aircraft.
///
/// `installs` are the folders that are compiled together, in the order of precedence. If there is
/// none, the scripts are not compared.
pub fn examine(folder: &Path, installs: &[PathBuf]) -> Freshness {
    let missing = TABLE_FILES.iter().find(|file| !folder.join(file).is_file());
    let sources = match read_file(&folder.join(SOURCES_FILE)) {
        Ok(bytes) => serde_json::from_slice::<SourceList>(&bytes).ok(),
        Err(ReadError::Missing) => {
            let is_empty = TABLE_FILES.iter().all(|file| !folder.join(file).exists());
            return match is_empty {
                true => Freshness::Missing,
                false => Freshness::Foreign,
            };
        }
        Err(_) => None,
    };
    let staleness = match (sources, missing) {
        (None, _) => Some(Staleness::NoSources),
        (_, Some(table)) => Some(Staleness::NoTable(table)),
        (Some(sources), None) if is_older(&sources.defgen, VERSION) => {
            Some(Staleness::Version(sources.defgen))
        }
        (Some(sources), None) if sources.format < FORMAT => Some(Staleness::Format),
        (Some(sources), None) => changed_file(&sources.files, installs),
    };
    staleness.map_or(Freshness::Fresh, Freshness::Stale)
}

/// Returns true if a text is a lower version than another one, or is not a version.
fn is_older(version: &str, than: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u64>> {
        let release = version.split(['-', '+']).next()?;
        release.split('.').map(|part| part.parse().ok()).collect()
    };
    numbers(version).is_none_or(|version| Some(version) < numbers(than))
}

/// Returns the first of the files that has changed or does not exist any more.
fn changed_file(files: &BTreeMap<String, String>, installs: &[PathBuf]) -> Option<Staleness> {
    let open = |folder: &PathBuf| Root::open(GamePath::root(), &resolve_case(folder)).ok();
    let roots: Vec<Root> = installs.iter().filter_map(open).collect();
    if roots.is_empty() {
        return None;
    }
    let roots = Roots::new(roots, &[]);
    files.iter().find_map(|(file, hash)| {
        let limit = Limits::default().source_bytes as u64;
        let path = GamePath::parse(file).map_err(FileError::from);
        let read = path.and_then(|path| roots.find(&path)?.read(limit));
        match read {
            Ok(bytes) if parse_cache::hash(&bytes) == *hash => None,
            Ok(_) => Some(Staleness::Changed(file.clone())),
            Err(_) => Some(Staleness::Gone(file.clone())),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// An install with one script, and tables that name its hash.
    fn disk() -> (tempfile::TempDir, PathBuf, [PathBuf; 1]) {
        let disk = tempfile::tempdir().unwrap();
        let (folder, install) = (disk.path().join("defs/A"), disk.path().join("install"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(install.join("Mods")).unwrap();
        fs::write(install.join("Mods/a.lua"), "x = 1").unwrap();
        for file in TABLE_FILES {
            fs::write(folder.join(file), "[]").unwrap();
        }
        write_sources(&folder, VERSION, "mods/A.lua");
        (disk, folder, [install])
    }

    fn write_sources(folder: &Path, version: &str, file: &str) {
        let hash = parse_cache::hash(b"x = 1");
        let files = format!(r#"{{"{file}": "{hash}"}}"#);
        let text = format!(r#"{{"defgen": "{version}", "format": {FORMAT}, "files": {files}}}"#);
        fs::write(folder.join(SOURCES_FILE), text).unwrap();
    }

    #[track_caller]
    fn check_stale(folder: &Path, installs: &[PathBuf], expected: &str) {
        match examine(folder, installs) {
            Freshness::Stale(staleness) => assert_eq!(staleness.to_string(), expected),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tables_are_fresh_until_a_script_changes() {
        let (_disk, folder, installs) = disk();
        assert_eq!(examine(&folder, &installs), Freshness::Fresh);
        fs::write(installs[0].join("Mods/a.lua"), "x = 2").unwrap();
        check_stale(&folder, &installs, "mods/A.lua has changed");
        fs::remove_file(installs[0].join("Mods/a.lua")).unwrap();
        check_stale(&folder, &installs, "mods/A.lua does not exist any more");
        fs::remove_dir_all(&installs[0]).unwrap();
        assert_eq!(examine(&folder, &installs), Freshness::Fresh);
    }

    #[test]
    fn the_first_folder_has_priority() {
        let (disk, folder, [install]) = disk();
        let saved_games = disk.path().join("saved");
        fs::create_dir_all(saved_games.join("Mods")).unwrap();
        let installs = [saved_games, install];
        assert_eq!(examine(&folder, &installs), Freshness::Fresh);
        fs::write(installs[0].join("Mods/a.lua"), "x = 2").unwrap();
        check_stale(&folder, &installs, "mods/A.lua has changed");
    }

    #[test]
    fn tables_of_an_older_defgen_are_stale() {
        let (_disk, folder, installs) = disk();
        write_sources(&folder, "0.0.9", "Mods/a.lua");
        let message = format!("they were made by defgen \"0.0.9\", and this is {VERSION}");
        check_stale(&folder, &installs, &message);
        for (format, expected) in [
            (FORMAT, None),
            (FORMAT + 1, None),
            (0, Some(Staleness::Format)),
        ] {
            let text = format!(r#"{{"defgen": "{VERSION}", "format": {format}, "files": {{}}}}"#);
            fs::write(folder.join(SOURCES_FILE), text).unwrap();
            let fresh = expected.map_or(Freshness::Fresh, Freshness::Stale);
            assert_eq!(examine(&folder, &installs), fresh);
        }
        let unnumbered = format!(r#"{{"defgen": "{VERSION}", "files": {{}}}}"#);
        fs::write(folder.join(SOURCES_FILE), unnumbered).unwrap();
        let message = "this defgen makes other tables of the same scripts";
        check_stale(&folder, &installs, message);
        assert!(is_older("0.9.0", "0.10.0") && is_older("x", "0.1.0"));
        assert!(!is_older("1.0", "0.9.9") && !is_older("0.1.0-rc.1", "0.1.0"));
    }

    #[test]
    fn missing_tables_and_sources_are_detected() {
        let (_disk, folder, installs) = disk();
        fs::remove_file(folder.join("gauges.json")).unwrap();
        check_stale(&folder, &installs, "gauges.json is missing");
        fs::remove_file(folder.join(SOURCES_FILE)).unwrap();
        assert_eq!(examine(&folder, &installs), Freshness::Foreign);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(examine(&folder, &installs), Freshness::Missing);
    }

    #[test]
    fn names_are_fresh_until_a_file_of_dcs_bios_changes() {
        let (disk, folder, _) = disk();
        let lib = disk.path().join("Scripts/DCS-BIOS/lib/modules");
        let module = lib.join("aircraft_modules/Kestrel.lua");
        fs::create_dir_all(lib.join("aircraft_modules")).unwrap();
        fs::write(lib.join("Module.lua"), "x = 1").unwrap();
        fs::write(&module, "x = 1").unwrap();
        let staleness = || {
            let copy = DcsBios::open(disk.path()).unwrap();
            examine_names(&folder, "Kestrel_T1", &copy).map(|staleness| staleness.to_string())
        };
        let path = "Scripts/DCS-BIOS/lib/modules/aircraft_modules/Kestrel.lua";
        assert_eq!(staleness(), None, "no module names it");
        fs::write(&module, "-- Kestrel_T1").unwrap();
        assert_eq!(staleness(), Some(format!("{path} may have names for it")));
        let hash = parse_cache::hash(b"-- Kestrel_T1");
        let text = format!(
            r#"{{"defgen": "{VERSION}", "files": {{}}, "dcs_bios": {{"{path}": "{hash}"}}}}"#
        );
        assert!(!has_names(&folder));
        fs::write(folder.join(SOURCES_FILE), text).unwrap();
        assert!(has_names(&folder) && !has_names(disk.path()));
        assert_eq!(staleness(), None);
        fs::write(&module, "-- Kestrel_T1 and more").unwrap();
        assert_eq!(staleness(), Some(format!("{path} has changed")));
        fs::remove_file(module).unwrap();
        assert_eq!(staleness(), Some(format!("{path} does not exist any more")));
    }

    #[test]
    fn nothing_outside_of_the_installs_is_read() {
        let (disk, folder, installs) = disk();
        fs::write(disk.path().join("secret"), "x = 1").unwrap();
        for file in ["../secret", "/etc/passwd", "C:secret"] {
            write_sources(&folder, VERSION, file);
            check_stale(
                &folder,
                &installs,
                &format!("{file} does not exist any more"),
            );
        }
        for text in ["", "[]", r#"{"defgen": 1, "files": {}}"#] {
            fs::write(folder.join(SOURCES_FILE), text).unwrap();
            check_stale(&folder, &installs, "sources.json cannot be read");
        }
    }
}
