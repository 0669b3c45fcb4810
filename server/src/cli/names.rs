//! `dcs-master names`: finds controls and gauges by plain words, and prints the lines to send.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aircraft_defs::search::TableEntry;
use aircraft_defs::telemetry::{FIELDS, Field};
use aircraft_defs::{
    Catalog, CatalogEntry, ControlRef, Gauge, OwnProblem, Tables, aircraft_in, read_tables,
};
use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

use super::output::{Format, WIDTH, both_ends, print, print_error};
use super::start::folders_of_serve;
use crate::description::{about, controls_of, lines, name_or_number};
use crate::quote::printable_reason;

/// The results that are searched for in addition to the limit, since several elements may be one
/// control.
const SPARE_RESULTS: usize = 20;

/// The most problems of the user's own tables that are printed.
const MAX_PROBLEMS: usize = 5;

/// The arguments of `names`.
#[derive(Debug, Args)]
pub(super) struct NamesArgs {
    /// What to look for, as in: gear lever
    #[arg(allow_negative_numbers = true)]
    words: Vec<String>,

    /// Only this aircraft, as the sim names it (FA-18C_hornet)
    #[arg(long, value_name = "NAME")]
    aircraft: Option<String>,

    /// The most results
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        allow_negative_numbers = true
    )]
    limit: usize,

    /// The folder with one folder of tables per aircraft [default: that of serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,

    /// Output for people (text) or for programs (json)
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl NamesArgs {
    /// Prints the results. The exit code is 1 if there are none.
    pub(super) fn run(self) -> Result<ExitCode> {
        let folders = folders_of_serve(self.defs);
        let hidden = folders.hidden_message();
        let own_defs = folders.own_defs();
        let defs = folders.tables;
        let known = aircraft_in(&defs);
        let no_tables = known.is_empty().then(|| {
            format!(
                "there are no tables in {}; enter an aircraft's cockpit once while dcs-master serve runs, run \
                 defgen, or name another folder with --defs",
                printable_reason(&defs.to_string_lossy())
            )
        });
        if let Some(message) = &no_tables
            && self.aircraft.is_some()
        {
            bail!("{message}");
        }
        let aircraft = chosen(&defs, &known, self.aircraft.as_deref())?;
        let query = self.words.join(" ");
        let catalog = Catalog {
            tables: &defs,
            own_defs: own_defs.as_deref(),
        };
        let results = find(&catalog, &aircraft, &query, self.limit);
        let problems = own_problems(&catalog, &known, &aircraft);
        match self.format {
            Format::Json => print(&(serde_json::to_string_pretty(&results)? + "\n"))?,
            Format::Text if results.is_empty() => print(&format!(
                "no control or gauge fits {query:?}; try fewer or other words\n"
            ))?,
            Format::Text => print(&paragraphs(&results, aircraft.len() != 1))?,
        }
        for line in no_tables.into_iter().chain(hidden).chain(problems) {
            print_error(&printable_reason(&line));
        }
        Ok(match results.is_empty() {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        })
    }
}

/// Returns the aircraft to search.
fn chosen(defs: &Path, known: &[String], name: Option<&str>) -> Result<Vec<String>> {
    let Some(name) = name else {
        return Ok(known.to_vec());
    };
    let mut exact = known
        .iter()
        .filter(|known| known.eq_ignore_ascii_case(name));
    match exact.next() {
        Some(aircraft) => Ok(vec![aircraft.clone()]),
        None => bail!(
            "{} has no tables of {name:?}; it has {}",
            printable_reason(&defs.to_string_lossy()),
            printable_reason(&known.join(", "))
        ),
    }
}

/// Returns the lines about the user's own tables that cannot be used, or not all of them.
fn own_problems(catalog: &Catalog<'_>, known: &[String], searched: &[String]) -> Vec<String> {
    let Some(own_defs) = catalog.own_defs else {
        return Vec::new();
    };
    let unknown = OwnProblem::find_unknown(own_defs, known);
    let own = searched.iter().filter(|name| catalog.has_own(name));
    let found = own.flat_map(|name| {
        let generated = read_tables(catalog.tables, name).0;
        OwnProblem::find(own_defs, name, &generated)
    });
    let mut lines = unknown.into_iter().chain(found).map(|own| own.to_string());
    let mut shown: Vec<String> = lines.by_ref().take(MAX_PROBLEMS).collect();
    if lines.next().is_some() {
        shown
            .push("there are more problems with own-defs; dcs-master doctor lists them".to_owned());
    }
    shown
}

/// A control or gauge that was found.
#[derive(Debug, Serialize)]
struct SearchResult {
    /// Empty for a field of telemetry, which every aircraft has.
    aircraft: String,
    kind: &'static str,
    /// The name to use in lines.
    id: String,
    /// The cockpit's own name.
    name: String,
    hint: Option<String>,
    device: Option<String>,
    command: Option<String>,
    arg: Option<u32>,
    values: Vec<f64>,
    labels: Vec<String>,
    /// The lines to send, the most likely first.
    lines: Vec<String>,
    /// The kind and the values, for people.
    #[serde(skip)]
    about: String,
}

