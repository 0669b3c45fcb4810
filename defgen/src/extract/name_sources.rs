//! Finds the candidates for the name of each gauge: globals, table fields, constants in calls.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use super::names::Candidates;
use aircraft_defs::whole;

use super::reader::{MAX_DEPTH, Reader};
use crate::interp::{CallArg, Table, Value};
use crate::sim_env::cockpit::GaugeRecord;

/// The fields of gauges. A path that ends in one of them is not the name of a gauge.
const FIELDS: [&str; 4] = ["arg_number", "input", "output", "parameter_name"];

/// Returns the candidates for the name of each gauge.
pub(super) fn candidates(reader: &Reader<'_>, records: &[GaugeRecord]) -> Vec<Candidates> {
    let name_sources = NameSources::find(reader, records);
    let machine = reader.machine;
    let keys = ["arg_number", "parameter_name"].map(|field| machine.key(field).as_str());
    let candidates = |record: &GaugeRecord| {
        let [number, parameter] = machine.fields(record.table, &keys);
        let global = record.global.as_ref();
        let global = global.or_else(|| name_sources.globals.get(&record.table));
        let path = name_sources.path(record.table);
        let parameter = machine.text(parameter);
        let constant = constant(record);
        let texts = [
            global.map(String::as_str),
            path,
            parameter.as_deref(),
            constant,
        ];
        let fits = reader.charge_text(texts.into_iter().flatten().map(str::len).sum());
        fits.then(|| Candidates {
            global: global.cloned(),
            path: path.map(str::to_owned),
            parameter: parameter.map(Cow::into_owned),
            constant: constant.map(str::to_owned),
            arg: arg(number),
        })
    };
    records.iter().map_while(candidates).collect()
}

/// Returns a value as the number of an arg, if it is one.
pub(super) fn arg(value: Value) -> Option<u32> {
    let number = value.as_number().and_then(whole)?;
    u32::try_from(number).ok()
}

/// Returns the name of the constant in the innermost call that has one.
fn constant(record: &GaugeRecord) -> Option<&str> {
    let mut args = record.calls.iter().flat_map(|call| &call.args);
    args.find_map(constant_name)
}

fn constant_name(arg: &CallArg) -> Option<&str> {
    let path = arg.path.as_ref()?;
    let (_, name) = path.rsplit_once('.')?;
    let is_value = matches!(arg.value, None | Some(Value::Number(_) | Value::Str(_)));
    let is_excluded = path.starts_with("controllers.") || FIELDS.contains(&name);
    (is_value && !is_excluded).then_some(name)
}

/// The globals and table fields that hold each gauge.
#[derive(Default)]
struct NameSources {
    globals: HashMap<Table, String>,
    paths: HashMap<Table, Vec<String>>,
}

impl NameSources {
    fn find(reader: &Reader<'_>, records: &[GaugeRecord]) -> Self {
        let machine = reader.machine;
        let gauges: HashSet<Table> = records.iter().map(|record| record.table).collect();
        let mut name_sources = Self::default();
        let mut seen = HashSet::from([machine.globals()]);
        for (key, value) in machine.entries(machine.globals()) {
            let (Some(name), Some(table)) = (machine.text(key), value.as_table()) else {
                continue;
            };
            if gauges.contains(&table) {
                name_sources
                    .globals
                    .entry(table)
                    .or_insert(name.into_owned());
            } else {
                name_sources.look_into(reader, &gauges, &mut seen, table, &name);
            }
        }
        name_sources
    }

    /// Adds the gauges in the named fields of a table and of the tables within it.
    fn look_into(
        &mut self,
        reader: &Reader<'_>,
        gauges: &HashSet<Table>,
        seen: &mut HashSet<Table>,
        table: Table,
        path: &str,
    ) {
        if !seen.insert(table) || path.matches('.').count() > MAX_DEPTH {
            return;
        }
        for (key, value) in reader.machine.entries(table) {
            let (Some(name), Some(inner)) = (reader.machine.text(key), value.as_table()) else {
                continue;
            };
            if !reader.charge_text(path.len() + name.len()) {
                return;
            }
            let path = format!("{path}.{name}");
            if gauges.contains(&inner) {
                self.paths.entry(inner).or_default().push(path);
            } else {
                self.look_into(reader, gauges, seen, inner, &path);
            }
        }
    }

    /// Returns the path to a gauge, if there is only one.
    fn path(&self, table: Table) -> Option<&str> {
        match self.paths.get(&table).map(Vec::as_slice) {
            Some([path]) => Some(path),
            _ => None,
        }
    }
}
