//! Which aircraft there are, and where their cockpit scripts stand.
//!
//! A path of the user's is an install, a folder of modules, a module or a cockpit
//! folder; what it is, is told by what stands in it. What a module makes flyable
//! is told by its `entry.lua`, never by the names of files or folders.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::diagnostic::{Diagnostic, Severity};
use crate::files::{FileError, GamePath, Root, Roots};
use crate::parse_cache::ParseCache;
use crate::sim_env::Access;
use crate::sim_env::entry::{self, Answer, Flyable};

/// Where modules stand in an install and in a write folder.
const MODULES: &str = "Mods/aircraft";

/// Files of which a folder of cockpit scripts has at least one.
const COCKPIT_FILES: [&str; 5] = [
    "devices.lua",
    "command_defs.lua",
    "device_init.lua",
    "mainpanel_init.lua",
    "clickabledata.lua",
];

/// Why a path of the user's is of no use.
#[derive(Debug, Error)]
pub enum PathProblem {
    /// It cannot be opened.
    #[error("{}: {error}", .path.display())]
    Unreadable {
        /// As the user gave it.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file.
    #[error("{} is a file; give the folder it is in", .0.display())]
    NotAFolder(PathBuf),
    /// Nothing of DCS in it.
    #[error(
        "{} has neither Mods/aircraft (an install, or a Saved Games folder), nor entry.lua \
         (a module), nor devices.lua (cockpit scripts)", .0.display()
    )]
    NothingOfDcs(PathBuf),
}

/// One folder that holds an aircraft, or several.
#[derive(Debug, Clone)]
pub struct Module {
    /// The folder's name.
    pub name: String,
    /// Its place below the install.
    pub path: GamePath,
    /// Whether it is a lone folder of cockpit scripts, without an `entry.lua`.
    pub is_cockpit: bool,
    /// What may be read for it.
    pub roots: Arc<Roots>,
}

/// What a module's `entry.lua` told.
#[derive(Debug, Default)]
pub struct Entry {
    /// What can be flown, in the order of the calls.
    pub aircraft: Vec<Flyable>,
    /// The files read and their hashes.
    pub used: BTreeMap<String, String>,
    /// Whether it made something flyable whose type cannot be known.
    pub nameless: bool,
    /// What ended the file early.
    pub diagnostics: Vec<Diagnostic>,
}

impl Entry {
    /// What an error in the file costs, in words for people.
    pub fn failure(&self, cache: &ParseCache) -> Option<String> {
        let error = self.diagnostics.first()?.in_words(cache.sources());
        Some(match self.aircraft.is_empty() {
            true => format!("its entry.lua makes nothing flyable before an error: {error}"),
            false => format!("what its entry.lua makes flyable after an error is missing: {error}"),
        })
    }
}

/// Whether a folder has the scripts that all cockpits share.
pub fn is_install(root: &Root) -> bool {
    let here = Roots::new(vec![root.clone()], &[]);
    here.find(&parse("Scripts/Aircrafts/_Common")).is_ok()
}

/// The modules at a path of the user's; in `installs` only the common scripts are looked for.
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
    let modules = parse(MODULES);
    if here.find(&modules).is_ok() {
        return Ok(all_in(&modules, &roots(open(GamePath::root())?)));
    }
    let has = |file: &str| here.find(&parse(file)).is_ok();
    let real = open(GamePath::root())?.folder().to_owned();
    let is_cockpit = !has("entry.lua");
    if !is_cockpit || COCKPIT_FILES.iter().any(|file| has(file)) {
        let (name, path) = place_of(&real, is_cockpit);
        let roots = roots(open(path.clone())?);
        return Ok(vec![Module {
            name,
            path,
            is_cockpit,
            roots,
        }]);
    }
    let modules = all_in(&modules, &roots(open(modules.clone())?));
    if modules.iter().any(|module| module.has_entry()) {
        return Ok(modules);
    }
    Err(PathProblem::NothingOfDcs(path.to_owned()))
}

impl Module {
    fn entry_path(&self) -> GamePath {
        self.path.join("entry.lua")
    }

    fn has_entry(&self) -> bool {
        self.roots.find(&self.entry_path()).is_ok()
    }

    /// What the module makes flyable.
    ///
    /// # Errors
    /// In words for people, when the module is no aircraft's.
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
        for answer in Answer::ALL {
            if !self.run_entry(cache, answer, &mut entry) {
                break;
            }
        }
        Ok(entry)
    }

    /// Adds what the module makes flyable given such options; true when it asked for any.
    fn run_entry(&self, cache: &Arc<ParseCache>, answer: Answer, entry: &mut Entry) -> bool {
        let access = Access {
            roots: self.roots.clone(),
            base: self.path.clone(),
        };
        let (mut session, record) = entry::session(cache, access, &self.path, answer);
        let mut diagnostics = Vec::new();
        match session.files().open(&self.entry_path()) {
            Ok(chunk) => {
                session.run(&chunk);
            }
            Err(error) => diagnostics.extend(error.diagnostics()),
        }
        diagnostics.extend(session.finish());
        if answer == Answer::Unknown {
            // What else the module says to the engine is none of our business.
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            entry.diagnostics = diagnostics;
        }
        entry.used.extend(session.files().used());
        let record = record.borrow();
        entry.nameless |= record.nameless;
        for made in &record.made {
            if entry.aircraft.iter().all(|other| other.name != made.name) {
                entry.aircraft.push(made.clone());
            }
        }
        record.asked
    }
}

/// Every folder in the folder of modules.
fn all_in(folder: &GamePath, roots: &Arc<Roots>) -> Vec<Module> {
    let names = roots.names_in(folder);
    let module = |name: &String| Module {
        path: folder.join(name),
        is_cockpit: false,
        roots: roots.clone(),
        name: name.clone(),
    };
    names.iter().map(module).filter(Module::is_folder).collect()
}

impl Module {
    fn is_folder(&self) -> bool {
        match self.roots.find(&self.path) {
            Ok(found) => found.real.is_dir(),
            // A link that leads out is told about when the module is read.
            Err(_) => true,
        }
    }
}

/// What a lone folder is called, and where it would stand in an install.
///
/// A folder of cockpit scripts takes the name of its module's folder.
fn place_of(folder: &Path, is_cockpit: bool) -> (String, GamePath) {
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
            .fold(parse(MODULES), |path, name| path.join(name)),
    )
}

/// A path that is written in this program.
fn parse(text: &str) -> GamePath {
    GamePath::parse(text).unwrap_or_default()
}
