//! The mapping between the types of an aircraft and the args and elements of the world.
//!
//! Pure. It is built once per aircraft. With large tables that takes a while, so it must not be
//! done in the task that serves clients.

use std::collections::BTreeMap;

use aircraft_defs::{Scale, Tables, counted};

use super::config::Export;
use super::types::TypeTable;
use crate::quote::printable;
use crate::wire::{GaugeRequest, Id, Ref, Request};

/// The number of decimals of the raw values that the world sends. A gauge's own precision is
/// applied later, to its value.
const RAW_PRECISION: i8 = 9;

/// The types that depend on one arg, as indices in the type table.
#[derive(Debug, Default)]
pub(super) struct ArgUses {
    pub(super) gauges: Vec<usize>,
    pub(super) controls: Vec<usize>,
}

/// The types of one aircraft, and the args they depend on.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    pub(super) table: TypeTable,
    /// The scale of each gauge of the table.
    pub(super) scales: Vec<Scale>,
    uses: BTreeMap<u32, ArgUses>,
}

impl Mapping {
    /// Creates the types for the tables of an aircraft.
    pub(super) fn new(tables: &Tables, export: &Export) -> Self {
        let table = TypeTable::new(
            tables.gauges(),
            tables.controls(),
            &export.elements,
            &export.gauges,
        );
        let gauges = table.gauges.iter();
        Self {
            scales: gauges
                .map(|g| Scale::new(&g.gauge.input, &g.gauge.output))
                .collect(),
            uses: arg_uses(&table),
            table,
        }
    }

    /// Returns the types that depend on an arg.
    pub(super) fn uses(&self, arg: u32) -> Option<&ArgUses> {
        self.uses.get(&arg)
    }

    /// Returns the subscriptions that the types need: one per arg and one per element.
    pub(super) fn requests(&self, max_frequency: f64) -> Vec<Request> {
        let gauges = self.uses.keys().map(|&arg| {
            Request::Gauge(GaugeRequest {
                gauge: Ref::Number(arg),
                id: Id::from(arg),
                precision: RAW_PRECISION,
                max_frequency,
            })
        });
        let elements = self.table.elements.iter().zip(0..);
        let texts = elements.map(|(element, id)| Request::Indicator {
            indicator: element.element.indicator,
            name: element.element.name.as_str().into(),
            id,
        });
        gauges.chain(texts).collect()
    }

    /// Returns a line for the log with the numbers of types of the aircraft `name`.
    pub(super) fn summary(&self, name: &str) -> String {
        let (table, name) = (&self.table, printable(name));
        format!(
            "DCS-BIOS: {name}: {}, {}, {}, {} watched",
            counted(table.gauges.len(), "gauge"),
            counted(table.controls.len(), "control"),
            counted(table.elements.len(), "indicator element"),
            counted(self.uses.len(), "arg"),
        )
    }

    /// Returns warnings about options that cannot be met in the aircraft `name`, and about parts of
    /// its tables that are left out.
    pub(super) fn warnings(&self, name: &str, export: &Export) -> Vec<String> {
        let name = &printable(name);
        let gauges = self.table.gauges.iter();
        let names = gauges.map(|g| (g.gauge.name.as_str(), g.name.as_str()));
        let unmatched = export.gauges.unmatched(&names).into_iter();
        let unmatched =
            unmatched.map(|pattern| format!("--bios-gauges {pattern}: {name} has no such gauge"));
        let elements = self.table.elements.iter();
        let renamed = elements.filter(|e| e.name != e.element.type_name());
        let renamed = renamed.map(|element| {
            let requested = element.element.type_name();
            format!(
                "--bios-indicator: {name} has another {requested}; it is sent as {}",
                element.name
            )
        });
        let left_out = self.table.left_out.message(name);
        unmatched.chain(renamed).chain(left_out).collect()
    }
}

/// Returns the args that the types need. An encoder needs none, as it is turned without knowing its
/// position.
fn arg_uses(table: &TypeTable) -> BTreeMap<u32, ArgUses> {
    let mut uses: BTreeMap<u32, ArgUses> = BTreeMap::new();
    for (index, gauge) in table.gauges.iter().enumerate() {
        uses.entry(gauge.arg).or_default().gauges.push(index);
    }
    for (index, control) in table.controls.iter().enumerate() {
        if let Some(arg) = control.action.arg.filter(|_| !control.action.relative) {
            uses.entry(arg).or_default().controls.push(index);
        }
    }
    uses
}
