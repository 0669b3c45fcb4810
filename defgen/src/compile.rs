//! The work: from the user's paths to the tables of every aircraft.
//!
//! Reads, evaluates and extracts, on all cores; writes nothing and prints nothing.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use aircraft_defs::{Commands, Control, Devices, Gauge};
use rayon::prelude::*;
use thiserror::Error;

use crate::diagnostic::{Diagnostic, Severity};
use crate::discover::{self, Module, PathProblem};
use crate::eval::Value;
use crate::extract::{self, Reader};
use crate::files::{FileError, GamePath, Root};
use crate::host::cockpit::{self, Gauges};
use crate::host::entry::Flyable;
use crate::host::{Access, OpenError, Session};
use crate::library::Library;
use crate::stack::on_big_stack;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Installs, Saved Games folders, modules or folders of cockpit scripts.
    pub paths: Vec<PathBuf>,
    /// The install with the common scripts, when it is not among the paths.
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
}

/// The tables of one aircraft.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    /// Device names and numbers.
    pub devices: Devices,
    /// Command names and numbers.
    pub commands: Commands,
    /// The gauges.
    pub gauges: Vec<Gauge>,
    /// What can be clicked.
    pub controls: Vec<Control>,
    /// The files read: places below the install and SHA-256 hashes.
    pub files: BTreeMap<String, String>,
}

/// What became of an aircraft, or of a module without one.
#[derive(Debug)]
pub enum Outcome {
    /// Here are its tables.
    Done(Tables),
    /// There is nothing to make tables of; in words for people.
    Skipped(String),
    /// An error ended it; it is among the diagnostics.
    Failed,
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
    /// The files, for the places in the diagnostics.
    pub library: Arc<Library>,
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

/// Makes the tables of every aircraft asked for.
///
/// # Errors
/// When a path is of no use; what is wrong with an aircraft is in the report.
pub fn compile(request: &Request, progress: &dyn Progress) -> Result<Report, RequestError> {
    let modules = find_modules(request)?;
    let library = Arc::new(Library::default());
    progress.found(modules.len());
    let read = |module: &Module| {
        let items = on_big_stack(|| read_module(&library, module, request.aircraft.as_deref()));
        progress.done(&module.name);
        items
    };
    let items: Vec<Vec<Item>> = modules.par_iter().map(read).collect();
    let mut items: Vec<Item> = items.into_iter().flatten().collect();
    if let Some(only) = &request.aircraft {
        items.retain(|item| item.name.eq_ignore_ascii_case(only) || !item.is_skipped());
    }
    refuse_twins(&mut items);
    Ok(Report { items, library })
}

fn find_modules(request: &Request) -> Result<Vec<Module>, RequestError> {
    let install = match &request.install {
        Some(path) => {
            Some(
                Root::open(GamePath::root(), path).map_err(|error| RequestError::Install {
                    path: path.clone(),
                    error,
                })?,
            )
        }
        None => None,
    };
    // A path that cannot be opened is told below; a link into any other is no way out.
    let allowed: Vec<PathBuf> = request
        .paths
        .iter()
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let mut modules = Vec::new();
    for path in &request.paths {
        let found = discover::modules(path, install.as_ref(), &allowed)?;
        modules.extend(found);
    }
    Ok(modules)
}

/// Two aircraft of one name would write into one folder: the first one is kept.
fn refuse_twins(items: &mut [Item]) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        if item.is_skipped() {
            continue;
        }
        if let Some(first) = seen.get(&item.name.to_lowercase()) {
            let reason =
                format!("the module {first} has an aircraft of that name too, which is used");
            item.outcome = Outcome::Skipped(reason);
        } else {
            seen.insert(item.name.to_lowercase(), item.module.clone());
        }
    }
}

