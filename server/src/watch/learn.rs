//! Names that the user gives to args, written into the user's own tables.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use aircraft_defs::limits::MAX_OWN_TABLE_BYTES;
use aircraft_defs::naming::is_id;
use aircraft_defs::{Control, ControlRef, Gauge, Tables, is_folder_name, table_text};
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;

use super::names::ArgNames;
use crate::limits::MAX_NAME;
use crate::quote::quoted;

/// The reason why a name is not written.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// It cannot be used in a line of the protocol.
    #[error("{0} cannot be a name: use letters, digits and _, and begin with a letter")]
    NotAName(String),
    /// It is the name of something else.
    #[error("{0} is already the name of something else; type another one")]
    Taken(String),
    /// The aircraft's name cannot be the name of a folder.
    #[error("{0} cannot be the name of a folder, so there can be no tables of your own for it")]
    Aircraft(String),
    /// The existing file has errors, which the user must correct first.
    #[error("{path} cannot be added to, since {reason}; correct it or move it away", path = .0.display(), reason = .1)]
    Unreadable(PathBuf, String),
    /// The file cannot be written.
    #[error("cannot write {path}: {reason}", path = .0.display(), reason = .1)]
    Unwritable(PathBuf, String),
}

/// Names the control or gauge with an arg, in the user's own tables of the aircraft. Returns the
/// file.
///
/// A control or gauge that has a name already keeps it. The new name is a second one, with the same
/// actions or the same scale. An arg without a name becomes a gauge that shows raw values.
///
/// # Errors
/// When the name is unusable or taken, or the file cannot be read or written. Nothing is
/// changed then.
pub fn learn(
    own_defs: &Path,
    aircraft: &str,
    names: &ArgNames,
    arg: u32,
    name: &str,
) -> Result<PathBuf, LearnError> {
    let upper = name.to_ascii_uppercase();
    if !is_id(&upper) || name.len() > MAX_NAME {
        return Err(LearnError::NotAName(quoted(name)));
    }
    if is_taken(names.tables(), name) {
        return Err(LearnError::Taken(quoted(name)));
    }
    if !is_folder_name(aircraft) {
        return Err(LearnError::Aircraft(quoted(aircraft)));
    }
    let (file, entries) = match names.controls(arg).next() {
        Some(control) => ("controls.json", control_entries(control, &upper)),
        None => ("gauges.json", vec![gauge_entry(names, arg, name)]),
    };
    let path = own_defs.join(aircraft).join(file);
    let mut table = read(&path)?;
    table.extend(entries);
    write(&path, &table)?;
    Ok(path)
}

fn is_taken(tables: &Tables, name: &str) -> bool {
    use aircraft_defs::NameError::Unknown;
    !matches!(tables.gauge(name), Err(Unknown { .. }))
        || !matches!(tables.control(name), Err(Unknown { .. }))
}

/// Returns the entry of a gauge, with the scale of an existing gauge with the arg.
fn gauge_entry(names: &ArgNames, arg: u32, name: &str) -> Value {
    let mut entry = Map::new();
    entry.insert("name".into(), json!(name));
    entry.insert("arg_number".into(), json!(arg));
    if let Some(gauge) = names
        .gauges(arg)
        .next()
        .filter(|gauge| !gauge.input.is_empty())
    {
        entry.insert("input".into(), json!(gauge.input));
        entry.insert("output".into(), json!(gauge.output));
    }
    // If no generated table has the arg, there is nothing to check after an update.
    let is_unchecked = |gauge: &Gauge| gauge.extra.get("check") == Some(&json!(false));
    if names.gauges(arg).all(is_unchecked) {
        entry.insert("check".into(), json!(false));
    }
    Value::Object(entry)
}

/// Returns the entries of a control under another name: one for each device.
fn control_entries(control: ControlRef<'_>, name: &str) -> Vec<Value> {
    let mut entries: Vec<Control> = Vec::new();
    for own in control.actions() {
        let same = entries
            .iter_mut()
            .find(|entry| entry.device.as_ref() == own.device);
        match same {
            Some(entry) => entry.actions.push(own.action.clone()),
            None => entries.push(Control {
                name: name.to_owned(),
                id: name.to_owned(),
                hint: control.hint().map(str::to_owned),
                device: own.device.cloned(),
                source: None,
                actions: vec![own.action.clone()],
            }),
        }
    }
    let entries = entries.into_iter();
    entries.map(|entry| json!(entry)).collect()
}

/// Reads the existing entries.
fn read(path: &Path) -> Result<Vec<Value>, LearnError> {
    let unreadable = |reason: String| LearnError::Unreadable(path.to_owned(), reason);
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error.to_string())),
        Ok(metadata) if metadata.len() > MAX_OWN_TABLE_BYTES / 2 => {
            return Err(unreadable("it is full".to_owned()));
        }
        Ok(metadata) if !metadata.is_file() => {
            return Err(unreadable("it is not a file".to_owned()));
        }
        Ok(_) => {}
    }
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    serde_json::from_slice(text)
        .map_err(|error| unreadable(format!("it is not a JSON list: {error}")))
}

