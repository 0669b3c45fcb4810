//! The verdict on the name tables of the aircraft that is flown or, without one, of all aircraft.

use std::path::Path;

use aircraft_defs::{aircraft_in, counted, read_tables};

use super::{super::folders::GameFolders, Finding};
use crate::quote::printable_reason;

pub(super) fn examine(defs: &Path, aircraft: Option<&str>, game: &GameFolders) -> Finding {
    match aircraft {
        Some(aircraft) => check_aircraft(defs, aircraft, game),
        None => check_all(defs, game),
    }
}

fn check_aircraft(defs: &Path, aircraft: &str, game: &GameFolders) -> Finding {
    let (tables, warnings) = read_tables(defs, aircraft);
    match warnings.first() {
        None => Finding::good(format!(
            "{}: tables with {}, {} and {}",
            printable_reason(aircraft),
            counted(tables.devices().len(), "device"),
            counted(tables.commands().len(), "command"),
            counted(tables.gauges().len(), "gauge"),
        )),
        Some(warning) => Finding::bad(
            printable_reason(&warning.to_string()),
            format!(
                "start dcs-master serve, which makes them, and look into its log; or {}",
                run_defgen(defs, game)
            ),
        ),
    }
}

fn check_all(defs: &Path, game: &GameFolders) -> Finding {
    let count = aircraft_in(defs).len();
    let shown = printable_reason(&defs.to_string_lossy());
    if count == 0 {
        let message = format!(
            "{shown}: no tables of any aircraft; dcs-master serve makes those of an aircraft when it \
             appears"
        );
        let cure = format!(
            "if DCS runs on another computer, {}",
            run_defgen(defs, game)
        );
        return Finding::idle(message, cure);
    }
    Finding::good(format!("{shown}: tables of {count} aircraft"))
}

fn run_defgen(defs: &Path, game: &GameFolders) -> String {
    let install = match game.installs.first() {
        Some(install) => install.display().to_string(),
        None => "C:\\Program Files\\Eagle Dynamics\\DCS World".to_owned(),
    };
    format!("run: defgen \"{install}\" --out \"{}\"", defs.display())
}
