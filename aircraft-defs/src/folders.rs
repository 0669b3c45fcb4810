//! The folders that all programs use: that of the tables and that of the user's own data.
//!
//! No other part of this crate asks the system for locations.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The name of the tables' folder, in the current folder and in the data folder.
const TABLES: &str = "aircraft-defs";

/// The name of the folder in the data folder with the user's own tables.
const OWN_DEFS: &str = "own-defs";

/// The name of the folder in the data folder with the user's boards.
const BOARDS: &str = "boards";

/// The name of the folder in the data folder with recordings that the user has named no place for.
const RECORDINGS: &str = "recordings";

/// The name of the file in the data folder with the address of the page of a running server.
const PAGE_ADDRESS: &str = "page-address";

/// The name of the file in the data folder with the key of the page.
const PAGE_KEY: &str = "page-key";

/// The name of the file in the data folder with the options of every start.
const SETTINGS: &str = "settings.toml";

/// The name of the data folder.
const DATA: &str = "dcs-master";

/// The files of an aircraft, each of them one table.
pub const TABLE_FILES: [&str; 4] = [
    "devices.json",
    "commands.json",
    "gauges.json",
    "controls.json",
];

/// The folders that the programs read and write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The folder of the generated tables, with a folder for each aircraft.
    pub tables: PathBuf,
    /// The folder of the user's own data; `None` if the system names none.
    pub data: Option<PathBuf>,
    /// The folder in the data folder with tables that are not used, since the current folder has
    /// some too.
    pub hidden: Option<PathBuf>,
}

impl Folders {
    /// Returns the folders of this user. `given` is the tables' folder from the command line.
    ///
    /// Without it the tables are in `aircraft-defs` in the current folder, if that has an aircraft
    /// in it, else in `aircraft-defs` in the data folder.
    pub fn find(given: Option<PathBuf>) -> Self {
        Self::choose(given, Path::new(""), system::user_data())
    }

    fn choose(given: Option<PathBuf>, current: &Path, user_data: Option<PathBuf>) -> Self {
        let data = user_data.map(|folder| folder.join(DATA));
        let here = current.join(TABLES);
        let there = data.as_ref().map(|data| data.join(TABLES));
        let (tables, hidden) = match (given, there) {
            (Some(given), _) => (given, None),
            (None, Some(there)) if aircraft_in(&here).is_empty() => (there, None),
            (None, there) => (here, there.filter(|there| !aircraft_in(there).is_empty())),
        };
        Self {
            tables,
            data,
            hidden,
        }
    }

    /// Returns a sentence about the tables that are not used, if there are any.
    pub fn hidden_message(&self) -> Option<String> {
        let hidden = self.hidden.as_ref()?;
        Some(format!(
            "the tables in {} of the current folder are used, not those in {}; --defs chooses the \
             folder",
            self.tables.display(),
            hidden.display()
        ))
    }

    /// Returns the folder with the user's own tables.
    pub fn own_defs(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(OWN_DEFS))
    }

    /// Returns the file with the address of the page of a running server.
    pub fn page_address(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(PAGE_ADDRESS))
    }

    /// Returns the file with the options of every start.
    pub fn settings(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(SETTINGS))
    }

    /// Returns the file with the key of the page.
    pub fn page_key(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(PAGE_KEY))
    }

    /// Returns the folder with the recordings that are started on the page.
    pub fn recordings(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(RECORDINGS))
    }

    /// Returns the folder with the boards that the user has made on the page.
    pub fn boards(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join(BOARDS))
    }
}

/// Returns the names of the aircraft that have a table in this folder, sorted.
pub fn aircraft_in(tables: &Path) -> Vec<String> {
    let entries = WalkDir::new(tables).min_depth(1).max_depth(1).into_iter();
    let has_table = |folder: &Path| TABLE_FILES.iter().any(|file| folder.join(file).is_file());
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| has_table(entry.path()))
        .filter_map(|entry| Some(entry.file_name().to_str()?.to_owned()))
        .collect();
    names.sort_unstable();
    names
}

/// Returns the folder for user data of the XDG specification.
#[cfg_attr(windows, allow(dead_code))]
fn xdg_data(data_home: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute = |path: OsString| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
    data_home
        .and_then(absolute)
        .or_else(|| Some(home.and_then(absolute)?.join(".local/share")))
}

#[cfg(windows)]
mod system {
    use std::path::PathBuf;

    use known_folders::{KnownFolder, get_known_folder_path};

    /// Returns the folder for data that is not synchronized to other computers: the tables are made
    /// from the install on this one.
    pub(super) fn user_data() -> Option<PathBuf> {
        get_known_folder_path(KnownFolder::LocalAppData)
    }
}

#[cfg(not(windows))]
mod system {
    use std::env;
    use std::path::PathBuf;

    pub(super) fn user_data() -> Option<PathBuf> {
        super::xdg_data(env::var_os("XDG_DATA_HOME"), env::var_os("HOME"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_tables_are_used() {
        let disk = tempfile::tempdir().unwrap();
        let (here, data) = (disk.path().join("here"), disk.path().join("data"));
        let find = |given: Option<&str>| {
            Folders::choose(given.map(PathBuf::from), &here, Some(data.clone())).tables
        };
        assert_eq!(find(Some("given")), Path::new("given"));
        assert_eq!(find(None), data.join("dcs-master/aircraft-defs"));
        // A folder of that name without tables is somebody else's.
        fs::create_dir_all(here.join("aircraft-defs/src")).unwrap();
        assert_eq!(find(None), data.join("dcs-master/aircraft-defs"));
        fs::create_dir_all(here.join("aircraft-defs/Kestrel")).unwrap();
        fs::write(here.join("aircraft-defs/Kestrel/gauges.json"), "[]").unwrap();
        assert_eq!(find(None), here.join("aircraft-defs"));
        let choose = || Folders::choose(None, &here, Some(data.clone()));
        assert_eq!(choose().hidden, None);
        let hidden = data.join("dcs-master/aircraft-defs");
        fs::create_dir_all(hidden.join("Heron")).unwrap();
        fs::write(hidden.join("Heron/gauges.json"), "[]").unwrap();
        assert_eq!(choose().hidden, Some(hidden));
        let message = choose().hidden_message().unwrap();
        assert!(
            message.contains("of the current folder are used, not those in"),
            "{message}"
        );
        assert_eq!(aircraft_in(&find(None)), ["Kestrel"]);
    }

    #[test]
    fn without_a_data_folder_there_are_tables_but_no_own_ones() {
        let folders = Folders::choose(None, Path::new(""), None);
        assert_eq!(folders.tables, Path::new("aircraft-defs"));
        assert_eq!(folders.own_defs(), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_data_folder_follows_the_xdg_specification() {
        let find = |data: &str, home: &str| xdg_data(Some(data.into()), Some(home.into()));
        assert_eq!(find("/data", "/home/a"), Some("/data".into()));
        for unset in ["", "relative"] {
            assert_eq!(find(unset, "/home/a"), Some("/home/a/.local/share".into()));
        }
        assert_eq!(find("", ""), None);
    }
}
