//! Adds the names of DCS-BIOS for args, devices and commands to the tables of an aircraft.
//!
//! Pure: tables and records in, tables out. Gauges and controls that the cockpit's own files name
//! keep their name and meaning.

use std::collections::BTreeMap;
use std::fmt;

use aircraft_defs::naming::{IdSource, base_id, is_id, is_nameless};
use aircraft_defs::{Control, ControlIndex, Extra, Gauge, NameRequest, counted, unique_names};
use hashbrown::{HashMap, HashSet};

use super::record::{ControlRecord, RecordKind};
use super::scale::{self, Points};

/// The `source` of entries from DCS-BIOS.
pub const SOURCE: &str = "DCS-BIOS";

/// The contribution of DCS-BIOS to the tables of an aircraft.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DcsBiosNames {
    /// The numbers of entries that it names.
    pub added: AddedCounts,
    /// The SHA-256 hashes of its files that were read, by their paths in Saved Games.
    pub files: BTreeMap<String, String>,
    /// The warnings about its code, each with its place.
    pub warnings: Vec<String>,
}

/// The numbers of entries that records have named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AddedCounts {
    /// The number of gauges that were added.
    pub gauges: usize,
    /// The number of controls that got a hint.
    pub controls: usize,
}

impl fmt::Display for AddedCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [gauges, controls] =
            [(self.gauges, "gauge"), (self.controls, "control")].map(|(n, word)| counted(n, word));
        write!(f, "{gauges} and {controls}")
    }
}

/// Returns the gauges that records add: lamps and needles whose args have no name in `gauges`.
///
/// Their names differ from all names in `gauges` and `controls`.
pub fn gauges(gauges: &[Gauge], controls: &[Control], records: &[ControlRecord]) -> Vec<Gauge> {
    let named: HashSet<u32> = gauges.iter().filter_map(named_arg).collect();
    let is_added = |record: &&ControlRecord| {
        let is_output = !matches!(record.kind, RecordKind::Input | RecordKind::Other);
        let arg = record.arg.filter(|arg| !named.contains(arg));
        is_output
            && arg.is_some()
            && record
                .identifier
                .contains(|c: char| c.is_ascii_alphabetic())
    };
    let added: Vec<&ControlRecord> = records.iter().filter(is_added).collect();
    let requests = added
        .iter()
        .map(|record| NameRequest::new(gauge_name(&record.identifier), record.arg));
    let reserved = reserved(gauges, controls);
    let reserved: Vec<&str> = reserved.iter().map(String::as_str).collect();
    let names = unique_names(requests.collect(), &reserved);
    let gauge = |(record, name): (&&ControlRecord, String)| gauge(record, name);
    added.iter().zip(names).map(gauge).collect()
}

/// Returns the arg of a gauge, unless its name is made of the arg, such as `arg_540`.
fn named_arg(gauge: &Gauge) -> Option<u32> {
    let arg = gauge.arg_number?;
    (!gauge.name.starts_with(&format!("arg_{arg}"))).then_some(arg)
}

/// Returns an identifier as a name: in upper case, with `_` in place of other characters.
fn gauge_name(identifier: &str) -> String {
    let in_name = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_uppercase(),
        false => '_',
    };
    identifier.chars().map(in_name).collect()
}

/// Returns all names by which the tables' gauges and controls are found, in upper case.
fn reserved(gauges: &[Gauge], controls: &[Control]) -> HashSet<String> {
    let index = ControlIndex::new(controls);
    let ids = index.iter(controls).flat_map(|control| {
        let names = [control.id(), control.long_id()];
        names.map(str::to_owned)
    });
    let elements = controls
        .iter()
        .flat_map(|control| [control.name.clone(), control.id.clone()]);
    let gauges = gauges.iter().map(|gauge| gauge.name.clone());
    let names = ids.chain(elements).chain(gauges);
    names.map(|name| name.to_ascii_uppercase()).collect()
}

fn gauge(record: &ControlRecord, name: String) -> Gauge {
    let (input, output): Points = match &record.kind {
        RecordKind::GatedLamp(lit) => scale::of_lamp(lit).unwrap_or_default(),
        RecordKind::Needle { samples, max } => scale::of_needle(samples, *max).unwrap_or_default(),
        RecordKind::Number(samples) => scale::of_number(samples).unwrap_or_default(),
        RecordKind::Lamp | RecordKind::Input | RecordKind::Other => Points::default(),
    };
    let texts = [
        ("description", record.description.as_str()),
        ("category", &record.category),
        ("source", SOURCE),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    Gauge {
        name,
        arg_number: record.arg,
        input,
        output,
        extra: Extra::from_iter(texts.map(|(field, text)| (field.to_owned(), text.into()))),
    }
}

/// The records by the commands that they send.
struct RecordIndex<'a>(HashMap<(i64, i64), Vec<&'a ControlRecord>>);

impl<'a> RecordIndex<'a> {
    fn new(records: &'a [ControlRecord]) -> Self {
        let mut index: HashMap<_, Vec<&ControlRecord>> = HashMap::new();
        for record in records {
            for command in &record.commands {
                index.entry(*command).or_default().push(record);
            }
        }
        Self(index)
    }

    /// Returns the record that sends a command. If there are several, the one with the same arg is
    /// preferred.
    fn find(&self, device: i64, command: i64, arg: Option<u32>) -> Option<&'a ControlRecord> {
        let records = self.0.get(&(device, command))?;
        let same = records.iter().find(|record| record.arg == arg);
        same.or(records.first()).copied()
    }

    /// Returns the record of an element of the cockpit.
    fn of(&self, control: &Control) -> Option<&'a ControlRecord> {
        let device = control.device.as_ref()?.number;
        let mut actions = control.actions.iter();
        actions.find_map(|action| self.find(device, action.command.number, action.arg))
    }
}

/// Gives hints and ids to controls that have none. The names of positions are not used: they are
/// mostly copied from the hints, where the order is uncertain.
///
/// Returns the number of controls that got a hint.
pub fn name_controls(controls: &mut [Control], records: &[ControlRecord]) -> usize {
    let index = RecordIndex::new(records);
    let mut ids = Ids::of(controls);
    let mut named = 0;
    for control in controls {
        let Some(record) = index.of(control) else {
            continue;
        };
        let has_hint = control
            .hint
            .as_ref()
            .is_some_and(|hint| !hint.trim().is_empty());
        if !has_hint && !record.description.is_empty() {
            let nameless = is_nameless(&IdSource::of(control));
            control.hint = Some(record.description.clone());
            control.source = Some(SOURCE.to_owned());
            named += 1;
            if nameless && let Some(id) = ids.take(control, record) {
                control.id = id;
            }
        }
    }
    named
}

/// The ids of the controls, each with the identifier of the record that it comes from, if any.
struct Ids(HashMap<String, Option<String>>);

impl Ids {
    fn of(controls: &[Control]) -> Self {
        let ids = controls.iter().map(|control| (control.id.clone(), None));
        Self(ids.collect())
    }

    /// Returns an id for a control without a name: the identifier of its record, else words of the
    /// description. Returns none if controls of other records have both ids already.
    fn take(&mut self, control: &Control, record: &ControlRecord) -> Option<String> {
        let identifier = gauge_name(&record.identifier);
        let described = base_id(&IdSource::of(control));
        let mut ids = [identifier, described].into_iter();
        let id = ids.find(|id| {
            let owner = self.0.get(id);
            is_id(id) && owner.is_none_or(|owner| owner.as_ref() == Some(&record.identifier))
        })?;
        self.0.insert(id.clone(), Some(record.identifier.clone()));
        Some(id)
    }
}
