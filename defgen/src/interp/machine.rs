//! The state of a machine: its values, its stack, and the meter of its work and memory.

use std::{collections::HashMap, fmt, rc::Rc, sync::Arc};

use super::{
    Args, Function, Loader, Native, Options, Origin, Returns, Str, Table, Unknown, Value,
    error::{EvalError, Limit},
    event::Events,
    meter::Meter,
    table::{Location, NextEntry, TableData},
};
use crate::{
    diagnostics::DiagnosticSink,
    limits::MAX_STACK,
    source::{FileId, Source, Span},
    strings::Strings,
    syntax::Chunk,
};

// The bytes counted for each value besides its contents, including the spare capacity of the
// vector that holds it.
const TABLE_BYTES: usize = 2 * size_of::<TableData>();
const STRING_BYTES: usize = 64;
const FUNCTION_BYTES: usize = 2 * size_of::<FunctionData>() + size_of::<Closure>() + 16;
const UNKNOWN_BYTES: usize = 2 * size_of::<Origin>();
const CELL_BYTES: usize = 2 * size_of::<Value>();

/// A Lua 5.1 state.
pub struct Machine {
    pub(super) options: Options,
    pub(super) loader: Option<Rc<dyn Loader>>,
    pub(super) strings: Strings,
    pub(super) tables: Vec<TableData>,
    pub(super) functions: Vec<FunctionData>,
    pub(super) unknowns: Vec<Origin>,
    /// The locals that closures have captured.
    pub(super) cells: Vec<Value>,
    pub(super) stack: Vec<Slot>,
    pub(super) frames: Vec<Frame>,
    pub(super) chunks: Vec<Rc<LoadedChunk>>,
    /// For each file, the index of its chunk that was loaded last.
    chunks_by_file: HashMap<FileId, u32>,
    pub(super) globals: Table,
    /// The metatable of every string.
    pub(super) string_metatable: Option<Table>,
    pub(super) events: Events,
    /// The function `next`, which loops treat specially.
    pub(super) next: Option<Function>,
    /// The iterator of `ipairs`.
    pub(super) ipairs_step: Option<Function>,
    /// The results of the files that `require` has run.
    pub(super) required: HashMap<FileId, Value>,
    pub(super) diagnostics: DiagnosticSink,
    pub(super) meter: Meter,
    /// The levels of nesting, summed over all running functions.
    pub(super) depth: u32,
    /// The levels of nested `dofile` and `require`.
    pub(super) includes: u32,
}

/// An entry of the stack: a value, or the index of a captured local in [`Machine::cells`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot {
    Value(Value),
    Cell(u32),
}

/// A chunk, with the handles of its strings in this machine.
#[derive(Debug)]
pub(super) struct LoadedChunk {
    pub(super) chunk: Arc<Chunk>,
    pub(super) strings: Vec<Str>,
    /// Its index in [`Machine::chunks`].
    pub(super) index: u32,
}

/// A running function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) caller: Caller,
    /// The index of its first argument on the stack.
    pub(super) base: u32,
    pub(super) args: u32,
    pub(super) depth: u32,
}

/// The caller of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Native code.
    Native,
    /// A call expression: the index of its chunk, and of its call site.
    Site(u32, u32),
    /// A generic `for`.
    Loop(Location),
    /// An operator or an index expression, through a metamethod.
    Operator(Location),
}

/// The code of a function.
#[derive(Clone)]
pub(super) enum FunctionData {
    Lua(Rc<Closure>),
    Builtin(&'static Builtin),
    Native { name: Rc<str>, code: Rc<Native> },
}

/// The code of a function of the standard library.
type BuiltinCode = fn(&mut Machine, Args) -> Result<Returns, EvalError>;

/// A function of the standard library.
#[derive(Debug)]
pub(super) struct Builtin {
    pub(super) name: &'static str,
    code: BuiltinCode,
    /// True if it handles unknown arguments itself. Otherwise the first unknown argument is its
    /// result.
    lenient: bool,
}

impl Builtin {
    pub(super) const fn new(name: &'static str, code: BuiltinCode) -> Self {
        Self {
            name,
            code,
            lenient: false,
        }
    }

    /// Returns a function that handles unknown arguments itself.
    pub(super) const fn lenient(name: &'static str, code: BuiltinCode) -> Self {
        Self {
            lenient: true,
            ..Self::new(name, code)
        }
    }

