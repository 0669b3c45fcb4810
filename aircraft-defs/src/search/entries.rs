//! The search in the entries of tables.

use super::{Entry, Fit, Hit, Query, search};
use crate::formats::{Control, Kind};
use crate::limits::MIN_SUGGESTED_SHARE;
use crate::lookup::Tables;

/// An entry of the tables of an aircraft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableEntry {
    /// Whether it is an entry of `gauges.json` and not of `controls.json`.
    pub is_gauge: bool,
    /// Its index in the file.
    pub index: usize,
}

/// The entries of the tables to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Controls,
    ControlsAndGauges,
}

/// The entries that fit a query.
pub(crate) struct Scan<'q> {
    query: &'q Query,
    /// The number of entries that were looked at.
    pub(crate) entries: usize,
    pub(crate) fits: Vec<(TableEntry, Fit)>,
}

impl<'q> Scan<'q> {
    pub(crate) fn new(query: &'q Query) -> Self {
        Self {
            query,
            entries: 0,
            fits: Vec::new(),
        }
    }

    /// Adds an entry if it fits, by the names that people read and by its other texts.
    pub(crate) fn add(
        &mut self,
        entry: TableEntry,
        kind: Option<Kind>,
        names: &[&str],
        others: &[&str],
    ) {
        self.entries += 1;
        let fit = self.query.fit(&Entry {
            names,
            others,
            is_gauge: entry.is_gauge,
            kind,
        });
        self.fits.extend(fit.map(|fit| (entry, fit)));
    }

    /// Adds the entries of tables that fit.
    pub(crate) fn add_tables(&mut self, tables: &Tables, scope: Scope) {
        let is_gauge = false;
        for (index, control) in tables.controls().iter().enumerate() {
            let hint = control.hint.as_deref().unwrap_or_default();
            let entry = TableEntry { is_gauge, index };
            let kind = control.actions.first().map(|action| action.kind);
            self.add(entry, kind, &[&control.id, hint], &other_texts(control));
        }
        let with_gauges = scope == Scope::ControlsAndGauges;
        for (index, gauge) in tables.gauges().iter().enumerate().filter(|_| with_gauges) {
            let text = |field| gauge.extra.get(field).and_then(|value| value.as_str());
            let others = ["parameter_name", "controller"].map(|field| text(field).unwrap_or(""));
            let names = [&*gauge.name, text("description").unwrap_or("")];
            let is_gauge = true;
            self.add(TableEntry { is_gauge, index }, None, &names, &others);
        }
    }
}

/// Returns the texts of a control besides id and hint.
fn other_texts(control: &Control) -> Vec<&str> {
    let device = control.device.as_ref();
    let device = device.and_then(|device| device.name.as_deref());
    let commands = control.actions.iter();
    let commands = commands.filter_map(|action| action.command.name.as_deref());
    let element = [&*control.name, device.unwrap_or_default()];
    element.into_iter().chain(commands).collect()
}

impl Tables {
    /// Returns the entries that fit a query best, the best first; all of them in their order if
    /// the query has no words.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<TableEntry>> {
        self.search_in(Scope::ControlsAndGauges, query, limit)
    }

    /// Returns the name of the entry in `scope` that an unknown name may mean.
    pub(crate) fn suggested_entry(&self, scope: Scope, name: &str) -> Option<&str> {
        let best = self.search_in(scope, name, 1).pop()?;
        if best.share < MIN_SUGGESTED_SHARE {
            return None;
        }
        let TableEntry { is_gauge, index } = best.entry;
        if is_gauge {
            return Some(&self.gauges()[index].name);
        }
        let control = self.control(&self.controls()[index].name).ok()?;
        Some(control.id())
    }

    fn search_in(&self, scope: Scope, query: &str, limit: usize) -> Vec<Hit<TableEntry>> {
        search(query, limit, |query| {
            let mut scan = Scan::new(query);
            scan.add_tables(self, scope);
            (scan.entries, scan.fits)
        })
    }
}

/// Returns the name among `known` that an unknown name may mean.
pub(crate) fn suggested_name<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let known: Vec<&str> = known.collect();
    let mut hits = search(name, 1, |query| {
        let fit = |known| {
            let entry = Entry {
                names: &[known],
                others: &[],
                is_gauge: false,
                kind: None,
            };
            Some((known, query.fit(&entry)?))
        };
        (known.len(), known.iter().copied().filter_map(fit).collect())
    });
    let best = hits.pop()?;
    (best.share >= MIN_SUGGESTED_SHARE).then_some(best.entry)
}
