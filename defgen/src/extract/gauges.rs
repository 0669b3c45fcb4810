//! `gauges.json`: every gauge that the panel made, in the order of the calls.

use std::collections::{HashMap, HashSet};

use aircraft_defs::Gauge;
use indexmap::IndexMap;

use super::names::{self, Candidates};
use super::reader::{MAX_DEPTH, Reader, whole};
use crate::eval::{CallArg, Table, Value};
use crate::host::cockpit::Made;
use crate::source::Span;

/// The fields that a gauge is read for; the others are kept as they are.
const FIELDS: [&str; 4] = ["name", "arg_number", "input", "output"];

/// The fields whose absence or misspelling is told.
const NEEDED: [&str; 3] = ["arg_number", "input", "output"];

/// How alike two words are (Jaro-Winkler, 0 to 1) when one is taken for the other misspelt.
const MISSPELT: f64 = 0.85;

/// The gauges, by the names they shall have.
pub fn gauges(reader: &mut Reader<'_>, made: &[Made]) -> Vec<Gauge> {
    let holders = Holders::find(reader, made);
    let mut gauges: Vec<Gauge> = made.iter().map(|made| read(reader, made)).collect();
    let candidates: Vec<Candidates> = made
        .iter()
        .zip(&gauges)
        .map(|(made, gauge)| Candidates {
            global: holders.globals.get(&made.table).cloned(),
            path: holders.path(made.table),
            parameter: text(gauge, "parameter_name"),
            constant: constant(made),
            arg: gauge.arg_number,
        })
        .collect();
    for (gauge, name) in gauges.iter_mut().zip(names::assign(&candidates)) {
        gauge.name = name;
    }
    gauges
}

fn text(gauge: &Gauge, field: &str) -> Option<String> {
    gauge.extra.get(field)?.as_str().map(str::to_owned)
}

/// The constant in the innermost call that has one.
fn constant(made: &Made) -> Option<String> {
    let mut args = made.calls.iter().flat_map(|call| &call.args);
    args.find_map(constant_name)
}

fn constant_name(arg: &CallArg) -> Option<String> {
    let (root, _) = arg.path.as_ref()?.split_once('.')?;
    let (_, name) = arg.path.as_ref()?.rsplit_once('.')?;
    let is_value = matches!(arg.value, None | Some(Value::Number(_) | Value::Str(_)));
    let usual = root == "controllers" || FIELDS.contains(&name);
    (is_value && !usual).then(|| name.to_owned())
}

/// Reads one gauge, without its name.
fn read(reader: &mut Reader<'_>, made: &Made) -> Gauge {
    let place = made.calls.last().map(|call| call.span);
    let mut extra = IndexMap::new();
    if let Some(kind) = &made.kind {
        extra.insert("kind".to_owned(), kind.as_str().into());
    }
    let machine = reader.machine;
    for (key, value) in machine.entries(made.table) {
        let Some(field) = reader.key_text(key) else {
            continue;
        };
        if FIELDS.contains(&field.as_str()) {
            continue;
        }
        match reader.json(value) {
            Some(json) => {
                extra.insert(field, json);
            }
            None => {
                let place = reader.place(made.table, key);
                let what = format!("`{field}` of {}", called(reader, made));
                reader.warn_value(place, &what, value, "plain data");
            }
        }
    }
    tell_missing(reader, made, &extra, place);
    let arg_number = arg_number(reader, made);
    let [input, output] = ["input", "output"].map(|field| points(reader, made, field));
    if let (Some(input), Some(output)) = (&input, &output) {
        tell_malformed(reader, made, [input, output], place);
    }
    Gauge {
        name: String::new(),
        arg_number,
        input: input.unwrap_or_default(),
        output: output.unwrap_or_default(),
        extra,
    }
}

/// How messages call a gauge that has no name yet.
fn called(reader: &Reader<'_>, made: &Made) -> String {
    let field = |name| reader.machine.field(made.table, name);
    match (
        field("arg_number"),
        reader.machine.text(field("parameter_name")),
    ) {
        (Value::Number(arg), _) => format!("the gauge of arg {arg}"),
        (_, Some(parameter)) => format!("the gauge of parameter {parameter}"),
        _ => "this gauge".to_owned(),
    }
}

fn tell_missing(
    reader: &mut Reader<'_>,
    made: &Made,
    extra: &IndexMap<String, serde_json::Value>,
    place: Option<Span>,
) {
    for field in NEEDED {
        if !reader.machine.field(made.table, field).is_nil() {
            continue;
        }
        let alike = |other: &&String| strsim::jaro_winkler(field, other) >= MISSPELT;
        let hint = match extra.keys().find(alike) {
            Some(other) => format!("; is `{other}` misspelt?"),
            None => String::new(),
        };
        let message = format!("{} has no `{field}`{hint}", called(reader, made));
        reader.warn("gauge-field", place, message);
    }
}

