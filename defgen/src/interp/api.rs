//! The public methods of a machine: running chunks, making and reading values.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use super::{
    Args, CallArg, CallSite, Loader, Machine, Options, Origin, Returns, Str, Table, Unknown, Value,
    error::{EvalError, Limit},
    machine::{Caller, Closure, FunctionData},
    number::write_number,
    table::Location,
};
use crate::{diagnostics::excerpt, lex::is_word, source::Span, syntax::Chunk};

/// The most bytes of a string that are read for a message.
const MAX_READ: usize = 1000;

/// The longest dotted path in a call site, in bytes.
const MAX_PATH: usize = 1000;

impl Machine {
    /// Returns the options of the machine.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Sets the loader of included files. Without one, every include is an error.
    pub fn set_loader(&mut self, loader: Rc<dyn Loader>) {
        self.loader = Some(loader);
    }

    // --- running

    /// Runs a chunk as a function without arguments. Must be called
    /// [on a big stack](crate::stack::on_big_stack).
    ///
    /// # Errors
    /// A Lua error that the code has not caught, or a limit.
    pub fn run(&mut self, chunk: &Arc<Chunk>) -> Result<Returns, EvalError> {
        let function = self.function(chunk);
        self.call(function, &[])
    }

    /// Calls a function, or a value with a `__call` metamethod.
    ///
    /// # Errors
    /// A Lua error that the code has not caught, or a limit.
    pub fn call(&mut self, function: Value, args: &[Value]) -> Result<Returns, EvalError> {
        self.protect(|machine| machine.call_values(function, args, Caller::Native))
    }

    /// Returns a chunk as a function.
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

    /// Returns a call on the stack: level 0 is the call of the running native function, level 1 the
    /// call of its caller, and so on. Returns none beyond the outermost call, and for a function
    /// that was called from native code (by `pcall`, `table.sort`, a metamethod, …).
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

    /// Returns the number of calls on the stack, including those without a [`CallSite`].
    pub fn call_levels(&self) -> usize {
        self.frames.len()
    }

    // --- values

    /// Makes a string.
    pub fn string(&mut self, bytes: impl AsRef<[u8]>) -> Value {
        Value::Str(self.add_string(bytes.as_ref()))
    }

    /// Returns the bytes of a string.
    pub fn bytes(&self, string: Str) -> &[u8] {
        self.strings.get(string)
    }

