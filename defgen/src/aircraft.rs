//! Compiles one aircraft: from the folder of its cockpit scripts to its tables.
//!
//! Runs each file in a Lua state of its own, as the sim does, and makes one table from each
//! state. If a file has an error, its table is not made; if a file is missing, its table is empty.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use aircraft_defs::{Commands, Control, Devices, Gauge, TABLE_FILES};
use hashbrown::HashSet;

use crate::dcs_bios::names::{self, AddedCounts, DcsBiosNames};
use crate::dcs_bios::record::ControlRecord;
use crate::diagnostics::DiagnosticSink;
use crate::diagnostics::{Diagnostic, Severity};
use crate::discover::Module;
use crate::extract::controls::NumberNames;
use crate::extract::{self, Reader};
use crate::files::path::same_name;
use crate::files::{FileError, GamePath, Roots};
use crate::interp::Value;
use crate::parse_cache::ParseCache;
use crate::sim_env::cockpit::{self, GaugeRecord, GaugeRecords};
use crate::sim_env::entry::Flyable;
use crate::sim_env::{Access, ModuleSteps, OpenError, Session};
use crate::source::{Sources, Span};

/// A table that could not be made because of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTable {
    /// One of [`TABLE_FILES`].
    pub table: &'static str,
    /// The error and its place, for the user.
    pub reason: String,
}

/// The tables of one aircraft.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    /// The numbers of the devices by name.
    pub devices: Devices,
    /// The numbers of the commands by name.
    pub commands: Commands,
    /// The gauges.
    pub gauges: Vec<Gauge>,
    /// The clickable controls.
    pub controls: Vec<Control>,
    /// The SHA-256 hashes of the files that were read, by their paths in the install.
    pub files: BTreeMap<String, String>,
    /// The contribution of DCS-BIOS.
    pub dcs_bios: DcsBiosNames,
    /// The tables that could not be made; they are empty here and are not written.
    pub failed: Vec<FailedTable>,
}

impl Tables {
    /// Returns the number of entries of one of [`TABLE_FILES`]; none if it could not be made.
    pub fn count(&self, table: &str) -> Option<usize> {
        let counts = [
            self.devices.len(),
            self.commands.len(),
            self.gauges.len(),
            self.controls.len(),
        ];
        let index = TABLE_FILES.iter().position(|name| *name == table)?;
        (!self.has_failed(table)).then_some(counts[index])
    }

    /// Returns the tables as the server has them, with an index of their names.
    pub fn indexed(&self) -> aircraft_defs::Tables {
        let tables = self.clone();
        aircraft_defs::Tables::new(
            tables.devices,
            tables.commands,
            tables.gauges,
            tables.controls,
        )
    }

    /// Adds the names in records of DCS-BIOS to those tables that were made.
    pub fn add_names(&mut self, records: &[ControlRecord]) -> AddedCounts {
        let mut added = AddedCounts::default();
        if !self.has_failed(TABLE_FILES[3]) {
            added.controls = names::name_controls(&mut self.controls, records);
        }
        if !self.has_failed(TABLE_FILES[2]) {
            let gauges = names::gauges(&self.gauges, &self.controls, records);
            added.gauges = gauges.len();
            self.gauges.extend(gauges);
        }
        added
    }

    /// Returns true if this one of [`TABLE_FILES`] could not be made.
    pub fn has_failed(&self, table: &str) -> bool {
        self.failed.iter().any(|failed| failed.table == table)
    }
}

/// The result for an aircraft, or for a module without one.
#[derive(Debug)]
pub enum Outcome {
    /// Its tables, some of which may have failed.
    Tables(Box<Tables>),
    /// There is nothing to make tables from, for this reason.
    Skipped(String),
    /// All tables of the aircraft failed, or the module failed before it named all its aircraft.
    /// This is the reason; the error is among the diagnostics.
    Failed(String),
}

/// The compiler of one aircraft.
pub(crate) struct AircraftCompiler<'a> {
    /// The parsed files.
    pub(crate) cache: &'a Arc<ParseCache>,
    /// The module that the aircraft belongs to.
    pub(crate) module: &'a Module,
    /// The call that makes the aircraft flyable.
    pub(crate) aircraft: &'a Flyable,
}

