//! Checks the user's own tables against those that the scripts give today.

use std::path::Path;

use aircraft_defs::{OwnProblem, aircraft_in};

use crate::compile::{Outcome, Report};
use crate::diagnostics::printable;

/// Returns the problems of the user's own tables of all aircraft of a report.
pub(crate) fn own_problems(report: &Report, own_defs: &Path) -> Vec<OwnProblem> {
    let items = report.items.iter();
    let problems = items.flat_map(|item| match &item.outcome {
        Outcome::Tables(tables) => OwnProblem::find(own_defs, &item.name, &tables.indexed()),
        Outcome::Skipped(_) | Outcome::Failed(_) => Vec::new(),
    });
    problems.collect()
}

/// Returns a problem for each folder of own tables that has neither the name of an aircraft of the
/// report nor of one with tables in `out`.
pub(crate) fn unknown_aircraft(report: &Report, out: &Path, own_defs: &Path) -> Vec<OwnProblem> {
    let mut known = aircraft_in(out);
    known.extend(report.items.iter().map(|item| item.name.clone()));
    OwnProblem::find_unknown(own_defs, &known)
}

/// Returns the line about a problem for people.
pub(crate) fn line(problem: &OwnProblem) -> String {
    printable(&problem.to_string()).replace('\n', "?")
}
