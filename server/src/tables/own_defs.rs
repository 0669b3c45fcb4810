//! The user's own tables of an aircraft, on the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use aircraft_defs::{
    OwnTables, TABLE_FILES, Tables, Warning, counted_are, is_folder_name, mismatches,
    read_own_tables,
};
use tracing::{info, warn};

use crate::quote::{printable, printable_reason};

/// The most lines about one aircraft's own tables that are logged; the others are counted.
const MAX_LINES: usize = 3;

/// The modification times and sizes of the tables of an aircraft, which differ once a file has
/// changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TablesStamp([Option<(SystemTime, u64)>; TABLE_FILES.len()]);

impl TablesStamp {
    /// Returns the present state of the tables of an aircraft, in this folder of tables.
    pub(crate) fn of(folder: &Path, aircraft: &str) -> Self {
        if !is_folder_name(aircraft) {
            return Self::default();
        }
        let folder = folder.join(aircraft);
        Self(TABLE_FILES.map(|file| stamp_of(&folder.join(file))))
    }
}

/// The folder of the user's own tables.
#[derive(Debug)]
pub(super) struct OwnDefs {
    folder: PathBuf,
}

impl OwnDefs {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Returns the current state of the files of an aircraft.
    pub(super) fn stamp(&self, aircraft: &str) -> TablesStamp {
        TablesStamp::of(&self.folder, aircraft)
    }

    /// Combines the generated tables of an aircraft with the user's own, and logs problems.
    pub(super) fn combine(&self, generated: &Arc<Tables>, aircraft: &str) -> Tables {
        let (own, warnings) = read_own_tables(&self.folder, aircraft);
        self.log(generated, aircraft, &own, &warnings);
        generated.with_own(&own)
    }

    fn log(&self, generated: &Tables, aircraft: &str, own: &OwnTables, warnings: &[Warning]) {
        warn_of(warnings.iter().map(ToString::to_string));
        if own.is_empty() {
            return;
        }
        let folder = self.folder.join(printable(aircraft));
        let folder = folder.display();
        let entries = counted_are(own.len(), "entry");
        info!("{folder}: {entries} added to or replacing generated ones");
        let mismatches = mismatches(generated, own);
        let line = |mismatch| format!("{folder}: {mismatch}; it may no longer fit the aircraft");
        warn_of(mismatches.iter().map(line));
    }
}

fn stamp_of(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(file).ok()?;
    let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    Some((time, metadata.len()))
}

/// Logs the first few of these lines, and the number of the others.
fn warn_of(mut lines: impl ExactSizeIterator<Item = String>) {
    for line in lines.by_ref().take(MAX_LINES) {
        warn!("{}", printable_reason(&line));
    }
    if lines.len() > 0 {
        warn!("… and {} more like these", lines.len());
    }
}
