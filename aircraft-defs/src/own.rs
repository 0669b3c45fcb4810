//! The user's own tables, whose entries replace or complete the generated ones.
//!
//! They have the same formats and are read as leniently. [`mismatches`](crate::mismatches) finds the
//! entries that do not fit the generated tables.

use std::collections::HashSet;
use std::path::Path;

use crate::formats::{Commands, Control, Devices, Gauge};
use crate::reader::{Origin, Reader, Warning, is_folder_name, quote};
use crate::scale::check_scale;

/// The user's own tables for one aircraft.
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

/// Reads the user's own tables for `aircraft` in the folder `own_defs`.
///
/// A table without a file is empty. One that cannot be read is empty too, and a warning gives the
/// reason.
pub fn read_own_tables(own_defs: &Path, aircraft: &str) -> (OwnTables, Vec<Warning>) {
    if !is_folder_name(aircraft) {
        return (OwnTables::default(), Vec::new());
    }
    let folder = own_defs.join(aircraft);
    let in_the_way = [own_defs, &folder]
        .into_iter()
        .find(|path| is_no_folder(path));
    if let Some(path) = in_the_way {
        let mut reader = Reader::new(path.to_owned(), Origin::User);
        reader.warn_folder("is not a folder; replace it by one".to_owned());
        return (OwnTables::default(), reader.warnings);
    }
    let mut reader = Reader::new(folder, Origin::User);
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
    warn_of_names(&mut reader, &tables);
    (tables, reader.warnings)
}

/// Returns whether there is something at this path that is not a folder.
fn is_no_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok() && !path.is_dir()
}

/// Warns of names that cannot be written in a line of the protocol.
fn warn_of_names(reader: &mut Reader, tables: &OwnTables) {
    let (devices, commands) = (tables.devices.keys(), tables.commands.keys());
    let devices = devices.map(|name| ("devices.json", name));
    let commands = commands.map(|name| ("commands.json", name));
    let gauges = tables.gauges.iter();
    let gauges = gauges.map(|gauge| ("gauges.json", &gauge.name));
    for (file, name) in devices.chain(commands).chain(gauges) {
        let quoted = quote(name);
        if name.contains(|c: char| c.is_whitespace() || c.is_control()) {
            let message = format!(
                "{quoted:?}: no line can contain this name, since it has a blank or a control \
                 character; use _ instead"
            );
            reader.warn(file, message);
        } else if name.parse::<i64>().is_ok() {
            let message = format!("{quoted:?}: in a line this is a number; use another name");
            reader.warn(file, message);
        }
    }
}

/// Returns the gauges without those that a later one of the same name replaces.
fn last_of_each_name(mut gauges: Vec<Gauge>) -> Vec<Gauge> {
    let mut seen = HashSet::new();
    gauges.reverse();
    gauges.retain(|gauge| seen.insert(gauge.name.clone()));
    gauges.reverse();
    gauges
}

#[cfg(test)]
mod tests;
