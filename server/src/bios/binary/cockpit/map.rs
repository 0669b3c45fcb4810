//! The map of a cockpit: which values of the tables stand where in the memory map.

use std::collections::{BTreeMap, HashMap};

use aircraft_defs::{Gauge, Tables, check_scale};
use indexmap::IndexMap;

use super::args::{ArgWords, sort_positions};
use super::controls::{ControlItem, ControlKind, ControlValues, controls};
use super::identifiers;
use crate::bios::binary::memory::Address;
use crate::bios::binary::places::{Content, Display, Ledger, gauge_word, state_word};

/// The most controls of an aircraft that can be operated; real ones have under 1,000.
const MAX_CONTROLS: usize = 16_384;
/// The range of an arg whose gauge has no scale, as lamps have none.
const LAMP_RANGE: [f64; 2] = [0.0, 1.0];

/// A gauge or a lamp.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bios::binary) struct GaugeItem {
    pub(in crate::bios::binary) identifier: String,
    pub(in crate::bios::binary) arg: u32,
    /// The name in the tables.
    pub(in crate::bios::binary) name: String,
    pub(in crate::bios::binary) kind: GaugeKind,
}

/// The ways in which a gauge is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bios::binary) enum GaugeKind {
    /// From the gauge word.
    Needle,
    /// From one bit of the state word.
    Lamp,
}

/// A text of an indicator.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bios::binary) struct DisplayItem {
    pub(in crate::bios::binary) identifier: String,
    pub(in crate::bios::binary) address: Address,
    pub(in crate::bios::binary) display: Display,
}

/// The map of a cockpit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::bios::binary) struct CockpitMap {
    pub(in crate::bios::binary) args: BTreeMap<u32, ArgWords>,
    pub(in crate::bios::binary) gauges: Vec<GaugeItem>,
    pub(in crate::bios::binary) controls: Vec<ControlItem>,
    pub(in crate::bios::binary) displays: Vec<DisplayItem>,
    /// The number of args and displays for which there is no room.
    pub(in crate::bios::binary) left_out: usize,
    by_identifier: HashMap<String, usize>,
}

/// What the tables say of an arg.
#[derive(Debug, Default)]
struct ArgUse {
    gauge_range: Option<[f64; 2]>,
    dial_range: Option<[f64; 2]>,
    positions: Vec<f64>,
}

impl CockpitMap {
    /// Creates the map for the tables of an aircraft. Args beyond the window get places in the
    /// ledger, which has the chosen displays. Without a ledger they are left out.
    pub(in crate::bios::binary) fn new(tables: &Tables, mut ledger: Option<&mut Ledger>) -> Self {
        let mut uses: BTreeMap<u32, ArgUse> = BTreeMap::new();
        let mut items = controls(tables);
        items.truncate(MAX_CONTROLS);
        for (item, values) in &items {
            if let Some(arg) = item.arg {
                uses.entry(arg).or_default().add_control(values);
            }
        }
        for gauge in tables.gauges() {
            if let Some(arg) = gauge.arg_number {
                uses.entry(arg).or_default().add_gauge(gauge);
            }
        }
        let mut map = Self::default();
        map.place_args(&mut uses, ledger.as_deref_mut());
        map.add_gauges(tables.gauges());
        for (item, _) in items {
            map.add_control(item);
        }
        if let Some(ledger) = ledger {
            map.add_displays(ledger);
        }
        map
    }

    fn place_args(&mut self, uses: &mut BTreeMap<u32, ArgUse>, mut ledger: Option<&mut Ledger>) {
        for (&arg, used) in uses {
            let mut place = |fixed: Option<Address>, content| match (fixed, ledger.as_deref_mut()) {
                (Some(fixed), _) => Some(fixed),
                (None, Some(ledger)) => ledger.place(content).ok(),
                (None, None) => None,
            };
            let gauge = place(gauge_word(arg), Content::Gauge(arg));
            let state = place(state_word(arg), Content::State(arg));
            let (Some(gauge), Some(state)) = (gauge, state) else {
                self.left_out += 1;
                continue;
            };
            sort_positions(&mut used.positions);
            let words = ArgWords {
                gauge,
                state,
                range: used.range(),
                positions: std::mem::take(&mut used.positions),
            };
            self.args.insert(arg, words);
        }
    }

