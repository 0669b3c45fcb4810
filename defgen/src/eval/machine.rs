//! The state of a machine and its bookkeeping: what is held, what it cost, who calls whom.

use std::{cell::Cell, collections::HashMap, fmt, rc::Rc, sync::Arc};

use super::{
    Function, Loader, Native, Options, Origin, Str, Table, Unknown, Value,
    error::{Limit, Stop},
    library,
    meta::Events,
    table::{Contents, Place, Tables},
};
use crate::{
    collected::Collected,
    source::{FileId, Source, Span},
    strings::Strings,
    syntax::Chunk,
};

/// Values on the stack of all running functions together.
pub(super) const MAX_STACK: usize = 1_000_000;

/// About what a file of a cockpit makes. For that much there is room at once, as what grows
/// is copied time and again.
const USUAL_TABLES: usize = 1_000;
const USUAL_ENTRIES: usize = 2_500;
const USUAL_STRINGS: usize = 1_000;

/// About what a table, an entry, a string or a closure takes besides its contents, with the
/// room that its buffer has to grow.
const TABLE_BYTES: usize = 96;
const ENTRY_BYTES: usize = 48;
const STRING_BYTES: usize = 16;
const CLOSURE_BYTES: usize = 64;

/// A Lua 5.1 state. A clone goes its own way; what the host gave it, both call.
#[derive(Clone)]
pub struct Machine {
    pub(super) options: Options,
    pub(super) loader: Option<Rc<dyn Loader>>,
    pub(super) strings: Strings,
    pub(super) tables: Tables,
    pub(super) functions: Vec<FunctionData>,
    pub(super) unknowns: Vec<Origin>,
    /// Locals that closures share.
    pub(super) cells: Vec<Value>,
    pub(super) stack: Vec<Slot>,
    pub(super) frames: Vec<Frame>,
    pub(super) chunks: Vec<Rc<LoadedChunk>>,
    pub(super) globals: Table,
    /// The metatable of every string.
    pub(super) string_metatable: Option<Table>,
    pub(super) events: Events,
    /// `next`, which loops know.
    pub(super) next: Option<Function>,
    /// The iterator of `ipairs`.
    pub(super) ipairs_step: Option<Function>,
    /// What `require` has run, with its result.
    pub(super) required: HashMap<FileId, Value>,
    pub(super) diagnostics: Collected,
    pub(super) cost: Cost,
}

/// What was used up so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Cost {
    pub(super) steps: u64,
    pub(super) memory: usize,
    /// Nesting of all running functions.
    pub(super) depth: u32,
    pub(super) includes: u32,
}

/// A value on the stack, or a local that closures share.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot {
    Value(Value),
    Cell(u32),
}

/// A chunk and its strings in this machine.
#[derive(Debug)]
pub(super) struct LoadedChunk {
    pub(super) chunk: Arc<Chunk>,
    pub(super) strings: Vec<Str>,
    /// Where globals of these names were found the last time.
    pub(super) known: Vec<Cell<u32>>,
    /// Its index in [`Machine::chunks`].
    pub(super) index: u32,
}

/// A running function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) caller: Caller,
    /// Its arguments on the stack.
    pub(super) base: u32,
    pub(super) args: u32,
    pub(super) depth: u32,
}

/// What called a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Native code.
    Native,
    /// A call in the code: the chunk, and the index of the call site.
    Site(u32, u32),
    /// A generic `for`.
    Loop(Place),
    /// An operator, or indexing, through a metatable.
    Operator(Place),
}

