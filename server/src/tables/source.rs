//! The source of an aircraft's tables for the hub, with the messages about them for the log.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aircraft_defs::{OwnTables, Tables, counted, is_folder_name, read_tables};
use defgen::dcs_bios::DcsBios;
use defgen::dcs_bios::names::AddedCounts;
use defgen::freshness::{self, Freshness};
use tokio::sync::oneshot;
use tracing::{info, warn};

use super::compiler::{self, CompileError, CompiledTables};
use super::own_defs::{OwnDefs, TablesStamp};
use super::sim_folders::FolderProblem;
use super::{Compiling, SimFolders, TablesConfig};
use crate::quote::{printable, printable_reason};
use crate::world::Aircraft;

/// The most warnings about one aircraft's tables that are logged; the others are counted.
const MAX_WARNINGS: usize = 3;

/// The most sentences that are remembered, so that each is logged once.
const MAX_SENTENCES: usize = 1000;

/// A reader of the tables of an aircraft. Its functions may take long.
pub(crate) trait TableReader: Send + Sync + std::fmt::Debug {
    /// Returns the aircraft with its tables.
    ///
    /// Sends to `slow` before it begins work that may take longer than a moment.
    fn read(&self, name: String, slow: oneshot::Sender<()>) -> Aircraft;

    /// Returns the state of the user's own files of an aircraft, or `None` if there is no folder
    /// for them.
    fn own_stamp(&self, name: &str) -> Option<TablesStamp>;

    /// Returns the aircraft with the user's own tables as they are now.
    fn reread_own(&self, aircraft: &Aircraft) -> Aircraft;
}

/// The tables' folder, the folders that the sim names, and the sentences that were logged.
#[derive(Debug)]
pub(crate) struct TableSource {
    config: TablesConfig,
    own_defs: Option<OwnDefs>,
    sim: Mutex<SimFolders>,
    logged: Mutex<HashSet<String>>,
}

/// The reason why tables are not made although they are missing or out of date.
#[derive(Debug, thiserror::Error)]
enum CompilingDisabled {
    #[error("--no-compile turns that off")]
    Off,
    #[error("the sim runs on another computer")]
    SimElsewhere,
    #[error("no sim is linked whose files could be read")]
    NoSim,
    #[error(transparent)]
    Folder(#[from] FolderProblem),
}

impl TableReader for TableSource {
    fn read(&self, name: String, slow: oneshot::Sender<()>) -> Aircraft {
        let tables = self.generated(&name, slow);
        info!(
            "aircraft {}: {}, {}, {}, {}",
            printable(&name),
            counted(tables.devices().len(), "device"),
            counted(tables.commands().len(), "command"),
            counted(tables.gauges().len(), "gauge"),
            counted(tables.controls().len(), "control")
        );
        let tables = self.with_own(&Arc::new(tables), &name);
        Aircraft::new(name, tables)
    }

    fn own_stamp(&self, name: &str) -> Option<TablesStamp> {
        Some(self.own_defs.as_ref()?.stamp(name))
    }

    fn reread_own(&self, aircraft: &Aircraft) -> Aircraft {
        let name = aircraft.name.clone();
        let bare = Arc::default();
        let tables = self.with_own(aircraft.tables.generated().unwrap_or(&bare), &name);
        Aircraft::new(name, tables)
    }
}

impl TableSource {
    pub(crate) fn new(config: TablesConfig) -> Self {
        Self {
            own_defs: config.own_defs.clone().map(OwnDefs::new),
            config,
            sim: Mutex::default(),
            logged: Mutex::default(),
        }
    }

    /// Sets the folders that the sim has named.
    pub(crate) fn set_sim_folders(&self, folders: SimFolders) {
        *lock(&self.sim) = folders;
    }

    fn with_own(&self, generated: &Arc<Tables>, name: &str) -> Tables {
        match &self.own_defs {
            Some(own_defs) => own_defs.combine(generated, name),
            None => generated.with_own(&OwnTables::default()),
        }
    }