fn arg_number(reader: &mut Reader<'_>, made: &Made) -> Option<u32> {
    let value = reader.machine.field(made.table, "arg_number");
    let arg = value.as_number().and_then(whole);
    let arg = arg.and_then(|arg| u32::try_from(arg).ok());
    if arg.is_none() && !value.is_nil() {
        let place = field_place(reader, made, "arg_number");
        reader.warn_value(
            place,
            "`arg_number` of a gauge",
            value,
            "the number of an arg",
        );
    }
    arg
}

/// The numbers of a scale's half; none when it is not there or not of numbers.
fn points(reader: &mut Reader<'_>, made: &Made, field: &str) -> Option<Vec<f64>> {
    let value = reader.machine.field(made.table, field);
    let items = match value {
        Value::Nil => return None,
        Value::Table(list) => reader.items(list),
        value => vec![value],
    };
    let finite = |value: &Value| value.as_number().filter(|number| number.is_finite());
    if let Some(bad) = items.iter().find(|value| finite(value).is_none()) {
        let place = field_place(reader, made, field);
        let what = format!("a point in `{field}` of {}", called(reader, made));
        reader.warn_value(place, &what, *bad, "a number; raw values are passed on");
        return None;
    }
    Some(items.iter().filter_map(finite).collect())
}

fn field_place(reader: &Reader<'_>, made: &Made, field: &str) -> Option<Span> {
    let mut keys = reader.machine.entries(made.table).map(|(key, _)| key);
    let key = keys.find(|key| reader.machine.text(*key).as_deref() == Some(field))?;
    reader.place(made.table, key)
}

/// Says when a scale cannot be used, which means that raw values are passed on.
fn tell_malformed(
    reader: &mut Reader<'_>,
    made: &Made,
    [input, output]: [&[f64]; 2],
    place: Option<Span>,
) {
    let wrong = if input.len() != output.len() {
        format!(
            "`input` has {} points and `output` {}",
            input.len(),
            output.len()
        )
    } else if input.len() < 2 {
        "the scale has less than two points".to_owned()
    } else if !is_monotonic(output) {
        "`output` neither rises nor falls all the way".to_owned()
    } else {
        return;
    };
    let place = field_place(reader, made, "output").or(place);
    let message = format!("{wrong}, so {} passes raw values on", called(reader, made));
    reader.warn("gauge-scale", place, message);
}

/// Whether the points rise, or fall, from each to the next.
fn is_monotonic(points: &[f64]) -> bool {
    let mut pairs = points.windows(2);
    let rising = pairs.clone().all(|pair| pair[0] < pair[1]);
    rising || pairs.all(|pair| pair[0] > pair[1])
}

/// Which globals and table fields hold which gauge.
#[derive(Default)]
struct Holders {
    globals: HashMap<Table, String>,
    paths: HashMap<Table, Vec<String>>,
}

impl Holders {
    fn find(reader: &Reader<'_>, made: &[Made]) -> Self {
        let machine = reader.machine;
        let gauges: HashSet<Table> = made.iter().map(|made| made.table).collect();
        let mut holders = Self::default();
        let mut seen = HashSet::from([machine.globals()]);
        for (key, value) in machine.entries(machine.globals()) {
            let (Some(name), Some(table)) = (machine.text(key), value.as_table()) else {
                continue;
            };
            if gauges.contains(&table) {
                holders.globals.entry(table).or_insert(name);
            } else {
                holders.look_into(reader, &gauges, &mut seen, table, &name);
            }
        }
        holders
    }

    /// Notes the gauges in a table and in those within it, without the numbered ones.
    fn look_into(
        &mut self,
        reader: &Reader<'_>,
        gauges: &HashSet<Table>,
        seen: &mut HashSet<Table>,
        table: Table,
        path: &str,
    ) {
        if !seen.insert(table) || path.matches('.').count() > MAX_DEPTH {
            return;
        }
        for (key, value) in reader.machine.entries(table) {
            let (Some(name), Some(inner)) = (reader.machine.text(key), value.as_table()) else {
                continue;
            };
            let path = format!("{path}.{name}");
            if gauges.contains(&inner) {
                self.paths.entry(inner).or_default().push(path);
            } else {
                self.look_into(reader, gauges, seen, inner, &path);
            }
        }
    }

    /// The one path to a gauge.
    fn path(&self, table: Table) -> Option<String> {
        match self.paths.get(&table).map(Vec::as_slice) {
            Some([path]) => Some(path.clone()),
            _ => None,
        }
    }
}