/// What a function is.
#[derive(Clone)]
pub(super) enum FunctionData {
    Lua(Rc<Closure>),
    Builtin(&'static library::Builtin),
    Host { name: Rc<str>, code: Rc<Native> },
}

/// A function of a chunk with what it shares with others.
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
            .field("tables", &self.tables.count())
            .field("functions", &self.functions.len())
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

impl Machine {
    /// A machine with Lua's libraries in its globals.
    pub fn new(options: Options) -> Self {
        let diagnostics = Collected::new(options.limits.diagnostics);
        let mut strings = Strings::default();
        let events = Events::new(&mut strings);
        let mut tables = Tables::default();
        let globals = tables.make(Place::NONE, 0, 0);
        let mut machine = Self {
            options,
            loader: None,
            strings,
            tables,
            functions: Vec::new(),
            unknowns: Vec::new(),
            cells: Vec::new(),
            stack: Vec::new(),
            frames: Vec::new(),
            chunks: Vec::new(),
            globals,
            string_metatable: None,
            events,
            next: None,
            ipairs_step: None,
            required: HashMap::new(),
            diagnostics,
            cost: Cost::default(),
        };
        machine.reserve();
        library::install(&mut machine);
        machine
    }

    /// Makes room for what a file of a cockpit usually makes.
    pub(crate) fn reserve(&mut self) {
        self.tables.reserve(USUAL_TABLES, USUAL_ENTRIES);
        self.strings.reserve(USUAL_STRINGS);
    }

    /// Counts work done, and looks whether what was made meanwhile is too much.
    pub(super) fn charge(&mut self, steps: u64) -> Result<(), Stop> {
        self.cost.steps += steps;
        if self.cost.steps > self.options.limits.steps {
            return Err(self.limit(Limit::Steps));
        }
        self.charge_memory(0)
    }

    /// Counts work done on so many bytes at once.
    pub(super) fn charge_bytes(&mut self, bytes: usize) -> Result<(), Stop> {
        self.charge(bytes as u64 / 32)
    }

    fn charge_memory(&mut self, bytes: usize) -> Result<(), Stop> {
        self.cost.memory += bytes;
        if self.cost.memory > self.options.limits.memory_bytes {
            return Err(self.limit(Limit::Memory));
        }
        Ok(())
    }

    /// A string made by the code.
    pub(super) fn new_string(&mut self, bytes: &[u8]) -> Result<Value, Stop> {
        self.check_string(bytes.len())?;
        self.charge_bytes(bytes.len())?;
        let (string, new) = self.strings.add(bytes);
        if new {
            self.charge_memory(bytes.len() + STRING_BYTES)?;
        }
        Ok(Value::Str(string))
    }

    /// Whether a string may have that many bytes.
    pub(super) fn check_string(&self, bytes: usize) -> Result<(), Stop> {
        match bytes > self.options.limits.string_bytes {
            true => Err(self.limit(Limit::StringBytes)),
            false => Ok(()),
        }
    }

    /// A table made by the code, with room for so many list items and other entries, which
    /// are counted with it.
    pub(super) fn new_table(
        &mut self,
        place: Place,
        items: usize,
        entries: usize,
    ) -> Result<Table, Stop> {
        let table = self.tables.make(place, items, entries);
        self.charge_memory(TABLE_BYTES + ENTRY_BYTES * (items + entries))?;
        Ok(table)
    }

    pub(super) fn new_closure(&mut self, closure: Closure) -> Result<Value, Stop> {
        let shared = closure.cells.len() * size_of::<u32>();
        let function = self.add_function(FunctionData::Lua(Rc::new(closure)));
        self.charge_memory(CLOSURE_BYTES + shared)?;
        Ok(function)
    }

    pub(super) fn add_function(&mut self, data: FunctionData) -> Value {
        self.functions.push(data);
        Value::Function(Function(self.functions.len() as u32 - 1))
    }

    pub(super) fn new_cell(&mut self, value: Value) -> u32 {
        self.cost.memory += size_of::<Value>();
        self.cells.push(value);
        self.cells.len() as u32 - 1
    }

    pub(super) fn new_unknown(&mut self, reason: String, span: Option<Span>) -> Value {
        self.cost.memory += size_of::<Origin>() + reason.len();
        self.unknowns.push(Origin { reason, span });
        Value::Unknown(Unknown(self.unknowns.len() as u32 - 1))
    }