    /// Runs the function. The caller charges its arguments and results.
    pub(super) fn run(&self, machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
        if !self.lenient
            && let Some(unknown) =
                (0..args.len()).find_map(|index| args.get(machine, index).as_unknown())
        {
            return Ok(Returns::One(Value::Unknown(unknown)));
        }
        (self.code)(machine, args)
    }
}

/// A Lua function with its captured variables.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) chunk: Rc<LoadedChunk>,
    pub(super) proto: u32,
    pub(super) cells: Box<[u32]>,
}

impl fmt::Debug for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Machine")
            .field("options", &self.options)
            .field("tables", &self.tables.len())
            .field("functions", &self.functions.len())
            .field("meter", &self.meter)
            .finish_non_exhaustive()
    }
}

impl Machine {
    /// Returns a machine without the standard library.
    pub(super) fn bare(options: Options) -> Self {
        let diagnostics = DiagnosticSink::new(options.limits.diagnostics);
        let mut strings = Strings::default();
        let events = Events::new(&mut strings);
        Self {
            meter: Meter::new(&options.limits),
            options,
            loader: None,
            strings,
            tables: vec![TableData::new(Location::NONE)],
            functions: Vec::new(),
            unknowns: Vec::new(),
            cells: Vec::new(),
            stack: Vec::new(),
            frames: Vec::new(),
            chunks: Vec::new(),
            chunks_by_file: HashMap::new(),
            globals: Table(0),
            string_metatable: None,
            events,
            next: None,
            ipairs_step: None,
            required: HashMap::new(),
            diagnostics,
            depth: 0,
            includes: 0,
        }
    }

    /// Counts steps of work, and checks the limits.
    pub(super) fn charge(&mut self, steps: usize) -> Result<(), EvalError> {
        self.meter.count(steps);
        self.meter.check().map_err(|limit| self.limit(limit))
    }

    /// Counts the work on a number of bytes, and checks the limits.
    pub(super) fn charge_bytes(&mut self, bytes: usize) -> Result<(), EvalError> {
        self.meter.count_bytes(bytes);
        self.charge(0)
    }

    /// Makes a string for the code, within the limits.
    pub(super) fn new_string(&mut self, bytes: &[u8]) -> Result<Value, EvalError> {
        self.check_string(bytes.len())?;
        let string = self.add_string(bytes);
        self.charge(0)?;
        Ok(Value::Str(string))
    }

    /// Adds a string, counts its bytes, and returns its handle.
    pub(super) fn add_string(&mut self, bytes: &[u8]) -> Str {
        self.meter.count_bytes(bytes.len());
        let (string, new) = self.strings.add(bytes);
        if new {
            self.meter.hold(STRING_BYTES + bytes.len());
        }
        string
    }

    /// Checks that a string of this size is within the limits.
    pub(super) fn check_string(&self, bytes: usize) -> Result<(), EvalError> {
        if bytes > self.options.limits.string_bytes {
            return Err(self.limit(Limit::StringBytes));
        }
        match self.meter.has_room(bytes) {
            true => Ok(()),
            false => Err(self.limit(Limit::Memory)),
        }
    }

    pub(super) fn new_table(&mut self, location: Location) -> Table {
        self.meter.hold(TABLE_BYTES);
        self.tables.push(TableData::new(location));
        Table(self.tables.len() as u32 - 1)
    }

    pub(super) fn new_closure(&mut self, closure: Closure) -> Value {
        self.meter.hold(size_of_val(&*closure.cells));
        self.add_function(FunctionData::Lua(Rc::new(closure)))
    }

    pub(super) fn add_function(&mut self, data: FunctionData) -> Value {
        self.meter.hold(FUNCTION_BYTES);
        self.functions.push(data);
        Value::Function(Function(self.functions.len() as u32 - 1))
    }

    pub(super) fn new_cell(&mut self, value: Value) -> u32 {
        self.meter.hold(CELL_BYTES);
        self.cells.push(value);
        self.cells.len() as u32 - 1
    }

    pub(super) fn new_unknown(&mut self, reason: String, span: Option<Span>) -> Value {
        self.meter.hold(UNKNOWN_BYTES + reason.len());
        self.meter.count_bytes(reason.len());
        self.unknowns.push(Origin { reason, span });
        Value::Unknown(Unknown(self.unknowns.len() as u32 - 1))
    }

    pub(super) fn data(&self, table: Table) -> &TableData {
        &self.tables[table.0 as usize]
    }

    /// Changes a table, and counts the change of its memory.
    pub(super) fn change(&mut self, table: Table, change: impl FnOnce(&mut TableData)) {
        let data = &mut self.tables[table.0 as usize];
        let before = data.bytes();
        change(data);
        self.meter.hold(data.bytes());
        self.meter.release(before);
    }

