//! The fields of telemetry among the entries of the cockpit's tables.

use super::{Hit, Query, TableEntry};
use crate::lookup::Tables;
use crate::telemetry;

/// The number of entries that come before fields of telemetry that fit as well.
const ENTRIES_BEFORE_FIELDS: usize = 5;

/// The share of a query that a field must fit more than the best entry, to come before it.
const CLEARLY_MORE: f32 = 0.25;

impl Tables {
    /// Returns the entries, and the fields of telemetry, that fit a query best, the best first. Entries
    /// have the index 0, those of [`telemetry::tables`] the index 1.
    pub fn search_with_fields(&self, query: &str, limit: usize) -> Vec<Hit<(usize, TableEntry)>> {
        let hits = self.search(query, limit).into_iter();
        let hits = hits.map(|hit| hit.of_tables(0)).collect();
        with_fields(hits, 1, query, limit)
    }
}

impl Hit<TableEntry> {
    fn of_tables(self, index: usize) -> Hit<(usize, TableEntry)> {
        Hit {
            entry: (index, self.entry),
            share: self.share,
        }
    }
}

/// Returns the entries with the fields of telemetry that fit the query: those that fit clearly more of
/// it than the best entry before all entries, those that fit as much after the first few, and the
/// others last. The fields have the index `fields`. They are searched apart, so that their words do
/// not change the ranks of the entries.
pub(crate) fn with_fields(
    mut entries: Vec<Hit<(usize, TableEntry)>>,
    fields: usize,
    query: &str,
    limit: usize,
) -> Vec<Hit<(usize, TableEntry)>> {
    let best = entries.first().map_or(0.0, |entry| entry.share);
    let hits = telemetry::tables().search(query, limit).into_iter();
    let hits = hits.map(|hit| hit.of_tables(fields));
    let (better, others): (Vec<_>, Vec<_>) =
        hits.partition(|field| field.share > best + CLEARLY_MORE);
    let (equal, worse): (Vec<_>, Vec<_>) = others.into_iter().partition(|it| it.share >= best);
    let is_list = Query::new(query).is_empty();
    let middle = match is_list {
        true => entries.len(),
        false => entries.len().min(ENTRIES_BEFORE_FIELDS),
    };
    entries.splice(middle..middle, equal);
    entries.splice(0..0, better);
    entries.extend(worse);
    entries.truncate(limit);
    entries
}