/// Returns the best results, each control once.
fn find(
    catalog: &Catalog<'_>,
    aircraft: &[String],
    query: &str,
    limit: usize,
) -> Vec<SearchResult> {
    let more = limit.saturating_add(SPARE_RESULTS);
    let entries = catalog.search(aircraft, query, more);
    let mut tables = tables_of(&entries[..entries.len().min(limit)], catalog, aircraft);
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for entry in entries {
        if found.len() >= limit {
            break;
        }
        let Some(name) = aircraft.get(entry.aircraft) else {
            let field = FIELDS.get(entry.entry.index);
            found.extend(field.map(field_result));
            continue;
        };
        let tables = tables
            .entry(entry.aircraft)
            .or_insert_with(|| catalog.read(name));
        for result in results(name, tables, entry.entry) {
            if seen.insert((entry.aircraft, entry.entry.is_gauge, result.id.clone())) {
                found.push(result);
            }
        }
    }
    found.truncate(limit);
    found
}

/// Reads the tables that these entries are in.
fn tables_of(
    entries: &[CatalogEntry],
    catalog: &Catalog<'_>,
    aircraft: &[String],
) -> HashMap<usize, Tables> {
    let indexes = entries.iter().map(|entry| entry.aircraft);
    let of_aircraft = indexes.filter(|index| *index < aircraft.len());
    let indexes: BTreeSet<usize> = of_aircraft.collect();
    let names: Vec<&str> = indexes.iter().map(|&index| &*aircraft[index]).collect();
    indexes.into_iter().zip(catalog.read_all(&names)).collect()
}

/// Returns the gauge or the controls of an entry of the tables.
fn results(aircraft: &str, tables: &Tables, entry: TableEntry) -> Vec<SearchResult> {
    if entry.is_gauge {
        let gauge = tables.gauges().get(entry.index);
        return gauge
            .into_iter()
            .map(|gauge| gauge_result(aircraft, gauge))
            .collect();
    }
    controls_of(tables, entry.index)
        .into_iter()
        .map(|control| control_result(aircraft, control))
        .collect()
}

fn gauge_result(aircraft: &str, gauge: &Gauge) -> SearchResult {
    let arg = gauge.arg_number;
    let description = gauge.extra.get("description");
    // A scale may return to its first value, so its last point is not always its other end.
    let last = gauge
        .input
        .iter()
        .rfind(|end| Some(*end) != gauge.input.first());
    let range = match (gauge.input.first(), last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    SearchResult {
        aircraft: aircraft.to_owned(),
        kind: "gauge",
        id: gauge.name.clone(),
        name: gauge.name.clone(),
        hint: description.and_then(|text| Some(text.as_str()?.to_owned())),
        device: None,
        command: None,
        arg,
        values: Vec::new(),
        labels: Vec::new(),
        lines: arg
            .map(|_| format!("2 {} 1 0", gauge.name))
            .into_iter()
            .collect(),
        about: match arg {
            Some(_) => format!("gauge{range}"),
            None => "gauge without an arg: it cannot be read".to_owned(),
        },
    }
}

/// Returns a field of telemetry.
fn field_result(field: &Field) -> SearchResult {
    let [low, high] = field.range;
    let unit = field.unit.value;
    let about = format!("telemetry: {low} to {high} {unit}");
    SearchResult {
        aircraft: String::new(),
        kind: "gauge",
        id: field.name.to_owned(),
        name: field.name.to_owned(),
        hint: Some(field.description.to_owned()),
        device: None,
        command: None,
        arg: None,
        values: Vec::new(),
        labels: Vec::new(),
        lines: vec![format!("2 {} 1 {}", field.name, field.decimals)],
        about: about.trim_end().to_owned(),
    }
}

fn control_result(aircraft: &str, control: ControlRef<'_>) -> SearchResult {
    let element = control.element();
    let positions = control.positions();
    let first = control.actions().next();
    let device = element.device.as_ref();
    let has_labels = positions.iter().any(|position| position.label.is_some());
    let labels = positions
        .iter()
        .map(|p| p.label.unwrap_or_default().to_owned());
    SearchResult {
        aircraft: aircraft.to_owned(),
        kind: "control",
        id: control.id().to_owned(),
        name: element.name.clone(),
        hint: element.hint.clone(),
        device: device.map(name_or_number),
        command: first.map(|first| name_or_number(&first.action.command)),
        arg: control.arg(),
        values: positions.iter().map(|position| position.value).collect(),
        labels: if has_labels {
            labels.collect()
        } else {
            Vec::new()
        },
        lines: lines(control),
        about: about(control),
    }
}

/// Returns the results as text: a line to send, the hint, and the values.
fn paragraphs(results: &[SearchResult], with_aircraft: bool) -> String {
    let paragraph = |found: &SearchResult| {
        let line = found.lines.first().unwrap_or(&found.id);
        let line = &printable_reason(line);
        let first = match with_aircraft {
            true if found.aircraft.is_empty() => both_ends(line, "every aircraft"),
            true => both_ends(line, &found.aircraft),
            false => line.clone(),
        };
        let hint = found.hint.as_ref().map(|hint| hint.replace('\n', " "));
        let about = match found.arg {
            Some(arg) => format!("{} (arg {arg})", found.about),
            None => found.about.clone(),
        };
        let texts = hint.into_iter().chain([about]);
        let texts = texts.map(|text| format!("    {}\n", cut(&printable_reason(&text), WIDTH - 4)));
        first + "\n" + &texts.collect::<String>()
    };
    results.iter().map(paragraph).collect::<Vec<_>>().join("\n")
}

/// Returns a text, cut to `most` characters.
fn cut(text: &str, most: usize) -> String {
    match text.chars().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}
