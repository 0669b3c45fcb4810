//! Finds the modules in the user's folders, and the aircraft of each module.
//!
//! A path that the user gives is an install, a folder of modules, a module or a folder of cockpit
//! scripts; its contents show which. The aircraft of a module are those that its `entry.lua` makes
//! flyable, whatever the names of files and folders are.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::diagnostics::{Diagnostic, Severity};
use crate::files::{FileError, GamePath, Root, Roots};
use crate::parse_cache::ParseCache;
use crate::sim_env::entry::{self, Flyable, OptionAnswer};
use crate::sim_env::{Access, ModuleSteps};

/// The folder of the modules in an install and in a Saved Games folder.
const MODULES: &str = "Mods/aircraft";

/// The files that mark a folder of cockpit scripts; it has at least one of them.
const COCKPIT_FILES: [&str; 5] = [
    "devices.lua",
    "command_defs.lua",
    "device_init.lua",
    "mainpanel_init.lua",
    "clickabledata.lua",
];

/// The error of a path that cannot be compiled.
#[derive(Debug, Error)]
pub enum PathProblem {
    /// It cannot be opened.
    #[error("{} cannot be opened: {error}", .path.display())]
    Unreadable {
        /// The path as the user gave it.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// It is a file.
    #[error("{} is a file; give the folder that it is in", .0.display())]
    NotAFolder(PathBuf),
    /// It has nothing of DCS in it.
    #[error(
        "{} has neither Mods/aircraft (an install, or a Saved Games folder), nor entry.lua \
         (a module), nor devices.lua (cockpit scripts)", .0.display()
    )]
    NothingOfDcs(PathBuf),
}

/// A module: a folder with one or several aircraft.
#[derive(Debug, Clone)]
pub struct Module {
    /// The folder's name.
    pub name: String,
    /// Its path in the install.
    pub path: GamePath,
    /// True for a lone folder of cockpit scripts, which has no `entry.lua`.
    pub is_cockpit: bool,
    /// The folders that its scripts may read.
    pub roots: Arc<Roots>,
    /// The steps that its states have used.
    pub steps: Arc<ModuleSteps>,
}

/// The result of evaluating a module's `entry.lua`.
#[derive(Debug, Default)]
pub struct Entry {
    /// The aircraft, in the order of the calls of `make_flyable`.
    pub aircraft: Vec<Flyable>,
    /// The hashes of the files that were read, by path.
    pub files: BTreeMap<String, String>,
    /// True if it calls `make_flyable` with an unknown name.
    pub has_unknown_name: bool,
    /// The errors that ended the file early.
    pub diagnostics: Vec<Diagnostic>,
}

impl Entry {
    /// Returns the message for the user that the file has failed, if it has.
    pub fn failure(&self, cache: &ParseCache) -> Option<String> {
        let error = self.diagnostics.first()?.summary(cache.sources());
        Some(match self.aircraft.is_empty() {
            true => {
                format!("its entry.lua stops with an error before it defines an aircraft: {error}")
            }
            false => {
                format!(
                    "the aircraft that its entry.lua defines after an error are missing: {error}"
                )
            }
        })
    }
}

/// Returns true if a folder has the scripts that all cockpits share.
pub fn is_install(root: &Root) -> bool {
    let here = Roots::new(vec![root.clone()], &[]);
    here.find(&constant_path("Scripts/Aircrafts/_Common"))
        .is_ok()
}

/// Returns the modules at a path. Their scripts may also read the common scripts of `installs`, and
/// links may lead to the folders in `allowed`.
///
/// # Errors
/// When the path cannot be opened or has nothing of DCS in it.
pub fn modules(
    path: &Path,
    installs: &[Root],
    allowed: &[PathBuf],
) -> Result<Vec<Module>, PathProblem> {
    let unreadable = |error| PathProblem::Unreadable {
        path: path.to_owned(),
        error,
    };
    if fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(PathProblem::NotAFolder(path.to_owned()));
    }
    let open = |at: GamePath| Root::open(at, path).map_err(unreadable);
    let roots = |root: Root| {
        let all = std::iter::once(root).chain(installs.iter().cloned());
        Arc::new(Roots::new(all.collect(), allowed))
    };
    let here = Roots::new(vec![open(GamePath::root())?], allowed);
    let modules = constant_path(MODULES);
    if here.find(&modules).is_ok() {
        return Ok(modules_in(&modules, &roots(open(GamePath::root())?)));
    }
    let has = |file: &str| here.find(&constant_path(file)).is_ok();
    let real = open(GamePath::root())?.folder().to_owned();
    let is_cockpit = !has("entry.lua");
    if !is_cockpit || COCKPIT_FILES.iter().any(|file| has(file)) {
        let (name, path) = name_and_path(&real, is_cockpit);
        let roots = roots(open(path.clone())?);
        return Ok(vec![Module {
            name,
            path,
            is_cockpit,
            roots,
            steps: Arc::default(),
        }]);
    }
    let modules = modules_in(&modules, &roots(open(modules.clone())?));
    if modules.iter().any(|module| module.has_entry()) {
        return Ok(modules);
    }
    Err(PathProblem::NothingOfDcs(path.to_owned()))
}

