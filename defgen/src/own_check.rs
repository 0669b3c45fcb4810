//! Checks the user's own tables against those that the scripts give today.

use std::path::Path;

use aircraft_defs::{mismatches, read_own_tables};
use serde::Serialize;

use crate::compile::{Outcome, Report};
use crate::diagnostics::printable;

/// The most problems that are listed for one aircraft.
const MAX_SHOWN: usize = 20;

/// An entry of the user's own tables that no longer fits, or a part of them that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnProblem {
    /// The aircraft.
    pub aircraft: String,
    /// The file, the entry and what is wrong with it.
    pub message: String,
}

impl OwnProblem {
    /// Returns the problems of all aircraft of a report, the first ones of each.
    pub fn find_all(report: &Report, own_defs: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        for item in &report.items {
            let Outcome::Tables(tables) = &item.outcome else {
                continue;
            };
            let (own, warnings) = read_own_tables(own_defs, &item.name);
            let mismatches = mismatches(&tables.indexed(), &own);
            let messages = warnings.iter().map(ToString::to_string);
            let messages = messages.chain(mismatches.iter().map(ToString::to_string));
            let problem = |message| Self {
                aircraft: item.name.clone(),
                message,
            };
            found.extend(messages.take(MAX_SHOWN).map(problem));
            if let Some(more) = (warnings.len() + mismatches.len()).checked_sub(MAX_SHOWN + 1) {
                found.push(problem(format!("{} more like these", more + 1)));
            }
        }
        found
    }

    /// Returns the line about it for people.
    pub fn line(&self) -> String {
        let line = format!("own-defs of {}: {}", self.aircraft, self.message);
        printable(&line).replace('\n', "?")
    }
}
