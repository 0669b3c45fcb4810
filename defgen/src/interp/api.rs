//! The interface of a machine for the code around it: running chunks, making and reading values.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use super::{
    Args, CallArg, CallSite, Loader, Machine, Options, Origin, Returns, Str, Table, Unknown, Value,
    error::{Limit, Stop},
    machine::{Caller, Closure, FunctionData},
    number::write_number,
    table::Location,
};
use crate::{diagnostic::shown, source::Span, syntax::Chunk};

/// Bytes of a string that are read for a message.
const MAX_READ: usize = 1000;

/// Bytes of the longest path that a call site has.
const MAX_PATH: usize = 1000;

impl Machine {
    /// The options it was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Who finds included files; without a loader they are errors.
    pub fn set_loader(&mut self, loader: Rc<dyn Loader>) {
        self.loader = Some(loader);
    }

    // --- running

    /// Runs a chunk as a function without arguments. To be called
    /// [on a big stack](crate::stack::on_big_stack).
    ///
    /// # Errors
    /// A Lua error nothing caught, or a limit.
    pub fn run(&mut self, chunk: &Arc<Chunk>) -> Result<Returns, Stop> {
        let function = self.function(chunk);
        self.call(function, &[])
    }

    /// Calls a value (a function, or what has `__call`).
    ///
    /// # Errors
    /// A Lua error nothing caught, or a limit.
    pub fn call(&mut self, function: Value, args: &[Value]) -> Result<Returns, Stop> {
        self.protect(|machine| machine.call_values(function, args, Caller::Native))
    }

    /// A chunk as a function.
    pub(super) fn function(&mut self, chunk: &Arc<Chunk>) -> Value {
        let chunk = self.load(chunk);
        let proto = chunk.chunk.tree.protos.len() as u32 - 1;
        let closure = Closure {
            chunk,
            proto,
            cells: Box::from([]),
        };
        self.new_closure(closure)
    }

    /// Calls on the stack: 0 is the call of the native function that is running, 1 the call of
    /// the function that made it, and so on. None past the outermost, and for functions that
    /// were called from native code (by `pcall`, `table.sort`, a metamethod, …).
    pub fn call_site(&mut self, level: usize) -> Option<CallSite> {
        let frame = self.frames.iter().rev().nth(level)?;
        let Caller::Site(chunk, index) = frame.caller else {
            return None;
        };
        let chunk = self.chunks.get(chunk as usize)?.chunk.clone();
        let site = chunk.tree.sites.get(index as usize)?;
        let text = (site.end - site.start) as usize;
        self.meter.count(site.args as usize);
        self.meter.count_bytes(text);
        let source = chunk.source();
        let path = |start: u32, end: u32| {
            let text = source.bytes().get(start as usize..end as usize)?;
            is_path(text).then(|| String::from_utf8_lossy(text).into_owned())
        };
        let first = site.first_arg as usize;
        let ranges = &chunk.tree.arg_ranges[first..first + site.args as usize];
        let args = ranges.iter().enumerate().map(|(index, &(start, end))| {
            let (start, end) = trim(source.bytes(), start, end);
            let index = index + usize::from(site.method);
            let given = index < frame.args as usize;
            CallArg {
                span: source.span(start, end),
                path: path(start, end),
                value: given.then(|| self.slot(frame.base as usize + index)),
            }
        });
        Some(CallSite {
            span: source.span(site.start, site.end),
            callee: path(site.start, site.callee_end),
            args: args.collect(),
        })
    }

    /// The calls on the stack, those [`Machine::call_site`] knows nothing of included.
    pub fn call_levels(&self) -> usize {
        self.frames.len()
    }

    // --- values

    /// A string.
    pub fn string(&mut self, bytes: impl AsRef<[u8]>) -> Value {
        Value::Str(self.add_string(bytes.as_ref()))
    }

    /// The bytes of a string.
    pub fn bytes(&self, string: Str) -> &[u8] {
        self.strings.get(string)
    }

