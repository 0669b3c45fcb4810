//! One aircraft: from the folder of its cockpit scripts to its tables.
//!
//! Runs each file in a state of its own, as the sim does, and reads a table out of
//! each. A file that is broken costs its table, which is not made; one that is missing
//! leaves its table empty.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use aircraft_defs::{Commands, Control, Devices, Gauge};
use hashbrown::HashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::diagnostic_sink::DiagnosticSink;
use crate::discover::Module;
use crate::extract::controls::NumberNames;
use crate::extract::{self, Reader};
use crate::files::path::same_name;
use crate::files::{FileError, GamePath, Roots};
use crate::interp::Value;
use crate::parse_cache::ParseCache;
use crate::sim_env::cockpit::{self, GaugeRecord, GaugeRecords};
use crate::sim_env::entry::Flyable;
use crate::sim_env::{Access, OpenError, Session};
use crate::source::Span;

/// The files of the tables, in the order in which they are made.
pub const TABLES: [&str; 4] = [
    "devices.json",
    "commands.json",
    "gauges.json",
    "controls.json",
];

/// A table that an error cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// One of [`TABLES`].
    pub table: &'static str,
    /// The error and its place, in words for people.
    pub reason: String,
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
    /// The tables that could not be made; they are empty here and are not written.
    pub lost: Vec<Lost>,
}

impl Tables {
    /// How many entries one of [`TABLES`] has; none if it is lost.
    pub fn count(&self, table: &str) -> Option<usize> {
        let counts = [
            self.devices.len(),
            self.commands.len(),
            self.gauges.len(),
            self.controls.len(),
        ];
        let index = TABLES.iter().position(|name| *name == table)?;
        (!self.is_lost(table)).then_some(counts[index])
    }

    /// Whether an error cost this one of [`TABLES`].
    pub fn is_lost(&self, table: &str) -> bool {
        self.lost.iter().any(|lost| lost.table == table)
    }
}

/// The result for an aircraft, or for a module without one.
#[derive(Debug)]
pub enum Outcome {
    /// Its tables, or some of them.
    Done(Box<Tables>),
    /// There is nothing to make tables of; the reason in words for people.
    Skipped(String),
    /// An error left nothing of it, or of a module the aircraft after the error; the reason in
    /// words for people. The error is among the diagnostics.
    Failed(String),
}

/// One aircraft while it is read.
pub(crate) struct Cockpit<'a> {
    /// The parsed files.
    pub(crate) cache: &'a Arc<ParseCache>,
    /// What makes it flyable.
    pub(crate) module: &'a Module,
    /// What the module says of it.
    pub(crate) aircraft: &'a Flyable,
}

/// Codes of what is said once of an aircraft: a name that is missing is missing wherever it is
/// used.
const SAID_ONCE: [&str; 3] = ["undefined", "no-common", "missing-include"];

/// The scripts of a cockpit.
struct Scripts<'a> {
    cache: &'a Arc<ParseCache>,
    aircraft: &'a str,
    roots: &'a Arc<Roots>,
    folder: GamePath,
}

/// The findings of device_init.lua.
#[derive(Default)]
struct Init {
    /// The panel's file that it names in `MainPanel`.
    panel: Option<GamePath>,
    said: Vec<Diagnostic>,
    used: BTreeMap<String, String>,
}

/// The tables and diagnostics of an aircraft so far.
struct Draft {
    tables: Tables,
    diagnostics: DiagnosticSink,
}

/// A state in which a file was run.
struct FileRun {
    session: Session,
    gauges: GaugeRecords,
    path: GamePath,
    /// Where the file begins.
    start: Option<Span>,
    /// Whether the file ran to its end, or why it could not be run.
    ended: Result<bool, OpenError>,
}

