//! The settings file, `settings.toml`: options of `serve` that hold at every start.
//!
//! [`document`] knows TOML and [`options`] knows clap; only [`file`] touches the disk. The lines
//! become arguments that stand before those of the command line, so that clap checks both alike. A
//! file with a wrong line is ignored as a whole: a wrong `allow` must not let everybody in whom
//! `listen` invites.

mod answer;
mod args;
mod change;
mod document;
mod file;
mod options;
mod problem;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::{ArgMatches, Command};
use tracing::{error, info};

pub use answer::SettingsAnswer;
pub use args::SettingsArgs;
pub use change::{ChangeError, SettingsChange};
pub use problem::Problem;

use self::document::{Line, parse};
use self::options::{OptionSet, arguments};
use crate::quote::printable_reason;
use crate::setup::doctor::Finding;

/// The settings of a server.
#[derive(Debug)]
pub struct Settings {
    options: OptionSet,
    /// `None` if the system names no folder for the user's data, or if no file is to be read.
    file: Option<PathBuf>,
    /// The file as it was at the start.
    start: Content,
    /// The options that the server runs with; `None` for a server that reads no settings.
    running: Option<ArgMatches>,
    /// The names of the lines of the file that hold.
    used: BTreeSet<String>,
    /// The reason why the server could not start with the file.
    failure: Option<Problem>,
    /// Tells whether the server can start with options that clap takes one by one.
    start_check: StartCheck,
    /// Held while the file is changed.
    change: Mutex<()>,
}

/// A check of all options of a start together, with the reason why the server cannot start with them.
pub type StartCheck = fn(&ArgMatches) -> Result<(), String>;

/// The contents of the file.
#[derive(Debug, Clone, Default)]
struct Content {
    exists: bool,
    lines: Vec<Line>,
    problems: Vec<Problem>,
}

impl Content {
    fn read(file: &Path, options: &OptionSet) -> Self {
        match file::read(file) {
            Ok(None) => Self::default(),
            Ok(Some(text)) => match parse(&text) {
                Ok(lines) => Self {
                    exists: true,
                    problems: options.problems(&lines),
                    lines,
                },
                Err(problem) => Self::broken(problem),
            },
            Err(problem) => Self::broken(problem),
        }
    }

    fn broken(problem: Problem) -> Self {
        Self {
            exists: true,
            lines: Vec::new(),
            problems: vec![problem],
        }
    }

    /// Returns the lines that count: none if one of them is wrong.
    fn usable(&self) -> &[Line] {
        match self.problems.is_empty() {
            true => &self.lines,
            false => &[],
        }
    }
}

impl Settings {
    /// Reads the file for a server with the options of `command`. `given` are the names of the
    /// options on the command line, which win.
    pub fn read(command: Command, file: Option<PathBuf>, given: &BTreeSet<String>) -> Self {
        let options = OptionSet::new(command);
        let start = file.as_deref().map(|file| Content::read(file, &options));
        let start = start.unwrap_or_default();
        let used = options.effective(start.usable(), given);
        let used = used.into_iter().map(|line| line.name.clone()).collect();
        Self {
            options,
            file,
            start,
            running: None,
            used,
            failure: None,
            start_check: |_| Ok(()),
            change: Mutex::default(),
        }
    }

    /// Checks changes of the file with `check`, too.
    #[must_use]
    pub fn with_start_check(mut self, check: StartCheck) -> Self {
        self.start_check = check;
        self
    }

    /// Requires that the file is there, since the command line names it.
    pub fn require_file(&mut self) {
        if self.file.is_some() && !self.start.exists {
            self.start = Content::broken(Problem {
                line: None,
                name: None,
                message: "there is no such file".to_owned(),
                remedy: Some("name another one with --settings, or write it".to_owned()),
            });
        }
    }

    /// Returns the lines that hold, as arguments to stand before those of the command line.
    pub fn arguments(&self) -> Vec<OsString> {
        let lines = self.start.lines.iter();
        let used = lines.filter(|line| self.used.contains(&line.name));
        used.flat_map(arguments).collect()
    }