    /// A string as text, with replacement characters for what is not UTF-8; none if `value` is
    /// no string.
    pub fn text(&self, value: Value) -> Option<Cow<'_, str>> {
        let bytes = self.strings.get(value.as_str()?);
        Some(match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(bytes),
        })
    }

    /// The name of a value's type: `nil`, `number`, …, or `unknown`.
    pub fn type_name(&self, value: Value) -> &'static str {
        match value {
            Value::Nil => "nil",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Str(_) => "string",
            Value::Table(_) => "table",
            Value::Function(_) => "function",
            Value::Unknown(_) => "unknown",
        }
    }

    /// A value for messages: `nil`, `12`, `"text"`, `table`, `unknown`. Of a long text the
    /// beginning.
    pub fn describe(&self, value: Value) -> String {
        match value {
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => {
                let mut text = Vec::new();
                write_number(number, &mut text);
                String::from_utf8_lossy(&text).into_owned()
            }
            Value::Str(string) => {
                let bytes = self.strings.get(string);
                let beginning = &bytes[..bytes.len().min(MAX_READ)];
                format!("\"{}\"", shown(&String::from_utf8_lossy(beginning)))
            }
            Value::Function(function) => match &self.functions[function.0 as usize] {
                FunctionData::Native { name, .. } => format!("function {name}"),
                _ => "function".to_owned(),
            },
            other => self.type_name(other).to_owned(),
        }
    }

    /// Makes a native function. `name` is for messages.
    pub fn native(
        &mut self,
        name: &str,
        function: impl Fn(&mut Machine, Args) -> Result<Returns, Stop> + 'static,
    ) -> Value {
        self.meter.hold(name.len() + size_of_val(&function));
        self.add_function(FunctionData::Native {
            name: name.into(),
            code: Rc::new(function),
        })
    }

    /// An unknown value that came in at the call of the native function that is running, or
    /// nowhere.
    pub fn unknown(&mut self, reason: impl Into<String>) -> Value {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        self.new_unknown(reason.into(), span)
    }

    /// Why it is unknown.
    pub fn origin(&self, unknown: Unknown) -> &Origin {
        &self.unknowns[unknown.0 as usize]
    }

    // --- tables; all of it raw, without metamethods

    /// The table of globals.
    pub fn globals(&self) -> Table {
        self.globals
    }

    /// A new empty table.
    pub fn table(&mut self) -> Table {
        self.new_table(Location::NONE)
    }

    /// The value at a key; nil if there is none.
    pub fn get(&self, table: Table, key: Value) -> Value {
        self.data(table).get(key)
    }

    /// The value at a list index counted from 1; nil if there is none.
    pub fn nth(&self, list: Table, index: usize) -> Value {
        self.get(list, Value::Number(index as f64))
    }

    /// A string as a key to look up; nil if no table has it.
    pub fn key(&self, name: &str) -> Value {
        let known = self.strings.find(name.as_bytes());
        known.map_or(Value::Nil, Value::Str)
    }

    /// The value at a string key; nil if there is none.
    pub fn field(&self, table: Table, name: &str) -> Value {
        self.get(table, self.key(name))
    }

    /// The values at string keys; nil for those that are no keys.
    pub fn fields<const N: usize>(&self, table: Table, keys: &[Option<Str>; N]) -> [Value; N] {
        keys.map(|key| key.map_or(Value::Nil, |key| self.data(table).get_str(key)))
    }

    /// Sets the value at a key. A nil, NaN or unknown key is ignored.
    pub fn set(&mut self, table: Table, key: Value, value: impl Into<Value>) {
        let fits = match key {
            Value::Nil | Value::Unknown(_) => false,
            Value::Number(number) => !number.is_nan(),
            _ => true,
        };
        if fits {
            let value = value.into();
            self.change(table, |data| data.set(key, value, Location::NONE));
        }
    }

    /// Sets the value at a string key.
    pub fn set_field(&mut self, table: Table, name: &str, value: impl Into<Value>) {
        let key = self.string(name);
        self.set(table, key, value);
    }

    /// The border, as `#` gives it.
    pub fn length(&self, table: Table) -> usize {
        self.data(table).length()
    }

    /// The number of entries of a table, with those whose value became nil.
    pub fn size(&self, table: Table) -> usize {
        self.data(table).len()
    }

    /// Counts memory that native code keeps for a script, which is stopped when that is too
    /// much.
    pub fn hold(&mut self, bytes: usize) {
        self.meter.hold(bytes);
    }

    /// Counts work that native code does for a script, which is stopped when that is too much.
    pub fn count(&mut self, steps: usize) {
        self.meter.count(steps);
    }

    /// Checks that a module makes no more aircraft flyable than it may.
    ///
    /// # Errors
    /// The limit, if `count` is above it.
    pub fn check_flyables(&self, count: usize) -> Result<(), Stop> {
        match count > self.options.limits.flyables {
            true => Err(self.limit(Limit::Flyables)),
            false => Ok(()),
        }
    }

    /// Steps counted so far.
    pub fn steps(&self) -> u64 {
        self.meter.steps()
    }

    /// Bytes counted that are held now.
    pub fn memory(&self) -> usize {
        self.meter.memory()
    }

    /// Keys and values that are not nil, in the order of `pairs`: 1, 2, 3 … first, then the
    /// other keys in the order in which they were first set.
    pub fn entries(&self, table: Table) -> impl Iterator<Item = (Value, Value)> + '_ {
        self.data(table).entries()
    }

    /// The metatable.
    pub fn metatable(&self, table: Table) -> Option<Table> {
        self.data(table).metatable
    }

    /// Sets or removes the metatable.
    pub fn set_metatable(&mut self, table: Table, metatable: Option<Table>) {
        self.tables[table.0 as usize].metatable = metatable;
    }

    /// Where the value at a key was last assigned; the table's own place for list items, none
    /// for what native code set.
    pub fn field_span(&self, table: Table, key: Value) -> Option<Span> {
        self.span_of(self.data(table).location_of(key))
    }

    /// Where the table was made; none for one that native code made.
    pub fn table_span(&self, table: Table) -> Option<Span> {
        self.span_of(self.data(table).location)
    }
}

/// A range without the blanks around it.
fn trim(bytes: &[u8], start: u32, end: u32) -> (u32, u32) {
    let text = &bytes[start as usize..end as usize];
    let front = text.len() - text.trim_ascii_start().len();
    (
        start + front as u32,
        start + front as u32 + text.trim_ascii().len() as u32,
    )
}

/// `name` or `table.name.name`, and no constant.
fn is_path(text: &[u8]) -> bool {
    let is_name = |name: &[u8]| {
        name.first()
            .is_some_and(|&first| first.is_ascii_alphabetic() || first == b'_')
            && name
                .iter()
                .all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let is_usual = text.len() <= MAX_PATH && !matches!(text, b"nil" | b"true" | b"false");
    is_usual && text.split(|&byte| byte == b'.').all(is_name)
}
