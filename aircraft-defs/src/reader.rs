//! The reader of the tables in a folder.
//!
//! Reading is lenient: a missing or unreadable file gives an empty table, a wrong entry is left
//! out, and each gives a warning. A cockpit with one broken lamp is better than none.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};

use crate::formats::{Control, Devices, Gauge};
use crate::limits::{
    MAX_NUMBER, MAX_OWN_TABLE_BYTES, MAX_QUOTE_CHARS, MAX_TABLE_BYTES, MAX_WARNING_CHARS,
    MAX_WARNINGS,
};

/// A part of the tables that is missing or was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file or folder it is about.
    pub path: PathBuf,
    /// The fault and its consequence.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

/// The reason why a table file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("no such file")]
    Missing,
    /// It is a folder, a pipe or a device.
    #[error("not a file")]
    NotAFile,
    /// It has more bytes than this limit.
    #[error("larger than {} MiB, the limit for a table", .0 >> 20)]
    TooLarge(u64),
    /// The system's error.
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Missing,
            _ => Self::Io(error),
        }
    }
}

impl ReadError {
    /// Returns the error and the remedy, for a file that defgen has written.
    pub fn with_advice(&self) -> String {
        match self {
            Self::NotAFile | Self::TooLarge(_) => format!("{self}; remove it and run defgen again"),
            Self::Missing | Self::Io(_) => self.to_string(),
        }
    }
}

impl ReadError {
    /// Returns the error and the remedy, for a file of the user's own.
    fn with_own_advice(&self) -> String {
        match self {
            Self::NotAFile => "a folder, a pipe or a device; replace it by a file".to_owned(),
            Self::TooLarge(_) => format!("{self}; make it smaller"),
            Self::Missing | Self::Io(_) => self.to_string(),
        }
    }
}

/// Returns the bytes of a table file.
///
/// Reads at most [`MAX_TABLE_BYTES`]. Refuses pipes, so that it never waits for their other end.
///
/// # Errors
/// When it is not a file, is larger than that, or cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_at_most(path, MAX_TABLE_BYTES)
}

fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    if !fs::metadata(path)?.is_file() {
        return Err(ReadError::NotAFile);
    }
    let mut bytes = Vec::new();
    let mut limited = File::open(path)?.take(limit + 1);
    limited.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooLarge(limit));
    }
    Ok(bytes)
}

/// Returns whether `name`, which comes from the sim, is a plain folder name and not a path.
pub fn is_folder_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    matches!(components.next(), Some(Component::Normal(_)))
        && components.next().is_none()
        && !name.contains(['/', '\\', ':', '\0'])
}

/// The author of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// defgen, which writes all four files.
    Defgen,
    /// The user, who writes only the files that are needed.
    User,
}

/// Reads the tables in a folder and collects warnings about them.
pub(crate) struct Reader {
    pub(crate) folder: PathBuf,
    origin: Origin,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) unreadable: Vec<(&'static str, String)>,
}

