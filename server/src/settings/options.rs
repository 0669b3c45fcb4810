//! The options that may stand in the file: those of `serve`, as clap knows them. So a new option of
//! `serve` can stand in the file without a word here. Pure.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, Error};

use super::args;
use super::document::{Line, LineValue};
use super::problem::Problem;
use crate::quote::{hidden_character, printable};

/// The options of `serve`.
#[derive(Debug, Clone)]
pub(super) struct OptionSet {
    command: Command,
}

/// The kind of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OptionKind {
    /// On or off.
    Switch,
    /// One value.
    Value,
    /// Any number of values.
    List,
}

impl OptionSet {
    /// Takes the options of a command.
    pub(super) fn new(command: Command) -> Self {
        let mut command = command.disable_help_flag(true).no_binary_name(true);
        command.build();
        Self { command }
    }

    /// Returns the options that may stand in the file, in the order of the help.
    pub(super) fn options(&self) -> impl Iterator<Item = &Arg> {
        let is_for_file = |arg: &&Arg| {
            let name = arg.get_long();
            !arg.is_hide_set() && name.is_some_and(|name| !args::NAMES.contains(&name))
        };
        self.command.get_arguments().filter(is_for_file)
    }

    /// Returns the option of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Arg> {
        self.options().find(|arg| arg.get_long() == Some(name))
    }

    /// Returns the problems of lines, in their order.
    pub(super) fn problems(&self, lines: &[Line]) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            lines.iter().filter_map(|line| self.problem(line)).collect();
        if problems.is_empty() {
            problems.extend(self.conflicts(lines));
        }
        problems
    }

    fn problem(&self, line: &Line) -> Option<Problem> {
        let (message, remedy) = self.check(line).err()?;
        Some(Problem {
            line: Some(line.number),
            name: Some(line.name.clone()),
            message,
            remedy: Some(remedy),
        })
    }

    /// Checks a line by itself.
    ///
    /// # Errors
    /// With a message and a remedy.
    fn check(&self, line: &Line) -> Result<(), (String, String)> {
        let name = &line.name;
        if line.value == LineValue::Section {
            let message = format!("\"{name}\" begins a section, and settings have none");
            return Err((message, "write each option as name = value".to_owned()));
        }
        let arg = self.find(name).ok_or_else(|| self.unknown(name))?;
        let kind = OptionKind::of(arg);
        if !kind.takes(&line.value) {
            let remedy = format!("write it as {}", kind.example(arg));
            return Err((format!("{name} does not take this kind of value"), remedy));
        }
        if let Some(hidden) = line
            .value
            .texts()
            .iter()
            .find_map(|it| hidden_character(it))
        {
            let message = format!("{name} has a character that cannot be seen, {hidden}");
            return Err((message, "write it without that".to_owned()));
        }
        match self.parse(&arguments(line)) {
            Err(error) if error.kind() != ErrorKind::MissingRequiredArgument => Err((
                value_message(name, &error),
                format!("see dcs-master serve --help for {name}"),
            )),
            _ => Ok(()),
        }
    }

    fn unknown(&self, name: &str) -> (String, String) {
        let normal = name.replace('_', "-").to_lowercase();
        let similar = || {
            let error = self.parse(&[format!("--{normal}").into()]).err()?;
            suggestion(&error)
        };
        let is_known = |name: &String| self.find(name).is_some();
        let similar = Some(normal.clone()).filter(is_known).or_else(similar);
        let remedy = match similar.filter(is_known) {
            Some(name) => format!("did you mean {name}?"),
            None => "dcs-master serve --help lists the options; leave out the --".to_owned(),
        };
        (format!("there is no option \"{name}\""), remedy)
    }

    /// Returns a problem for each pair of lines that exclude each other.
    fn conflicts(&self, lines: &[Line]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let lines: Vec<&Line> = lines
            .iter()
            .filter(|line| !arguments(line).is_empty())
            .collect();
        for (index, line) in lines.iter().enumerate() {
            for other in &lines[..index] {
                if self.exclude_each_other(&line.name, &other.name) {
                    problems.push(Problem {
                        line: Some(line.number),
                        name: Some(line.name.clone()),
                        message: format!(
                            "{} and {} (line {}) exclude each other",
                            line.name, other.name, other.number
                        ),
                        remedy: Some("remove one of them".to_owned()),
                    });
                }
            }
        }
        problems
    }

    fn exclude_each_other(&self, one: &str, other: &str) -> bool {
        let excludes = |one: &str, other: &str| {
            let conflicts = self
                .find(one)
                .map(|arg| self.command.get_arg_conflicts_with(arg));
            conflicts
                .unwrap_or_default()
                .iter()
                .any(|arg| arg.get_long() == Some(other))
        };
        excludes(one, other) || excludes(other, one)
    }

    /// Returns those of the lines that hold beside the command line, which wins: `given` are the
    /// names of its options. Lines without effect are left out, too: switches that are off, and
    /// options of a part of the server that is not asked for.
    pub(super) fn effective<'a>(
        &self,
        lines: &'a [Line],
        given: &BTreeSet<String>,
    ) -> Vec<&'a Line> {
        let is_free = |line: &&Line| {
            let mut given = given.iter();
            !given.any(|given| *given == line.name || self.exclude_each_other(given, &line.name))
        };
        let on = lines.iter().filter(|line| !arguments(line).is_empty());
        let free: Vec<&Line> = on.filter(is_free).collect();
        let is_on =
            |name: &String| given.contains(name) || free.iter().any(|line| line.name == *name);
        let needs = |line: &Line| self.needs(line);
        free.iter()
            .copied()
            .filter(|line| needs(line).iter().all(is_on))
            .collect()
    }

    /// Returns the names of the options without which a line has no effect.
    pub(super) fn needs(&self, line: &Line) -> Vec<String> {
        let Err(error) = self.parse(&arguments(line)) else {
            return Vec::new();
        };
        match (error.kind(), error.get(ContextKind::InvalidArg)) {
            (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(missing))) => {
                missing.iter().map(|usage| name_of(usage)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the options of a server that starts with these lines alone.
    pub(super) fn matches(&self, lines: &[Line]) -> Option<ArgMatches> {
        let effective = self.effective(lines, &BTreeSet::new());
        let arguments: Vec<OsString> = effective.into_iter().flat_map(arguments).collect();
        self.parse(&arguments).ok()
    }

    fn parse(&self, arguments: &[OsString]) -> Result<ArgMatches, Error> {
        self.command.clone().try_get_matches_from(arguments)
    }
}

impl OptionKind {
    /// Returns the kind of an option.
    pub(super) fn of(arg: &Arg) -> Self {
        match arg.get_action() {
            ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count => Self::Switch,
            ArgAction::Append => Self::List,
            _ => Self::Value,
        }
    }

    fn takes(self, value: &LineValue) -> bool {
        matches!(
            (self, value),
            (Self::Switch, LineValue::Switch(_))
                | (Self::Value | Self::List, LineValue::Text(_))
                | (Self::List, LineValue::List(_))
        )
    }

    fn example(self, arg: &Arg) -> String {
        let name = arg.get_long().unwrap_or_default();
        let value = arg
            .get_value_names()
            .and_then(|names| Some(names.first()?.as_str()));
        let value = value.unwrap_or("VALUE");
        match self {
            Self::Switch => format!("{name} = true or {name} = false"),
            Self::Value => format!("{name} = \"{value}\""),
            Self::List => format!("{name} = [\"{value}\", \"{value}\"]"),
        }
    }
}

/// Returns a line as arguments of the command line.
pub(super) fn arguments(line: &Line) -> Vec<OsString> {
    let name = &line.name;
    let with = |value: &String| OsString::from(format!("--{name}={value}"));
    match &line.value {
        LineValue::Switch(true) => vec![format!("--{name}").into()],
        LineValue::Text(text) => vec![with(text)],
        LineValue::List(texts) => texts.iter().map(with).collect(),
        LineValue::Switch(false) | LineValue::Other | LineValue::Section => Vec::new(),
    }
}

/// Returns the reason why clap does not take a value.
fn value_message(name: &str, error: &Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let reason = error.source().map(ToString::to_string);
    let valid = text(ContextKind::ValidValue).map(|valid| format!("it must be one of {valid}"));
    match reason.or(valid) {
        Some(reason) => {
            let value = printable(&value);
            format!("\"{value}\" is not possible for {name}: {reason}")
        }
        None => {
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default();
            first.trim_start_matches("error: ").to_owned()
        }
    }
}

fn suggestion(error: &Error) -> Option<String> {
    match error.get(ContextKind::SuggestedArg)? {
        ContextValue::String(usage) => Some(name_of(usage)),
        _ => None,
    }
}

/// Returns the name in a usage such as `--bios-rate <HZ>`.
fn name_of(usage: &str) -> String {
    let name = usage.trim_start_matches('-').split([' ', '=']).next();
    name.unwrap_or_default().to_owned()
}
