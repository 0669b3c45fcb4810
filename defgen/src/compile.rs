//! The work: from the user's paths to the tables of every aircraft.
//!
//! Reads, evaluates and extracts, on all cores; writes nothing and prints nothing.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use thiserror::Error;

use crate::aircraft::Cockpit;
use crate::diagnostic::{Diagnostic, Severity};
use crate::discover::{self, Module, PathProblem};
use crate::files::{GamePath, Root, spelt};
use crate::parse_cache::ParseCache;
use crate::stack;

pub use crate::aircraft::{Lost, Outcome, TABLES, Tables};

/// The most threads that work at the same time: each takes some 20 MB, and more of them would
/// save no more than hundredths of a second.
const MOST_THREADS: usize = 4;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Installs, Saved Games folders, modules or folders of cockpit scripts.
    pub paths: Vec<PathBuf>,
    /// The install with the common scripts, when it is not among the paths; its own
    /// aircraft are not compiled.
    pub install: Option<PathBuf>,
    /// Only the aircraft of this type; of a lone cockpit folder, its type.
    pub aircraft: Option<String>,
}

/// Why a request cannot be worked on.
#[derive(Debug, Error)]
pub enum RequestError {
    /// A path that is not what it should be.
    #[error(transparent)]
    Path(#[from] PathProblem),
    /// The folder given for the install.
    #[error("--install {}: {error}", .path.display())]
    Install {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The folder given for the install is none.
    #[error(
        "--install {}: it has no Scripts/Aircrafts/_Common, which the folder of DCS World has",
        .0.display()
    )]
    NoInstall(PathBuf),
    /// The system has no memory for a thread to work on.
    #[error("there is not enough memory to begin: {0}")]
    NoThread(#[from] rayon::ThreadPoolBuildError),
}

/// An aircraft, or a module without one.
#[derive(Debug)]
pub struct Item {
    /// The aircraft's type as the sim names it, else the module's folder.
    pub name: String,
    /// The module's folder.
    pub module: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// All that came of a request.
#[derive(Debug)]
pub struct Report {
    /// Every aircraft, in the order of paths, modules and `make_flyable`.
    pub items: Vec<Item>,
    /// The names of the aircraft that were found and not asked for, in the order of the alphabet.
    pub others: Vec<String>,
    /// The files, for the places in the diagnostics.
    pub cache: Arc<ParseCache>,
}

impl Report {
    /// The items in as many parts as threads may work at the same time.
    pub fn parts(&self) -> rayon::slice::Chunks<'_, Item> {
        let part = self.items.len().div_ceil(MOST_THREADS).max(1);
        self.items.par_chunks(part)
    }
}

impl Item {
    /// Whether there is nothing to make tables of.
    pub fn is_skipped(&self) -> bool {
        matches!(self.outcome, Outcome::Skipped(_))
    }

    /// How many diagnostics there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let of_it = |diagnostic: &&Diagnostic| diagnostic.severity == severity;
        self.diagnostics.iter().filter(of_it).count()
    }
}

/// Told as modules are found and done; called from several threads.
pub trait Progress: Sync {
    /// So many modules will be read.
    fn found(&self, modules: usize);
    /// One more is done.
    fn done(&self, module: &str);
}

/// For those who do not watch.
impl Progress for () {
    fn found(&self, _: usize) {}
    fn done(&self, _: &str) {}
}

/// Makes the tables of every aircraft asked for, on as many threads as the pool of rayon's has
/// from which it is called, up to four.
///
/// # Errors
/// When a path is of no use or there is no memory for a thread; what is wrong with an aircraft
/// is in the report.
pub fn compile(request: &Request, progress: &dyn Progress) -> Result<Report, RequestError> {
    let modules = find_modules(request)?;
    let cache = Arc::new(ParseCache::default());
    progress.found(modules.len());
    let read = |module: &Module| {
        let found = read_module(&cache, module, request.aircraft.as_deref());
        progress.done(&module.name);
        found
    };
    // The threads stay for all modules: what one has freed the next one uses again.
    let threads = rayon::current_num_threads().min(MOST_THREADS);
    let threads = threads.min(modules.len());
    let workers = stack::workers(threads)?;
    let (items, others): (Vec<Vec<Item>>, Vec<Vec<String>>) =
        workers.install(|| modules.par_iter().with_max_len(1).map(read).unzip());
    let mut items: Vec<Item> = items.into_iter().flatten().collect();
    let mut others = others.concat();
    others.sort_unstable();
    others.dedup();
    if let Some(only) = &request.aircraft {
        items.retain(|item| item.name.eq_ignore_ascii_case(only) || !item.is_skipped());
    }
    refuse_twins(&mut items);
    Ok(Report {
        items,
        others,
        cache,
    })
}

fn find_modules(request: &Request) -> Result<Vec<Module>, RequestError> {
    let paths: Vec<PathBuf> = request.paths.iter().map(|path| spelt(path)).collect();
    let installs = installs(&paths, request.install.as_deref())?;
    // A path that cannot be opened is told below; a link into any other is no way out.
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

/// Where the common scripts are looked for: the install that was named, else the paths
/// that have them.
fn installs(paths: &[PathBuf], named: Option<&Path>) -> Result<Vec<Root>, RequestError> {
    let open = |path: &Path| Root::open(GamePath::root(), path);
    let Some(named) = named else {
        let roots = paths.iter().filter_map(|path| open(path).ok());
        return Ok(roots.filter(discover::is_install).collect());
    };
    let root = open(&spelt(named)).map_err(|error| RequestError::Install {
        path: named.to_owned(),
        error,
    })?;
    if !discover::is_install(&root) {
        return Err(RequestError::NoInstall(named.to_owned()));
    }
    Ok(vec![root])
}

/// Two aircraft of one name would write into one folder: the first one is kept.
fn refuse_twins(items: &mut [Item]) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        let Outcome::Done(_) = item.outcome else {
            continue;
        };
        if let Some(first) = seen.get(&item.name.to_lowercase()) {
            let reason =
                format!("the module {first} has an aircraft of that name too, which is used");
            item.outcome = Outcome::Skipped(reason);
        } else {
            seen.insert(item.name.to_lowercase(), item.module.clone());
        }
    }
}

/// Runs the work on one aircraft, which is none of the others' business even if it panics.
fn protected(work: impl FnOnce() -> (Outcome, Vec<Diagnostic>)) -> (Outcome, Vec<Diagnostic>) {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "defgen has a fault that its files bring to light; please report it";
        (Outcome::Failed(reason.to_owned()), Vec::new())
    })
}

/// Returns every aircraft of a module, or the one line that says why there is none, and the names
/// of the aircraft that are not asked for.
fn read_module(
    cache: &Arc<ParseCache>,
    module: &Module,
    only: Option<&str>,
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
    let failed = entry.failure(cache);
    if entry.aircraft.is_empty() && failed.is_none() {
        let reason = match entry.nameless {
            true => "the type its entry.lua makes flyable cannot be known",
            false => "its entry.lua makes nothing flyable",
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
        let cockpit = Cockpit {
            cache,
            module,
            aircraft: &aircraft,
        };
        let (outcome, diagnostics) = protected(|| cockpit.read(&entry.used));
        items.push(item(&aircraft.name, outcome, diagnostics));
    }
    if let Some(reason) = failed {
        let outcome = Outcome::Failed(reason);
        items.push(item(&module.name, outcome, entry.diagnostics));
    }
    (items, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_one_aircraft() {
        let (outcome, _) = protected(|| panic!("in the work on an aircraft"));
        assert!(matches!(outcome, Outcome::Failed(reason) if reason.contains("report it")));
    }
}