/// The codes of diagnostics that are reported once for an aircraft. An undefined name, for example,
/// is undefined wherever it is used.
const REPORTED_ONCE: [&str; 3] = ["undefined", "no-common", "missing-include"];

/// The scripts of a cockpit.
struct Scripts<'a> {
    cache: &'a Arc<ParseCache>,
    aircraft: &'a str,
    roots: &'a Arc<Roots>,
    steps: &'a Arc<ModuleSteps>,
    folder: GamePath,
}

/// The result of running device_init.lua.
#[derive(Default)]
struct DeviceInit {
    /// The panel file that it names in `MainPanel`.
    panel: Option<GamePath>,
    diagnostics: Vec<Diagnostic>,
    /// The hashes of the files that it has read, by path.
    files: BTreeMap<String, String>,
}

/// The tables and diagnostics of an aircraft while they are made.
struct Draft {
    tables: Tables,
    diagnostics: DiagnosticSink,
}

/// A Lua state in which a file was run.
struct FileRun {
    session: Session,
    gauges: GaugeRecords,
    path: GamePath,
    /// The beginning of the file.
    start: Option<Span>,
    /// True if the file ran to its end; the error if it could not be opened.
    completed: Result<bool, OpenError>,
}

impl AircraftCompiler<'_> {
    /// Makes the tables of the aircraft. `entry_files` are the files that the module's `entry.lua`
    /// has read.
    pub(crate) fn compile(
        &self,
        entry_files: &BTreeMap<String, String>,
    ) -> (Outcome, Vec<Diagnostic>) {
        let folder = match self.folder() {
            Ok(folder) => folder,
            Err(reason) => return (Outcome::Skipped(reason), Vec::new()),
        };
        let mut draft = Draft {
            tables: Tables::default(),
            // The number of diagnostics of each state and table is limited already.
            diagnostics: DiagnosticSink::new(usize::MAX).once(&REPORTED_ONCE),
        };
        draft.tables.files.clone_from(entry_files);
        let scripts = self.scripts(folder);
        let init = scripts.device_init();
        let is_missing = |file: &&str| !scripts.has(file);
        let run = || scripts.run(scripts.folder.join("clickabledata.lua"));
        // Each state takes memory. The state of clickabledata.lua is therefore made before the
        // others only if its includes are needed to find their files.
        let early = ["devices.lua", "command_defs.lua"]
            .iter()
            .any(is_missing)
            .then(run);
        let mut included = init.files.clone();
        included.extend(early.iter().flat_map(|run| run.session.files().used()));
        self.read_devices(&scripts, &included, &mut draft);
        self.read_commands(&scripts, &included, &mut draft);
        self.read_gauges(&scripts, init, &mut draft);
        self.read_controls(early.unwrap_or_else(run), &mut draft);
        let mut diagnostics = draft.diagnostics.take();
        // A missing file often causes the other messages, so it comes first.
        diagnostics.sort_by_key(|diagnostic| !is_about_missing_file(diagnostic));
        let outcome = match draft.tables.failed.first() {
            Some(first) if draft.tables.failed.len() == TABLE_FILES.len() => {
                Outcome::Failed(format!("nothing is written for it: {}", first.reason))
            }
            _ => Outcome::Tables(Box::new(draft.tables)),
        };
        (outcome, diagnostics)
    }

    /// Returns the folder of the cockpit scripts, spelled as on the disk.
    ///
    /// # Errors
    /// The reason why the aircraft is skipped.
    fn folder(&self) -> Result<GamePath, String> {
        if let Some(problem) = name_problem(&self.aircraft.name) {
            return Err(problem);
        }
        let Some(cockpit) = &self.aircraft.cockpit else {
            return Err("its entry.lua names no cockpit folder for it".to_owned());
        };
        let path = GamePath::parse(cockpit).map_err(|error| error.to_string())?;
        let roots = &self.module.roots;
        let found = match roots.find(&path) {
            Err(FileError::Missing(_)) => {
                return Err(format!("its cockpit folder {path} does not exist"));
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
            steps: &self.module.steps,
            folder,
        }
    }

    /// Makes a table with `read` from a state, if its file ran to its end.
    fn table<T: Default>(
        &self,
        table: &'static str,
        run: FileRun,
        draft: &mut Draft,
        read: impl FnOnce(&mut Reader<'_>, &[GaugeRecord]) -> T,
    ) -> T {
        let (completed, open_errors) = match run.completed {
            Ok(completed) => (completed, Vec::new()),
            Err(error) => (false, open_diagnostics(error, &run.path)),
        };
        let mut diagnostics = run.session.machine.diagnostics().iter().chain(&open_errors);
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
        if let Some(error) = diagnostics.rfind(is_error) {
            draft.fail(table, error, self.cache.sources());
        }
        draft.add(open_errors);
        let mut reader = Reader::new(&run.session.machine);
        let mut result = match completed {
            true => read(&mut reader, &run.gauges.borrow()),
            false => T::default(),
        };
        let size = reader.counted();
        if let Err(mut error) = size.and_then(|bytes| self.cache.count_table(bytes)) {
            if let Some(start) = run.start {
                error = error.label(start, "in this file");
            }
            draft.fail(table, &error, self.cache.sources());
            draft.add(vec![error]);
            result = T::default();
        }
        let diagnostics = reader.finish();
        draft.close(run.session, diagnostics);
        result
    }

    fn read_devices(
        &self,
        scripts: &Scripts<'_>,
        included: &BTreeMap<String, String>,
        draft: &mut Draft,
    ) {
        let run = scripts.run(scripts.file("devices.lua", included));
        draft.tables.devices = self.table(TABLE_FILES[0], run, draft, |reader, _| {
            extract::devices::devices(reader)
        });
    }

    fn read_commands(
        &self,
        scripts: &Scripts<'_>,
        included: &BTreeMap<String, String>,
        draft: &mut Draft,
    ) {
        let mut others = globals(&scripts.session().0);
        others.insert("devices".to_owned());
        let run = scripts.run(scripts.commands_file(included));
        draft.tables.commands = self.table(TABLE_FILES[1], run, draft, |reader, _| {
            extract::commands::commands(reader, &others)
        });
    }

    fn read_gauges(&self, scripts: &Scripts<'_>, init: DeviceInit, draft: &mut Draft) {
        draft.tables.files.extend(init.files);
        draft.add(init.diagnostics);
        let default = || scripts.folder.join("mainpanel_init.lua");
        let run = scripts.run(init.panel.unwrap_or_else(default));
        draft.tables.gauges = self.table(TABLE_FILES[2], run, draft, extract::gauges::gauges);
    }

    fn read_controls(&self, clickable: FileRun, draft: &mut Draft) {
        let devices = std::mem::take(&mut draft.tables.devices);
        let commands = std::mem::take(&mut draft.tables.commands);
        draft.tables.controls = self.table(TABLE_FILES[3], clickable, draft, |reader, _| {
            let names = NumberNames::new(&devices, &commands);
            extract::controls::controls(reader, self.cache, &names)
        });
        (draft.tables.devices, draft.tables.commands) = (devices, commands);
    }
}

impl Scripts<'_> {
    /// Returns a new state for one of the files.
    fn session(&self) -> (Session, GaugeRecords) {
        let access = Access {
            roots: self.roots.clone(),
            base: self.folder.clone(),
            steps: self.steps.clone(),
        };
        cockpit::session(self.cache, access, self.aircraft)
    }

    /// Runs a file in a state of its own.
    fn run(&self, path: GamePath) -> FileRun {
        let (mut session, gauges) = self.session();
        let opened = session.files().open(&path);
        let start = opened.as_ref().ok().map(|chunk| chunk.source().span(0, 0));
        let completed = opened.map(|chunk| session.run(&chunk));
        FileRun {
            session,
            gauges,
            path,
            start,
            completed,
        }
    }

    /// Runs device_init.lua. Only its `MainPanel` is used, so an error matters only if the file
    /// has not set it.
    fn device_init(&self) -> DeviceInit {
        let mut run = self.run(self.folder.join("device_init.lua"));
        let diagnostics = match run.completed {
            Ok(_) => run.session.take_diagnostics(),
            Err(OpenError::File(FileError::Missing(_))) => return DeviceInit::default(),
            Err(error) => error.diagnostics(),
        };
        let machine = &run.session.machine;
        let panel = machine.field(machine.globals(), "MainPanel").as_table();
        let path = panel.and_then(|panel| machine.text(machine.get(panel, Value::Number(2.0))));
        let is_cause =
            |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error && path.is_none();
        let mut diagnostics: Vec<_> = diagnostics.into_iter().filter(is_cause).collect();
        diagnostics.iter_mut().for_each(Diagnostic::downgrade);
        DeviceInit {
            diagnostics,
            panel: path.and_then(|path| GamePath::parse(&path).ok()),
            files: run.session.files().used(),
        }
    }

    /// Returns the path of a file of the cockpit. If the cockpit's folder does not have it, this is
    /// the first included file of that name, which may be in a folder that several cockpits share.
    fn file(&self, name: &str, included: &BTreeMap<String, String>) -> GamePath {
        let default = self.folder.join(name);
        if self.has(name) {
            return default;
        }
        let paths = included.keys();
        let mut paths = paths.filter_map(|path| GamePath::parse(path).ok());
        let matches = |path: &GamePath| path.file_name().is_some_and(|file| same_name(file, name));
        paths.find(matches).unwrap_or(default)
    }

    /// Returns the file with the commands: `command_defs.lua`, else the included file with
    /// `command` in its name that is nearest to the root.
    fn commands_file(&self, included: &BTreeMap<String, String>) -> GamePath {
        let default = self.file("command_defs.lua", included);
        if self.roots.find(&default).is_ok() {
            return default;
        }
        let has_commands = |path: &GamePath| {
            let name = path.file_name().map(str::to_ascii_lowercase);
            name.is_some_and(|name| name.contains("command") && name.ends_with(".lua"))
        };
        let paths = included
            .keys()
            .filter_map(|path| GamePath::parse(path).ok());
        let depth = |path: &GamePath| path.to_string().matches('/').count();
        paths
            .filter(has_commands)
            .min_by_key(depth)
            .unwrap_or(default)
    }

    /// Returns true if a file is in the folder.
    fn has(&self, name: &str) -> bool {
        self.roots.find(&self.folder.join(name)).is_ok()
    }
}

