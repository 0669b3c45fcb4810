//! Controls of DCS-BIOS as plain values, read from the state in which their module was run.

use aircraft_defs::whole;

use crate::interp::{Machine, Table, Value};
use crate::sim_env::dcs_bios::ModuleRun;

/// The most controls of a module that are read; the largest real one has 1,200.
const MAX_CONTROLS: usize = 5_000;

/// The most commands or samples of a control that are read.
const MAX_VALUES: usize = 256;

/// The most aircraft of a module that are read.
const MAX_AIRCRAFT: usize = 1_000;

/// The most characters of an identifier or of the name of an aircraft that are kept.
const MAX_NAME_CHARS: usize = 100;

/// The most characters of a description that are kept.
const MAX_TEXT_CHARS: usize = 500;

/// A module of DCS-BIOS.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModuleRecord {
    /// The sim's names of the aircraft that it serves.
    pub aircraft: Vec<String>,
    /// Its controls, in their order.
    pub controls: Vec<ControlRecord>,
}

/// A control of DCS-BIOS: a lamp, a needle, a switch and so on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ControlRecord {
    /// Its identifier, such as `MASTER_CAUTION_LT`.
    pub identifier: String,
    /// The name of the group that it is in.
    pub category: String,
    /// Its description in words.
    pub description: String,
    /// Its kind.
    pub kind: RecordKind,
    /// The only arg that its value comes from.
    pub arg: Option<u32>,
    /// The devices and commands that it sends values to.
    pub commands: Vec<(i64, i64)>,
}

impl ControlRecord {
    /// Returns the approximate bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let texts = [&self.identifier, &self.category, &self.description];
        let samples = match &self.kind {
            RecordKind::GatedLamp(lit) => size_of_val(&**lit),
            RecordKind::Needle { samples, .. } | RecordKind::Number(samples) => {
                size_of_val(&**samples)
            }
            RecordKind::Input | RecordKind::Lamp | RecordKind::Other => 0,
        };
        let lists = size_of_val(&*self.commands) + samples;
        let texts = texts.iter().map(|text| text.len()).sum::<usize>();
        size_of_val(self) + lists + texts
    }
}

/// The kinds of controls.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum RecordKind {
    /// It can be operated.
    Input,
    /// A lamp that is lit from 0.3 on.
    Lamp,
    /// A lamp that is lit in other ranges of raw values. Holds each raw value that was tried, in
    /// ascending order, and whether the lamp is lit there.
    GatedLamp(Vec<(f64, bool)>),
    /// A needle: a number without a unit that goes from 0 to `max`.
    Needle {
        /// Raw values with the number at each.
        samples: Vec<(f64, f64)>,
        /// The number at the end of the needle's range.
        max: f64,
    },
    /// A number in some unit: raw values with the number at each.
    Number(Vec<(f64, f64)>),
    /// A text, or a value without a number.
    #[default]
    Other,
}

/// Reads the modules that a run has defined.
pub(super) fn modules(run: &ModuleRun) -> Vec<ModuleRecord> {
    let reader = RecordReader(&run.session.machine);
    let modules = run.modules.iter();
    let tables = modules.flat_map(|modules| reader.list(*modules, MAX_VALUES));
    let tables = tables.filter_map(Value::as_table);
    tables.map(|module| reader.module(module)).collect()
}

/// Reads the tables that the dry run has filled.
struct RecordReader<'a>(&'a Machine);

impl RecordReader<'_> {
    fn module(&self, table: Table) -> ModuleRecord {
        let aircraft = self.field(table, "aircraft").as_table();
        let names = aircraft.map(|names| self.list(names, MAX_AIRCRAFT));
        let names = names.unwrap_or_default().into_iter();
        let records = self.field(table, "records").as_table();
        let records = records.map(|records| self.list(records, MAX_CONTROLS));
        let records = records.unwrap_or_default().into_iter();
        ModuleRecord {
            aircraft: names
                .filter_map(|name| self.text(name, MAX_NAME_CHARS))
                .collect(),
            controls: records
                .filter_map(|record| self.control(record.as_table()?))
                .collect(),
        }
    }

    fn control(&self, record: Table) -> Option<ControlRecord> {
        let control = self.field(record, "control").as_table()?;
        let text = |name, most| self.text(self.field(control, name), most);
        let commands = self.pairs(record, "commands").into_iter();
        Some(ControlRecord {
            identifier: text("identifier", MAX_NAME_CHARS)?,
            category: text("category", MAX_TEXT_CHARS).unwrap_or_default(),
            description: text("description", MAX_TEXT_CHARS).unwrap_or_default(),
            kind: self.kind(record, control),
            arg: self.arg(record),
            commands: commands
                .filter_map(|(device, command)| Some((integer(device)?, integer(command)?)))
                .collect(),
        })
    }

    fn kind(&self, record: Table, control: Table) -> RecordKind {
        let is_true = |name| self.field(record, name) == Value::Bool(true);
        let samples = self.pairs(record, "samples").into_iter();
        let number = |(raw, value): (Value, Value)| Some((raw.as_number()?, value.as_number()?));
        let samples: Vec<(f64, f64)> = samples.filter_map(number).collect();
        let kind = self.text(self.field(control, "control_type"), MAX_NAME_CHARS);
        let max = self.field(record, "max").as_number();
        match (kind.as_deref(), max) {
            _ if is_true("has_input") => RecordKind::Input,
            _ if is_true("is_plain_lamp") => RecordKind::Lamp,
            (Some("led"), _) => {
                let lit = samples.into_iter().map(|(raw, value)| (raw, value > 0.5));
                RecordKind::GatedLamp(lit.collect())
            }
            (Some("analog_gauge"), Some(max)) => RecordKind::Needle { samples, max },
            (_, Some(_)) => RecordKind::Number(samples),
            (_, None) => RecordKind::Other,
        }
    }

    fn arg(&self, record: Table) -> Option<u32> {
        u32::try_from(integer(self.field(record, "arg"))?).ok()
    }

    fn field(&self, table: Table, name: &str) -> Value {
        self.0.field(table, name)
    }

    /// Returns the first values of a list.
    fn list(&self, table: Table, most: usize) -> Vec<Value> {
        let length = self.0.length(table).min(most);
        (1..=length).map(|index| self.0.nth(table, index)).collect()
    }

    /// Returns the pairs in a list of a record.
    fn pairs(&self, record: Table, name: &str) -> Vec<(Value, Value)> {
        let list = self.field(record, name).as_table();
        let pairs = list.map(|list| self.list(list, MAX_VALUES));
        let pairs = pairs.unwrap_or_default().into_iter();
        let pair = |pair: Value| {
            Some((
                self.0.nth(pair.as_table()?, 1),
                self.0.nth(pair.as_table()?, 2),
            ))
        };
        pairs.filter_map(pair).collect()
    }

    fn text(&self, value: Value, most: usize) -> Option<String> {
        let text = self.0.text(value)?;
        Some(text.chars().take(most).collect())
    }
}

fn integer(value: Value) -> Option<i64> {
    whole(value.as_number()?)
}