/// Every aircraft of a module, or the one line that says why there is none.
fn read_module(library: &Arc<Library>, module: &Module, only: Option<&str>) -> Vec<Item> {
    let item = |name: &str, outcome, diagnostics| Item {
        name: name.to_owned(),
        module: module.name.clone(),
        outcome,
        diagnostics,
    };
    let entry = match module.entry(library) {
        Ok(entry) => entry,
        Err(reason) => return vec![item(&module.name, Outcome::Skipped(reason), Vec::new())],
    };
    let failed = !entry.diagnostics.is_empty();
    if entry.aircraft.is_empty() && !failed {
        let reason = "its entry.lua makes nothing flyable".to_owned();
        return vec![item(&module.name, Outcome::Skipped(reason), Vec::new())];
    }
    let mut items = Vec::new();
    for mut aircraft in entry.aircraft {
        match only {
            Some(name) if module.is_cockpit => name.clone_into(&mut aircraft.name),
            Some(name) if !aircraft.name.eq_ignore_ascii_case(name) => continue,
            _ => {}
        }
        let cockpit = Cockpit {
            library,
            module,
            aircraft: &aircraft,
        };
        let (outcome, diagnostics) = cockpit.read(&entry.used);
        items.push(item(&aircraft.name, outcome, diagnostics));
    }
    if failed {
        items.push(item(&module.name, Outcome::Failed, entry.diagnostics));
    }
    if let Ok(folder) = module.roots.find(&module.path) {
        library.forget(&folder.real);
    }
    items
}

/// One aircraft while it is read.
struct Cockpit<'a> {
    library: &'a Arc<Library>,
    module: &'a Module,
    aircraft: &'a Flyable,
}

/// What is known of an aircraft so far.
#[derive(Default)]
struct Draft {
    tables: Tables,
    diagnostics: Vec<Diagnostic>,
}

impl Cockpit<'_> {
    fn read(&self, entry: &BTreeMap<String, String>) -> (Outcome, Vec<Diagnostic>) {
        let folder = match self.folder() {
            Ok(folder) => folder,
            Err(reason) => return (Outcome::Skipped(reason), Vec::new()),
        };
        let mut draft = Draft::default();
        draft.tables.files.clone_from(entry);
        self.read_devices(&folder, &mut draft);
        self.read_commands(&folder, &mut draft);
        self.read_gauges(&folder, &mut draft);
        self.read_controls(&folder, &mut draft);
        let is_error = |d: &Diagnostic| d.severity == Severity::Error;
        let outcome = if draft.diagnostics.iter().any(is_error) {
            Outcome::Failed
        } else {
            Outcome::Done(draft.tables)
        };
        (outcome, draft.diagnostics)
    }

    /// The folder of the cockpit scripts, as it is spelt on the disk.
    fn folder(&self) -> Result<GamePath, String> {
        if let Some(problem) = name_problem(&self.aircraft.name) {
            return Err(problem);
        }
        let Some(cockpit) = &self.aircraft.cockpit else {
            return Err("its module gives it no cockpit".to_owned());
        };
        let path = GamePath::parse(cockpit).map_err(|error| error.to_string())?;
        let roots = &self.module.roots;
        let found = match roots.find(&path) {
            Err(FileError::Missing(_)) => {
                return Err(format!("its cockpit folder {path} is not there"));
            }
            found => found.map_err(|error| error.to_string())?,
        };
        let has = |file: &str| roots.find(&found.path.join(file)).is_ok();
        if has("devices.lua") || has("clickabledata.lua") {
            return Ok(found.path);
        }
        Err(format!(
            "no clickable cockpit: neither devices.lua nor clickabledata.lua in {path}"
        ))
    }

    fn session(&self, folder: &GamePath) -> (Session, Gauges) {
        let access = Access {
            roots: self.module.roots.clone(),
            base: folder.clone(),
        };
        cockpit::session(self.library, access, &self.aircraft.name)
    }

    /// Runs a file in a state and reads a table out of it, if it ran to its end.
    fn table<T>(
        &self,
        (mut session, path): (Session, GamePath),
        draft: &mut Draft,
        read: impl FnOnce(&mut Reader<'_>) -> T,
    ) -> Option<T> {
        let ran = match session.files().open(&path) {
            Ok(chunk) => session.run(&chunk),
            Err(error) => {
                draft.diagnostics.extend(missing_or_broken(error, &path));
                false
            }
        };
        let mut reader = Reader::new(&session.machine);
        let table = ran.then(|| read(&mut reader));
        let found = reader.finish();
        draft.close(session, found);
        table
    }

    fn read_devices(&self, folder: &GamePath, draft: &mut Draft) {
        let (session, _) = self.session(folder);
        let file = folder.join("devices.lua");
        let devices = self.table((session, file), draft, extract::devices::devices);
        draft.tables.devices = devices.unwrap_or_default();
    }

    fn read_commands(&self, folder: &GamePath, draft: &mut Draft) {
        let (session, _) = self.session(folder);
        let mut others = globals(&session);
        others.insert("devices".to_owned());
        let file = folder.join("command_defs.lua");
        let commands = self.table((session, file), draft, |reader| {
            extract::commands::commands(reader, &others)
        });
        draft.tables.commands = commands.unwrap_or_default();
    }

    fn read_gauges(&self, folder: &GamePath, draft: &mut Draft) {
        let panel = self.panel(folder, draft);
        let (session, made) = self.session(folder);
        let gauges = self.table((session, panel), draft, |reader| {
            extract::gauges::gauges(reader, &made.borrow())
        });
        draft.tables.gauges = gauges.unwrap_or_default();
    }

    fn read_controls(&self, folder: &GamePath, draft: &mut Draft) {
        let (session, _) = self.session(folder);
        let file = folder.join("clickabledata.lua");
        let (devices, commands) = (draft.tables.devices.clone(), draft.tables.commands.clone());
        let numbers = extract::controls::Numbers::new(&devices, &commands);
        let controls = self.table((session, file), draft, |reader| {
            extract::controls::controls(reader, self.library.sources(), &numbers)
        });
        draft.tables.controls = controls.unwrap_or_default();
    }

    /// The panel's file: what device_init.lua says in `MainPanel`, else the usual one.
    fn panel(&self, folder: &GamePath, draft: &mut Draft) -> GamePath {
        let usual = folder.join("mainpanel_init.lua");
        let (mut session, _) = self.session(folder);
        match session.files().open(&folder.join("device_init.lua")) {
            Ok(chunk) => session.run(&chunk),
            Err(OpenError::File(FileError::Missing(_))) => return usual,
            Err(error) => {
                let broken = error.diagnostics().into_iter().map(as_warning);
                draft.diagnostics.extend(broken);
                return usual;
            }
        };
        let machine = &session.machine;
        let panel = machine.field(machine.globals(), "MainPanel").as_table();
        let path = panel.and_then(|panel| machine.text(machine.get(panel, Value::Number(2.0))));
        let mut found = session.finish();
        // Only `MainPanel` is wanted of this file; nothing else in it can go wrong for us.
        found.retain(|diagnostic| diagnostic.severity == Severity::Error && path.is_none());
        draft.close(session, found.into_iter().map(as_warning).collect());
        path.and_then(|path| GamePath::parse(&path).ok())
            .unwrap_or(usual)
    }
}