impl Draft {
    /// Records that a table failed.
    fn fail(&mut self, table: &'static str, error: &Diagnostic, sources: &Sources) {
        let reason = error.summary(sources);
        self.tables.failed.push(FailedTable { table, reason });
    }

    /// Ends a session: takes its files and diagnostics, and those of reading its values.
    fn close(&mut self, mut session: Session, reader_diagnostics: Vec<Diagnostic>) {
        self.tables.files.extend(session.files().used());
        for mut diagnostic in session
            .take_diagnostics()
            .into_iter()
            .chain(reader_diagnostics)
        {
            if ["undefined", "refused"].contains(&diagnostic.code) {
                // There is a warning too if the unknown value reaches a table.
                diagnostic.severity = Severity::Note;
            }
            self.diagnostics.add(diagnostic);
        }
    }

    fn add(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        let all = diagnostics.into_iter();
        all.for_each(|diagnostic| self.diagnostics.add(diagnostic));
    }
}

/// Returns the diagnostics for a file of the cockpit that cannot be opened.
fn open_diagnostics(error: OpenError, path: &GamePath) -> Vec<Diagnostic> {
    match error {
        OpenError::File(FileError::Missing(_)) => {
            let message = format!("there is no {path}; its table stays empty");
            vec![Diagnostic::warning("missing-file", message)]
        }
        error => error.diagnostics(),
    }
}

/// Returns true if a diagnostic reports a missing file.
fn is_about_missing_file(diagnostic: &Diagnostic) -> bool {
    ["missing-file", "missing-include"].contains(&diagnostic.code)
}

/// Returns the names of the globals.
fn globals(session: &Session) -> HashSet<String> {
    let machine = &session.machine;
    let names = machine.entries(machine.globals());
    let texts = names.filter_map(|(key, _)| machine.text(key));
    texts.map(Cow::into_owned).collect()
}

/// Names that Windows reserves for devices.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Returns the reason why an aircraft's name cannot be the name of a folder on every system, if
/// there is one.
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
