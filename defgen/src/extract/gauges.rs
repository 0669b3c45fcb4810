//! Makes `gauges.json`: the gauges that the panel file makes, in the order of the calls.

use aircraft_defs::{Extra, Gauge};
use hashbrown::HashSet;

use super::name_sources::{arg, candidates};
use super::names;
use super::plain::{MAX_VALUES, plain};
use super::reader::Reader;
use crate::diagnostics::excerpt;
use crate::interp::{Str, Table, Value};
use crate::sim_env::cockpit::GaugeRecord;
use crate::source::Span;

/// The fields of a gauge that have a meaning in the table.
#[derive(Clone, Copy)]
enum Field {
    ArgNumber,
    Input,
    Output,
}

/// The names of the [`Field`]s, in the same order.
const FIELDS: [&str; 3] = ["arg_number", "input", "output"];

/// The fields that `gauges.json` defines. They are not among the `extra` fields.
const OWN: [&str; 4] = [FIELDS[0], FIELDS[1], FIELDS[2], "name"];

/// The least similarity (Jaro-Winkler, 0 to 1) of a field that is probably misspelt.
const MIN_SIMILARITY: f64 = 0.85;

/// Returns the gauges with unique names.
pub fn gauges(reader: &mut Reader<'_>, records: &[GaugeRecord]) -> Vec<Gauge> {
    let names = names::assign(&candidates(reader, records));
    let machine = reader.machine;
    let keys = FIELDS.map(|field| machine.key(field).as_str());
    let own = OWN.map(|field| machine.key(field).as_str());
    let tables = records.iter().map(|record| record.table);
    let tables = tables.chain([machine.globals()]).collect();
    let read = |(record, name): (&GaugeRecord, String)| {
        if !reader.charge_text(name.len()) {
            return None;
        }
        let fields = machine.fields(record.table, &keys);
        let gauge_reader = GaugeReader {
            reader,
            record,
            tables: &tables,
            own: &own,
            fields,
            name,
        };
        Some(gauge_reader.gauge())
    };
    records.iter().zip(names).map_while(read).collect()
}

/// Reads one gauge.
struct GaugeReader<'r, 'm> {
    reader: &'r mut Reader<'m>,
    record: &'r GaugeRecord,
    /// The tables of all gauges, and the table of globals.
    tables: &'r HashSet<Table>,
    /// The keys of [`OWN`].
    own: &'r [Option<Str>; OWN.len()],
    /// The values of [`FIELDS`].
    fields: [Value; FIELDS.len()],
    name: String,
}

impl GaugeReader<'_, '_> {
    fn gauge(mut self) -> Gauge {
        let extra = self.extra();
        self.warn_missing(&extra);
        let arg_number = self.arg_number();
        let [input, output] = [Field::Input, Field::Output].map(|field| self.points(field));
        if let (Some(input), Some(output)) = (&input, &output) {
            self.check_scale(input, output);
        }
        Gauge {
            name: self.name,
            arg_number,
            input: input.unwrap_or_default(),
            output: output.unwrap_or_default(),
            extra,
        }
    }

    /// Returns the kind of the gauge, and the fields that are not in [`OWN`].
    fn extra(&mut self) -> Extra {
        let mut extra = Extra::default();
        if let Some(kind) = &self.record.kind
            && self.reader.charge_text(kind.len())
        {
            extra.insert("kind".to_owned(), kind.as_str().into());
        }
        let machine = self.reader.machine;
        for (key, value) in machine.entries(self.record.table) {
            let is_own = |key| self.own.contains(&Some(key));
            if key.as_str().is_some_and(is_own) {
                continue;
            }
            let Some(field) = self.reader.key_text(key) else {
                continue;
            };
            let plain = plain(self.reader, self.tables, value);
            if plain.is_too_large {
                let what = self.field_name(&field);
                let message =
                    format!("{what} has more than {MAX_VALUES} values, so it is left out");
                self.reader.warn("large-field", self.place(key), message);
            } else if let Some(bad) = plain.left_out {
                self.warn(key, &field, bad, "plain data");
            }
            if !self.reader.charge_text(field.len()) {
                break;
            }
            extra.extend(plain.json.map(|json| (field.into_owned(), json)));
        }
        extra
    }

    fn arg_number(&mut self) -> Option<u32> {
        let value = self.fields[Field::ArgNumber as usize];
        let arg = arg(value);
        if arg.is_none() && !value.is_nil() {
            self.warn_field(Field::ArgNumber, value, "the number of an arg");
        }
        arg
    }

    /// Returns one list of points of the scale, if there is one and it has only numbers.
    fn points(&mut self, field: Field) -> Option<Vec<f64>> {
        let points = match self.fields[field as usize] {
            Value::Nil => return None,
            Value::Table(list) => {
                let items = self.reader.items(list);
                let fits = self.reader.charge_bytes(items.len() * size_of::<f64>());
                fits.then(|| numbers(items))?
            }
            value => numbers([value].into_iter()),
        };
        let bad = |bad| self.warn_field(field, bad, "a list of numbers");
        points.map_err(bad).ok()
    }

    fn warn_missing(&mut self, extra: &Extra) {
        for (field, value) in FIELDS.into_iter().zip(self.fields) {
            if !value.is_nil() {
                continue;
            }
            let alike = |other: &&String| strsim::jaro_winkler(field, other) >= MIN_SIMILARITY;
            let hint = match extra.keys().find(alike) {
                Some(other) => format!("; is `{other}` misspelt?"),
                None => String::new(),
            };
            let message = format!("gauge `{}` has no `{field}`{hint}", excerpt(&self.name));
            let place = self.record.calls.last().map(|call| call.span);
            self.reader.warn("gauge-field", place, message);
        }
    }

    /// Warns of a scale that cannot be used.
    fn check_scale(&mut self, input: &[f64], output: &[f64]) {
        let Err(error) = aircraft_defs::check_scale(input, output) else {
            return;
        };
        let place = self.place(self.reader.machine.key(FIELDS[Field::Output as usize]));
        let message = format!(
            "{error}, so gauge `{}` passes raw values on",
            excerpt(&self.name)
        );
        self.reader.warn("gauge-scale", place, message);
    }

    /// Returns the name of a field in messages.
    fn field_name(&self, field: &str) -> String {
        format!("`{}` of gauge `{}`", excerpt(field), excerpt(&self.name))
    }

    fn warn_field(&mut self, field: Field, value: Value, wanted: &str) {
        let field = FIELDS[field as usize];
        self.warn(self.reader.machine.key(field), field, value, wanted);
    }

    fn warn(&mut self, key: Value, field: &str, value: Value, wanted: &str) {
        let (what, place) = (self.field_name(field), self.place(key));
        self.reader.warn_value(place, &what, value, wanted);
    }

    /// Returns the place where the value at a key was assigned, if there is one.
    fn place(&self, key: Value) -> Option<Span> {
        let machine = self.reader.machine;
        let is_there = !machine.get(self.record.table, key).is_nil();
        is_there.then(|| self.reader.place(self.record.table, key))?
    }
}

/// Returns values as numbers.
///
/// # Errors
/// The first value that is not a finite number.
fn numbers(values: impl ExactSizeIterator<Item = Value>) -> Result<Vec<f64>, Value> {
    let mut numbers = Vec::with_capacity(values.len());
    for value in values {
        let number = value.as_number().filter(|number| number.is_finite());
        numbers.push(number.ok_or(value)?);
    }
    Ok(numbers)
}
