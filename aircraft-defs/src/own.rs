//! The user's own tables, whose entries replace or complete the generated ones.
//!
//! They have the same formats and are read as leniently. [`mismatches`](crate::mismatches) finds the
//! entries that do not fit the generated tables.

use std::collections::HashSet;
use std::path::Path;

use crate::formats::{Commands, Control, Devices, Gauge};
use crate::reader::{Origin, Reader, Warning, is_folder_name};
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

#[cfg(test)]
mod tests;