impl Module {
    fn entry_path(&self) -> GamePath {
        self.path.join("entry.lua")
    }

    fn is_folder(&self) -> bool {
        match self.roots.find(&self.path) {
            Ok(found) => found.real.is_dir(),
            // A link out of the given folders is reported when the module is read.
            Err(_) => true,
        }
    }

    fn has_entry(&self) -> bool {
        self.roots.find(&self.entry_path()).is_ok()
    }

    /// Returns the aircraft of the module.
    ///
    /// # Errors
    /// The reason why the module is skipped, as shown to the user.
    pub fn entry(&self, cache: &Arc<ParseCache>) -> Result<Entry, String> {
        if self.is_cockpit {
            let aircraft = Flyable {
                name: self.name.clone(),
                cockpit: Some(self.path.to_string()),
            };
            return Ok(Entry {
                aircraft: vec![aircraft],
                ..Entry::default()
            });
        }
        match self.roots.find(&self.entry_path()) {
            Err(FileError::Missing(_)) => return Err("it has no entry.lua".to_owned()),
            Err(error) => return Err(error.to_string()),
            Ok(_) => {}
        }
        let mut entry = Entry::default();
        for answer in OptionAnswer::ALL {
            if !self.run_entry(cache, answer, &mut entry) {
                break;
            }
        }
        Ok(entry)
    }

    /// Evaluates `entry.lua` with this answer to questions about options, and adds the aircraft it
    /// makes flyable. Returns true if it asked for an option.
    fn run_entry(&self, cache: &Arc<ParseCache>, answer: OptionAnswer, entry: &mut Entry) -> bool {
        let access = Access {
            roots: self.roots.clone(),
            base: self.path.clone(),
            steps: self.steps.clone(),
        };
        let (mut session, record) = entry::session(cache, access, &self.path, answer);
        let mut diagnostics = Vec::new();
        match session.files().open(&self.entry_path()) {
            Ok(chunk) => {
                session.run(&chunk);
            }
            Err(error) => diagnostics.extend(error.diagnostics()),
        }
        diagnostics.extend(session.take_diagnostics());
        if answer == OptionAnswer::Unknown {
            // Warnings and notes are about calls that have nothing to do with the cockpit.
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            entry.diagnostics = diagnostics;
        }
        entry.files.extend(session.files().used());
        let record = record.borrow();
        entry.has_unknown_name |= record.has_unknown_name;
        for flyable in &record.flyables {
            if entry
                .aircraft
                .iter()
                .all(|other| other.name != flyable.name)
            {
                entry.aircraft.push(flyable.clone());
            }
        }
        record.asked_for_option
    }
}

/// Returns the modules in a folder of modules.
fn modules_in(folder: &GamePath, roots: &Arc<Roots>) -> Vec<Module> {
    let names = roots.names_in(folder);
    let module = |name: &String| Module {
        path: folder.join(name),
        is_cockpit: false,
        roots: roots.clone(),
        steps: Arc::default(),
        name: name.clone(),
    };
    names.iter().map(module).filter(Module::is_folder).collect()
}

/// Returns the name of a lone folder, and the path that it would have in an install.
///
/// A folder of cockpit scripts gets the name of its module's folder.
fn name_and_path(folder: &Path, is_cockpit: bool) -> (String, GamePath) {
    let names: Vec<String> = folder
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let is = |name: &String, word: &str| name.eq_ignore_ascii_case(word);
    let last = names.len().saturating_sub(1);
    let module = if is_cockpit {
        let cockpit = names.iter().rposition(|name| is(name, "Cockpit"));
        cockpit.and_then(|at| at.checked_sub(1)).unwrap_or(last)
    } else {
        last
    };
    let below = &names[module..];
    let name = below.first().cloned().unwrap_or_default();
    (
        name,
        below
            .iter()
            .fold(constant_path(MODULES), |path, name| path.join(name)),
    )
}

/// Returns a constant path.
fn constant_path(text: &str) -> GamePath {
    GamePath::parse(text).unwrap_or_default()
}