    /// Sets an entry of a table. The key must be neither nil nor NaN.
    pub(super) fn set_entry(
        &mut self,
        table: Table,
        key: Value,
        value: Value,
        location: Location,
    ) -> Result<(), EvalError> {
        if !self.meter.has_room(self.data(table).growth()) {
            return Err(self.limit(Limit::Memory));
        }
        self.change(table, |data| data.set(key, value, location));
        self.check_entries(table)
    }

    /// Returns the first entry at or after a position whose value is not nil. Every entry passed
    /// over is charged.
    pub(super) fn next_entry(
        &mut self,
        table: Table,
        position: usize,
    ) -> Result<Option<NextEntry>, EvalError> {
        let data = self.data(table);
        let found = data.next(position);
        let end = found.as_ref().map_or(data.len(), |found| found.next);
        self.charge(1 + end.saturating_sub(position))?;
        Ok(found)
    }

    /// Checks the number of entries of a table.
    pub(super) fn check_entries(&mut self, table: Table) -> Result<(), EvalError> {
        match self.data(table).len() > self.options.limits.table_entries {
            true => Err(self.limit(Limit::TableEntries)),
            false => self.charge(0),
        }
    }

    /// Loads a chunk into this machine; loading it again gives the same result.
    pub(super) fn load(&mut self, chunk: &Arc<Chunk>) -> Rc<LoadedChunk> {
        let file = chunk.source().id();
        if let Some(&index) = self.chunks_by_file.get(&file)
            && let loaded = &self.chunks[index as usize]
            && Arc::ptr_eq(&loaded.chunk, chunk)
        {
            return loaded.clone();
        }
        let strings = self.strings.add_all(&chunk.tree.strings);
        self.meter.count(strings.len());
        self.meter.hold(STRING_BYTES * strings.len());
        self.meter.hold(chunk.bytes());
        let index = self.chunks.len() as u32;
        let loaded = Rc::new(LoadedChunk {
            chunk: chunk.clone(),
            strings,
            index,
        });
        self.chunks.push(loaded.clone());
        self.chunks_by_file.insert(file, index);
        loaded
    }

    /// Returns the location of the call of the running native function.
    pub(super) fn calling_location(&self) -> Location {
        let (chunk, site) = match self.frames.last().map(|frame| frame.caller) {
            Some(Caller::Site(chunk, site)) => (chunk, site),
            Some(Caller::Loop(location) | Caller::Operator(location)) => return location,
            Some(Caller::Native) | None => return Location::NONE,
        };
        let sites = self
            .chunks
            .get(chunk as usize)
            .map(|loaded| &loaded.chunk.tree.sites);
        match sites.and_then(|sites| sites.get(site as usize)) {
            Some(site) => Location {
                chunk,
                at: site.start,
            },
            None => Location::NONE,
        }
    }

    pub(super) fn source(&self, file: FileId) -> Option<&Arc<Source>> {
        let index = *self.chunks_by_file.get(&file)?;
        Some(self.chunks[index as usize].chunk.source())
    }

    // --- the stack

    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(Slot::Value(value));
    }

    pub(super) fn slot(&self, index: usize) -> Value {
        match self.stack.get(index) {
            Some(&Slot::Value(value)) => value,
            Some(&Slot::Cell(cell)) => self.cells[cell as usize],
            None => Value::Nil,
        }
    }

    /// Begins a function: charges the call and its arguments, and checks the limits.
    pub(super) fn enter(&mut self, frame: Frame) -> Result<(), EvalError> {
        let limits = &self.options.limits;
        let limit = if self.frames.len() as u32 >= limits.call_depth {
            Limit::CallDepth
        } else if self.depth + frame.depth > limits.eval_depth {
            Limit::EvalDepth
        } else if self.stack.len() > MAX_STACK {
            Limit::Stack
        } else {
            self.depth += frame.depth;
            self.frames.push(frame);
            return self.charge(1 + frame.args as usize);
        };
        Err(self.limit(limit))
    }

    /// Ends the innermost function and drops its values.
    pub(super) fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.depth -= frame.depth;
            self.stack.truncate(frame.base as usize);
        }
    }

    /// Runs `work` and restores the stack if it fails, so that evaluation can go on.
    pub(super) fn protect<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, EvalError>,
    ) -> Result<T, EvalError> {
        let (stack, frames) = (self.stack.len(), self.frames.len());
        let (depth, includes) = (self.depth, self.includes);
        let result = work(self);
        if result.is_err() {
            self.stack.truncate(stack);
            self.frames.truncate(frames);
            (self.depth, self.includes) = (depth, includes);
        }
        result
    }
}