impl Cockpit<'_> {
    /// Makes its tables; `entry` are the files that told of it.
    pub(crate) fn read(&self, entry: &BTreeMap<String, String>) -> (Outcome, Vec<Diagnostic>) {
        let folder = match self.folder() {
            Ok(folder) => folder,
            Err(reason) => return (Outcome::Skipped(reason), Vec::new()),
        };
        let mut draft = Draft {
            tables: Tables::default(),
            // What each state and each table may say is limited already.
            diagnostics: DiagnosticSink::new(usize::MAX).once(&SAID_ONCE),
        };
        draft.tables.files.clone_from(entry);
        let scripts = self.scripts(folder);
        let init = scripts.init();
        let missing = |file: &&str| !scripts.has(file);
        let run = || scripts.run(scripts.folder.join("clickabledata.lua"));
        // Run first only if it has to tell where another file is: states take room.
        let early = ["devices.lua", "command_defs.lua"]
            .iter()
            .any(missing)
            .then(run);
        let mut included = init.used.clone();
        included.extend(early.iter().flat_map(|ran| ran.session.files().used()));
        self.read_devices(&scripts, &included, &mut draft);
        self.read_commands(&scripts, &included, &mut draft);
        self.read_gauges(&scripts, init, &mut draft);
        self.read_controls(early.unwrap_or_else(run), &mut draft);
        let mut diagnostics = draft.diagnostics.take();
        // What is missing is mostly the cause of the rest.
        diagnostics.sort_by_key(|diagnostic| !is_missing(diagnostic));
        let outcome = match draft.tables.lost.first() {
            Some(lost) if draft.tables.lost.len() == TABLES.len() => {
                Outcome::Failed(format!("nothing is written for it: {}", lost.reason))
            }
            _ => Outcome::Done(Box::new(draft.tables)),
        };
        (outcome, diagnostics)
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

    fn scripts(&self, folder: GamePath) -> Scripts<'_> {
        Scripts {
            cache: self.cache,
            aircraft: &self.aircraft.name,
            roots: &self.module.roots,
            folder,
        }
    }

    /// Reads a table out of the state of a file that ran to its end.
    fn table<T: Default>(
        &self,
        table: &'static str,
        ran: FileRun,
        draft: &mut Draft,
        read: impl FnOnce(&mut Reader<'_>, &[GaugeRecord]) -> T,
    ) -> T {
        let (ended, broken) = match ran.ended {
            Ok(ended) => (ended, Vec::new()),
            Err(error) => (false, missing_or_broken(error, &ran.path)),
        };
        let mut said = ran.session.machine.diagnostics().iter().chain(&broken);
        if let Some(error) = said.rfind(|said| said.severity == Severity::Error) {
            let reason = error.in_words(self.cache.sources());
            draft.tables.lost.push(Lost { table, reason });
        }
        draft.say(broken);
        let mut reader = Reader::new(&ran.session.machine);
        let mut made = match ended {
            true => read(&mut reader, &ran.gauges.borrow()),
            false => T::default(),
        };
        let held = reader.counted().and_then(|bytes| self.cache.hold(bytes));
        if let Err(mut error) = held {
            if let Some(start) = ran.start {
                error = error.label(start, "in this file");
            }
            let reason = error.in_words(self.cache.sources());
            draft.tables.lost.push(Lost { table, reason });
            draft.say(vec![error]);
            made = T::default();
        }
        let found = reader.finish();
        draft.close(ran.session, found);
        made
    }

    fn read_devices(
        &self,
        scripts: &Scripts<'_>,
        included: &BTreeMap<String, String>,
        draft: &mut Draft,
    ) {
        let ran = scripts.run(scripts.file("devices.lua", included));
        draft.tables.devices = self.table(TABLES[0], ran, draft, |reader, _| {
            extract::devices::devices(reader)
        });
    }

    fn read_commands(
        &self,
        scripts: &Scripts<'_>,
        included: &BTreeMap<String, String>,
        draft: &mut Draft,
    ) {
        let mut known = globals(&scripts.session().0);
        known.insert("devices".to_owned());
        let ran = scripts.run(scripts.commands_file(included));
        draft.tables.commands = self.table(TABLES[1], ran, draft, |reader, _| {
            extract::commands::commands(reader, &known)
        });
    }

    fn read_gauges(&self, scripts: &Scripts<'_>, init: Init, draft: &mut Draft) {
        draft.tables.files.extend(init.used);
        draft.say(init.said);
        let usual = || scripts.folder.join("mainpanel_init.lua");
        let ran = scripts.run(init.panel.unwrap_or_else(usual));
        draft.tables.gauges = self.table(TABLES[2], ran, draft, extract::gauges::gauges);
    }

    fn read_controls(&self, clickable: FileRun, draft: &mut Draft) {
        let devices = std::mem::take(&mut draft.tables.devices);
        let commands = std::mem::take(&mut draft.tables.commands);
        draft.tables.controls = self.table(TABLES[3], clickable, draft, |reader, _| {
            let names = NumberNames::new(&devices, &commands);
            extract::controls::controls(reader, self.cache, &names)
        });
        (draft.tables.devices, draft.tables.commands) = (devices, commands);
    }
}