/// Writes the file atomically.
fn write(path: &Path, table: &[Value]) -> Result<(), LearnError> {
    let unwritable = |reason: String| LearnError::Unwritable(path.to_owned(), reason);
    let text = table_text(&table).map_err(|error| unwritable(error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    };
    write().map_err(|error| unwritable(error.to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aircraft_defs::{mismatches, read_own_tables, read_tables};

    use super::*;

    /// A folder for the user's own tables, and the generated tables of the sample's trainer.
    struct Rig {
        disk: tempfile::TempDir,
        generated: Arc<Tables>,
    }

    impl Rig {
        fn new() -> Self {
            let defs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aircraft-defs");
            Self {
                disk: tempfile::tempdir().unwrap(),
                generated: Arc::new(read_tables(&defs, "Kestrel_T1").0),
            }
        }

        fn tables(&self) -> Tables {
            let (own, warnings) = read_own_tables(self.disk.path(), "Kestrel_T1");
            assert_eq!(warnings, []);
            assert_eq!(mismatches(&self.generated, &own), []);
            self.generated.with_own(&own)
        }

        fn learn(&self, arg: u32, name: &str) -> Result<PathBuf, LearnError> {
            let names = ArgNames::new(self.tables());
            learn(self.disk.path(), "Kestrel_T1", &names, arg, name)
        }

        fn file(&self, name: &str) -> PathBuf {
            self.disk.path().join("Kestrel_T1").join(name)
        }
    }

    #[test]
    fn a_nameless_arg_becomes_a_gauge() {
        let rig = Rig::new();
        assert_eq!(rig.learn(777, "Fuel_Low").unwrap(), rig.file("gauges.json"));
        let text = fs::read_to_string(rig.file("gauges.json")).unwrap();
        let entry = r#"{"name": "Fuel_Low", "arg_number": 777, "check": false}"#;
        assert_eq!(text, format!("[\n  {entry}\n]\n"));
        assert_eq!(
            rig.tables().gauge("fuel_low").unwrap().arg_number,
            Some(777)
        );
        // A second name is not checked either.
        rig.learn(777, "Low_Fuel").unwrap();
        assert!(rig.tables().gauge("Low_Fuel").is_ok());
        rig.learn(778, "OIL").unwrap();
        assert_eq!(rig.tables().gauge("OIL").unwrap().arg_number, Some(778));
        assert!(rig.tables().gauge("Fuel_Low").is_ok());
    }

    #[test]
    fn a_gauge_keeps_its_scale_and_a_control_its_actions() {
        let rig = Rig::new();
        rig.learn(103, "My_Altimeter").unwrap();
        let (tables, arg) = (rig.tables(), Some(103));
        let (own, generated) = (tables.gauge("My_Altimeter"), tables.gauge("Altimeter"));
        let (own, generated) = (own.unwrap(), generated.unwrap());
        assert_eq!((&own.input, own.arg_number), (&generated.input, arg));
        let flaps = tables.control("FLAP_LEVER").unwrap();
        let file = rig.learn(flaps.arg().unwrap(), "My_Flaps").unwrap();
        assert_eq!(file, rig.file("controls.json"));
        let tables = rig.tables();
        let own = tables.control("my_flaps").unwrap();
        assert_eq!(own.id(), "MY_FLAPS");
        let positions = |control: ControlRef<'_>| format!("{:?}", control.positions());
        assert_eq!(positions(own), positions(flaps));
        assert_eq!(tables.control("FLAP_LEVER").unwrap().id(), "FLAP_LEVER");
    }

    #[test]
    fn names_that_cannot_be_used_are_refused() {
        let rig = Rig::new();
        for name in [
            "",
            "7",
            "a b",
            "lamp-1",
            "Übung",
            &"X".repeat(300),
            "a/b",
            "\u{1b}",
        ] {
            assert!(
                matches!(rig.learn(777, name), Err(LearnError::NotAName(_))),
                "{name}"
            );
        }
        for name in ["altimeter", "FLAP_LEVER", "pnt_flaps", "LAMP_TEST_63"] {
            assert!(
                matches!(rig.learn(777, name), Err(LearnError::Taken(_))),
                "{name}"
            );
        }
        let names = ArgNames::new(rig.tables());
        let elsewhere = learn(rig.disk.path(), "../x", &names, 7, "X");
        assert!(matches!(elsewhere, Err(LearnError::Aircraft(_))));
        assert!(!rig.disk.path().join("Kestrel_T1").exists());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_alone() {
        let rig = Rig::new();
        fs::create_dir(rig.disk.path().join("Kestrel_T1")).unwrap();
        for text in ["{}", "[", "[1,", ""] {
            fs::write(rig.file("gauges.json"), text).unwrap();
            let names = ArgNames::new(Tables::default());
            let result = learn(rig.disk.path(), "Kestrel_T1", &names, 777, "X");
            assert!(matches!(result, Err(LearnError::Unreadable(..))), "{text}");
            assert_eq!(fs::read_to_string(rig.file("gauges.json")).unwrap(), text);
        }
    }
}
