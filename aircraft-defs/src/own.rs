//! Tables of the user's own, which are laid over the generated ones.
//!
//! They have the same formats and are read as leniently. Which of them fit the generated tables
//! is told by [`misfits`].

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::formats::{Commands, Control, Devices, Gauge};
use crate::lookup::Tables;
use crate::read::{Origin, Reader, Warning, is_folder_name};
use crate::scale::check_scale;

/// The field of an own gauge by which the user says that its arg is in no generated table.
const CHECK: &str = "check";

/// The tables of the user's own for one aircraft.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnTables {
    /// Numbers of devices by name.
    pub devices: Devices,
    /// Numbers of commands by name.
    pub commands: Commands,
    /// Gauges; no two have the same name.
    pub gauges: Vec<Gauge>,
    /// Controls.
    pub controls: Vec<Control>,
}

impl OwnTables {
    /// Returns the number of entries of all tables.
    pub fn len(&self) -> usize {
        self.devices.len() + self.commands.len() + self.gauges.len() + self.controls.len()
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads the tables of the user's own for `aircraft` in the folder `own_defs`.
///
/// A table that is not there is empty. One that cannot be read is empty too, and a warning gives
/// the reason.
pub fn read_own_tables(own_defs: &Path, aircraft: &str) -> (OwnTables, Vec<Warning>) {
    if !is_folder_name(aircraft) {
        return (OwnTables::default(), Vec::new());
    }
    let mut reader = Reader::new(own_defs.join(aircraft), Origin::User);
    let tables = OwnTables {
        devices: reader.numbers("devices.json"),
        commands: reader.numbers("commands.json"),
        gauges: last_of_each_name(reader.gauges()),
        controls: reader.controls(),
    };
    for gauge in &tables.gauges {
        if !(gauge.input.is_empty() && gauge.output.is_empty())
            && let Err(error) = check_scale(&gauge.input, &gauge.output)
        {
            let name = &gauge.name;
            let message = format!("\"{name}\": its values stay unscaled, since {error}");
            reader.warn("gauges.json", message);
        }
    }
    (tables, reader.warnings)
}

/// Returns the gauges without those that a later one of the same name replaces.
fn last_of_each_name(mut gauges: Vec<Gauge>) -> Vec<Gauge> {
    let mut seen = HashSet::new();
    gauges.reverse();
    gauges.retain(|gauge| seen.insert(gauge.name.clone()));
    gauges.reverse();
    gauges
}

/// An entry of the user's own that does not fit the generated tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The file that it is in.
    pub file: &'static str,
    /// Its name.
    pub name: String,
    /// Why it does not fit.
    pub reason: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}: {}", self.file, self.name, self.reason)
    }
}

