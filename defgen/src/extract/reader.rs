//! Reads values out of the interpreter, within a limit, and collects diagnostics about them.

use std::borrow::Cow;
use std::cell::Cell;

use crate::diagnostics::DiagnosticSink;
use crate::diagnostics::{Diagnostic, Severity};
use crate::interp::{Machine, Table, Value};
use crate::source::Span;

/// The deepest level of nested tables that is read.
pub(super) const MAX_DEPTH: usize = 16;

/// The approximate bytes of an entry besides its text.
const ENTRY_BYTES: usize = 64;

/// The most bytes of JSON for one byte of text, as for the control character `\u0001`.
pub(super) const JSON_BYTES_PER_BYTE: usize = 6;

/// The approximate bytes of a JSON value, or of a key besides its text.
const VALUE_BYTES: usize = 24;

/// The bytes that are counted for a value that is read and may be left out.
const LOOK_BYTES: usize = 8;

/// A reader of the values of a machine.
pub struct Reader<'a> {
    /// The machine with the values.
    pub machine: &'a Machine,
    diagnostics: DiagnosticSink,
    /// The bytes that may still be read.
    left: Cell<usize>,
}

impl<'a> Reader<'a> {
    /// Returns a reader of `machine`.
    pub fn new(machine: &'a Machine) -> Self {
        let limits = &machine.options().limits;
        Self {
            machine,
            diagnostics: DiagnosticSink::new(limits.diagnostics),
            left: Cell::new(limits.table_bytes),
        }
    }

    /// Returns the diagnostics.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Adds a warning about a place.
    pub fn warn(&mut self, code: &'static str, span: Option<Span>, message: String) {
        self.push(Diagnostic::warning(code, message), span);
    }

    /// Adds a warning that a value has the wrong type. If the value is unknown, the warning gives
    /// the reason.
    pub fn warn_value(&mut self, span: Option<Span>, what: &str, value: Value, wanted: &str) {
        let Value::Unknown(unknown) = value else {
            let found = match value {
                Value::Table(_) => "a table".to_owned(),
                Value::Function(_) => "a function".to_owned(),
                value => self.machine.describe(value),
            };
            let message = format!("{what} should be {wanted}, not {found}");
            return self.warn("value", span, message);
        };
        let origin = self.machine.origin(unknown);
        let message = format!("{what} is unknown, since {}", origin.reason);
        let mut diagnostic = Diagnostic::warning("unknown", message);
        if let Some(span) = span {
            diagnostic = diagnostic.at(span);
        }
        if let Some(origin) = origin.span.filter(|origin| Some(*origin) != span) {
            diagnostic = diagnostic.label(origin, "the unknown value comes from here");
        }
        self.diagnostics.add(diagnostic);
    }

    fn push(&mut self, diagnostic: Diagnostic, span: Option<Span>) {
        debug_assert!(diagnostic.severity < Severity::Error);
        self.diagnostics.add(match span {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        });
    }

    /// Returns the global table `name`.
    pub fn global_table(&self, name: &str) -> Option<Table> {
        self.machine.field(self.machine.globals(), name).as_table()
    }

    /// Returns the place where the value at a key was assigned, else where its table was made.
    pub fn place(&self, table: Table, key: Value) -> Option<Span> {
        let field = self.machine.field_span(table, key);
        field.or_else(|| self.machine.table_span(table))
    }

    /// Returns a table's key as text, if it is a string or a number.
    pub fn key_text(&self, key: Value) -> Option<Cow<'a, str>> {
        match key {
            Value::Number(number) => Some(number_text(number).into()),
            key => self.machine.text(key),
        }
    }

    /// Returns the values 1, 2, 3 and so on of a list.
    pub fn items(&self, list: Table) -> impl ExactSizeIterator<Item = Value> {
        let indexes = 0..self.machine.length(list);
        indexes.map(move |index| self.machine.nth(list, index + 1))
    }

    /// Counts an entry with this many bytes of text. Returns false if the table is over its limit;
    /// it will not be made, so the caller may stop.
    pub fn charge_text(&self, text: usize) -> bool {
        let json = text.saturating_mul(JSON_BYTES_PER_BYTE);
        self.charge_bytes(json.saturating_add(ENTRY_BYTES))
    }

    /// Counts an entry with this many bytes of JSON; returns false like [`Self::charge_text`].
    pub fn charge_bytes(&self, bytes: usize) -> bool {
        let left = self.left.get().saturating_sub(bytes);
        self.left.set(left);
        left > 0
    }

    /// Counts values that are kept as JSON; returns false like [`Self::charge_text`].
    pub fn charge_values(&self, values: usize) -> bool {
        self.charge_bytes(values.saturating_mul(VALUE_BYTES))
    }

    /// Counts values that are read and may be left out; returns false like [`Self::charge_text`].
    pub fn charge_optional_values(&self, values: usize) -> bool {
        self.charge_bytes(values.saturating_mul(LOOK_BYTES))
    }

    /// Returns the number of bytes counted.
    ///
    /// # Errors
    /// When the table is over its limit.
    pub fn counted(&self) -> Result<usize, Diagnostic> {
        let most = self.machine.options().limits.table_bytes;
        if self.left.get() > 0 {
            return Ok(most - self.left.get());
        }
        let message = format!("the table would be larger than {} MiB", most >> 20);
        Err(Diagnostic::error("limit-table-bytes", message)
            .with_note("is something very large used in very many places?"))
    }
}

/// Returns a number as text, a whole one without a fraction.
fn number_text(number: f64) -> String {
    aircraft_defs::whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string())
}
