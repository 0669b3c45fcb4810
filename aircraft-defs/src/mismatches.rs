//! Entries of the user's own tables that do not fit the generated ones.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use crate::formats::{Control, Devices, Gauge};
use crate::lookup::Tables;
use crate::own::OwnTables;

/// The field of a user's gauge that turns its check off, for an arg that no generated table has.
const CHECK: &str = "check";

/// An entry of the user's own tables that does not fit the generated ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The file that the entry is in.
    pub file: &'static str,
    /// The name of the entry.
    pub name: String,
    /// The reason why it does not fit.
    pub reason: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}: {}", self.file, self.name, self.reason)
    }
}

/// Returns the entries of the user's own tables that do not fit the generated ones.
///
/// - A gauge fits if a generated gauge or control has its arg. If a generated gauge has its name,
///   that one must have the same arg. A gauge with `"check": false` always fits.
/// - A device or command fits if a generated one has its number. If a generated one has its name,
///   that one must have the same number.
/// - A control fits if the generated tables have its device and the commands and args of all its
///   actions.
///
/// Without generated tables, all entries fit.
pub fn mismatches(generated: &Tables, own: &OwnTables) -> Vec<Mismatch> {
    let known = GeneratedNumbers::new(generated);
    if known.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |file, name: &String, problem: Option<String>| {
        found.extend(problem.map(|reason| Mismatch {
            file,
            name: name.clone(),
            reason,
        }));
    };
    for (name, &number) in &own.devices {
        let problem = number_problem(name, number, generated.devices(), &known.devices);
        add("devices.json", name, problem);
    }
    for (name, &number) in &own.commands {
        let problem = number_problem(name, number, generated.commands(), &known.commands);
        add("commands.json", name, problem);
    }
    for gauge in &own.gauges {
        add(
            "gauges.json",
            &gauge.name,
            gauge_problem(gauge, generated, &known),
        );
    }
    for control in &own.controls {
        add(
            "controls.json",
            &control.name,
            control_problem(control, &known),
        );
    }
    found
}

/// The numbers in the generated tables.
struct GeneratedNumbers {
    devices: HashSet<i64>,
    commands: HashSet<i64>,
    args: HashSet<u32>,
}

impl GeneratedNumbers {
    fn new(tables: &Tables) -> Self {
        let mut known = Self {
            devices: tables.devices().values().copied().collect(),
            commands: tables.commands().values().copied().collect(),
            args: tables
                .gauges()
                .iter()
                .filter_map(|gauge| gauge.arg_number)
                .collect(),
        };
        for control in tables.controls() {
            known
                .devices
                .extend(control.device.iter().map(|device| device.number));
            for action in &control.actions {
                known.commands.insert(action.command.number);
                known.args.extend(action.arg);
            }
        }
        known
    }

    fn is_empty(&self) -> bool {
        self.devices.is_empty() && self.commands.is_empty() && self.args.is_empty()
    }

    fn arg_problem(&self, arg: u32) -> Option<String> {
        let is_known = self.args.contains(&arg);
        (!is_known).then(|| format!("no generated gauge or control has arg {arg}"))
    }
}

fn number_problem(
    name: &str,
    number: i64,
    generated: &Devices,
    known: &HashSet<i64>,
) -> Option<String> {
    match generated.get(name) {
        Some(&other) if other != number => Some(format!(
            "it has number {number}, and the generated one has {other}"
        )),
        None if !known.contains(&number) => Some(format!("no generated one has number {number}")),
        Some(_) | None => None,
    }
}

fn gauge_problem(gauge: &Gauge, generated: &Tables, known: &GeneratedNumbers) -> Option<String> {
    if gauge.extra.get(CHECK) == Some(&Value::Bool(false)) {
        return None;
    }
    let Some(arg) = gauge.arg_number else {
        return Some("it has no arg_number".to_owned());
    };
    let mut same = generated
        .gauges()
        .iter()
        .filter(|other| other.name == gauge.name);
    match same.next_back().and_then(|other| other.arg_number) {
        Some(other) if other != arg => Some(format!(
            "it has arg {arg}, and the generated one has {other}"
        )),
        _ => known.arg_problem(arg),
    }
}

fn control_problem(control: &Control, known: &GeneratedNumbers) -> Option<String> {
    if let Some(device) = &control.device
        && !known.devices.contains(&device.number)
    {
        return Some(format!("no generated device has number {}", device.number));
    }
    control.actions.iter().find_map(|action| {
        let command = action.command.number;
        if !known.commands.contains(&command) {
            return Some(format!("no generated command has number {command}"));
        }
        action.arg.and_then(|arg| known.arg_problem(arg))
    })
}