impl Scripts<'_> {
    /// A new state for one of the files.
    fn session(&self) -> (Session, GaugeRecords) {
        let access = Access {
            roots: self.roots.clone(),
            base: self.folder.clone(),
        };
        cockpit::session(self.cache, access, self.aircraft)
    }

    /// Runs a file in a state of its own.
    fn run(&self, path: GamePath) -> FileRun {
        let (mut session, gauges) = self.session();
        let opened = session.files().open(&path);
        let start = opened.as_ref().ok().map(|chunk| chunk.source().span(0, 0));
        let ended = opened.map(|chunk| session.run(&chunk));
        FileRun {
            session,
            gauges,
            path,
            start,
            ended,
        }
    }

    /// What device_init.lua tells. Only `MainPanel` is wanted of it: nothing else in it can go
    /// wrong for us.
    fn init(&self) -> Init {
        let mut ran = self.run(self.folder.join("device_init.lua"));
        let said = match ran.ended {
            Ok(_) => ran.session.finish(),
            Err(OpenError::File(FileError::Missing(_))) => return Init::default(),
            Err(error) => error.diagnostics(),
        };
        let machine = &ran.session.machine;
        let panel = machine.field(machine.globals(), "MainPanel").as_table();
        let path = panel.and_then(|panel| machine.text(machine.get(panel, Value::Number(2.0))));
        let is_cause = |said: &Diagnostic| said.severity == Severity::Error && path.is_none();
        Init {
            said: said.into_iter().filter(is_cause).map(softened).collect(),
            panel: path.and_then(|path| GamePath::parse(&path).ok()),
            used: ran.session.files().used(),
        }
    }

    /// A file of the cockpit; one that is not in its folder may be included by others, from a
    /// folder that several cockpits share. Of several the first by its path is taken.
    fn file(&self, name: &str, included: &BTreeMap<String, String>) -> GamePath {
        let usual = self.folder.join(name);
        if self.has(name) {
            return usual;
        }
        let paths = included.keys();
        let mut paths = paths.filter_map(|path| GamePath::parse(path).ok());
        let is_it = |path: &GamePath| path.file_name().is_some_and(|file| same_name(file, name));
        paths.find(is_it).unwrap_or(usual)
    }

    /// Returns the file with the commands: `command_defs.lua`, else the included file with
    /// `command` in its name that is nearest to the root.
    fn commands_file(&self, included: &BTreeMap<String, String>) -> GamePath {
        let usual = self.file("command_defs.lua", included);
        if self.roots.find(&usual).is_ok() {
            return usual;
        }
        let is_like_it = |path: &GamePath| {
            let name = path.file_name().map(str::to_ascii_lowercase);
            name.is_some_and(|name| name.contains("command") && name.ends_with(".lua"))
        };
        let paths = included
            .keys()
            .filter_map(|path| GamePath::parse(path).ok());
        let depth = |path: &GamePath| path.to_string().matches('/').count();
        paths.filter(is_like_it).min_by_key(depth).unwrap_or(usual)
    }

    /// Whether a file is in the folder.
    fn has(&self, name: &str) -> bool {
        self.roots.find(&self.folder.join(name)).is_ok()
    }
}

impl Draft {
    /// Takes over what a state has to say.
    fn close(&mut self, mut session: Session, found: Vec<Diagnostic>) {
        self.tables.files.extend(session.files().used());
        for mut diagnostic in session.finish().into_iter().chain(found) {
            if ["undefined", "refused"].contains(&diagnostic.code) {
                // It is told about again where it reaches a table.
                diagnostic.severity = Severity::Note;
            }
            self.diagnostics.add(diagnostic);
        }
    }

    fn say(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        let all = diagnostics.into_iter();
        all.for_each(|diagnostic| self.diagnostics.add(diagnostic));
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

fn softened(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.soften();
    diagnostic
}

/// Whether a diagnostic tells of a file that is not there.
fn is_missing(diagnostic: &Diagnostic) -> bool {
    ["missing-file", "missing-include"].contains(&diagnostic.code)
}

/// The names of the globals.
fn globals(session: &Session) -> HashSet<String> {
    let machine = &session.machine;
    let names = machine.entries(machine.globals());
    let texts = names.filter_map(|(key, _)| machine.text(key));
    texts.map(Cow::into_owned).collect()
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
