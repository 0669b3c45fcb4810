//! The args to watch.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

use aircraft_defs::search::TableEntry;
use aircraft_defs::{Catalog, Tables};

use crate::limits::MAX_ARGS;
use crate::watch::ArgNames;

/// The most results of a search whose args are watched.
const MAX_RESULTS: usize = 100;
/// The least share of the words that a result must have.
const MIN_SHARE: f32 = 0.5;

/// A range of args that are watched even without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArgRange(Option<RangeInclusive<u32>>);

impl FromStr for ArgRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "it must be two numbers, as in 0-1999, or one, or none".to_owned();
        if text == "none" {
            return Ok(Self(None));
        }
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
        let (from, to) = (number(from)?, number(to)?);
        if from > to || i64::from(to) > crate::limits::LARGEST_NUMBER {
            return Err(wrong());
        }
        match (to - from) as usize >= MAX_ARGS {
            true => Err(format!("the sim can read {MAX_ARGS} args at most")),
            false => Ok(Self(Some(from..=to))),
        }
    }
}

/// Returns the args to watch: those of the search results for the words or, without words, all that
/// have a name and those of the range.
pub(super) fn targets(
    names: &ArgNames,
    catalog: Catalog<'_>,
    aircraft: &str,
    words: &str,
    range: &ArgRange,
) -> BTreeSet<u32> {
    if words.is_empty() {
        let range = range.0.clone().into_iter().flatten();
        return names.args().chain(range).collect();
    }
    let found = catalog.search(&[aircraft.to_owned()], words, MAX_RESULTS);
    // Telemetry, which comes after the only aircraft, has no args.
    let found = found.into_iter().filter(|found| found.aircraft == 0);
    let found = found.filter(|found| found.share >= MIN_SHARE);
    let args = found.flat_map(|found| args(names.tables(), found.entry));
    args.collect()
}

/// Returns the args of an entry of the tables.
fn args(tables: &Tables, entry: TableEntry) -> Vec<u32> {
    if entry.is_gauge {
        let gauge = tables.gauges().get(entry.index);
        let arg = gauge.and_then(|gauge| gauge.arg_number);
        return arg.into_iter().collect();
    }
    let element = tables.controls().get(entry.index);
    let actions = element.into_iter().flat_map(|element| &element.actions);
    actions.filter_map(|action| action.arg).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        let range = |text: &str| text.parse::<ArgRange>().map(|range| range.0);
        assert_eq!(range("0-1999"), Ok(Some(0..=1999)));
        assert_eq!(range("7"), Ok(Some(7..=7)));
        assert_eq!(range("none"), Ok(None));
        for wrong in ["", "-", "5-", "-5", "9-3", "a-b", "0-99999", "0-4294967295"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