    /// Returns a string as text, with replacement characters for invalid UTF-8; none if `value` is
    /// not a string.
    pub fn text(&self, value: Value) -> Option<Cow<'_, str>> {
        let bytes = self.strings.get(value.as_str()?);
        Some(match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(bytes),
        })
    }

    /// Returns the name of a value's type: `nil`, `number`, …, or `unknown`.
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

    /// Returns a value as text for messages: `nil`, `12`, `"text"`, `table`, `unknown`. A long
    /// string is cut short.
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
                format!("\"{}\"", excerpt(&String::from_utf8_lossy(beginning)))
            }
            Value::Function(function) => match &self.functions[function.0 as usize] {
                FunctionData::Native { name, .. } => format!("function {name}"),
                _ => "function".to_owned(),
            },
            other => self.type_name(other).to_owned(),
        }
    }

    /// Makes a native function. `name` is its name in messages.
    pub fn native(
        &mut self,
        name: &str,
        function: impl Fn(&mut Machine, Args) -> Result<Returns, EvalError> + 'static,
    ) -> Value {
        self.meter.hold(name.len() + size_of_val(&function));
        self.add_function(FunctionData::Native {
            name: name.into(),
            code: Rc::new(function),
        })
    }

    /// Makes an unknown value, whose origin is the call of the running native function if there is
    /// one.
    pub fn unknown(&mut self, reason: impl Into<String>) -> Value {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        self.new_unknown(reason.into(), span)
    }

    /// Returns the origin of an unknown.
    pub fn origin(&self, unknown: Unknown) -> &Origin {
        &self.unknowns[unknown.0 as usize]
    }

    // --- tables: raw access, without metamethods

    /// Returns the table of globals.
    pub fn globals(&self) -> Table {
        self.globals
    }

    /// Makes an empty table.
    pub fn table(&mut self) -> Table {
        self.new_table(Location::NONE)
    }

    /// Returns the value at a key, or nil if there is none.
    pub fn get(&self, table: Table, key: Value) -> Value {
        self.data(table).get(key)
    }

    /// Returns the value at a list index, counted from 1, or nil if there is none.
    pub fn nth(&self, list: Table, index: usize) -> Value {
        self.get(list, Value::Number(index as f64))
    }

    /// Returns a string as a key for look-ups, or nil if the machine has no such string.
    pub fn key(&self, name: &str) -> Value {
        let known = self.strings.find(name.as_bytes());
        known.map_or(Value::Nil, Value::Str)
    }

    /// Returns the value at a string key, or nil if there is none.
    pub fn field(&self, table: Table, name: &str) -> Value {
        self.get(table, self.key(name))
    }

    /// Returns the values at string keys, with nil for those without a value.
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

    /// Returns the length of a table, as `#` does.
    pub fn length(&self, table: Table) -> usize {
        self.data(table).length()
    }

    /// Returns the number of entries of a table, including those whose value is nil again.
    pub fn size(&self, table: Table) -> usize {
        self.data(table).len()
    }

    /// Counts memory that native code holds for a script. The script ends if that is over its
    /// limit.
    pub fn hold(&mut self, bytes: usize) {
        self.meter.hold(bytes);
    }

    /// Counts work that native code does for a script. The script ends if that is over its limit.
    pub fn count(&mut self, steps: usize) {
        self.meter.count(steps);
    }

    /// Checks the number of aircraft that a module makes flyable.
    ///
    /// # Errors
    /// When `count` is over the limit.
    pub fn check_flyables(&self, count: usize) -> Result<(), EvalError> {
        match count > self.options.limits.flyables {
            true => Err(self.limit(Limit::Flyables)),
            false => Ok(()),
        }
    }

    /// Returns the steps counted so far.
    pub fn steps(&self) -> u64 {
        self.meter.steps()
    }

    /// Returns the bytes that are held now.
    pub fn memory(&self) -> usize {
        self.meter.memory()
    }

    /// Returns the entries of a table, in the order of `pairs`: the keys 1, 2, 3 … first, then the
    /// others in the order in which they were first set.
    pub fn entries(&self, table: Table) -> impl Iterator<Item = (Value, Value)> + '_ {
        self.data(table).entries()
    }

    /// Returns the metatable of a table.
    pub fn metatable(&self, table: Table) -> Option<Table> {
        self.data(table).metatable
    }

    /// Sets or removes the metatable.
    pub fn set_metatable(&mut self, table: Table, metatable: Option<Table>) {
        self.tables[table.0 as usize].metatable = metatable;
    }

    /// Returns the place where the value at a key was assigned last. For list items this is the
    /// place of the table; for values that native code has set there is none.
    pub fn field_span(&self, table: Table, key: Value) -> Option<Span> {
        self.span_of(self.data(table).location_of(key))
    }

    /// Returns the place where a table was made; none if native code made it.
    pub fn table_span(&self, table: Table) -> Option<Span> {
        self.span_of(self.data(table).location)
    }
}

/// Returns a range without the blanks around it.
fn trim(bytes: &[u8], start: u32, end: u32) -> (u32, u32) {
    let text = &bytes[start as usize..end as usize];
    let front = text.len() - text.trim_ascii_start().len();
    (
        start + front as u32,
        start + front as u32 + text.trim_ascii().len() as u32,
    )
}

/// Returns true for a name or a dotted path, but not for `nil`, `true` and `false`.
fn is_path(text: &[u8]) -> bool {
    let is_name = |name: &[u8]| {
        let begins = name.first().is_some_and(|first| !first.is_ascii_digit());
        begins && name.iter().all(|&byte| is_word(byte))
    };
    let is_short = text.len() <= MAX_PATH;
    let is_constant = matches!(text, b"nil" | b"true" | b"false");
    is_short && !is_constant && text.split(|&byte| byte == b'.').all(is_name)
}
