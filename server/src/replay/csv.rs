//! A recording as a table for spreadsheets: a row for each moment, a column for each gauge, control and
//! field of telemetry.
//!
//! A cell has the value of a gauge or field on its scale, or that of a control as the cockpit has it. It is
//! empty as long as the value is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use aircraft_defs::telemetry::{self, Field};
use aircraft_defs::{Scale, Tables};
use chrono::{DateTime, Local};

use crate::filter::Micros;
use crate::link::FromSim;
use crate::record::{Cursor, Entry, ReadError, Recording, SimState};

/// The reason why a recording cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The recording.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The output.
    #[error("the table cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// The columns by name, and for each aircraft the args with their columns. The columns of telemetry
/// follow those of args.
#[derive(Default)]
struct Columns {
    fields: Vec<&'static Field>,
    names: Vec<String>,
    places: BTreeMap<String, usize>,
    of_aircraft: BTreeMap<String, BTreeMap<u32, Column>>,
}

struct Column {
    place: usize,
    scale: Scale,
}

/// Writes a row each `interval`. `tables_of` returns the tables of an aircraft.
///
/// # Errors
/// When the recording cannot be read or the table not be written.
pub fn write(
    recording: &Recording,
    interval: Micros,
    tables_of: impl Fn(&str) -> Tables,
    out: &mut impl Write,
) -> Result<(), CsvError> {
    let columns = columns(recording, tables_of)?;
    write!(out, "seconds,time,aircraft")?;
    let fields = columns.fields.iter().map(|field| field.name);
    for name in columns.names.iter().map(String::as_str).chain(fields) {
        write!(out, ",{}", quoted(name))?;
    }
    writeln!(out)?;
    let mut state = SimState::default();
    let mut cursor = Cursor::default();
    let mut time = 0;
    while time <= recording.length() {
        while let Some(at) = cursor.next_time(recording)?
            && at <= time
        {
            if let Some((_, Entry::Sim(message))) = cursor.next(recording)? {
                state.apply(&message);
            }
        }
        if state.aircraft.is_some() {
            write_row(recording.begin(), time, &state, &columns, out)?;
        }
        time += interval.max(1);
    }
    Ok(())
}

/// Collects the columns: the args of the tables and the fields that have a value at some time.
fn columns(recording: &Recording, tables_of: impl Fn(&str) -> Tables) -> Result<Columns, CsvError> {
    let mut seen: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let mut fields = BTreeSet::new();
    let mut collect = |state: &SimState| {
        if let Some(name) = &state.aircraft {
            seen.entry(name.clone())
                .or_default()
                .extend(state.args.keys());
            let known = state.telemetry.iter().filter(|(_, value)| value.is_some());
            fields.extend(known.map(|(field, _)| *field));
        }
    };
    let mut state = SimState::default();
    let mut cursor = Cursor::default();
    while let Some((_, entry)) = cursor.next(recording)? {
        match entry {
            Entry::Sim(message) => {
                // What an aircraft has had is forgotten at the next one.
                if let FromSim::Aircraft(_) | FromSim::Down(_) | FromSim::TelemetryForbidden =
                    message
                {
                    collect(&state);
                }
                state.apply(&message);
            }
            Entry::State(whole) => state = whole,
            _ => {}
        }
    }
    collect(&state);
    let fields = fields.into_iter().filter_map(telemetry::field);
    let mut columns = Columns {
        fields: fields.collect(),
        ..Columns::default()
    };
    for (name, args) in seen {
        let args: Vec<u32> = args.into_iter().collect();
        columns.add(name.clone(), &args, &tables_of(&name));
    }
    Ok(columns)
}

impl Columns {
    fn add(&mut self, aircraft: String, args: &[u32], tables: &Tables) {
        let mut of_aircraft = BTreeMap::new();
        for &arg in args {
            let gauge = tables.gauge_by_arg(arg);
            let scale = gauge.map_or(Scale::Identity, |gauge| {
                Scale::new(&gauge.input, &gauge.output)
            });
            let control = || {
                let mut controls = tables.named_controls();
                controls.find(|control| control.arg() == Some(arg))
            };
            let name = match gauge {
                Some(gauge) => Some(gauge.name.clone()),
                None => control().map(|control| control.id().to_owned()),
            };
            // Without tables, the numbers are all there is.
            let has_names = !tables.gauges().is_empty() || !tables.controls().is_empty();
            let Some(name) = name.or_else(|| (!has_names).then(|| format!("arg {arg}"))) else {
                continue;
            };
            let names = &mut self.names;
            let place = *self.places.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
            of_aircraft.insert(arg, Column { place, scale });
        }
        self.of_aircraft.insert(aircraft, of_aircraft);
    }
}

fn write_row(
    begin: u64,
    time: Micros,
    state: &SimState,
    columns: &Columns,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut cells = vec![None; columns.names.len()];
    let aircraft = state.aircraft.as_deref().unwrap_or_default();
    if let Some(of_aircraft) = columns.of_aircraft.get(aircraft) {
        for (arg, raw) in &state.args {
            if let Some(column) = of_aircraft.get(arg) {
                cells[column.place] = Some(column.scale.apply(*raw));
            }
        }
    }
    let fields = columns.fields.iter().map(|field| {
        let number = (*state.telemetry.get(&field.number())?)?;
        Some(field.scale().apply(field.conversion.apply(number)))
    });
    cells.extend(fields);
    let moment = DateTime::from_timestamp_nanos((begin + time * 1000) as i64);
    let moment = moment.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S%.3f");
    write!(out, "{},{moment},{}", time as f64 / 1e6, quoted(aircraft))?;
    for cell in cells {
        match cell {
            Some(value) => write!(out, ",{}", rounded(value))?,
            None => write!(out, ",")?,
        }
    }
    writeln!(out)
}

/// Returns a number with at most six significant decimals, without trailing zeros.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6 + 0.0
}

/// Returns a text as a cell.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
