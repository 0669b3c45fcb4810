//! Reads the tables of an aircraft.

use std::path::Path;

use crate::formats::{Commands, Devices};
use crate::lookup::Tables;
use crate::reader::{Origin, Reader, Warning, is_folder_name};

/// Reads the tables of `aircraft` in the folder `defs`.
///
/// A table that is missing or cannot be read is empty, and a warning gives the reason.
pub fn read_tables(defs: &Path, aircraft: &str) -> (Tables, Vec<Warning>) {
    let mut reader = Reader::new(defs.join(aircraft), Origin::Defgen);
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
    tables.unreadable = reader.unreadable;
    (tables, reader.warnings)
}

/// Reads the gauges and controls of `aircraft` in the folder `defs`.
///
/// A table that is missing or cannot be read is empty.
pub(crate) fn read_entries(defs: &Path, aircraft: &str) -> Tables {
    if !is_folder_name(aircraft) {
        return Tables::default();
    }
    let mut reader = Reader::new(defs.join(aircraft), Origin::Defgen);
    let (gauges, controls) = (reader.gauges(), reader.controls());
    Tables::new(Devices::default(), Commands::default(), gauges, controls)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;
    use crate::limits::MAX_TABLE_BYTES;

    /// Reads the tables of an aircraft whose devices.json is created by `make`, and returns the
    /// first warning about that file.
    fn warning(make: impl FnOnce(&Path)) -> String {
        let defs = tempfile::tempdir().unwrap();
        let folder = defs.path().join("Kestrel");
        fs::create_dir(&folder).unwrap();
        make(&folder.join("devices.json"));
        let (tables, warnings) = read_tables(defs.path(), "Kestrel");
        let named = |warning: &&Warning| warning.path.ends_with("devices.json");
        let warning = warnings.iter().find(named).unwrap();
        assert!(tables.devices().is_empty());
        warning.message.clone()
    }

    #[test]
    fn missing_folders_and_too_large_files_are_left_out() {
        assert_eq!(warning(|_| ()), "no such file");
        let message = warning(|path| fs::create_dir(path).unwrap());
        assert!(message.contains("not a file"), "{message}");
        let message = warning(|path| {
            File::create(path)
                .unwrap()
                .set_len(MAX_TABLE_BYTES + 1)
                .unwrap();
        });
        assert!(message.contains("larger than 16 MiB"), "{message}");
    }

    #[test]
    fn warnings_about_long_texts_are_short() {
        let defs = tempfile::tempdir().unwrap();
        let folder = defs.path().join("Kestrel");
        fs::create_dir(&folder).unwrap();
        let long = "x".repeat(1 << 20);
        let tables = [
            ("devices.json", format!("{{\"{long}\": \"{long}\"}}")),
            (
                "gauges.json",
                format!("[{{\"name\": \"{long}\", \"arg_number\": \"{long}\"}}]"),
            ),
            (
                "controls.json",
                format!("[{{\"name\": \"a\", \"arg\": \"{long}\"}}]"),
            ),
        ];
        for (file, text) in &tables {
            fs::write(folder.join(file), text).unwrap();
        }
        let (_, warnings) = read_tables(defs.path(), "Kestrel");
        for (file, _) in &tables {
            let named = warnings.iter().find(|warning| warning.path.ends_with(file));
            let message = &named.unwrap().message;
            assert!(message.chars().count() <= 301, "{} bytes", message.len());
        }
        assert!(
            warnings[0]
                .message
                .ends_with("is not a 32-bit whole number")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let message = warning(|path| {
            let status = std::process::Command::new("mkfifo").arg(path).status();
            assert!(status.unwrap().success());
        });
        assert!(message.contains("not a file"), "{message}");
    }

    #[test]
    fn a_name_that_is_a_path_is_refused() {
        let defs = tempfile::tempdir().unwrap();
        for name in ["..", "a/b", "C:x", "a\\b", ""] {
            let (_, warnings) = read_tables(defs.path(), name);
            assert!(warnings[0].message.contains("cannot be a folder's name"));
        }
    }
}
