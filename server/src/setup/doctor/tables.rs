//! The name tables of the aircraft that is flown, or of any.

use std::{fs, path::Path};

use aircraft_defs::read_tables;

use super::{super::folders::Places, Finding};

pub(super) fn examine(defs: &Path, aircraft: Option<&str>, places: &Places) -> Finding {
    match aircraft {
        Some(aircraft) => of_aircraft(defs, aircraft, places),
        None => of_any(defs, places),
    }
}

fn of_aircraft(defs: &Path, aircraft: &str, places: &Places) -> Finding {
    let (tables, warnings) = read_tables(defs, aircraft);
    let (devices, gauges) = (tables.devices().len(), tables.gauges().len());
    match warnings.first() {
        None => Finding::good(format!(
            "{aircraft}: tables with {devices} devices, {} commands and {gauges} gauges",
            tables.commands().len(),
        )),
        Some(warning) => Finding::bad(warning.to_string(), run_defgen(defs, places)),
    }
}

fn of_any(defs: &Path, places: &Places) -> Finding {
    let entries = fs::read_dir(defs).into_iter().flatten().flatten();
    let count = entries
        .filter(|entry| entry.path().join("gauges.json").is_file())
        .count();
    if count == 0 {
        let what = format!("{}: no tables of any aircraft", defs.display());
        return Finding::bad(what, run_defgen(defs, places));
    }
    Finding::good(format!("{}: tables of {count} aircraft", defs.display()))
}

fn run_defgen(defs: &Path, places: &Places) -> String {
    let install = match places.installs.first() {
        Some(install) => install.display().to_string(),
        None => "C:\\Program Files\\Eagle Dynamics\\DCS World".to_owned(),
    };
    format!("run: defgen \"{install}\" --out \"{}\"", defs.display())
}
