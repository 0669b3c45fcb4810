//! The evaluator: a machine with values, tables, functions and the libraries of Lua 5.1, and
//! no authority of its own: no file, no clock, no randomness, no environment.
//!
//! Everything a machine makes lives as long as it does; handles ([`Str`], [`Table`],
//! [`Function`], [`Unknown`]) are only good for the machine they came from.

mod value;

use std::{rc::Rc, sync::Arc};

pub use value::{Function, Str, Table, Unknown, Value};

use crate::{diagnostic::Diagnostic, limits::Limits, source::Span, syntax::Chunk};

/// What an undefined global is when it is called, indexed, or used in an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Undefined {
    /// An error, as in Lua.
    #[default]
    Error,
    /// An unknown, and a warning.
    Unknown,
}

/// How a machine behaves.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the code may cost.
    pub limits: Limits,
    /// Undefined globals.
    pub undefined: Undefined,
}

/// Why an unknown is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// For people: `option "x" of the user`.
    pub reason: String,
    /// Where it came in.
    pub span: Option<Span>,
}

/// The results of a function.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Returns {
    /// No value.
    #[default]
    None,
    /// One value.
    One(Value),
    /// Any number of values.
    Many(Vec<Value>),
}

impl Returns {
    /// The first result, nil if there is none.
    pub fn first(&self) -> Value {
        self.as_slice().first().copied().unwrap_or(Value::Nil)
    }

