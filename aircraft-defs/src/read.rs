//! Reading the tables of an aircraft, leniently.
//!
//! A missing file is an empty table, a bad entry is left out, and both are told
//! as warnings: a cockpit with one broken lamp is better than none.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};

use crate::format::{Control, Devices, Gauge};
use crate::lookup::Tables;

/// The sim's own numbers are 32 bits wide.
const LARGEST: i64 = 2_147_483_647;

/// Something in the tables that was left out or is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file or folder it is about.
    pub path: PathBuf,
    /// What is wrong and what was done about it.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

/// Reads the tables of `aircraft` in the folder `defs`.
///
/// Never fails: what is missing or broken is empty, and said in the warnings.
pub fn read_tables(defs: &Path, aircraft: &str) -> (Tables, Vec<Warning>) {
    let mut reader = Reader {
        folder: defs.join(aircraft),
        warnings: Vec::new(),
        broken: Vec::new(),
    };
    if !is_folder_name(aircraft) {
        defs.clone_into(&mut reader.folder);
        reader.warn_folder(format!(
            "\"{}\" cannot be a folder's name",
            aircraft.escape_default()
        ));
        return (Tables::default(), reader.warnings);
    }
    if !reader.folder.is_dir() {
        reader.warn_folder("no such folder; run defgen over your DCS install to make it".into());
        return (Tables::default(), reader.warnings);
    }
    let devices = reader.numbers("devices.json");
    let commands = reader.numbers("commands.json");
    let gauges = reader.gauges();
    let controls = reader.controls();
    let mut tables = Tables::new(devices, commands, gauges, controls);
    tables.broken = reader.broken;
    (tables, reader.warnings)
}

/// Whether `name`, which comes from the sim, stays within the folder of the tables.
fn is_folder_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    matches!(components.next(), Some(Component::Normal(_)))
        && components.next().is_none()
        && !name.contains(['/', '\\', ':', '\0'])
}

struct Reader {
    folder: PathBuf,
    warnings: Vec<Warning>,
    broken: Vec<(&'static str, String)>,
}

impl Reader {
    fn warn(&mut self, file: &str, message: String) {
        self.warnings.push(Warning {
            path: self.folder.join(file),
            message,
        });
    }

    fn warn_folder(&mut self, message: String) {
        self.warnings.push(Warning {
            path: self.folder.clone(),
            message,
        });
    }

    /// Nothing of the file is of use.
    fn give_up(&mut self, file: &'static str, reason: String) {
        self.warn(file, reason.clone());
        self.broken.push((file, reason));
    }

    /// The file as JSON, or nothing.
    fn json(&mut self, file: &'static str) -> Option<Value> {
        let bytes = match std::fs::read(self.folder.join(file)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.warn(file, "no such file".into());
                return None;
            }
            Err(error) => {
                self.give_up(file, format!("cannot be read: {error}"));
                return None;
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        serde_json::from_str(text)
            .map_err(|error| self.give_up(file, format!("is not valid JSON: {error}")))
            .ok()
    }

    fn array(&mut self, file: &'static str) -> Vec<Value> {
        match self.json(file) {
            None => Vec::new(),
            Some(Value::Array(entries)) => entries,
            Some(_) => {
                self.give_up(file, "must be a list, [...]".into());
                Vec::new()
            }
        }
    }

    fn numbers(&mut self, file: &'static str) -> Devices {
        let mut numbers = Devices::default();
        let entries = match self.json(file) {
            None => return numbers,
            Some(Value::Object(entries)) => entries,
            Some(_) => {
                self.give_up(file, "must be an object, {\"name\": number, ...}".into());
                return numbers;
            }
        };
        for (name, value) in entries {
            match integer(&value).filter(|number| (-LARGEST..=LARGEST).contains(number)) {
                Some(number) => {
                    numbers.insert(name, number);
                }
                None => self.warn(
                    file,
                    format!("\"{name}\" left out: {value} is no whole number of 32 bits"),
                ),
            }
        }
        numbers
    }

    fn gauges(&mut self) -> Vec<Gauge> {
        const FILE: &str = "gauges.json";
        let mut gauges = Vec::new();
        for (position, entry) in self.array(FILE).into_iter().enumerate() {
            match gauge(entry) {
                Ok((gauge, None)) => gauges.push(gauge),
                Ok((gauge, Some(flaw))) => {
                    self.warn(FILE, format!("\"{}\": {flaw}", gauge.name));
                    gauges.push(gauge);
                }
                Err(reason) => {
                    self.warn(FILE, format!("entry {} left out: {reason}", position + 1));
                }
            }
        }
        gauges
    }

    fn controls(&mut self) -> Vec<Control> {
        const FILE: &str = "controls.json";
        // The older tool wrote none; only the DCS-BIOS gateway needs it.
        if !self.folder.join(FILE).exists() {
            return Vec::new();
        }
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

/// A gauge and, where something of it had to be left out, what.
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
    let number = integer(&value).filter(|number| (0..=LARGEST).contains(number));
    match number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => (Some(number), None),
        None => (
            None,
            Some(format!(
                "arg_number {value} is no whole number from 0 to {LARGEST}; it cannot be read"
            )),
        ),
    }
}

/// The points of one side of a scale; none where there is something else than numbers.
fn points(value: Option<Value>) -> Option<Vec<f64>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(points)) => points.iter().map(Value::as_f64).collect(),
        Some(_) => None,
    }
}

/// A whole number, also when it was written with a fraction of zero (`12.0`).
fn integer(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_i64().or_else(|| {
        value
            .as_f64()
            .filter(|n| n.fract() == 0.0 && n.abs() <= EXACT)
            .map(|n| n as i64)
    })
}
