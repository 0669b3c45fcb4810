//! Converts the fields of a gauge to JSON, apart from those that `gauges.json` defines.

use hashbrown::HashSet;
use serde_json::{Map, Number, Value as Json};

use aircraft_defs::whole;

use super::reader::{MAX_DEPTH, Reader};
use crate::interp::{Table, Value};

/// The most values in one field, those in tables within it included.
pub(super) const MAX_VALUES: usize = 10_000;

/// A converted value, and the first part of it that is left out.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Plain {
    /// The value; none if it has no JSON form.
    pub json: Option<Json>,
    /// The first part that is left out: a function, an unknown, or a table that is too deep,
    /// contains itself or is another gauge's.
    pub left_out: Option<Value>,
    /// True if it has more than [`MAX_VALUES`] values and is left out as a whole.
    pub is_too_large: bool,
}

/// Converts a value to JSON, without the tables in `others`.
pub(super) fn plain(reader: &Reader<'_>, others: &HashSet<Table>, value: Value) -> Plain {
    let mut converter = Converter {
        reader,
        others,
        within: Vec::new(),
        values: 0,
        left_out: None,
    };
    let json = converter.json(value);
    let is_too_large = converter.values > MAX_VALUES;
    Plain {
        json: json.filter(|_| !is_too_large),
        left_out: converter.left_out,
        is_too_large,
    }
}

struct Converter<'r, 'm> {
    reader: &'r Reader<'m>,
    others: &'r HashSet<Table>,
    /// The tables that contain the current value.
    within: Vec<Table>,
    values: usize,
    left_out: Option<Value>,
}

impl Converter<'_, '_> {
    fn json(&mut self, value: Value) -> Option<Json> {
        let json = match value {
            Value::Nil => return None,
            Value::Bool(value) => Some(Json::Bool(value)),
            Value::Number(number) => match whole(number) {
                Some(whole) => Some(whole.into()),
                None => Number::from_f64(number).map(Json::Number),
            },
            Value::Str(string) => {
                let length = self.reader.machine.bytes(string).len();
                let fits = self.reader.charge_text(length);
                let text = fits.then(|| self.reader.machine.text(value));
                text.flatten().map(Json::from)
            }
            Value::Table(table) if self.follows(table) => {
                self.within.push(table);
                let json = self.table(table);
                self.within.pop();
                return json;
            }
            _ => None,
        };
        if json.is_none() {
            self.left_out.get_or_insert(value);
        }
        json
    }

    fn follows(&self, table: Table) -> bool {
        let is_inside = self.within.contains(&table) || self.others.contains(&table);
        self.within.len() < MAX_DEPTH && !is_inside
    }

    /// Converts a list to an array, and any other table to an object. A list is left out if none of
    /// its items has a JSON form.
    fn table(&mut self, table: Table) -> Option<Json> {
        let machine = self.reader.machine;
        let size = machine.size(table);
        self.values += size;
        if self.values > MAX_VALUES || !self.reader.charge_optional_values(size) {
            return None;
        }
        let length = machine.length(table);
        if length > 0 && machine.entries(table).count() == length {
            let items = self.reader.items(table).map(|item| self.json(item));
            let items: Vec<_> = items.collect();
            let is_kept = items.iter().any(Option::is_some) && self.reader.charge_values(length);
            return is_kept.then(|| items.into_iter().map(Option::unwrap_or_default).collect());
        }
        let mut fields = Map::new();
        for (key, value) in machine.entries(table) {
            let (key, json) = (self.reader.key_text(key), self.json(value));
            let Some((key, json)) = key.zip(json) else {
                continue;
            };
            if !self.reader.charge_text(key.len()) {
                break;
            }
            fields.insert(key.into_owned(), json);
        }
        Some(Json::Object(fields))
    }
}
