//! `gauges.json`: every gauge that the panel made, in the order of the calls.

use aircraft_defs::{Extra, Gauge};

use super::holders::{arg, candidates};
use super::names;
use super::reader::Reader;
use crate::eval::{Str, Value};
use crate::host::cockpit::Made;
use crate::source::Span;

/// The fields that a gauge is read for.
#[derive(Clone, Copy)]
enum Field {
    ArgNumber,
    Input,
    Output,
}

/// Their names, in the same order.
const FIELDS: [&str; 3] = ["arg_number", "input", "output"];

/// Besides these not kept with what the cockpit says: the table has a field of that name.
const NAME: &str = "name";

/// How alike two words are (Jaro-Winkler, 0 to 1) when one is taken for the other misspelt.
const MISSPELT: f64 = 0.85;

/// The gauges, by the names they shall have.
pub fn gauges(reader: &mut Reader<'_>, made: &[Made]) -> Vec<Gauge> {
    let names = names::assign(&candidates(reader, made));
    let machine = reader.machine;
    let keys = FIELDS.map(|field| machine.key(field).as_str());
    let own = [&keys[..], &[machine.key(NAME).as_str()]].concat();
    let read = |(made, name): (&Made, String)| {
        let fields = machine.fields(made.table, &keys);
        let instrument = Instrument {
            reader,
            made,
            own: &own,
            fields,
            name,
        };
        instrument.gauge()
    };
    made.iter().zip(names).map(read).collect()
}

/// One gauge while it is read.
struct Instrument<'r, 'm> {
    reader: &'r mut Reader<'m>,
    made: &'r Made,
    /// Keys that are not kept with what the cockpit says besides.
    own: &'r [Option<Str>],
    /// The values of [`FIELDS`].
    fields: [Value; FIELDS.len()],
    name: String,
}

impl Instrument<'_, '_> {
    fn gauge(mut self) -> Gauge {
        let extra = self.extra();
        self.tell_missing(&extra);
        let arg_number = self.arg_number();
        let [input, output] = [Field::Input, Field::Output].map(|field| self.points(field));
        if let (Some(input), Some(output)) = (&input, &output) {
            self.tell_malformed(input, output);
        }
        Gauge {
            name: self.name,
            arg_number,
            input: input.unwrap_or_default(),
            output: output.unwrap_or_default(),
            extra,
        }
    }

    /// What the cockpit says besides.
    fn extra(&mut self) -> Extra {
        let mut extra = Extra::default();
        if let Some(kind) = &self.made.kind {
            extra.insert("kind".to_owned(), kind.as_str().into());
        }
        let machine = self.reader.machine;
        for (key, value) in machine.entries(self.made.table) {
            if key
                .as_str()
                .is_some_and(|key| self.own.contains(&Some(key)))
            {
                continue;
            }
            let Some(field) = self.reader.key_text(key) else {
                continue;
            };
            let json = self.reader.json(value);
            if let Some(bad) = self.reader.not_json(value) {
                self.warn(&field, bad, "plain data");
            }
            extra.extend(json.map(|json| (field.into_owned(), json)));
        }
        extra
    }

    fn arg_number(&mut self) -> Option<u32> {
        let value = self.fields[Field::ArgNumber as usize];
        let arg = arg(value);
        if arg.is_none() && !value.is_nil() {
            self.warn(
                FIELDS[Field::ArgNumber as usize],
                value,
                "the number of an arg",
            );
        }
        arg
    }

    /// The numbers of a scale's half; none when it is not there or not of numbers.
    fn points(&mut self, field: Field) -> Option<Vec<f64>> {
        let mut points = Vec::new();
        let bad = match self.fields[field as usize] {
            Value::Nil => return None,
            Value::Table(list) => {
                let items = self.reader.items(list);
                points.reserve_exact(items.len());
                take_numbers(items, &mut points)
            }
            value => take_numbers([value], &mut points),
        };
        if let Some(bad) = bad {
            self.warn(FIELDS[field as usize], bad, "a list of numbers");
        }
        bad.is_none().then_some(points)
    }

    fn tell_missing(&mut self, extra: &Extra) {
        for (field, value) in FIELDS.into_iter().zip(self.fields) {
            if !value.is_nil() {
                continue;
            }
            let alike = |other: &&String| strsim::jaro_winkler(field, other) >= MISSPELT;
            let hint = match extra.keys().find(alike) {
                Some(other) => format!("; is `{other}` misspelt?"),
                None => String::new(),
            };
            let message = format!("gauge `{}` has no `{field}`{hint}", self.name);
            let place = self.made.calls.last().map(|call| call.span);
            self.reader.warn("gauge-field", place, message);
        }
    }

    /// Says when a scale cannot be used, which means that raw values are passed on.
    fn tell_malformed(&mut self, input: &[f64], output: &[f64]) {
        let wrong = if input.len() != output.len() {
            let (input, output) = (input.len(), output.len());
            format!("`input` has {input} points and `output` {output}")
        } else if !is_monotonic(output) {
            "`output` neither rises nor falls all the way".to_owned()
        } else if output.first() == output.last() {
            "`output` does not have two different values".to_owned()
        } else {
            return;
        };
        let place = self.place("output");
        let message = format!("{wrong}, so gauge `{}` passes raw values on", self.name);
        self.reader.warn("gauge-scale", place, message);
    }

    fn warn(&mut self, field: &str, value: Value, wanted: &str) {
        let what = format!("`{field}` of gauge `{}`", self.name);
        let place = self.place(field);
        self.reader.warn_value(place, &what, value, wanted);
    }

    fn place(&self, field: &str) -> Option<Span> {
        let machine = self.reader.machine;
        let mut keys = machine.entries(self.made.table).map(|(key, _)| key);
        let key = keys.find(|key| machine.text(*key).as_deref() == Some(field))?;
        self.reader.place(self.made.table, key)
    }
}

/// Takes numbers up to the first value that is none, which is returned.
fn take_numbers(values: impl IntoIterator<Item = Value>, numbers: &mut Vec<f64>) -> Option<Value> {
    values.into_iter().find(|value| {
        let number = value.as_number().filter(|number| number.is_finite());
        numbers.extend(number);
        number.is_none()
    })
}

/// Whether the points rise, or fall; neighbours may be equal, where the scale makes a step.
fn is_monotonic(points: &[f64]) -> bool {
    points.is_sorted() || points.is_sorted_by(|a, b| a >= b)
}
