//! Searches the tables of all aircraft.
//!
//! Reads no more of the files than what is searched: an install has 60 aircraft, and their
//! tables are many times larger than their names.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use serde::Deserialize;

use crate::lookup::Tables;
use crate::own::read_own_tables;
use crate::read::read_tables;
use crate::reader::read_file;
use crate::search::{Entry, Fit, Query, search};

/// The most threads that read tables.
const MAX_THREADS: usize = 4;

/// A gauge, or an element of the cockpit, that fits a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogEntry {
    /// The index of its aircraft.
    pub aircraft: usize,
    /// Whether it is an entry of `gauges.json`, else of `controls.json`.
    pub is_gauge: bool,
    /// Its index in the file.
    pub index: usize,
}

/// What is searched of an entry of `controls.json`.
#[derive(Deserialize)]
struct ControlTexts<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    hint: Option<Cow<'a, str>>,
    #[serde(borrow)]
    device: Option<Name<'a>>,
    #[serde(borrow)]
    actions: Vec<ActionTexts<'a>>,
}

#[derive(Deserialize)]
struct Name<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct ActionTexts<'a> {
    #[serde(borrow)]
    command: Name<'a>,
}

/// What is searched of an entry of `gauges.json`.
#[derive(Deserialize)]
struct GaugeTexts<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    parameter_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    controller: Option<Cow<'a, str>>,
    #[serde(borrow)]
    description: Option<Cow<'a, str>>,
}

impl GaugeTexts<'_> {
    fn has_name(&self) -> bool {
        !self.name.trim().is_empty()
    }
}

/// The folders whose tables are searched.
#[derive(Debug, Clone, Copy)]
pub struct Catalog<'a> {
    /// The folder of the generated tables.
    pub tables: &'a Path,
    /// The folder of the user's own tables.
    pub own_defs: Option<&'a Path>,
}

impl Catalog<'_> {
    /// Returns the entries of the aircraft's tables that fit a query best, the best first; all of
    /// them in their order if the query has no words.
    ///
    /// A file that cannot be read has no entries.
    pub fn search(&self, aircraft: &[String], query: &str, limit: usize) -> Vec<CatalogEntry> {
        search(query, limit, |query| self.scan(aircraft, query))
    }

    /// Reads the tables of an aircraft that the indexes in [`CatalogEntry`] are about: the user's
    /// own laid over the generated ones.
    pub fn read(&self, aircraft: &str) -> Tables {
        let (generated, _) = read_tables(self.tables, aircraft);
        match self.own_defs {
            Some(own_defs) if self.has_own(aircraft) => {
                let (own, _) = read_own_tables(own_defs, aircraft);
                Arc::new(generated).with_own(&own)
            }
            _ => generated,
        }
    }

    fn has_own(&self, aircraft: &str) -> bool {
        self.own_defs
            .is_some_and(|folder| folder.join(aircraft).is_dir())
    }

    /// Returns the number of all entries, and those that fit.
    fn scan(&self, aircraft: &[String], query: &Query) -> (usize, Vec<(CatalogEntry, Fit)>) {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = threads.min(MAX_THREADS);
        let indexes: Vec<usize> = (0..aircraft.len()).collect();
        let part = indexes.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let scan_part = |part: &[usize]| {
                let mut scanner = Scanner::new(query);
                for &index in part {
                    scanner.aircraft(index, self, &aircraft[index]);
                }
                scanner
            };
            let parts = indexes.chunks(part);
            let tasks = parts.map(|part| scope.spawn(move || scan_part(part)));
            let tasks: Vec<_> = tasks.collect();
            let scanners = tasks.into_iter().filter_map(|task| task.join().ok());
            scanners.fold((0, Vec::new()), |(entries, mut fits), scanner| {
                fits.extend(scanner.fits);
                (entries + scanner.entries, fits)
            })
        })
    }
}

/// Collects the entries that fit a query.
struct Scanner<'q> {
    query: &'q Query,
    entries: usize,
    fits: Vec<(CatalogEntry, Fit)>,
}

impl<'q> Scanner<'q> {
    fn new(query: &'q Query) -> Self {
        let (entries, fits) = (0, Vec::new());
        Self {
            query,
            entries,
            fits,
        }
    }