impl Reader {
    pub(crate) fn new(folder: PathBuf, origin: Origin) -> Self {
        Self {
            folder,
            origin,
            warnings: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    pub(crate) fn warn(&mut self, file: &str, message: String) {
        self.add(self.folder.join(file), message);
    }

    pub(crate) fn warn_folder(&mut self, message: String) {
        self.add(self.folder.clone(), message);
    }

    fn add(&mut self, path: PathBuf, message: String) {
        if self.warnings.len() < MAX_WARNINGS {
            let message = shortened(message, MAX_WARNING_CHARS);
            self.warnings.push(Warning { path, message });
        }
    }

    /// Notes that a whole file cannot be used.
    fn reject(&mut self, file: &'static str, reason: String) {
        self.warn(file, reason.clone());
        self.unreadable.push((file, reason));
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, ReadError> {
        let limit = match self.origin {
            Origin::Defgen => MAX_TABLE_BYTES,
            Origin::User => MAX_OWN_TABLE_BYTES,
        };
        read_at_most(&self.folder.join(file), limit)
    }

    /// Returns the file's JSON, or none after a warning.
    fn json(&mut self, file: &'static str) -> Option<Value> {
        let read = self.read(file);
        let bytes = match (read, self.origin) {
            (Ok(bytes), _) => bytes,
            (Err(ReadError::Missing), Origin::User) => return None,
            (Err(ReadError::Missing), Origin::Defgen) => {
                self.warn(file, "no such file".into());
                return None;
            }
            (Err(error), Origin::Defgen) => {
                self.reject(file, format!("cannot be read: {}", error.with_advice()));
                return None;
            }
            (Err(error), Origin::User) => {
                self.reject(file, format!("cannot be read: {}", error.with_own_advice()));
                return None;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        serde_json::from_str(text)
            .map_err(|error| self.reject(file, format!("is not valid JSON: {error}")))
            .ok()
    }

    fn array(&mut self, file: &'static str) -> Vec<Value> {
        match self.json(file) {
            None => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.reject(file, "must be a list, [...]".into());
                Vec::new()
            }
        }
    }

    pub(crate) fn numbers(&mut self, file: &'static str) -> Devices {
        let mut numbers = Devices::default();
        let entries = match self.json(file) {
            None => return numbers,
            Some(Value::Object(entries)) => entries,
            Some(_) => {
                self.reject(file, "must be an object, {\"name\": number, ...}".into());
                return numbers;
            }
        };
        for (name, value) in entries {
            match integer(&value).filter(|number| (-MAX_NUMBER..=MAX_NUMBER).contains(number)) {
                Some(number) => {
                    numbers.insert(name, number);
                }
                None => self.warn(
                    file,
                    format!(
                        "\"{}\" left out: {} is not a 32-bit whole number",
                        quote(&name),
                        quote(&value.to_string())
                    ),
                ),
            }
        }
        numbers
    }

    pub(crate) fn gauges(&mut self) -> Vec<Gauge> {
        const FILE: &str = "gauges.json";
        let mut gauges = Vec::new();
        for (position, entry) in self.array(FILE).into_iter().enumerate() {
            match gauge(entry) {
                Ok((gauge, None)) => gauges.push(gauge),
                Ok((gauge, Some(flaw))) => {
                    self.warn(FILE, format!("\"{}\": {flaw}", quote(&gauge.name)));
                    gauges.push(gauge);
                }
                Err(reason) => {
                    self.warn(FILE, format!("entry {} left out: {reason}", position + 1));
                }
            }
        }
        gauges
    }

    pub(crate) fn controls(&mut self) -> Vec<Control> {
        const FILE: &str = "controls.json";
        let whole = match self.read(FILE) {
            // Tables written before there were controls have no such file.
            Err(ReadError::Missing) => return Vec::new(),
            Err(_) => None,
            Ok(bytes) => serde_json::from_slice(&bytes).ok(),
        };
        whole.unwrap_or_else(|| self.controls_one_by_one())
    }

    /// Reads the entries separately, since one may be damaged.
    fn controls_one_by_one(&mut self) -> Vec<Control> {
        const FILE: &str = "controls.json";
        let mut controls = Vec::new();
        for (position, entry) in self.array(FILE).into_iter().enumerate() {
            match serde_json::from_value(entry) {
                Ok(control) => controls.push(control),
                Err(reason) => {
                    self.warn(FILE, format!("entry {} left out: {reason}", position + 1));
                }
            }
        }
        controls
    }
}

/// Returns a gauge, and a warning if a part of it had to be left out.
fn gauge(entry: Value) -> Result<(Gauge, Option<String>), String> {
    let Value::Object(mut fields) = entry else {
        return Err("it must be an object, {...}".into());
    };
    let (arg_number, arg_flaw) = arg_number(&mut fields);
    let name = match (fields.shift_remove("name"), arg_number) {
        (Some(Value::String(name)), _) if !name.trim().is_empty() => name,
        (_, Some(arg)) => format!("arg_{arg}"),
        _ => return Err("it has neither a name nor an arg_number".into()),
    };
    let input = points(fields.shift_remove("input"));
    let output = points(fields.shift_remove("output"));
    let scale_flaw = (input.is_none() || output.is_none()).then(|| {
        "\"input\" and \"output\" must be lists of numbers; values stay unscaled".to_owned()
    });
    let gauge = Gauge {
        name,
        arg_number,
        input: input.unwrap_or_default(),
        output: output.unwrap_or_default(),
        extra: fields.into_iter().collect(),
    };
    Ok((gauge, arg_flaw.or(scale_flaw)))
}

fn arg_number(fields: &mut Map<String, Value>) -> (Option<u32>, Option<String>) {
    let value = match fields.shift_remove("arg_number") {
        None | Some(Value::Null) => return (None, None),
        Some(value) => value,
    };
    let number = integer(&value).filter(|number| (0..=MAX_NUMBER).contains(number));
    match number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => (Some(number), None),
        None => (
            None,
            Some(format!(
                "arg_number {} is not a whole number from 0 to {MAX_NUMBER}; the \
                 gauge gets no values",
                quote(&value.to_string())
            )),
        ),
    }
}

/// Returns a name or value of a file for use in a warning.
pub(crate) fn quote(text: &str) -> String {
    shortened(text.to_owned(), MAX_QUOTE_CHARS)
}

/// Returns a text of at most `max` characters, or its beginning and an ellipsis.
fn shortened(mut text: String, max: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(max) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Returns one list of points of a scale; none if it holds anything but numbers.
fn points(value: Option<Value>) -> Option<Vec<f64>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(points)) => points.iter().map(Value::as_f64).collect(),
        Some(_) => None,
    }
}

/// Returns a whole number; `12.0` is one too.
fn integer(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        value
            .as_f64()
            .filter(|n| n.fract() == 0.0 && n.abs() <= EXACT)
            .map(|n| n as i64)
    })
}
