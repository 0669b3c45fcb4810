//! The verdict on the name tables of the aircraft that is flown or, without one, of all aircraft.

use std::path::Path;

use aircraft_defs::{Catalog, OwnProblem, aircraft_in, counted, read_tables};

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

/// Returns the findings about the user's own tables that cannot be used, or not all of them.
pub(super) fn examine_own(defs: &Path, own_defs: &Path) -> Vec<Finding> {
    if own_defs.is_file() {
        let message = format!("{}: not a folder", own_defs.display());
        return vec![Finding::bad(
            printable_reason(&message),
            "replace it by a folder",
        )];
    }
    let known = aircraft_in(defs);
    let catalog = Catalog {
        tables: defs,
        own_defs: Some(own_defs),
    };
    let own = known.iter().filter(|aircraft| catalog.has_own(aircraft));
    let found = own.flat_map(|aircraft| {
        let (generated, _) = read_tables(defs, aircraft);
        OwnProblem::find(own_defs, aircraft, &generated)
    });
    let found = found.map(|problem| {
        let remedy = format!("correct it in {}; see docs/own-defs.md", own_defs.display());
        Finding::bad(printable_reason(&problem.to_string()), remedy)
    });
    // The tables of an aircraft may not have been made yet.
    let unknown = OwnProblem::find_unknown(own_defs, &known);
    let unknown = unknown.into_iter().map(|problem| {
        let remedy = "dcs-master serve makes the tables of an aircraft when it appears";
        Finding::idle(printable_reason(&problem.to_string()), remedy)
    });
    found.chain(unknown).collect()
}

fn run_defgen(defs: &Path, game: &GameFolders) -> String {
    let install = match game.installs.first() {
        Some(install) => install.display().to_string(),
        None => "C:\\Program Files\\Eagle Dynamics\\DCS World".to_owned(),
    };
    format!("run: defgen \"{install}\" --out \"{}\"", defs.display())
}
