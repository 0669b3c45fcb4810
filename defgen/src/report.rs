//! The result of a run as lines of text or as one JSON document.

use std::fmt::Write;

use aircraft_defs::{Control, OwnProblem, TABLE_FILES, counted};
use indexmap::IndexMap;
use serde::Serialize;

use crate::compile::{Item, Outcome, Report, Tables};
use crate::diagnostics::{Diagnostic, Label, Severity, printable, render};
use crate::source::Sources;

/// The result of writing or checking the files of an aircraft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesResult {
    /// All are written or up to date.
    Complete,
    /// All are written or up to date, except for tables that failed; a line for each of those.
    Partial(Vec<String>),
    /// Some could not be written, are missing or are out of date; a line for each of them.
    Failed(Vec<String>),
}

impl FilesResult {
    /// Returns the lines about the files.
    pub fn lines(&self) -> &[String] {
        match self {
            Self::Complete => &[],
            Self::Partial(lines) | Self::Failed(lines) => lines,
        }
    }
}

/// Returns the line about an aircraft, followed by those about its files.
pub fn line(item: &Item, result: &FilesResult) -> String {
    let mut text = format!("{}: ", one_line(&item.name));
    match &item.outcome {
        Outcome::Tables(tables) => text.push_str(&counts(tables)),
        Outcome::Skipped(reason) => {
            let _ = write!(text, "skipped, {}", one_line(reason));
        }
        Outcome::Failed(reason) => {
            let _ = write!(text, "failed, {}", one_line(reason));
        }
    }
    let warnings = item.count(Severity::Warning);
    let is_warning = |d: &&Diagnostic| d.severity == Severity::Warning;
    if let Some(first) = item.diagnostics.iter().find(is_warning) {
        let which = if warnings == 1 { "" } else { ", the first" };
        let count = counted(warnings, "warning");
        let _ = write!(text, ", {count}{which}: {}", one_line(&first.message));
    }
    for line in result.lines() {
        let _ = write!(text, "\n  {}", printable(line));
    }
    text
}

/// Returns a text with `?` for every character that could move the cursor, line feeds included.
fn one_line(text: &str) -> String {
    printable(text).replace('\n', "?")
}

fn counts(tables: &Tables) -> String {
    let words = ["device", "command", "gauge", "control"];
    let sizes = TABLE_FILES.iter().map(|table| tables.count(table));
    let count = |(word, count): (&str, Option<usize>)| match count {
        Some(count) => counted(count, word),
        None => format!("{word}s failed"),
    };
    let counts: Vec<String> = words.into_iter().zip(sizes).map(count).collect();
    let no_device = |control: &&Control| control.device.is_none();
    match tables.controls.iter().filter(no_device).count() {
        0 => counts.join(", "),
        some => format!("{} ({some} without a device)", counts.join(", ")),
    }
}

/// Returns the diagnostics of an aircraft as text: all of them, or only the errors.
pub fn diagnostics(item: &Item, sources: &Sources, all: bool) -> String {
    let is_wanted = |d: &&Diagnostic| all || d.severity == Severity::Error;
    let wanted = item.diagnostics.iter().filter(is_wanted);
    wanted
        .map(|diagnostic| render(diagnostic, sources))
        .collect()
}

/// Returns the result of a run as the JSON document that `docs/defgen.md` describes.
///
/// # Errors
/// When a value has no JSON form, which does not happen in a report.
pub fn json(
    report: &Report,
    results: &[FilesResult],
    own: &[OwnProblem],
) -> serde_json::Result<String> {
    let sources = report.cache.sources();
    let items = report.items.iter().zip(results);
    let document = Document {
        defgen: crate::emit::VERSION,
        aircraft: items
            .map(|(item, result)| entry(item, result, sources))
            .collect(),
        own_defs: own,
    };
    serde_json::to_string_pretty(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    defgen: &'a str,
    aircraft: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "<[OwnProblem]>::is_empty")]
    own_defs: &'a [OwnProblem],
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    module: &'a str,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<IndexMap<&'static str, usize>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    files: &'a [String],
    diagnostics: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    severity: &'a str,
    code: &'a str,
    message: &'a str,
    places: Vec<Place>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
}

fn entry<'a>(item: &'a Item, result: &'a FilesResult, sources: &Sources) -> Entry<'a> {
    let (outcome, reason, tables) = match (&item.outcome, result) {
        (Outcome::Tables(tables), FilesResult::Complete) => ("done", None, Some(tables)),
        (Outcome::Tables(tables), FilesResult::Partial(_)) => ("part", None, Some(tables)),
        (Outcome::Tables(tables), FilesResult::Failed(_)) => ("files", None, Some(tables)),
        (Outcome::Skipped(reason), _) => ("skipped", Some(reason.as_str()), None),
        (Outcome::Failed(reason), _) => ("failed", Some(reason.as_str()), None),
    };
    let messages = item.diagnostics.iter();
    Entry {
        name: &item.name,
        module: &item.module,
        outcome,
        reason,
        counts: tables.map(|tables| counts_by_table(tables)),
        files: result.lines(),
        diagnostics: messages
            .map(|diagnostic| message(diagnostic, sources))
            .collect(),
    }
}

/// Returns the number of entries of each table that was made.
fn counts_by_table(tables: &Tables) -> IndexMap<&'static str, usize> {
    let count = |table: &'static str| {
        let name = table.strip_suffix(".json").unwrap_or(table);
        Some((name, tables.count(table)?))
    };
    TABLE_FILES.into_iter().filter_map(count).collect()
}

fn message<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Message<'a> {
    let place = |label: &Label| {
        let source = sources.get(label.span.file)?;
        let (line, column) = source.line_column(label.span.start);
        let (end_line, end_column) = source.line_column(label.span.end);
        Some(Place {
            file: source.name().to_owned(),
            line,
            column,
            end_line,
            end_column,
            message: label.message.clone(),
        })
    };
    Message {
        severity: match diagnostic.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        },
        code: diagnostic.code,
        message: &diagnostic.message,
        places: diagnostic.labels.iter().filter_map(place).collect(),
        notes: &diagnostic.notes,
    }
}