/// Returns the entries of the user's own that do not fit the generated tables.
///
/// A gauge fits if a generated gauge or control has its arg, and if a generated gauge of its name
/// has the same arg. One with `"check": false` fits always. A device or command fits if a generated
/// one has its number, and if one of its name has the same number. A control fits if devices,
/// commands and args of all its actions are generated ones. Without generated tables, all fit.
pub fn misfits(generated: &Tables, own: &OwnTables) -> Vec<Misfit> {
    let known = Known::new(generated);
    if known.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |file, name: &String, problem: Option<String>| {
        found.extend(problem.map(|reason| Misfit {
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
struct Known {
    devices: HashSet<i64>,
    commands: HashSet<i64>,
    args: HashSet<u32>,
}

impl Known {
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

fn gauge_problem(gauge: &Gauge, generated: &Tables, known: &Known) -> Option<String> {
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

fn control_problem(control: &Control, known: &Known) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::*;
    use crate::read_tables;

    const GENERATED: [(&str, &str); 4] = [
        ("devices.json", r#"{"UFC": 25}"#),
        ("commands.json", r#"{"UFC.Enter": 3001}"#),
        (
            "gauges.json",
            r#"[{"name": "Altimeter", "arg_number": 218, "input": [0, 1000], "output": [0, 1]},
                {"name": "Speed", "arg_number": 219, "input": [0, 500], "output": [0, 1]}]"#,
        ),
        (
            "controls.json",
            r#"[{"name": "PNT_1", "device": {"number": 26}, "actions":
                [{"command": {"number": 3002}, "arg": 300, "kind": "button", "values": [0, 1]}]}]"#,
        ),
    ];

    /// The generated tables, the user's own with these files, and what is wrong with those.
    fn tables(own: &[(&str, &str)]) -> (Arc<Tables>, OwnTables, Vec<Warning>) {
        let disk = tempfile::tempdir().unwrap();
        for (folder, files) in [("defs", &GENERATED[..]), ("own", own)] {
            let folder = disk.path().join(folder).join("A");
            fs::create_dir_all(&folder).unwrap();
            for (name, text) in files {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        let (generated, warnings) = read_tables(&disk.path().join("defs"), "A");
        assert_eq!(warnings, []);
        let (own, warnings) = read_own_tables(&disk.path().join("own"), "A");
        (Arc::new(generated), own, warnings)
    }

    #[test]
    fn entries_are_replaced_and_added() {
        let (generated, own, warnings) = tables(&[
            ("devices.json", r#"{"ufc_panel": 25}"#),
            (
                "gauges.json",
                r#"[{"name": "Speed", "arg_number": 1},
                    {"name": "Altimeter", "arg_number": 218, "input": [0, 4095], "output": [0, 1]},
                    {"name": "Stepper", "arg_number": 218, "input": [0, 200], "output": [0, 1]},
                    {"name": "Speed", "arg_number": 219}]"#,
            ),
        ]);
        assert_eq!(warnings, []);
        let tables = generated.with_own(&own);
        let names: Vec<&str> = tables.gauges().iter().map(|gauge| &*gauge.name).collect();
        assert_eq!(names, ["Altimeter", "Stepper", "Speed"]);
        assert_eq!(tables.gauge("altimeter").unwrap().input, [0.0, 4095.0]);
        assert_eq!(tables.gauge("Stepper").unwrap().input, [0.0, 200.0]);
        assert!(tables.gauge("Speed").unwrap().input.is_empty());
        // Numbers keep the generated scale.
        assert_eq!(tables.gauge_by_arg(218).unwrap().input, [0.0, 1000.0]);
        assert_eq!(tables.gauge_by_arg(219).unwrap().input, [0.0, 500.0]);
        assert_eq!(tables.device("UFC_PANEL"), Ok(25));
        assert_eq!(tables.device("UFC"), Ok(25));
        assert_eq!(tables.controls(), generated.controls());
    }

    #[track_caller]
    fn check_misfits(own: &[(&str, &str)], expected: &[&str]) {
        let (generated, own, _) = tables(own);
        let found: Vec<String> = misfits(&generated, &own)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, expected);
        assert_eq!(misfits(&Tables::default(), &own), []);
    }

    #[test]
    fn gauges_fit_if_their_args_are_known() {
        check_misfits(
            &[(
                "gauges.json",
                r#"[{"name": "Altimeter", "arg_number": 219}, {"name": "New", "arg_number": 219},
                    {"name": "Lamp", "arg_number": 300}, {"name": "Gone", "arg_number": 301},
                    {"name": "Nameless", "arg_number": 302, "check": false}, {"name": "None"}]"#,
            )],
            &[
                "gauges.json: \"Altimeter\": it has arg 219, and the generated one has 218",
                "gauges.json: \"Gone\": no generated gauge or control has arg 301",
                "gauges.json: \"None\": it has no arg_number",
            ],
        );
    }

    #[test]
    fn numbers_and_controls_fit_if_they_are_known() {
        check_misfits(
            &[
                ("devices.json", r#"{"UFC": 24, "Mine": 26, "Gone": 27}"#),
                (
                    "commands.json",
                    r#"{"UFC.Enter": 3002, "Mine": 3002, "Gone": 3003}"#,
                ),
                (
                    "controls.json",
                    r#"[{"name": "fits", "device": {"number": 26}, "actions":
                           [{"command": {"number": 3001}, "arg": 219, "kind": "axis"}]},
                        {"name": "device", "device": {"number": 27}, "actions": []},
                        {"name": "command", "actions":
                           [{"command": {"number": 3009}, "kind": "axis"}]},
                        {"name": "arg", "actions":
                           [{"command": {"number": 3001}, "arg": 1, "kind": "axis"}]}]"#,
                ),
            ],
            &[
                "devices.json: \"UFC\": it has number 24, and the generated one has 25",
                "devices.json: \"Gone\": no generated one has number 27",
                "commands.json: \"UFC.Enter\": it has number 3002, and the generated one has 3001",
                "commands.json: \"Gone\": no generated one has number 3003",
                "controls.json: \"device\": no generated device has number 27",
                "controls.json: \"command\": no generated command has number 3009",
                "controls.json: \"arg\": no generated gauge or control has arg 1",
            ],
        );
    }

    #[test]
    fn a_broken_file_costs_only_itself() {
        let deep = "[".repeat(100_000);
        let huge = " ".repeat(1 << 20) + "[]";
        for text in ["{", "7", "[1, {\"name\": 2}]", &deep, &huge, "\u{feff}", ""] {
            let (_, own, warnings) = tables(&[
                ("gauges.json", text),
                ("devices.json", r#"{"Mine": 25, "Wrong": 1.5}"#),
            ]);
            assert_eq!((own.gauges.len(), own.devices.len()), (0, 1), "{text:.10}");
            assert!(warnings.len() >= 2, "{text:.10}: {warnings:?}");
        }
    }

    #[test]
    fn a_scale_that_cannot_be_used_is_told() {
        let text = r#"[{"name": "A", "arg_number": 218, "input": [0, 1], "output": [1, 1]}]"#;
        let (_, own, warnings) = tables(&[("gauges.json", text)]);
        assert_eq!(own.gauges.len(), 1);
        let message =
            "\"A\": its values stay unscaled, since `output` does not have two different values";
        assert_eq!(warnings[0].message, message);
    }

    #[test]
    fn warnings_are_bounded_and_names_collide_in_bounds() {
        let (_, _, warnings) = tables(&[("gauges.json", &format!("[{}0]", "0,".repeat(100_000)))]);
        assert_eq!(warnings.len(), crate::limits::MAX_WARNINGS);
        let same = r#"{"name": "Altimeter", "arg_number": 218},"#.repeat(20_000);
        let (generated, own, _) = tables(&[("gauges.json", &format!("[{same}0]"))]);
        assert_eq!(own.gauges.len(), 1);
        assert_eq!(generated.with_own(&own).gauges().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let disk = tempfile::tempdir().unwrap();
        fs::create_dir(disk.path().join("A")).unwrap();
        for name in ["gauges.json", "controls.json"] {
            let pipe = disk.path().join("A").join(name);
            let made = std::process::Command::new("mkfifo").arg(pipe).status();
            assert!(made.unwrap().success());
        }
        let (own, warnings) = read_own_tables(disk.path(), "A");
        assert!(own.is_empty());
        let messages: Vec<&str> = warnings.iter().map(|warning| &*warning.message).collect();
        assert_eq!(messages, ["cannot be read: not a file"; 2]);
    }

    #[test]
    fn a_name_from_the_sim_is_no_path() {
        let (own, warnings) = read_own_tables(Path::new("/"), "../etc");
        assert!(own.is_empty() && warnings.is_empty());
    }
}
