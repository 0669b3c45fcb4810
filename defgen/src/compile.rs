//! Compiles the aircraft in the user's folders: from paths to tables.
//!
//! Reads and evaluates scripts and extracts tables, on several threads. Writes and prints nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use thiserror::Error;

use crate::aircraft::AircraftCompiler;
use crate::dcs_bios::{AircraftRecords, CopyProblem, DcsBios, DcsBiosNames};
use crate::diagnostics::{Diagnostic, Severity};
use crate::discover::{self, Module, PathProblem};
use crate::files::{GamePath, Root, resolve_case};
use crate::parse_cache::ParseCache;
use crate::stack;

pub use crate::aircraft::{FailedTable, Outcome, Tables};

/// The most threads that work at the same time. Hostile files can make each take 320 MiB, and two
/// of them fit into a process of 1 GB. More threads would save only tenths of a second.
const MAX_THREADS: usize = 2;

/// A request to compile aircraft.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The folders to read: installs, Saved Games folders, modules or folders of cockpit scripts.
    pub paths: Vec<PathBuf>,
    /// The install with the common scripts, if it is not among the paths. Its own aircraft are not
    /// compiled.
    pub install: Option<PathBuf>,
    /// The folder of the user's copy of DCS-BIOS, to take names from.
    pub dcs_bios: Option<PathBuf>,
    /// The only aircraft to compile; for a folder of cockpit scripts, the name of its aircraft.
    pub aircraft: Option<String>,
}

/// The error of a request that cannot be carried out.
#[derive(Debug, Error)]
pub enum RequestError {
    /// A path that cannot be compiled.
    #[error(transparent)]
    Path(#[from] PathProblem),
    /// The folder given for the install cannot be opened.
    #[error("--install {}: the folder cannot be opened: {error}", .path.display())]
    Install {
        /// The path as the user gave it.
        path: PathBuf,
        /// The error of the system.
        error: std::io::Error,
    },
    /// The folder given for the install is not an install.
    #[error(
        "--install {}: this is not the folder of DCS World, as it has no Scripts/Aircrafts/_Common",
        .0.display()
    )]
    NoInstall(PathBuf),
    /// The folder given for DCS-BIOS cannot be used.
    #[error("--dcs-bios: {0}")]
    DcsBios(#[from] CopyProblem),
    /// The system lacks memory for a single thread.
    #[error("there is not enough memory to start: {0}")]
    NoThread(#[from] rayon::ThreadPoolBuildError),
}

/// An aircraft, or a module without one.
#[derive(Debug)]
pub struct Item {
    /// The sim's name of the aircraft; for a module without one, the name of its folder.
    pub name: String,
    /// The name of the module's folder.
    pub module: String,
    /// The tables, or the reason why there are none.
    pub outcome: Outcome,
    /// The messages about its files.
    pub diagnostics: Vec<Diagnostic>,
}

/// The result of a request.
#[derive(Debug)]
pub struct Report {
    /// The aircraft, in the order of the paths, the modules and the calls of `make_flyable`.
    pub items: Vec<Item>,
    /// The sorted names of the aircraft that were found and not asked for.
    pub others: Vec<String>,
    /// The files that the diagnostics refer to.
    pub cache: Arc<ParseCache>,
}

impl Report {
    /// Returns the items in parts for parallel work, one for each thread.
    pub fn parts(&self) -> rayon::slice::Chunks<'_, Item> {
        let part = self.items.len().div_ceil(MAX_THREADS).max(1);
        self.items.par_chunks(part)
    }
}

impl Item {
    /// Returns true if there was nothing to make tables from.
    pub fn is_skipped(&self) -> bool {
        matches!(self.outcome, Outcome::Skipped(_))
    }

    /// Returns the number of diagnostics of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let has_severity = |diagnostic: &&Diagnostic| diagnostic.severity == severity;
        self.diagnostics.iter().filter(has_severity).count()
    }
}

/// An observer of the progress, called from several threads.
pub trait Progress: Sync {
    /// Receives the number of modules that will be read, once.
    fn set_total(&self, modules: usize);
    /// Receives the name of each module that has been compiled.
    fn module_compiled(&self, module: &str);
}

/// An observer that does nothing.
impl Progress for () {
    fn set_total(&self, _: usize) {}
    fn module_compiled(&self, _: &str) {}
}

/// Makes the tables of the aircraft asked for, on as many threads as the current rayon pool has, up
/// to two.
///
/// # Errors
/// When a path cannot be compiled, or there is no memory for a thread. Errors of an aircraft are
/// part of the report.
pub fn compile(request: &Request, progress: &dyn Progress) -> Result<Report, RequestError> {
    let modules = find_modules(request)?;
    let dcs_bios = request.dcs_bios.as_deref().map(DcsBios::open).transpose()?;
    let cache = Arc::new(ParseCache::default());
    progress.set_total(modules.len());
    let read = |module: &Module| {
        let only = request.aircraft.as_deref();
        let result = read_module(&cache, module, only, dcs_bios.as_ref());
        progress.module_compiled(&module.name);
        result
    };
    // The threads are kept for all modules, so that the memory of one is used again for the next.
    let threads = rayon::current_num_threads().min(MAX_THREADS);
    let threads = threads.min(modules.len());
    let workers = stack::thread_pool(threads)?;
    let (items, others): (Vec<Vec<Item>>, Vec<Vec<String>>) =
        workers.install(|| modules.par_iter().with_max_len(1).map(read).unzip());
    let mut items: Vec<Item> = items.into_iter().flatten().collect();
    let mut others = others.concat();
    others.sort_unstable();
    others.dedup();
    if let Some(only) = &request.aircraft {
        items.retain(|item| item.name.eq_ignore_ascii_case(only) || !item.is_skipped());
    }
    skip_duplicates(&mut items);
    Ok(Report {
        items,
        others,
        cache,
    })
}

