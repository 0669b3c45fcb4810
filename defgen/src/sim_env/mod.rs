//! The environment of the scripts in the sim: its functions and values, and its files.
//!
//! A [`Session`] is one Lua state of the sim: a machine, the files that it may include, and a
//! record of those that it has included. [`cockpit`] and [`entry`] define what the sim offers to
//! cockpit files and to a module's `entry.lua`. A value that depends on the user or on a running
//! sim is an unknown with a reason.

pub mod cockpit;
pub mod dcs_bios;
pub mod entry;
mod files;
mod steps;

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostics::Diagnostic;
use crate::interp::{Args, EvalError, Machine, Options, Returns, UndefinedPolicy, Value};
use crate::parse_cache::ParseCache;
use crate::source::Span;
use crate::syntax::Chunk;

pub use files::{Access, COMMON_SCRIPTS, Files, OpenError};
pub use steps::ModuleSteps;

/// One Lua state of the sim.
pub struct Session {
    /// The interpreter.
    pub machine: Machine,
    files: Rc<Files>,
    steps: Arc<ModuleSteps>,
}

impl Session {
    /// Returns a state with the standard library and the functions that every state of the sim has.
    pub fn new(cache: &Arc<ParseCache>, access: Access) -> Self {
        let steps = access.steps.clone();
        let mut limits = cache.limits().clone();
        limits.steps = steps.allowance(&limits);
        let mut machine = Machine::new(Options {
            limits,
            undefined: UndefinedPolicy::Unknown,
        });
        let files = Rc::new(Files::new(cache.clone(), access));
        machine.set_loader(files.clone());
        let mut session = Self {
            machine,
            files,
            steps,
        };
        session.functions(&["_", "LOCALIZE"], identity);
        session.functions(WITHOUT_EFFECT, |_, _| Ok(Returns::None));
        session
    }

    /// Returns its files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Runs a file and returns true if it ran to its end. The cause of an early end is among the
    /// diagnostics.
    pub fn run(&mut self, chunk: &Arc<Chunk>) -> bool {
        let before = self.machine.steps();
        let result = self.machine.run(chunk);
        self.steps.count(self.machine.steps() - before);
        let mut broken = self.files.take_broken();
        match &result {
            // The scripts have caught the errors of their includes.
            Ok(_) => broken.iter_mut().for_each(Diagnostic::downgrade),
            // The limit ended the file, not a broken include.
            Err(error) if error.is_limit() => {
                broken.iter_mut().for_each(Diagnostic::downgrade);
                broken.push(self.explain(error, chunk));
            }
            Err(error) if broken.is_empty() => broken.push(self.explain(error, chunk)),
            // The broken include that ended the file has a diagnostic already.
            Err(_) => {}
        }
        for diagnostic in broken {
            self.machine.report(diagnostic);
        }
        result.is_ok()
    }

    /// Returns the diagnostic for an error that ended a file. It points at the file if the error
    /// has no place of its own.
    fn explain(&self, error: &EvalError, chunk: &Chunk) -> Diagnostic {
        let mut diagnostic = self.machine.explain(error);
        if self.files.lacks_common() {
            let note = "the common scripts are missing: giving the folder of DCS World with --install may help";
            diagnostic = diagnostic.with_note(note);
        }
        if !diagnostic.labels.is_empty() {
            return diagnostic;
        }
        let file = chunk.source().id();
        diagnostic.label(
            Span {
                file,
                start: 0,
                end: 0,
            },
            "in this file, or in code that it calls",
        )
    }

    /// Takes the diagnostics.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        self.machine.take_diagnostics()
    }

    /// Defines one function under several global names.
    fn functions(
        &mut self,
        names: &[&str],
        function: impl Fn(&mut Machine, Args) -> Result<Returns, EvalError> + Copy + 'static,
    ) {
        for name in names {
            self.function(name, function);
        }
    }

    /// Defines a global function.
    fn function(
        &mut self,
        name: &str,
        function: impl Fn(&mut Machine, Args) -> Result<Returns, EvalError> + 'static,
    ) {
        let function = self.machine.native(name, function);
        self.define(name, function);
    }

    /// Defines a global.
    fn define(&mut self, name: &str, value: Value) {
        let globals = self.machine.globals();
        self.machine.set_field(globals, name, value);
    }
}

/// Functions that return nothing; their effect is in the sim.
const WITHOUT_EFFECT: &[&str] = &[
    "mount_vfs_animations_path",
    "mount_vfs_liveries_path",
    "mount_vfs_model_path",
    "mount_vfs_path_to_mount_point",
    "mount_vfs_sound_path",
    "mount_vfs_texture_archives",
    "mount_vfs_texture_path",
    "print",
    "print_message_to_user",
];

/// Functions that return an option of the user.
const OPTIONS: [&str; 2] = ["get_plugin_option_value", "get_option_value"];

/// Returns its argument, as the English translation of a text.
fn identity(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    Ok(args.get(machine, 0).into())
}

/// Returns a table with an `__index` function: `answer` gives the value of a missing field.
fn indexed_by(
    machine: &mut Machine,
    name: &str,
    answer: impl Fn(&mut Machine, Value) -> Value + 'static,
) -> Value {
    let table = machine.table();
    let metatable = machine.table();
    let index = machine.native(name, move |machine, args| {
        let key = args.get(machine, 1);
        Ok(answer(machine, key).into())
    });
    machine.set_field(metatable, "__index", index);
    machine.set_metatable(table, Some(metatable));
    table.into()
}