    fn add_gauges(&mut self, gauges: &[Gauge]) {
        // Gauges whose names differ only in characters that no identifier has mean the same word.
        let mut items: IndexMap<String, GaugeItem> = IndexMap::new();
        for gauge in gauges {
            let Some(arg) = gauge.arg_number.filter(|arg| self.args.contains_key(arg)) else {
                continue;
            };
            let mut add = |identifier: String, kind| {
                items
                    .entry(identifier.clone())
                    .or_insert_with(|| GaugeItem {
                        identifier,
                        arg,
                        name: gauge.name.clone(),
                        kind,
                    });
            };
            add(identifiers::gauge(&gauge.name, arg), GaugeKind::Needle);
            if is_lamp(gauge) {
                add(identifiers::lamp(&gauge.name, arg), GaugeKind::Lamp);
            }
        }
        self.gauges = items.into_values().collect();
    }

    fn add_control(&mut self, mut item: ControlItem) {
        item.arg = item.arg.filter(|arg| self.args.contains_key(arg));
        let words = item.arg.and_then(|arg| self.args.get(&arg));
        match (&mut item.kind, words) {
            (ControlKind::Selector(positions), Some(words)) => {
                positions.clone_from(&words.positions);
            }
            (ControlKind::Dial { range, .. }, Some(words)) => *range = words.range,
            _ => {}
        }
        self.by_identifier
            .insert(item.identifier.clone(), self.controls.len());
        self.controls.push(item);
    }

    fn add_displays(&mut self, ledger: &Ledger) {
        for (address, display) in ledger.displays() {
            let identifier = identifiers::display(display);
            if self
                .displays
                .iter()
                .any(|other| other.identifier == identifier)
            {
                self.left_out += 1;
                continue;
            }
            self.displays.push(DisplayItem {
                identifier,
                address,
                display: display.clone(),
            });
        }
    }

    /// Returns the control with this identifier.
    pub(in crate::bios::binary) fn control(
        &self,
        identifier: &str,
    ) -> Option<(usize, &ControlItem)> {
        let index = *self.by_identifier.get(identifier)?;
        Some((index, self.controls.get(index)?))
    }
}

impl ArgUse {
    fn add_control(&mut self, values: &ControlValues) {
        self.positions.extend(&values.positions);
        if let Some(limits) = values.limits {
            widen(&mut self.dial_range, limits);
        }
    }

    fn add_gauge(&mut self, gauge: &Gauge) {
        let has_scale = check_scale(&gauge.input, &gauge.output).is_ok();
        let output = if has_scale {
            gauge.output.as_slice()
        } else {
            &LAMP_RANGE
        };
        let low = output.iter().copied().fold(f64::INFINITY, f64::min);
        let high = output.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        widen(&mut self.gauge_range, [low, high]);
    }

    /// Returns the raw values at both ends of the gauge word: those of a dial, so that a value that
    /// is read can be sent back, else those of the gauges.
    fn range(&self) -> [f64; 2] {
        self.dial_range.or(self.gauge_range).unwrap_or_else(|| {
            let ends = self.positions.iter().copied().reduce(f64::min);
            let ends = ends.zip(self.positions.iter().copied().reduce(f64::max));
            ends.filter(|(low, high)| low < high)
                .map_or(LAMP_RANGE, |(low, high)| [low, high])
        })
    }
}

/// Returns whether a gauge may be a lamp: it has no scale, or shows the raw value from 0 to 1.
fn is_lamp(gauge: &Gauge) -> bool {
    let is_plain = gauge.input == LAMP_RANGE && gauge.output == LAMP_RANGE;
    is_plain || check_scale(&gauge.input, &gauge.output).is_err()
}

/// Widens a range so that it includes another.
fn widen(range: &mut Option<[f64; 2]>, other: [f64; 2]) {
    let own = range.unwrap_or(other);
    *range = Some([own[0].min(other[0]), own[1].max(other[1])]);
}

#[cfg(test)]
mod tests;