impl Draft {
    /// Takes over what a state has to say.
    fn close(&mut self, mut session: Session, found: Vec<Diagnostic>) {
        self.tables.files.extend(session.files().used());
        for mut diagnostic in session.finish().into_iter().chain(found) {
            if diagnostic.code == "undefined" {
                // It is told about again where it reaches a table.
                diagnostic.severity = Severity::Note;
            }
            if !self
                .diagnostics
                .iter()
                .any(|said| is_same(said, &diagnostic))
            {
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

/// What is wrong with a file of the cockpit: without it a table stays empty.
fn missing_or_broken(error: OpenError, path: &GamePath) -> Vec<Diagnostic> {
    match error {
        OpenError::File(FileError::Missing(_)) => {
            let message = format!("there is no {path}; its table stays empty");
            vec![Diagnostic::warning("missing-file", message)]
        }
        error => error.diagnostics(),
    }
}

fn as_warning(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = Severity::Warning;
    diagnostic
}

/// Whether a diagnostic says what was said before: of the same place, or of a name that
/// is missing wherever it is used.
fn is_same(said: &Diagnostic, new: &Diagnostic) -> bool {
    let everywhere = ["undefined", "no-common", "missing-include"].contains(&new.code);
    said.code == new.code
        && said.message == new.message
        && (everywhere || said.labels == new.labels)
}

/// The names of the globals.
fn globals(session: &Session) -> HashSet<String> {
    let machine = &session.machine;
    let names = machine.entries(machine.globals());
    names.filter_map(|(key, _)| machine.text(key)).collect()
}

/// Names that Windows keeps for devices.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Why a type's name cannot be the name of a folder on every system.
fn name_problem(name: &str) -> Option<String> {
    let bad = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    });
    let wrong = name.trim() != name
        || name.is_empty()
        || name.ends_with('.')
        || name.len() > 100
        || name.contains(bad)
        || RESERVED.contains(&stem.as_str())
        || numbered;
    wrong.then(|| format!("its name {name:?} cannot be the name of a folder"))
}
