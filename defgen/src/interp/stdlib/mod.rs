//! The standard library, without functions that have an effect outside of the machine.

mod args;
mod base;
mod format;
mod include;
mod math;
mod pattern;
mod refused;
mod string;
mod table;

use super::{
    Machine, Options, Table, Value,
    machine::{Builtin, FunctionData},
};

impl Machine {
    /// Returns a machine with the standard library in its globals.
    pub fn new(options: Options) -> Self {
        let mut machine = Self::bare(options);
        install(&mut machine);
        machine
    }
}

/// Defines the standard library in a new machine.
fn install(machine: &mut Machine) {
    let globals = machine.globals;
    machine.set_field(globals, "_G", globals);
    let version = machine.string("Lua 5.1");
    machine.set_field(globals, "_VERSION", version);
    for group in [base::FUNCTIONS, include::FUNCTIONS, refused::FUNCTIONS] {
        register(machine, globals, group);
    }
    machine.next = match machine.field(globals, "next") {
        Value::Function(next) => Some(next),
        _ => None,
    };
    machine.ipairs_step = match machine.add_function(FunctionData::Builtin(&base::IPAIRS_STEP)) {
        Value::Function(step) => Some(step),
        _ => None,
    };
    let strings = library(machine, "string", string::FUNCTIONS);
    let metatable = machine.table();
    machine.set_field(metatable, "__index", strings);
    machine.string_metatable = Some(metatable);
    library(machine, "table", table::FUNCTIONS);
    let math = library(machine, "math", math::FUNCTIONS);
    machine.set_field(math, "pi", std::f64::consts::PI);
    machine.set_field(math, "huge", f64::INFINITY);
    for (name, functions) in refused::LIBRARIES {
        library(machine, name, functions);
    }
    let package = machine.new_unknown("`package` is not available".to_owned(), None);
    machine.set_field(globals, "package", package);
}

fn library(machine: &mut Machine, name: &str, functions: &'static [Builtin]) -> Table {
    let table = machine.table();
    register(machine, table, functions);
    let globals = machine.globals;
    machine.set_field(globals, name, table);
    table
}

fn register(machine: &mut Machine, table: Table, functions: &'static [Builtin]) {
    for builtin in functions {
        // A refused function has its full name, such as `os.time`; its field is `time`.
        let field = builtin.name.rsplit('.').next().unwrap_or(builtin.name);
        let function = machine.add_function(FunctionData::Builtin(builtin));
        machine.set_field(table, field, function);
    }
}