    /// All results.
    pub fn as_slice(&self) -> &[Value] {
        match self {
            Self::None => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl<T: Into<Value>> From<T> for Returns {
    fn from(value: T) -> Self {
        Self::One(value.into())
    }
}

/// The arguments of the native function that is running.
#[derive(Debug, Clone, Copy)]
pub struct Args {
    base: u32,
    len: u32,
}

impl Args {
    /// How many were given.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether none was given.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The argument at `index`, counted from 0; nil where none was given.
    pub fn get(self, machine: &Machine, index: usize) -> Value {
        let _ = (machine, index, self.base);
        unimplemented!()
    }
}

/// Why evaluation ended early.
#[derive(Debug)]
pub struct Stop(Box<Cause>);

#[derive(Debug)]
struct Cause {}

impl Stop {
    /// Whether a limit was reached, which `pcall` cannot catch.
    pub fn is_limit(&self) -> bool {
        let _ = &self.0;
        unimplemented!()
    }

    /// The error value, `nil` for a limit.
    pub fn value(&self) -> Value {
        unimplemented!()
    }
}

/// How a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// `dofile(name)`
    Dofile,
    /// `loadfile(name)`
    Loadfile,
    /// `require(name)`
    Require,
}

/// What the host answers to an include.
#[derive(Debug)]
pub enum Loaded {
    /// Run this (`loadfile`: make it a function). `require` runs it once for each file id.
    Chunk(Arc<Chunk>),
    /// The result is this value; nothing runs. An unknown or nil for what is missing.
    Value(Value),
    /// A Lua error with this message (`loadfile`: nil and the message).
    Error(String),
}

/// Finds the files that code includes. Paths, roots and caching are the host's.
pub trait Loader {
    /// `name` is what the code gave, `from` the call.
    fn load(
        &self,
        machine: &mut Machine,
        include: Include,
        name: &[u8],
        from: Option<Span>,
    ) -> Loaded;
}

/// A call on the stack, as it is written in the source.
#[derive(Debug, Clone, PartialEq)]
pub struct CallSite {
    /// The whole call expression.
    pub span: Span,
    /// What is called, as written, when it is a name or a dotted path.
    pub callee: Option<String>,
    /// The arguments.
    pub args: Vec<CallArg>,
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallArg {
    /// Where it is written.
    pub span: Span,
    /// Its text when it is a plain name or a dotted path, such as `CautionLights.SEAT`.
    pub path: Option<String>,
    /// Its value: the parameter's present one, which the function may have changed; none where
    /// the function takes fewer parameters.
    pub value: Option<Value>,
}

/// A function of the host's.
pub type Native = dyn Fn(&mut Machine, Args) -> Result<Returns, Stop>;

/// A Lua 5.1 state.
pub struct Machine {
    options: Options,
}

impl Machine {
    /// A machine with Lua's libraries in its globals.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// What it was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Who finds included files; without a loader they are errors.
    pub fn set_loader(&mut self, loader: Rc<dyn Loader>) {
        let _ = loader;
        unimplemented!()
    }

    // --- running

    /// Runs a chunk as a function without arguments.
    ///
    /// # Errors
    /// A Lua error nothing caught, or a limit.
    pub fn run(&mut self, chunk: &Arc<Chunk>) -> Result<Returns, Stop> {
        let _ = chunk;
        unimplemented!()
    }

    /// Calls a value (a function, or what has `__call`).
    ///
    /// # Errors
    /// A Lua error nothing caught, or a limit.
    pub fn call(&mut self, function: Value, args: &[Value]) -> Result<Returns, Stop> {
        let _ = (function, args);
        unimplemented!()
    }

    /// A Lua error with `message`, prefixed with the place of the call to the native function
    /// that is running. To be returned from it.
    pub fn error(&mut self, message: impl AsRef<str>) -> Stop {
        let _ = message;
        unimplemented!()
    }

    /// An early end as a diagnostic, with the calls that led there.
    pub fn explain(&self, stop: &Stop) -> Diagnostic {
        let _ = stop;
        unimplemented!()
    }

    /// Calls on the stack: 0 is the call of the native function that is running, 1 the call of
    /// the function that made it, and so on. None past the outermost, and for functions that
    /// were called from native code (by `pcall`, `table.sort`, a metamethod, …).
    pub fn call_site(&self, level: usize) -> Option<CallSite> {
        let _ = level;
        unimplemented!()
    }

    /// The calls on the stack that [`Machine::call_site`] can tell about, callers of natives
    /// included.
    pub fn call_levels(&self) -> usize {
        unimplemented!()
    }

    // --- values

    /// A string.
    pub fn string(&mut self, bytes: impl AsRef<[u8]>) -> Value {
        let _ = bytes;
        unimplemented!()
    }

    /// The bytes of a string.
    pub fn bytes(&self, string: Str) -> &[u8] {
        let _ = string;
        unimplemented!()
    }

    /// A string as text, with replacement characters for what is not UTF-8; none if `value` is
    /// no string.
    pub fn text(&self, value: Value) -> Option<String> {
        let _ = value;
        unimplemented!()
    }

    /// A value for messages: `nil`, `12`, `"text"`, `table`, `unknown`.
    pub fn describe(&self, value: Value) -> String {
        let _ = value;
        unimplemented!()
    }

    /// A function of the host's. `name` is for messages.
    pub fn native(
        &mut self,
        name: &str,
        function: impl Fn(&mut Machine, Args) -> Result<Returns, Stop> + 'static,
    ) -> Value {
        let _ = (name, Rc::new(function) as Rc<Native>);
        unimplemented!()
    }

    /// An unknown value that came in at the call of the native function that is running, or
    /// nowhere.
    pub fn unknown(&mut self, reason: impl Into<String>) -> Value {
        let _ = reason.into();
        unimplemented!()
    }

    /// Why it is unknown.
    pub fn origin(&self, unknown: Unknown) -> &Origin {
        let _ = unknown;
        unimplemented!()
    }

    // --- tables; all of it raw, without metamethods

    /// The table of globals.
    pub fn globals(&self) -> Table {
        unimplemented!()
    }

    /// A new empty table.
    pub fn table(&mut self) -> Table {
        unimplemented!()
    }

    /// The value at a key; nil if there is none.
    pub fn get(&self, table: Table, key: Value) -> Value {
        let _ = (table, key);
        unimplemented!()
    }

    /// The value at a string key; nil if there is none.
    pub fn field(&self, table: Table, name: &str) -> Value {
        let _ = (table, name);
        unimplemented!()
    }

    /// Sets the value at a key. A nil, NaN or unknown key is ignored.
    pub fn set(&mut self, table: Table, key: Value, value: impl Into<Value>) {
        let _ = (table, key, value.into());
        unimplemented!()
    }

    /// Sets the value at a string key.
    pub fn set_field(&mut self, table: Table, name: &str, value: impl Into<Value>) {
        let _ = (table, name, value.into());
        unimplemented!()
    }

    /// The border, as `#` gives it.
    pub fn length(&self, table: Table) -> usize {
        let _ = table;
        unimplemented!()
    }

    /// Keys and values that are not nil, in the order of `pairs`: 1, 2, 3 … first, then the
    /// other keys in the order in which they were first set.
    pub fn entries(&self, table: Table) -> impl Iterator<Item = (Value, Value)> + '_ {
        let _ = table;
        std::iter::empty()
    }

    /// The metatable.
    pub fn metatable(&self, table: Table) -> Option<Table> {
        let _ = table;
        unimplemented!()
    }

    /// Sets or removes the metatable.
    pub fn set_metatable(&mut self, table: Table, metatable: Option<Table>) {
        let _ = (table, metatable);
        unimplemented!()
    }

    /// Where the value at a key was last assigned; the table's own place for list items, none
    /// for what the host set.
    pub fn field_span(&self, table: Table, key: Value) -> Option<Span> {
        let _ = (table, key);
        unimplemented!()
    }

    /// Where the table was made; none for the host's.
    pub fn table_span(&self, table: Table) -> Option<Span> {
        let _ = table;
        unimplemented!()
    }

    // --- diagnostics

    /// Adds a diagnostic, unless the same was said of the same place.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        let _ = diagnostic;
        unimplemented!()
    }

    /// What was collected so far.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        unimplemented!()
    }

    /// Takes what was collected, and how many more there were than the limit keeps.
    pub fn take_diagnostics(&mut self) -> (Vec<Diagnostic>, usize) {
        unimplemented!()
    }
}