    fn aircraft(&mut self, aircraft: usize, catalog: &Catalog<'_>, name: &str) {
        if catalog.has_own(name) {
            return self.whole(aircraft, &catalog.read(name));
        }
        let folder = catalog.tables.join(name);
        let controls = read_file(&folder.join("controls.json")).unwrap_or_default();
        let gauges = read_file(&folder.join("gauges.json")).unwrap_or_default();
        let controls = serde_json::from_slice::<Vec<ControlTexts<'_>>>(&controls);
        let gauges = serde_json::from_slice::<Vec<GaugeTexts<'_>>>(&gauges);
        match (controls, gauges) {
            (Ok(controls), Ok(gauges)) if gauges.iter().all(GaugeTexts::has_name) => {
                for (index, control) in controls.iter().enumerate() {
                    self.control(aircraft, index, control);
                }
                for (index, gauge) in gauges.iter().enumerate() {
                    let parameter = gauge.parameter_name.as_deref().unwrap_or_default();
                    let controller = gauge.controller.as_deref().unwrap_or_default();
                    let description = gauge.description.as_deref().unwrap_or_default();
                    self.add(
                        aircraft,
                        true,
                        index,
                        &[&gauge.name, description],
                        &[parameter, controller],
                    );
                }
            }
            // An entry is damaged or left out, or a file is missing.
            _ => self.whole(aircraft, &catalog.read(name)),
        }
    }

    /// Searches tables that were read as the server does, which takes longer.
    fn whole(&mut self, aircraft: usize, tables: &Tables) {
        for (index, control) in tables.controls().iter().enumerate() {
            let device = control.device.as_ref();
            let device = device.and_then(|device| device.name.as_deref());
            let hint = control.hint.as_deref().unwrap_or_default();
            let mut others = vec![&*control.name, device.unwrap_or_default()];
            let commands = control.actions.iter();
            others.extend(commands.filter_map(|action| action.command.name.as_deref()));
            self.add(aircraft, false, index, &[&control.id, hint], &others);
        }
        for (index, gauge) in tables.gauges().iter().enumerate() {
            let text = |field| gauge.extra.get(field).and_then(|value| value.as_str());
            let others = ["parameter_name", "controller"].map(|field| text(field).unwrap_or(""));
            let names = [&*gauge.name, text("description").unwrap_or("")];
            self.add(aircraft, true, index, &names, &others);
        }
    }

    fn control(&mut self, aircraft: usize, index: usize, control: &ControlTexts<'_>) {
        let device = control.device.as_ref();
        let device = device.and_then(|device| device.name.as_deref());
        let mut others = vec![&*control.name, device.unwrap_or_default()];
        let commands = control.actions.iter();
        others.extend(commands.filter_map(|action| action.command.name.as_deref()));
        let hint = control.hint.as_deref().unwrap_or_default();
        self.add(aircraft, false, index, &[&control.id, hint], &others);
    }

    fn add(
        &mut self,
        aircraft: usize,
        is_gauge: bool,
        index: usize,
        names: &[&str],
        others: &[&str],
    ) {
        self.entries += 1;
        if let Some(fit) = self.query.fit(&Entry {
            names,
            others,
            is_gauge,
        }) {
            let entry = CatalogEntry {
                aircraft,
                is_gauge,
                index,
            };
            self.fits.push((entry, fit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(tables: &Path, query: &str) -> Vec<CatalogEntry> {
        let catalog = Catalog {
            tables,
            own_defs: None,
        };
        catalog.search(&["Kestrel_T1".to_owned()], query, 50)
    }

    #[test]
    fn damaged_tables_are_searched_as_whole_ones() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("Kestrel_T1");
        std::fs::create_dir(&copy).unwrap();
        for file in ["controls.json", "gauges.json"] {
            let text = std::fs::read_to_string(sample.join("Kestrel_T1").join(file)).unwrap();
            let end = text.rfind(']').unwrap();
            let damaged = format!("{}, 17]", &text[..end]);
            std::fs::write(copy.join(file), damaged).unwrap();
        }
        for query in ["gear lever", "altimeter", "lights", "PNT_UFC_1 key", "elec"] {
            let entries = found(sample, query);
            assert!(!entries.is_empty(), "{query}");
            assert_eq!(found(folder.path(), query), entries, "{query}");
        }
    }
}
