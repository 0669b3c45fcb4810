//! Changes of the file by Setup.

use std::io;
use std::path::PathBuf;
use std::sync::PoisonError;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::document::{self, LineValue, parse};
use super::problem::Problem;
use super::{Settings, file, shown};

/// The beginning of a new file.
const HEADER: &str = "\
# Settings of dcs-master serve: its options, each in a line without the --, such as
#   listen = \"0.0.0.0:4242\"
#   serial = [\"COM5\", \"COM7,baud=250000\"]
#   mdns = true
# dcs-master serve --help lists them. Options of the command line win.

";

/// The lines to write, by the names of their options. Null, false, and an empty text or list remove
/// a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    set: IndexMap<String, Value>,
}

/// The reason why the file is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The system names no folder for the file.
    #[error("the system names no folder for your data, so settings cannot be kept")]
    NoFolder,
    /// The file cannot be read or is not TOML.
    #[error(
        "{}: {problem}. Do that by hand, as in an editor; Setup cannot",
        shown(file)
    )]
    NotEditable {
        /// The file.
        file: PathBuf,
        /// The fault in it.
        problem: Problem,
    },
    /// A line would be wrong.
    #[error("{0}")]
    Wrong(String),
    /// The file cannot be written.
    #[error("{} cannot be written: {error}", shown(file))]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
}

impl Settings {
    /// Changes lines of the file, or nothing at all. The other lines, comments and line ends stay.
    ///
    /// # Errors
    /// When the file would be wrong with these lines, or cannot be read or written.
    pub fn change(&self, change: SettingsChange) -> Result<(), ChangeError> {
        let path = self.file.as_deref().ok_or(ChangeError::NoFolder)?;
        let not_editable = |problem| ChangeError::NotEditable {
            file: path.to_owned(),
            problem,
        };
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let old = file::read(path).map_err(not_editable)?;
        let mut text = old.clone().unwrap_or_else(|| HEADER.to_owned());
        for (name, value) in change.set {
            text = self
                .changed(&text, &name, value)
                .map_err(|error| match error {
                    EditError::NotToml(problem) => not_editable(problem),
                    EditError::Wrong(message) => ChangeError::Wrong(message),
                })?;
        }
        let lines = parse(&text).map_err(not_editable)?;
        if let Some(problem) = self.options.problems(&lines).first() {
            return Err(ChangeError::Wrong(problem.to_string()));
        }
        let start = self.options.matches(&lines);
        start
            .map_or(Ok(()), |start| (self.start_check)(&start))
            .map_err(ChangeError::Wrong)?;
        if text.len() as u64 > file::MAX_FILE {
            let most = file::MAX_FILE;
            let message = format!("the file would have more than {most} bytes; enter less");
            return Err(ChangeError::Wrong(message));
        }
        if old.as_ref() == Some(&text) {
            return Ok(());
        }
        file::write(path, &text).map_err(|error| ChangeError::NotWritten {
            file: path.to_owned(),
            error,
        })
    }

    /// Returns the text with one line changed.
    fn changed(&self, text: &str, name: &str, value: Value) -> Result<String, EditError> {
        let lines = parse(text).map_err(EditError::NotToml)?;
        match line_value(value) {
            Some(None) => document::without(text, &lines, name)
                .ok_or_else(|| EditError::Wrong(format!("remove the section {name} in an editor"))),
            _ if self.options.find(name).is_none() => {
                Err(EditError::Wrong(format!("there is no option \"{name}\"")))
            }
            Some(Some(value)) => Ok(document::with_value(text, &lines, name, &value)),
            None => Err(EditError::Wrong(format!(
                "{name} takes true, false, a text, or a list of texts"
            ))),
        }
    }
}

enum EditError {
    NotToml(Problem),
    Wrong(String),
}

/// Returns the value of a line; inside, `None` removes the line. Outside, it means that no line has
/// such a value.
fn line_value(value: Value) -> Option<Option<LineValue>> {
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let value = match value {
        Value::Null | Value::Bool(false) => return Some(None),
        Value::Bool(true) => LineValue::Switch(true),
        Value::Array(values) => {
            LineValue::List(values.into_iter().map(text).collect::<Option<_>>()?)
        }
        value => LineValue::Text(text(value)?),
    };
    let is_empty = value == LineValue::List(Vec::new()) || value == LineValue::Text(String::new());
    Some(Some(value).filter(|_| !is_empty))
}