    /// Takes the options that the server runs with, which [`Self::arguments`] are among.
    pub fn set_running(&mut self, running: ArgMatches) {
        self.running = Some(running);
    }

    /// Ignores the file from now on, since the server could not start with it.
    pub fn set_failed(&mut self, reason: &str) {
        self.used.clear();
        self.failure = Some(Problem {
            line: None,
            name: None,
            message: format!("dcs-master cannot start with these settings: {reason}"),
            remedy: Some("change that setting".to_owned()),
        });
    }

    /// Returns the contents of the file as it is now.
    fn content(&self) -> Content {
        let file = self.file.as_deref();
        let mut content = file
            .map(|file| Content::read(file, &self.options))
            .unwrap_or_default();
        if document::has_same_values(&content.lines, &self.start.lines) {
            content.problems.extend(self.failure.clone());
        }
        content
    }

    /// Returns the file for messages, if a line of it holds.
    pub fn used_file(&self) -> Option<String> {
        let file = self.file.as_deref().filter(|_| !self.used.is_empty());
        file.map(shown)
    }

    /// Logs which file was read and what holds of it.
    pub fn log(&self) {
        let Some(file) = self
            .file
            .as_deref()
            .filter(|_| self.start.exists)
            .map(shown)
        else {
            return;
        };
        let problems: Vec<&Problem> = self.start.problems.iter().chain(&self.failure).collect();
        for problem in &problems {
            let gap = if problem.line.is_some() { "," } else { ":" };
            error!("{file}{gap} {}", printable_reason(&problem.to_string()));
        }
        if !problems.is_empty() {
            error!(
                "{file} is ignored as a whole until that is corrected: only the options of the command line hold"
            );
            return;
        }
        info!("the settings in {file} hold: {}", self.used_names());
        for line in &self.start.lines {
            if let Some(reason) = self.idle_reason(line) {
                info!("{file}, line {}: {} {reason}", line.number, line.name);
            }
        }
    }

    /// Returns the reason why a line has no effect although it says something.
    fn idle_reason(&self, line: &Line) -> Option<String> {
        if self.used.contains(&line.name) || arguments(line).is_empty() {
            return None;
        }
        let needs = self.options.needs(line);
        Some(match needs.is_empty() {
            true => "gives way to the command line".to_owned(),
            false => format!("has no effect without {}", needs.join(" and ")),
        })
    }

    fn used_names(&self) -> String {
        let lines = self.start.lines.iter();
        let names: Vec<&str> = lines
            .filter(|line| self.used.contains(&line.name))
            .map(|line| line.name.as_str())
            .collect();
        match names.is_empty() {
            true => "nothing".to_owned(),
            false => names.join(", "),
        }
    }

    /// Returns what doctor says of the file as it is now.
    pub fn findings(&self) -> Vec<Finding> {
        let Some(file) = &self.file else {
            return Vec::new();
        };
        let (content, file) = (self.content(), shown(file));
        if !content.problems.is_empty() {
            let bad = content.problems.iter().map(|problem| {
                let place = problem
                    .line
                    .map_or_else(String::new, |line| format!(", line {line}"));
                let message = printable_reason(&problem.message);
                let remedy = problem.remedy.as_deref().unwrap_or("correct it");
                let remedy = format!(
                    "{}; until then the whole file is ignored",
                    printable_reason(remedy)
                );
                Finding::bad(format!("{file}{place}: {message}"), remedy)
            });
            return bad.collect();
        }
        let names: Vec<&str> = content
            .lines
            .iter()
            .map(|line| line.name.as_str())
            .collect();
        match content.exists {
            false => Vec::new(),
            true if names.is_empty() => vec![Finding::good(format!(
                "{file}: there are no settings in it"
            ))],
            true => vec![Finding::good(format!(
                "{file}: settings for {}",
                names.join(", ")
            ))],
        }
    }
}

fn shown(path: &Path) -> String {
    printable_reason(&path.to_string_lossy())
}

#[cfg(test)]
mod tests;