fn find_modules(request: &Request) -> Result<Vec<Module>, RequestError> {
    let paths: Vec<PathBuf> = request
        .paths
        .iter()
        .map(|path| resolve_case(path))
        .collect();
    let installs = installs(&paths, request.install.as_deref())?;
    // Links may lead into any of the paths. A path that cannot be opened is reported below.
    let allowed: Vec<PathBuf> = paths
        .iter()
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let mut modules = Vec::new();
    for path in &paths {
        modules.extend(discover::modules(path, &installs, &allowed)?);
    }
    Ok(modules)
}

/// Returns the installs in which common scripts are looked for: the named one, else those among
/// the paths.
fn installs(paths: &[PathBuf], named: Option<&Path>) -> Result<Vec<Root>, RequestError> {
    let open = |path: &Path| Root::open(GamePath::root(), path);
    let Some(named) = named else {
        let roots = paths.iter().filter_map(|path| open(path).ok());
        return Ok(roots.filter(discover::is_install).collect());
    };
    let root = open(&resolve_case(named)).map_err(|error| RequestError::Install {
        path: named.to_owned(),
        error,
    })?;
    if !discover::is_install(&root) {
        return Err(RequestError::NoInstall(named.to_owned()));
    }
    Ok(vec![root])
}

/// Skips all but the first of several aircraft with the same name. They would be written into the
/// same folder.
fn skip_duplicates(items: &mut [Item]) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        let Outcome::Tables(_) = item.outcome else {
            continue;
        };
        if let Some(first) = seen.get(&item.name.to_lowercase()) {
            let reason = format!(
                "the module {first} has an aircraft with this name too, and that one is used"
            );
            item.outcome = Outcome::Skipped(reason);
        } else {
            seen.insert(item.name.to_lowercase(), item.module.clone());
        }
    }
}

/// Runs the work on one aircraft. A panic fails that aircraft and no other.
fn catch_panics(work: impl FnOnce() -> (Outcome, Vec<Diagnostic>)) -> (Outcome, Vec<Diagnostic>) {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "defgen crashed on its files; please report this as a bug of defgen";
        (Outcome::Failed(reason.to_owned()), Vec::new())
    })
}

/// Returns the aircraft of a module, or one item with the reason why there is none; and the names
/// of its aircraft that were not asked for.
fn read_module(
    cache: &Arc<ParseCache>,
    module: &Module,
    only: Option<&str>,
    dcs_bios: Option<&DcsBios>,
) -> (Vec<Item>, Vec<String>) {
    let item = |name: &str, outcome, diagnostics| Item {
        name: name.to_owned(),
        module: module.name.clone(),
        outcome,
        diagnostics,
    };
    let entry = match module.entry(cache) {
        Ok(entry) => entry,
        Err(reason) => {
            let skipped = item(&module.name, Outcome::Skipped(reason), Vec::new());
            return (vec![skipped], Vec::new());
        }
    };
    let failure = entry.failure(cache);
    if entry.aircraft.is_empty() && failure.is_none() {
        let reason = match entry.has_unknown_name {
            true => "the name of the aircraft in its entry.lua is unknown",
            false => "its entry.lua makes no aircraft flyable",
        };
        let outcome = Outcome::Skipped(reason.to_owned());
        return (vec![item(&module.name, outcome, Vec::new())], Vec::new());
    }
    let (mut items, mut others) = (Vec::new(), Vec::new());
    for mut aircraft in entry.aircraft {
        match only {
            Some(name) if module.is_cockpit => name.clone_into(&mut aircraft.name),
            Some(name) if !aircraft.name.eq_ignore_ascii_case(name) => {
                others.push(aircraft.name);
                continue;
            }
            _ => {}
        }
        let compiler = AircraftCompiler {
            cache,
            module,
            aircraft: &aircraft,
        };
        let (mut outcome, mut diagnostics) = catch_panics(|| compiler.compile(&entry.files));
        if let (Some(dcs_bios), Outcome::Tables(tables)) = (dcs_bios, &mut outcome) {
            let served = dcs_bios.records_for(cache, &aircraft.name);
            diagnostics.extend(add_names(tables, served, cache));
        }
        items.push(item(&aircraft.name, outcome, diagnostics));
    }
    if let Some(reason) = failure {
        let outcome = Outcome::Failed(reason);
        items.push(item(&module.name, outcome, entry.diagnostics));
    }
    (items, others)
}

/// Adds what DCS-BIOS has about an aircraft to its tables, and returns the messages about it.
fn add_names(tables: &mut Tables, served: AircraftRecords, cache: &ParseCache) -> Vec<Diagnostic> {
    let added = tables.add_names(&served.controls);
    let mut diagnostics = served.diagnostics;
    let warnings = diagnostics.iter();
    tables.dcs_bios = DcsBiosNames {
        added,
        files: served.files,
        warnings: warnings
            .map(|warning| warning.summary(cache.sources()))
            .collect(),
    };
    if !served.controls.is_empty() {
        let message = format!("DCS-BIOS names {added}");
        diagnostics.push(Diagnostic::note("dcs-bios", message));
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_fails_only_one_aircraft() {
        let (outcome, _) = catch_panics(|| panic!("in the work on an aircraft"));
        assert!(matches!(outcome, Outcome::Failed(reason) if reason.contains("report this")));
    }
}
