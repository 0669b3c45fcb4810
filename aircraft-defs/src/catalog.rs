//! Searches the tables of all aircraft.
//!
//! Parses only the searched fields of the files: an install has 60 aircraft, and their tables are
//! many times larger than the names in them.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::Deserialize;

use crate::formats::Kind;
use crate::lookup::Tables;
use crate::own::read_own_tables;
use crate::read::read_entries;
use crate::reader::read_file;
use crate::search::{Entry, Fit, Hit, Query, Scan, Scope, TableEntry, search, with_fields};

/// The most threads that read tables.
const MAX_THREADS: usize = 4;

/// A gauge, or an element of the cockpit, that fits a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CatalogEntry {
    /// The index of its aircraft. For a field of telemetry, which every aircraft has, it is the number
    /// of aircraft that were searched.
    pub aircraft: usize,
    /// The entry of that aircraft's tables, or of [`telemetry::tables`].
    pub entry: TableEntry,
    /// The share of the query that it matches, from 0 to 1.
    pub share: f32,
}

/// The texts of an entry of `controls.json` that are searched.
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

impl ControlTexts<'_> {
    /// Returns the names of its element and commands.
    fn others(&self) -> Vec<&str> {
        let commands = self.actions.iter();
        let commands = commands.filter_map(|action| action.command.name.as_deref());
        [&*self.name].into_iter().chain(commands).collect()
    }

    /// Returns the name of its device; empty if that is not known.
    fn device(&self) -> &str {
        let device = self.device.as_ref();
        device
            .and_then(|device| device.name.as_deref())
            .unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Name<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct ActionTexts<'a> {
    kind: Kind,
    #[serde(borrow)]
    command: Name<'a>,
}

/// The searched fields of an entry of `gauges.json`.
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

/// An entry of the aircraft with this index, and how well it fits.
type AircraftFit = ((usize, TableEntry), Fit);

/// The folders whose tables are searched.
#[derive(Debug, Clone, Copy)]
pub struct Catalog<'a> {
    /// The folder of the generated tables.
    pub tables: &'a Path,
    /// The folder of the user's own tables.
    pub own_defs: Option<&'a Path>,
}

impl Catalog<'_> {
    /// Returns the entries of the aircraft's tables, and the fields of telemetry, that fit a query
    /// best, the best first. If the
    /// query has no words, returns the entries in their order.
    ///
    /// A file that cannot be read has no entries.
    pub fn search(&self, aircraft: &[String], query: &str, limit: usize) -> Vec<CatalogEntry> {
        let hits = search(query, limit, |query| self.scan(aircraft, query));
        let hits = with_fields(hits, aircraft.len(), query, limit);
        let entry = |hit: Hit<(usize, TableEntry)>| CatalogEntry {
            aircraft: hit.entry.0,
            entry: hit.entry.1,
            share: hit.share,
        };
        hits.into_iter().map(entry).collect()
    }

    /// Reads the tables of an aircraft that the indexes in [`CatalogEntry`] refer to: the generated
    /// gauges and controls, combined with the user's own tables. Generated devices and commands are
    /// left out.
    pub fn read(&self, aircraft: &str) -> Tables {
        let generated = read_entries(self.tables, aircraft);
        match self.own_defs {
            Some(own_defs) if self.has_own(aircraft) => {
                let (own, _) = read_own_tables(own_defs, aircraft);
                Arc::new(generated).with_own(&own)
            }
            _ => generated,
        }
    }

    /// Reads the tables of several aircraft, each as [`Self::read`] does.
    pub fn read_all(&self, aircraft: &[&str]) -> Vec<Tables> {
        in_parallel(aircraft, |aircraft| self.read(aircraft))
    }

    /// Returns whether the user has something of this name in the folder of the own tables.
    pub fn has_own(&self, aircraft: &str) -> bool {
        self.own_defs
            .is_some_and(|folder| folder.join(aircraft).symlink_metadata().is_ok())
    }

    /// Returns the number of all entries, and the entries that fit.
    fn scan(&self, aircraft: &[String], query: &Query) -> (usize, Vec<AircraftFit>) {
        let scans = in_parallel(aircraft, |name| self.scan_aircraft(name, query));
        let entries = scans.iter().map(|scan| scan.entries).sum();
        let fits = scans.into_iter().enumerate().flat_map(|(aircraft, scan)| {
            let fits = scan.fits.into_iter();
            fits.map(move |(entry, fit)| ((aircraft, entry), fit))
        });
        (entries, fits.collect())
    }

    fn scan_aircraft<'q>(&self, name: &str, query: &'q Query) -> Scan<'q> {
        let mut scan = Scan::new(query);
        if self.has_own(name) || !scan_files(&self.tables.join(name), &mut scan) {
            scan = Scan::new(query);
            scan.add_tables(&self.read(name), Scope::ControlsAndGauges);
        }
        scan
    }
}

/// Scans the entries in the files of an aircraft. Returns false if a file is missing, or if an
/// entry is damaged or has no name. The tables must then be read in full, which takes longer.
fn scan_files(folder: &Path, scan: &mut Scan<'_>) -> bool {
    let [controls, gauges] = ["controls.json", "gauges.json"].map(|file| {
        let bytes = read_file(&folder.join(file)).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    });
    let controls = serde_json::from_str::<Vec<ControlTexts<'_>>>(&controls);
    let gauges = serde_json::from_str::<Vec<GaugeTexts<'_>>>(&gauges);
    let (Ok(controls), Ok(gauges)) = (controls, gauges) else {
        return false;
    };
    for (index, control) in controls.iter().enumerate() {
        let texts = Entry {
            names: &[&control.id, control.hint.as_deref().unwrap_or_default()],
            others: &control.others(),
            device: control.device(),
            is_gauge: false,
            kind: control.actions.first().map(|action| action.kind),
        };
        scan.add(index, &texts);
    }
    for (index, gauge) in gauges.iter().enumerate() {
        let parameter = gauge.parameter_name.as_deref().unwrap_or_default();
        let controller = gauge.controller.as_deref().unwrap_or_default();
        let description = gauge.description.as_deref().unwrap_or_default();
        let texts = Entry {
            names: &[&gauge.name, description],
            others: &[parameter, controller],
            device: "",
            is_gauge: true,
            kind: None,
        };
        scan.add(index, &texts);
    }
    gauges.iter().all(GaugeTexts::has_name)
}

/// Applies a function to each item, on several threads. The results are in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    // Threads take small parts in turn, since aircraft differ in size.
    let next = AtomicUsize::new(0);
    let work_on = || {
        let indexes = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        let indexes = indexes.take_while(|&index| index < items.len());
        let results = indexes.map(|index| (index, work(&items[index])));
        results.collect::<Vec<_>>()
    };
    let mut results = thread::scope(|scope| {
        let others = (1..threads.min(MAX_THREADS)).map(|_| scope.spawn(work_on));
        let others: Vec<_> = others.collect();
        let mut results = work_on();
        for other in others {
            results.extend(other.join().unwrap_or_default());
        }
        results
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
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
    fn damaged_tables_give_the_same_results_as_intact_ones() {
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