    /// Returns the generated tables, and makes them first if they are missing or out of date.
    fn generated(&self, name: &str, slow: oneshot::Sender<()>) -> Tables {
        if !is_folder_name(name) {
            return self.read_folder(name);
        }
        if let Some(fallback) = self.fallback_of(name) {
            return self.read_tables_in(fallback, name);
        }
        let folder = self.config.defs.join(name);
        let installs = self.installs();
        let dcs_bios = installs.as_ref().ok().and_then(|_| self.dcs_bios());
        let freshness = freshness::examine(&folder, installs.as_deref().unwrap_or_default());
        let freshness = with_names(freshness, &folder, name, dcs_bios.as_ref());
        match (&freshness, installs) {
            (Freshness::Fresh | Freshness::Foreign, _) => self.read_folder(name),
            (Freshness::Missing | Freshness::Stale(_), Ok(installs)) => {
                // This fails if the receiver does not wait any more.
                let _ = slow.send(());
                let dcs_bios = dcs_bios.map(|(folder, _)| folder);
                self.compiled(name, &freshness, &installs, dcs_bios.as_deref())
            }
            (Freshness::Missing | Freshness::Stale(_), Err(reason)) => {
                self.log_not_made(name, &freshness, &reason);
                self.old_tables(name, &freshness)
            }
        }
    }

    /// Returns the folders of the sim whose modules may be compiled.
    fn installs(&self) -> Result<Vec<PathBuf>, CompilingDisabled> {
        match self.config.compiling {
            Compiling::Off => Err(CompilingDisabled::Off),
            Compiling::SimElsewhere => Err(CompilingDisabled::SimElsewhere),
            Compiling::NoSim => Err(CompilingDisabled::NoSim),
            Compiling::On => Ok(lock(&self.sim).with_modules()?),
        }
    }

    /// Returns the user's DCS-BIOS and its folder, if there is one and it is to be used.
    fn dcs_bios(&self) -> Option<(PathBuf, DcsBios)> {
        let folder = self
            .config
            .use_dcs_bios
            .then(|| lock(&self.sim).dcs_bios())??;
        match DcsBios::open(&folder) {
            Ok(copy) => Some((folder, copy)),
            Err(problem) => {
                self.warn_once(&format!("no names are taken from DCS-BIOS: {problem}"));
                None
            }
        }
    }

    /// Returns the other folder with tables of an aircraft, if it has some and the usual one has
    /// none.
    fn fallback_of(&self, name: &str) -> Option<&Path> {
        let fallback = self.config.fallback_defs.as_deref()?;
        let is_needed = !self.config.defs.join(name).is_dir();
        (is_needed && fallback.join(name).is_dir()).then_some(fallback)
    }

    /// Reads the tables in the folder.
    fn read_folder(&self, name: &str) -> Tables {
        self.read_tables_in(&self.config.defs, name)
    }

    fn read_tables_in(&self, defs: &Path, name: &str) -> Tables {
        let (tables, warnings) = read_tables(defs, name);
        for warning in warnings.iter().take(MAX_WARNINGS) {
            warn!("{}", printable_reason(&warning.to_string()));
        }
        if let Some(more) = warnings.len().checked_sub(MAX_WARNINGS + 1) {
            let path = defs.join(printable(name));
            let more = counted(more + 1, "more warning");
            warn!("{}: {more} like these", path.display());
        }
        tables
    }

    /// Returns the old tables of an aircraft for which no new ones were made; empty tables if there
    /// are no old ones.
    fn old_tables(&self, name: &str, freshness: &Freshness) -> Tables {
        match freshness {
            Freshness::Missing => Tables::default(),
            _ => self.read_folder(name),
        }
    }

    /// Compiles an aircraft and returns its tables.
    fn compiled(
        &self,
        name: &str,
        freshness: &Freshness,
        installs: &[PathBuf],
        dcs_bios: Option<&Path>,
    ) -> Tables {
        let had_names = freshness::has_names(&self.config.defs.join(name));
        let begin = Instant::now();
        let compiled = compiler::compile_aircraft(name, installs, dcs_bios, &self.config.defs);
        let duration = begin.elapsed().as_millis();
        let shown = printable(name);
        match compiled {
            Ok(compiled) => {
                let why = reason(freshness);
                info!("the tables of {shown} were made in {duration} ms, since {why}");
                self.log_names(&shown, dcs_bios, &compiled);
                if had_names && dcs_bios.is_none() && self.config.use_dcs_bios {
                    self.log_lost_names(&shown);
                }
                self.log_incomplete(&shown, &compiled);
                match compiled.unwritten {
                    None => self.read_folder(name),
                    Some((_, tables)) => *tables,
                }
            }
            Err(error) => {
                self.log_failure(name, freshness, &error);
                self.old_tables(name, freshness)
            }
        }
    }

