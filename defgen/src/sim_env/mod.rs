//! The environment that the sim gives to the scripts it runs, as far as it can be known.
//!
//! A [`Session`] is one Lua state of the sim: a machine, the files it may include
//! and a record of those it did. [`cockpit`] and [`entry`] put into it what the
//! sim defines for cockpit files and for a module's `entry.lua`. What the user or
//! a running sim decides is an unknown with a reason.

pub mod cockpit;
pub mod entry;
mod files;

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::interp::{Args, Machine, Options, Returns, Stop, Undefined, Value};
use crate::parse_cache::ParseCache;
use crate::source::Span;
use crate::syntax::Chunk;

pub use files::{Access, COMMON_SCRIPTS, Files, OpenError};

/// One Lua state of the sim.
pub struct Session {
    /// The state.
    pub machine: Machine,
    files: Rc<Files>,
}

impl Session {
    /// A state with Lua's libraries and the functions that every state of the sim has.
    pub fn new(cache: &Arc<ParseCache>, access: Access) -> Self {
        let mut machine = Machine::new(Options {
            limits: cache.limits().clone(),
            undefined: Undefined::Unknown,
        });
        let files = Rc::new(Files::new(cache.clone(), access));
        machine.set_loader(files.clone());
        let mut session = Self { machine, files };
        session.functions(&["_", "LOCALIZE"], same);
        session.functions(WITHOUT_EFFECT, |_, _| Ok(Returns::None));
        session
    }

    /// The files it may include and those it did.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Runs a file; true if it ran to its end. The cause of an early end is among the diagnostics.
    pub fn run(&mut self, chunk: &Arc<Chunk>) -> bool {
        let result = self.machine.run(chunk);
        let mut broken = self.files.take_broken();
        match &result {
            // The scripts were prepared for it.
            Ok(_) => broken.iter_mut().for_each(Diagnostic::soften),
            // No include made the code reach a limit.
            Err(stop) if stop.is_limit() => {
                broken.iter_mut().for_each(Diagnostic::soften);
                broken.push(self.explain(stop, chunk));
            }
            Err(stop) if broken.is_empty() => broken.push(self.explain(stop, chunk)),
            // A broken include is told about where it is broken.
            Err(_) => {}
        }
        for diagnostic in broken {
            self.machine.report(diagnostic);
        }
        result.is_ok()
    }

    /// Why a file ended early; where that has no place of its own, the file is named.
    fn explain(&self, stop: &Stop, chunk: &Chunk) -> Diagnostic {
        let mut diagnostic = self.machine.explain(stop);
        if self.files.lacks_common() {
            let note = "the common scripts of the install were missing; --install may help";
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
            "in this file, or in what it calls",
        )
    }

    /// Takes the diagnostics.
    pub fn finish(&mut self) -> Vec<Diagnostic> {
        self.machine.take_diagnostics()
    }

    /// Defines one function under several global names.
    fn functions(
        &mut self,
        names: &[&str],
        function: impl Fn(&mut Machine, Args) -> Result<Returns, Stop> + Copy + 'static,
    ) {
        for name in names {
            self.function(name, function);
        }
    }

    /// Defines a global function.
    fn function(
        &mut self,
        name: &str,
        function: impl Fn(&mut Machine, Args) -> Result<Returns, Stop> + 'static,
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

/// Called for what they do in the sim.
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

/// Functions that tell an option of the user's.
const OPTIONS: [&str; 2] = ["get_plugin_option_value", "get_option_value"];

/// Returns what it was given: a text in English is its own translation.
fn same(machine: &mut Machine, args: Args) -> Result<Returns, Stop> {
    Ok(args.get(machine, 0).into())
}

/// A table that answers every missing field with what `answer` makes of its name.
fn answering(
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