    /// Sets an entry of a table; the key is neither nil nor NaN.
    pub(super) fn set_entry(
        &mut self,
        table: Table,
        key: Value,
        value: Value,
        place: Place,
    ) -> Result<(), Stop> {
        let before = self.data(table).len();
        self.tables.set(table, key, value, place);
        match self.data(table).len() > before {
            true => self.charge_entries(table, 1),
            false => Ok(()),
        }
    }

    /// Counts entries that were added to a table besides those it was made for.
    pub(super) fn charge_entries(&mut self, table: Table, count: usize) -> Result<(), Stop> {
        if self.data(table).len() > self.options.limits.table_entries {
            return Err(self.limit(Limit::TableEntries));
        }
        self.charge_memory(ENTRY_BYTES * count)
    }

    pub(super) fn data(&self, table: Table) -> Contents<'_> {
        self.tables.contents(table)
    }

    /// The chunk with its strings made known to this machine; the same one for the same chunk.
    pub(super) fn load(&mut self, chunk: &Arc<Chunk>) -> Rc<LoadedChunk> {
        if let Some(loaded) = self
            .chunks
            .iter()
            .find(|loaded| Arc::ptr_eq(&loaded.chunk, chunk))
        {
            return loaded.clone();
        }
        let strings = self.strings.add_all(&chunk.tree.strings);
        let index = self.chunks.len() as u32;
        let loaded = Rc::new(LoadedChunk {
            chunk: chunk.clone(),
            known: vec![Cell::new(0); strings.len()],
            strings,
            index,
        });
        self.chunks.push(loaded.clone());
        loaded
    }

    /// Where the native function that is running was called.
    pub(super) fn calling_place(&self) -> Place {
        let (chunk, site) = match self.frames.last().map(|frame| frame.caller) {
            Some(Caller::Site(chunk, site)) => (chunk, site),
            Some(Caller::Loop(place) | Caller::Operator(place)) => return place,
            Some(Caller::Native) | None => return Place::NONE,
        };
        let sites = self
            .chunks
            .get(chunk as usize)
            .map(|loaded| &loaded.chunk.tree.sites);
        match sites.and_then(|sites| sites.get(site as usize)) {
            Some(site) => Place {
                chunk,
                at: site.start,
            },
            None => Place::NONE,
        }
    }

    pub(super) fn source(&self, file: FileId) -> Option<&Arc<Source>> {
        let mut sources = self.chunks.iter().map(|loaded| loaded.chunk.source());
        sources.find(|source| source.id() == file)
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

    /// Notes that a function begins to run.
    pub(super) fn enter(&mut self, frame: Frame) -> Result<(), Stop> {
        let limits = &self.options.limits;
        let limit = if self.frames.len() as u32 >= limits.call_depth {
            Limit::CallDepth
        } else if self.cost.depth + frame.depth > limits.eval_depth {
            Limit::EvalDepth
        } else if self.stack.len() > MAX_STACK {
            Limit::Stack
        } else {
            self.cost.depth += frame.depth;
            self.frames.push(frame);
            return self.charge(1);
        };
        Err(self.limit(limit))
    }

    /// Notes that the last function that began has ended, and drops its values.
    pub(super) fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.cost.depth -= frame.depth;
            self.stack.truncate(frame.base as usize);
        }
    }

    /// Runs something after whose failure evaluation may go on: what it left half done is
    /// undone.
    pub(super) fn protect<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let (stack, frames) = (self.stack.len(), self.frames.len());
        let (depth, includes) = (self.cost.depth, self.cost.includes);
        let result = work(self);
        if result.is_err() {
            self.stack.truncate(stack);
            self.frames.truncate(frames);
            (self.cost.depth, self.cost.includes) = (depth, includes);
        }
        result
    }
}
