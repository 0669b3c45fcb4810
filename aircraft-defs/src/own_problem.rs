//! Problems of the user's own tables: what cannot be read, what does not fit, and folders of no
//! aircraft.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use walkdir::WalkDir;

use crate::limits::MAX_OWN_PROBLEMS;
use crate::lookup::Tables;
use crate::mismatches::mismatches;
use crate::own::read_own_tables;
use crate::search::suggested_name;

/// An entry of the user's own tables that no longer fits, or a part of them that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnProblem {
    /// The aircraft.
    pub aircraft: String,
    /// The file, the entry and what is wrong with it.
    pub message: String,
}

impl fmt::Display for OwnProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "own-defs of {}: {}", self.aircraft, self.message)
    }
}

impl OwnProblem {
    /// Returns the first problems of the own tables of an aircraft, and the number of the others.
    pub fn find(own_defs: &Path, aircraft: &str, generated: &Tables) -> Vec<Self> {
        let (own, warnings) = read_own_tables(own_defs, aircraft);
        let mismatches = mismatches(generated, &own);
        let count = warnings.len() + mismatches.len();
        let messages = warnings.iter().map(ToString::to_string);
        let messages = messages.chain(mismatches.iter().map(ToString::to_string));
        let more = count.checked_sub(MAX_OWN_PROBLEMS + 1);
        let more = more.map(|more| format!("{} more like these", more + 1));
        let messages = messages.take(MAX_OWN_PROBLEMS).chain(more);
        let problem = |message| Self {
            aircraft: aircraft.to_owned(),
            message,
        };
        messages.map(problem).collect()
    }

    /// Returns a problem for each folder of own tables that has the name of no aircraft. `known`
    /// are the aircraft.
    pub fn find_unknown(own_defs: &Path, known: &[String]) -> Vec<Self> {
        let entries = WalkDir::new(own_defs).min_depth(1).max_depth(1);
        let folders = entries.sort_by_file_name().into_iter().flatten();
        let folders = folders.filter(|entry| entry.path().is_dir());
        let names = folders.filter_map(|folder| folder.file_name().to_str().map(str::to_owned));
        let unknown = names.filter(|name| !known.iter().any(|known| is_same_folder(known, name)));
        let problem = |aircraft: String| {
            let meant = suggested_name(&aircraft, known.iter().map(String::as_str));
            let advice = match meant {
                Some(meant) => format!("did you mean {meant}? Then rename the folder"),
                None => "the folder must have the sim's name of the aircraft".to_owned(),
            };
            Self {
                message: format!("there are no tables of such an aircraft; {advice}"),
                aircraft,
            }
        };
        unknown.take(MAX_OWN_PROBLEMS).map(problem).collect()
    }
}

/// Returns whether two names are those of one folder.
fn is_same_folder(a: &str, b: &str) -> bool {
    a == b || cfg!(windows) && a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_of_no_aircraft_is_reported_with_the_name_that_it_may_mean() {
        let disk = tempfile::tempdir().unwrap();
        for name in ["FA-18C_hornet", "FA-18C", "Zeppelin"] {
            fs::create_dir(disk.path().join(name)).unwrap();
        }
        fs::write(disk.path().join("README.txt"), "").unwrap();
        let known = ["A-10C_2", "FA-18C_hornet"].map(str::to_owned);
        let lines = OwnProblem::find_unknown(disk.path(), &known);
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "own-defs of FA-18C: there are no tables of such an aircraft; did you mean \
                 FA-18C_hornet? Then rename the folder",
                "own-defs of Zeppelin: there are no tables of such an aircraft; the folder must \
                 have the sim's name of the aircraft",
            ]
        );
        assert_eq!(
            OwnProblem::find_unknown(&disk.path().join("none"), &known),
            []
        );
    }

    #[test]
    fn the_problems_of_an_aircraft_are_bounded() {
        let disk = tempfile::tempdir().unwrap();
        fs::create_dir(disk.path().join("A")).unwrap();
        fs::write(
            disk.path().join("A/gauges.json"),
            format!("[{}0]", "0,".repeat(99)),
        )
        .unwrap();
        let problems = OwnProblem::find(disk.path(), "A", &Tables::default());
        assert_eq!(problems.len(), MAX_OWN_PROBLEMS + 1);
        assert_eq!(problems[MAX_OWN_PROBLEMS].message, "80 more like these");
    }
}
