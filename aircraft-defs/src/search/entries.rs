//! The search in the entries of tables.

use super::{Entry, Fit, Hit, Query, search};
use crate::formats::Control;
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

    /// Adds the entry with this index in its file, if it fits.
    pub(crate) fn add(&mut self, index: usize, texts: &Entry<'_>) {
        self.entries += 1;
        let is_gauge = texts.is_gauge;
        let fit = self.query.fit(texts);
        self.fits
            .extend(fit.map(|fit| (TableEntry { is_gauge, index }, fit)));
    }

    /// Adds the entries of tables that fit.
    pub(crate) fn add_tables(&mut self, tables: &Tables, scope: Scope) {
        for (index, control) in tables.controls().iter().enumerate() {
            let hint = control.hint.as_deref().unwrap_or_default();
            let device = control.device.as_ref();
            let texts = Entry {
                names: &[&control.id, hint],
                others: &other_texts(control),
                device: device
                    .and_then(|device| device.name.as_deref())
                    .unwrap_or_default(),
                is_gauge: false,
                kind: control.actions.first().map(|action| action.kind),
            };
            self.add(index, &texts);
        }
        let with_gauges = scope == Scope::ControlsAndGauges;
        for (index, gauge) in tables.gauges().iter().enumerate().filter(|_| with_gauges) {
            let text = |field| gauge.extra.get(field).and_then(|value| value.as_str());
            let texts = Entry {
                names: &[&gauge.name, text("description").unwrap_or("")],
                others: &["parameter_name", "controller"].map(|field| text(field).unwrap_or("")),
                device: "",
                is_gauge: true,
                kind: None,
            };
            self.add(index, &texts);
        }
    }
}

/// Returns the names of a control's element and commands.
fn other_texts(control: &Control) -> Vec<&str> {
    let commands = control.actions.iter();
    let commands = commands.filter_map(|action| action.command.name.as_deref());
    [&*control.name].into_iter().chain(commands).collect()
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
                device: "",
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
