//! The Lua state in which DCS-BIOS runs its modules.
//!
//! The modules run unchanged, on DCS-BIOS's own library; only its log and its memory map are
//! stand-ins. Then `dcs_bios.lua` calls what they define with invented args, in a dry run, and
//! notes which args and commands each control is about.

use std::sync::{Arc, OnceLock};

use super::{Access, Session};
use crate::diagnostics::{Diagnostic, Severity};
use crate::files::GamePath;
use crate::interp::{Table, Value};
use crate::parse_cache::ParseCache;
use crate::syntax::{self, Chunk};

/// The note on code that could not be run.
const CONSEQUENCE: &str = "the controls of DCS-BIOS that are defined before this give their names";

/// The code that prepares the state and makes the dry run.
const CODE: &str = include_str!("dcs_bios.lua");

/// Its name in messages.
const CODE_NAME: &str = "defgen's dry run of DCS-BIOS";

/// The code, parsed when it is first needed.
#[derive(Debug, Default)]
pub struct DryRunCode(OnceLock<Option<Arc<Chunk>>>);

impl DryRunCode {
    fn get(&self, cache: &ParseCache) -> Option<&Arc<Chunk>> {
        let parse = || {
            let sources = cache.sources();
            let source = sources.add(CODE_NAME, CODE.into(), cache.limits()).ok()?;
            syntax::parse(&source, cache.limits()).ok()
        };
        self.0.get_or_init(parse).as_ref()
    }
}

/// A state in which a module was run.
pub struct ModuleRun {
    /// The state, with the files that it has read.
    pub session: Session,
    /// A list with an entry for each module that was defined: a table with `aircraft` and
    /// `records`.
    pub modules: Option<Table>,
    /// The errors that ended the module, and the operations that were refused.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs the module of DCS-BIOS at `path`; `library` is the file with its class `Module`.
pub fn run(
    cache: &Arc<ParseCache>,
    access: Access,
    code: &DryRunCode,
    library: &GamePath,
    path: &GamePath,
) -> ModuleRun {
    let mut session = Session::new(cache, access);
    let unknown = session.machine.unknown("this exists only in a running sim");
    session.define("UNKNOWN", unknown);
    let mut run = ModuleRun {
        session,
        modules: None,
        diagnostics: Vec::new(),
    };
    if let Some(tools) = run.prepare(cache, code, library) {
        run.modules = run.field(tools, "modules").as_table();
        run.run_module(path);
        run.dry_run(tools);
    }
    run
}

impl ModuleRun {
    fn field(&self, table: Table, name: &str) -> Value {
        self.session.machine.field(table, name)
    }

    /// Runs [`CODE`], gives its stand-ins to `require`, and lets it observe the library.
    fn prepare(
        &mut self,
        cache: &ParseCache,
        code: &DryRunCode,
        library: &GamePath,
    ) -> Option<Table> {
        let tools = self.session.machine.run(code.get(cache)?).ok()?;
        let tools = tools.first().as_table()?;
        let provided = self.field(tools, "provided").as_table()?;
        let machine = &self.session.machine;
        for (name, module) in machine.entries(provided) {
            self.session
                .files()
                .provide(machine.text(name)?.into_owned(), module);
        }
        let name = library.to_string();
        let name = name.trim_end_matches(".lua").replace('/', ".");
        let machine = &mut self.session.machine;
        let name = machine.string(name);
        let require = machine.field(machine.globals(), "require");
        let observe = machine.field(tools, "observe");
        let class = machine.call(require, &[name]);
        let observed = class.and_then(|class| machine.call(observe, &[class.first()]));
        let broken = self.session.files().take_broken();
        self.keep(broken);
        match observed {
            Ok(_) => Some(tools),
            Err(error) => {
                let error = self.session.machine.explain(&error);
                if self.diagnostics.is_empty() {
                    self.keep(vec![error]);
                }
                None
            }
        }
    }

    /// Runs the module. The controls that it defines before an error are kept.
    fn run_module(&mut self, path: &GamePath) {
        match self.session.files().open(path) {
            Ok(chunk) => {
                self.session.run(&chunk);
            }
            Err(error) => self.keep(error.diagnostics()),
        }
        let diagnostics = self.session.take_diagnostics();
        self.keep(diagnostics);
    }

    /// Makes the dry run. It ignores errors in the functions that it calls, which mostly come from
    /// the invented values, but it cannot catch a limit.
    fn dry_run(&mut self, tools: Table) {
        let machine = &mut self.session.machine;
        let dry_run = machine.field(tools, "dry_run");
        if let Err(error) = machine.call(dry_run, &[]) {
            let error = machine.explain(&error);
            // The module may have used up the limit itself.
            if self
                .diagnostics
                .iter()
                .all(|other| other.code != error.code)
            {
                self.keep(vec![error]);
            }
        }
    }

    /// Keeps the diagnostics about code that could not be run, as warnings.
    fn keep(&mut self, diagnostics: Vec<Diagnostic>) {
        for mut diagnostic in diagnostics {
            if diagnostic.severity == Severity::Error {
                diagnostic.downgrade();
                diagnostic = diagnostic.with_note(CONSEQUENCE);
            } else if diagnostic.code == "refused" {
                diagnostic.severity = Severity::Warning;
            } else {
                continue;
            }
            diagnostic.message.insert_str(0, "DCS-BIOS: ");
            self.diagnostics.push(diagnostic);
        }
    }
}
