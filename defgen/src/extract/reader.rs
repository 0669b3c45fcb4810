//! Reads Lua values as data, and notes what is not what it should be.

use std::borrow::Cow;
use std::cell::Cell;

use crate::collected::Collected;
use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::{Machine, Table, Value};
use crate::source::Span;

/// How deep tables within tables are followed; deeper ones are left out.
pub(super) const MAX_DEPTH: usize = 16;

/// What an entry takes besides its text, about.
const ENTRY_BYTES: usize = 64;

/// What a value as JSON takes, or a key beside its text, about.
const VALUE_BYTES: usize = 24;

/// What looking at a value counts for, so that very many looks come to an end.
const LOOK_BYTES: usize = 8;

/// The largest double below which every whole number is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A machine that is read, and what was found wrong on the way.
pub struct Reader<'a> {
    /// The state with the values.
    pub machine: &'a Machine,
    diagnostics: Collected,
    /// Bytes that may still be read out.
    left: Cell<usize>,
}

impl<'a> Reader<'a> {
    /// Reads from `machine`.
    pub fn new(machine: &'a Machine) -> Self {
        let limits = &machine.options().limits;
        Self {
            machine,
            diagnostics: Collected::new(limits.diagnostics),
            left: Cell::new(limits.table_bytes),
        }
    }

    /// What was found wrong.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Notes something wrong at a place.
    pub fn warn(&mut self, code: &'static str, span: Option<Span>, message: String) {
        self.push(Diagnostic::warning(code, message), span);
    }

    /// Notes a value that is not what is wanted, which becomes an unknown's reason if it is one.
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
        let message = format!("{what} cannot be known, since {}", origin.reason);
        let mut diagnostic = Diagnostic::warning("unknown", message);
        if let Some(span) = span {
            diagnostic = diagnostic.at(span);
        }
        if let Some(origin) = origin.span.filter(|origin| Some(*origin) != span) {
            diagnostic = diagnostic.label(origin, "it comes from here");
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

    /// The global table `name`.
    pub fn global_table(&self, name: &str) -> Option<Table> {
        self.machine.field(self.machine.globals(), name).as_table()
    }

    /// Where the value at a key was assigned, else where its table was made.
    pub fn place(&self, table: Table, key: Value) -> Option<Span> {
        let field = self.machine.field_span(table, key);
        field.or_else(|| self.machine.table_span(table))
    }

    /// A table's key as text; none for one that is neither a string nor a number.
    pub fn key_text(&self, key: Value) -> Option<Cow<'a, str>> {
        match key {
            Value::Number(number) => Some(number_text(number).into()),
            key => self.machine.text(key),
        }
    }

    /// The values 1, 2, 3 … of a list.
    pub fn items(&self, list: Table) -> impl ExactSizeIterator<Item = Value> {
        let indexes = 0..self.machine.length(list);
        indexes.map(move |index| self.machine.nth(list, index + 1))
    }

    /// Counts an entry with so many bytes of text; false when that is too much for a table.
    /// There will be none then, so reading may stop.
    pub fn take(&self, text: usize) -> bool {
        self.spend(text.saturating_add(ENTRY_BYTES))
    }

    /// Counts values that are kept as JSON; false as above.
    pub fn take_values(&self, values: usize) -> bool {
        self.spend(values.saturating_mul(VALUE_BYTES))
    }

    /// Counts values that are looked at and may be left out; false as above.
    pub fn look(&self, values: usize) -> bool {
        self.spend(values.saturating_mul(LOOK_BYTES))
    }

    fn spend(&self, bytes: usize) -> bool {
        let left = self.left.get().saturating_sub(bytes);
        self.left.set(left);
        left > 0
    }

    /// How many bytes were counted.
    ///
    /// # Errors
    /// When that is more than a table may have.
    pub fn counted(&self) -> Result<usize, Diagnostic> {
        let most = self.machine.options().limits.table_bytes;
        if self.left.get() > 0 {
            return Ok(most - self.left.get());
        }
        let message = format!(
            "the table made of this would have more than {} MiB",
            most >> 20
        );
        Err(Diagnostic::error("limit-table-bytes", message)
            .with_note("is something very large used in very many places?"))
    }
}

/// A number as Lua prints whole ones.
fn number_text(number: f64) -> String {
    whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string())
}

/// The number as a whole one, if it is one and exact.
pub(crate) fn whole(number: f64) -> Option<i64> {
    let whole = number as i64;
    (whole as f64 == number && number.abs() < EXACT).then_some(whole)
}
