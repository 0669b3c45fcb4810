//! Reads Lua values as data, and notes what is not what it should be.

use std::borrow::Cow;

use serde_json::{Map, Number, Value as Json};

use crate::collected::Collected;
use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::{Machine, Table, Value};
use crate::source::Span;

/// How deep tables within tables are followed; deeper ones (and those that contain
/// themselves) are left out.
pub(super) const MAX_DEPTH: usize = 16;

/// The largest double below which every whole number is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A machine that is read, and what was found wrong on the way.
pub struct Reader<'a> {
    /// The state with the values.
    pub machine: &'a Machine,
    diagnostics: Collected,
}

impl<'a> Reader<'a> {
    /// Reads from `machine`.
    pub fn new(machine: &'a Machine) -> Self {
        Self {
            machine,
            diagnostics: Collected::new(machine.options().limits.diagnostics),
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

    /// A value as JSON; none for what has no JSON form (functions, unknowns, deep tables).
    pub fn json(&self, value: Value) -> Option<Json> {
        self.json_at(value, 0)
    }

    /// The first thing in a value that has no JSON form.
    pub fn not_json(&self, value: Value) -> Option<Value> {
        self.not_json_at(value, 0)
    }

    fn not_json_at(&self, value: Value, depth: usize) -> Option<Value> {
        match value {
            Value::Table(table) if depth < MAX_DEPTH => {
                let mut entries = self.machine.entries(table);
                entries.find_map(|(_, value)| self.not_json_at(value, depth + 1))
            }
            Value::Number(number) if number.is_finite() => None,
            Value::Nil | Value::Bool(_) | Value::Str(_) => None,
            value => Some(value),
        }
    }

    fn json_at(&self, value: Value, depth: usize) -> Option<Json> {
        match value {
            Value::Bool(value) => Some(Json::Bool(value)),
            Value::Number(number) => match whole(number) {
                Some(whole) => Some(whole.into()),
                None => Number::from_f64(number).map(Json::Number),
            },
            Value::Str(_) => self.machine.text(value).map(Json::from),
            Value::Table(table) if depth < MAX_DEPTH => Some(self.json_table(table, depth + 1)),
            _ => None,
        }
    }

    /// A list as an array, any other table as an object.
    fn json_table(&self, table: Table, depth: usize) -> Json {
        let entries: Vec<_> = self.machine.entries(table).collect();
        if !entries.is_empty() && entries.len() == self.machine.length(table) {
            return self
                .items(table)
                .map(|value| self.json_at(value, depth).unwrap_or(Json::Null))
                .collect();
        }
        let fields = entries.into_iter().filter_map(|(key, value)| {
            let key = self.key_text(key)?.into_owned();
            Some((key, self.json_at(value, depth)?))
        });
        Json::Object(fields.collect::<Map<_, _>>())
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
