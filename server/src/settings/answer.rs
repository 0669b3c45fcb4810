//! The answer to `/api/settings`: the options, with what holds and what the file says.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches};
use serde::Serialize;

use super::document::{Line, LineValue, has_same_values};
use super::options::OptionKind;
use super::problem::Problem;
use super::{Settings, shown};

/// The options of the server and the file.
#[derive(Debug, Serialize)]
pub struct SettingsAnswer {
    file: Option<String>,
    /// Those of the file as it is now.
    problems: Vec<Problem>,
    /// Whether the file was wrong when the server started.
    ignored: bool,
    /// Whether the file says something else than at the start.
    restart: bool,
    /// Whether this server reads no settings.
    demo: bool,
    options: Vec<OptionEntry>,
}

#[derive(Debug, Serialize)]
struct OptionEntry {
    name: String,
    group: String,
    kind: &'static str,
    /// A word for the value, such as ADDR.
    takes: Option<String>,
    /// The only values that are possible, if there are so few.
    choices: Vec<String>,
    help: String,
    default: Option<OptionValue>,
    now: Option<OptionValue>,
    source: Option<&'static str>,
    saved: Option<OptionValue>,
    line: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum OptionValue {
    Switch(bool),
    Text(String),
    List(Vec<String>),
}

impl Settings {
    /// Returns the options, with what holds and what the file says now.
    pub fn answer(&self) -> SettingsAnswer {
        let file = self.file.as_deref();
        let content = self.content();
        let entry = |arg: &Arg| self.entry(arg, &content.lines);
        SettingsAnswer {
            file: file.map(shown),
            ignored: !self.start.problems.is_empty() || self.failure.is_some(),
            restart: self.running.is_some()
                && !has_same_values(content.usable(), self.start.usable()),
            demo: self.running.is_none(),
            options: self.options.options().map(entry).collect(),
            problems: content.problems,
        }
    }

    fn entry(&self, arg: &Arg, lines: &[Line]) -> OptionEntry {
        let name = arg.get_long().unwrap_or_default();
        let kind = OptionKind::of(arg);
        let line = lines.iter().find(|line| line.name == name);
        let help = arg.get_help().map(ToString::to_string);
        let choices = arg.get_possible_values();
        let choices = choices.iter().filter(|_| kind != OptionKind::Switch);
        let takes = arg.get_value_names().filter(|_| kind != OptionKind::Switch);
        let default = arg.get_default_values().iter();
        let default = default.map(|value| value.to_string_lossy().into_owned());
        OptionEntry {
            name: name.to_owned(),
            group: arg.get_help_heading().unwrap_or("Options").to_owned(),
            kind: match kind {
                OptionKind::Switch => "switch",
                OptionKind::Value => "value",
                OptionKind::List => "list",
            },
            takes: takes.and_then(|names| Some(names.first()?.to_string())),
            choices: choices.map(|value| value.get_name().to_owned()).collect(),
            help: help.unwrap_or_default(),
            default: OptionValue::new(kind, default.collect()),
            now: self
                .running
                .as_ref()
                .and_then(|running| now(running, arg, kind)),
            source: self
                .running
                .as_ref()
                .map(|running| self.source(running, arg)),
            saved: line.and_then(|line| saved(&line.value, kind)),
            line: line.map(|line| line.number),
        }
    }

    fn source(&self, running: &ArgMatches, arg: &Arg) -> &'static str {
        let name = arg.get_long().unwrap_or_default();
        match running.value_source(arg.get_id().as_str()) {
            Some(ValueSource::CommandLine) if self.used.contains(name) => "file",
            Some(ValueSource::CommandLine) => "flag",
            _ => "default",
        }
    }
}

impl OptionValue {
    fn new(kind: OptionKind, mut texts: Vec<String>) -> Option<Self> {
        match kind {
            OptionKind::Switch => Some(Self::Switch(
                texts.first().is_some_and(|text| text == "true"),
            )),
            OptionKind::Value => texts.pop().map(Self::Text),
            OptionKind::List => Some(Self::List(texts)),
        }
    }
}

fn now(running: &ArgMatches, arg: &Arg, kind: OptionKind) -> Option<OptionValue> {
    let id = arg.get_id().as_str();
    if kind == OptionKind::Switch {
        return Some(OptionValue::Switch(running.get_flag(id)));
    }
    let values = running.get_raw(id).into_iter().flatten();
    let texts = values.map(|value| value.to_string_lossy().into_owned());
    OptionValue::new(kind, texts.collect())
}

fn saved(value: &LineValue, kind: OptionKind) -> Option<OptionValue> {
    match (value, kind) {
        (LineValue::Switch(switch), OptionKind::Switch) => Some(OptionValue::Switch(*switch)),
        (LineValue::Text(text), OptionKind::List) => Some(OptionValue::List(vec![text.clone()])),
        (LineValue::Text(text), OptionKind::Value) => Some(OptionValue::Text(text.clone())),
        (LineValue::List(texts), OptionKind::List) => Some(OptionValue::List(texts.clone())),
        _ => None,
    }
}