    /// Logs how many names come from DCS-BIOS, and the warnings about its files.
    fn log_names(&self, shown: &str, folder: Option<&Path>, compiled: &CompiledTables) {
        let names = &compiled.dcs_bios;
        if let Some(folder) = folder.filter(|_| names.added != AddedCounts::default()) {
            let (folder, added) = (folder.display(), names.added);
            info!(
                "DCS-BIOS in {folder} names {added} of {shown}; --no-dcs-bios-names turns this off"
            );
        }
        for warning in names.warnings.iter().take(MAX_WARNINGS) {
            self.warn_once(&printable_reason(warning));
        }
    }

    /// Logs that the new tables lack the names from a DCS-BIOS that the user gave to defgen.
    fn log_lost_names(&self, shown: &str) {
        self.warn_once(&format!(
            "the names that the old tables of {shown} had from DCS-BIOS are gone, since there is no \
             DCS-BIOS in the sim's Saved Games folder; to have them again run defgen with \
             --dcs-bios and the folder of your copy"
        ));
    }

    /// Logs which tables of an aircraft could not be made or written.
    fn log_incomplete(&self, shown: &str, compiled: &CompiledTables) {
        for failure in &compiled.failed_tables {
            self.warn_once(&format!(
                "an error in the cockpit's scripts costs {shown} a table: {}; defgen -v shows the \
                 lines",
                printable_reason(failure)
            ));
        }
        if let Some((error, _)) = &compiled.unwritten {
            self.warn_once(&format!(
                "{error}; the tables of {shown} are used from memory and made again the next time; \
                 --defs chooses another folder"
            ));
        }
    }

    /// Logs the reason why the tables of an aircraft are not made.
    fn log_not_made(&self, name: &str, freshness: &Freshness, obstacle: &CompilingDisabled) {
        let (shown, why) = (printable(name), reason(freshness));
        let install = lock(&self.sim).install.clone();
        let cure = compiler::defgen_command(install.as_deref(), name, &self.config.defs);
        let here = match obstacle {
            CompilingDisabled::SimElsewhere => " there, and copy its folder here,",
            _ => "",
        };
        self.warn_once(&format!(
            "the tables of {shown} are not made, since {obstacle}; {why}; to make them run{here} \
             {cure}{}",
            consequence(freshness)
        ));
    }

    /// Logs the reason why the tables of an aircraft could not be made.
    fn log_failure(&self, name: &str, freshness: &Freshness, error: &CompileError) {
        let shown = printable(name);
        let consequence = consequence(freshness);
        if let CompileError::Skipped(reason) = error {
            if self.is_new(&format!("{shown} {reason}")) {
                info!("no tables can be made for {shown}: {reason}{consequence}");
            }
            return;
        }
        self.warn_once(&format!(
            "the tables of {shown} cannot be made: {error}{consequence}"
        ));
    }

    fn warn_once(&self, sentence: &str) {
        if self.is_new(sentence) {
            warn!("{sentence}");
        }
    }

    /// Returns whether a sentence has not been logged yet, and remembers it.
    fn is_new(&self, sentence: &str) -> bool {
        let mut logged = lock(&self.logged);
        if logged.len() >= MAX_SENTENCES {
            logged.clear();
        }
        logged.insert(sentence.to_owned())
    }
}

/// Returns the freshness of an aircraft's tables in `folder`. Tables that would be fresh are stale
/// if their names from DCS-BIOS are out of date.
fn with_names(
    freshness: Freshness,
    folder: &Path,
    name: &str,
    dcs_bios: Option<&(PathBuf, DcsBios)>,
) -> Freshness {
    let copy = dcs_bios.filter(|_| freshness == Freshness::Fresh);
    let staleness = copy.and_then(|(_, copy)| freshness::examine_names(folder, name, copy));
    staleness.map_or(freshness, Freshness::Stale)
}

/// Returns the reason why tables have to be made, as the end of a sentence.
fn reason(freshness: &Freshness) -> String {
    match freshness {
        Freshness::Stale(staleness) => printable_reason(&staleness.to_string()),
        _ => "there are none".to_owned(),
    }
}

/// Returns the consequence of tables that are not made, as the end of a sentence.
fn consequence(freshness: &Freshness) -> &'static str {
    match freshness {
        Freshness::Stale(_) => "; the old ones are used",
        _ => "; use numbers for its gauges and controls",
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_blames_no_option_for_missing_tables() {
        let source = TableSource::new(TablesConfig::default());
        let reason = source.installs().unwrap_err().to_string();
        assert_eq!(reason, "no sim is linked whose files could be read");
    }
}
