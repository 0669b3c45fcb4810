//! The message types of one aircraft, from its name tables.
//!
//! Pure. A type is unique across both streams: `LANDING_GEAR` means the same on
//! either of them, and a panel may be connected to both. Types are given to gauges
//! first, then to controls, then to the requested indicator elements, so that an
//! option on the command line does not change the types of gauges and controls.

use std::collections::{HashMap, HashSet};

use aircraft_defs::{Control, Gauge, NameRequest, counted};
use indexmap::IndexMap;

use super::element::ElementSpec;
use super::names::{type_name, unique_types};
use super::selection::Selection;
use crate::control::CommandAction;
use crate::limits::MAX_ARGS;

/// The most gauges, and the most controls, that get a type: as many as the sim can read. Real
/// cockpits have fewer than two thousand.
pub(crate) const MAX_TYPES: usize = MAX_ARGS;

/// The prefix for the type of a gauge whose name does not start with a letter.
const GAUGE_PREFIX: &str = "G";
/// The prefix for the type of a control whose name does not start with a letter.
const CONTROL_PREFIX: &str = "C";

/// A type of the export stream: a gauge's value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GaugeType {
    /// The type.
    pub(crate) name: String,
    /// The arg that the gauge shows.
    pub(crate) arg: u32,
    /// The gauge, for its scale and its name.
    pub(crate) gauge: Gauge,
}

/// A type of the import stream: one command of a control.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ControlType {
    /// The type.
    pub(crate) name: String,
    /// The control's name in the cockpit (`PNT_8`).
    pub(crate) control: String,
    /// The text that the sim shows when the mouse rests on the control.
    pub(crate) hint: Option<String>,
    /// The device that takes the command.
    pub(crate) device: i64,
    /// The command, and the values it takes.
    pub(crate) action: CommandAction,
}

/// A type of the export stream: the text of an indicator's element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ElementType {
    /// The type.
    pub(crate) name: String,
    /// The element that was requested.
    pub(crate) element: ElementSpec,
}

/// The message types of one aircraft.
#[derive(Debug, Clone, Default)]
pub(crate) struct TypeTable {
    /// The gauges, in the order of `gauges.json`; one without an arg cannot be read and has no
    /// type.
    pub(crate) gauges: Vec<GaugeType>,
    /// The controls, in the order of `controls.json`, with the positions of a rotary joined; one
    /// without a device cannot be moved and has no type.
    pub(crate) controls: Vec<ControlType>,
    /// The elements, as they were requested.
    pub(crate) elements: Vec<ElementType>,
    /// The numbers of gauges and controls without a type because of [`MAX_TYPES`].
    pub(crate) left_out: LeftOut,
    /// The index in `controls` of each type of the import stream.
    imported: HashMap<String, usize>,
    exported: HashSet<String>,
}

/// The numbers of gauges and controls that got no type because there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LeftOut {
    /// Gauges.
    pub(crate) gauges: usize,
    /// Controls.
    pub(crate) controls: usize,
}

impl LeftOut {
    /// Returns a warning for the aircraft `name` if anything is left out.
    pub(crate) fn message(&self, name: &str) -> Option<String> {
        let Self { gauges, controls } = self;
        (gauges + controls > 0).then(|| {
            format!(
                "DCS-BIOS: {name} has more than {MAX_TYPES} gauges or controls; the last {} and \
                 {} are left out",
                counted(gauges, "gauge"),
                counted(controls, "control")
            )
        })
    }
}

impl TypeTable {
    /// Creates the types of everything in the tables and of `elements`, and then keeps only the
    /// gauges of `selection`, so that a selection does not change types.
    pub(crate) fn new(
        gauges: &[Gauge],
        controls: &[Control],
        elements: &[ElementSpec],
        selection: &Selection,
    ) -> Self {
        let mut table = Self {
            gauges: gauges.iter().filter_map(gauge_type).collect(),
            controls: join_positions(controls.iter().flat_map(control_types)),
            elements: elements.iter().map(element_type).collect(),
            ..Self::default()
        };
        table.left_out = LeftOut {
            gauges: table.gauges.len().saturating_sub(MAX_TYPES),
            controls: table.controls.len().saturating_sub(MAX_TYPES),
        };
        table.gauges.truncate(MAX_TYPES);
        table.controls.truncate(MAX_TYPES);
        table.make_types_unique();
        let is_selected = |gauge: &GaugeType| selection.selects(&gauge.gauge.name, &gauge.name);
        table.gauges.retain(is_selected);
        let controls = table.controls.iter().zip(0..);
        table.imported = controls.map(|(c, index)| (c.name.clone(), index)).collect();
        table.exported = table.exported().into_iter().collect();
        table
    }

    /// Creates the types of everything in the tables, without elements.
    pub(crate) fn all(gauges: &[Gauge], controls: &[Control]) -> Self {
        Self::new(gauges, controls, &[], &Selection::default())
    }

    fn make_types_unique(&mut self) {
        let gauges = self.gauges.iter_mut();
        let gauges = gauges.map(|gauge| (&mut gauge.name, Some(gauge.arg)));
        let controls = self.controls.iter_mut();
        let controls = controls.map(|control| (&mut control.name, control.action.arg));
        let elements = self.elements.iter_mut();
        let elements = elements.map(|element| (&mut element.name, None));
        let types: Vec<_> = gauges.chain(controls).chain(elements).collect();
        let requests = types.iter();
        let requests = requests.map(|(name, number)| NameRequest::new(name.as_str(), *number));
        let unique = unique_types(requests.collect());
        for ((name, _), unique) in types.into_iter().zip(unique) {
            *name = unique;
        }
    }

    /// Returns the index in `controls` of the one with this type.
    pub(crate) fn control(&self, name: &str) -> Option<usize> {
        self.imported.get(name).copied()
    }

    /// Returns whether a gauge or an element has this type.
    pub(crate) fn is_exported(&self, name: &str) -> bool {
        self.exported.contains(name)
    }

    /// Returns the types that are exported, gauges before elements.
    pub(crate) fn exported(&self) -> Vec<String> {
        let gauges = self.gauges.iter().map(|gauge| gauge.name.clone());
        gauges
            .chain(self.elements.iter().map(|element| element.name.clone()))
            .collect()
    }
}

fn gauge_type(gauge: &Gauge) -> Option<GaugeType> {
    Some(GaugeType {
        name: type_name(&gauge.name, GAUGE_PREFIX),
        arg: gauge.arg_number?,
        gauge: gauge.clone(),
    })
}

/// Returns a type for each command. The first takes the control's name, the others have `_2`,
/// `_3`, … appended.
fn control_types(control: &Control) -> Vec<ControlType> {
    let Some(device) = &control.device else {
        return Vec::new();
    };
    let base = type_name(&control.name, CONTROL_PREFIX);
    let actions = CommandAction::all(control).into_iter().enumerate();
    actions
        .map(|(index, action)| ControlType {
            name: match index {
                0 => base.clone(),
                _ => format!("{base}_{}", index + 1),
            },
            control: control.name.clone(),
            hint: control.hint.clone(),
            device: device.number,
            action,
        })
        .collect()
}

/// The controls that become one type.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Group {
    /// The positions of one rotary: a device, a command and an arg.
    Rotary(i64, i64, u32),
    /// One control, by its index.
    Single(usize),
}

/// Joins the positions of a rotary for which the cockpit has one thing to click per position, with
/// one value each. They become one type: that of the first, with all their values.
fn join_positions(controls: impl Iterator<Item = ControlType>) -> Vec<ControlType> {
    let mut groups: IndexMap<Group, Vec<ControlType>> = IndexMap::new();
    for (index, control) in controls.enumerate() {
        let action = &control.action;
        let group = match action.arg.filter(|_| action.is_push()) {
            Some(arg) => Group::Rotary(control.device, action.command, arg),
            None => Group::Single(index),
        };
        groups.entry(group).or_default().push(control);
    }
    groups.into_values().filter_map(join).collect()
}

/// Joins controls into the first of them.
fn join(controls: Vec<ControlType>) -> Option<ControlType> {
    let actions = controls.iter().map(|control| control.action.clone());
    let action = CommandAction::merge(actions)?;
    let first = controls.into_iter().next()?;
    Some(ControlType { action, ..first })
}

fn element_type(element: &ElementSpec) -> ElementType {
    ElementType {
        name: element.type_name(),
        element: element.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bios::draft::fixtures::{gauge, switch};

    fn element(text: &str) -> ElementSpec {
        text.parse().unwrap()
    }

    #[test]
    fn a_rotary_with_something_to_click_for_each_position_is_one_type() {
        let mut other_device = switch("MAG-D", 3001, 7, &[0.3]);
        other_device.device.as_mut().unwrap().number = 4;
        let table = TypeTable::all(
            &[],
            &[
                switch("MAG-OFF", 3001, 7, &[0.0]),
                switch("STARTER", 3002, 8, &[1.0]),
                switch("MAG-L", 3001, 7, &[0.2]),
                switch("MAG-R", 3001, 7, &[0.1]),
                switch("MAG-ALL", 3001, 7, &[0.0, 0.1]),
                switch("MAG-A", 3001, 9, &[0.3]),
                other_device,
            ],
        );
        let types = table.controls.iter();
        let types: Vec<_> = types
            .map(|c| (c.name.as_str(), c.action.values.as_slice()))
            .collect();
        let expected: [(&str, &[f64]); 5] = [
            ("MAG_OFF", &[0.0, 0.1, 0.2]),
            ("STARTER", &[1.0]),
            ("MAG_ALL", &[0.0, 0.1]),
            ("MAG_A", &[0.3]),
            ("MAG_D", &[0.3]),
        ];
        assert_eq!(types, expected);
    }

    #[test]
    fn one_type_means_one_thing() {
        let mut knob = switch("Gear", 3001, 8, &[0.0, 1.0]);
        let mut push = knob.actions[0].clone();
        push.command.number = 3002;
        knob.actions.push(push);
        let mut no_device = switch("Loose", 1, 1, &[]);
        no_device.device = None;
        let mut no_arg = gauge("Dead", 0, 1.0);
        no_arg.arg_number = None;
        let table = TypeTable::new(
            &[gauge("Sync", 4, 1.0), gauge("GEAR", 8, 1.0), no_arg],
            &[no_device, knob, switch("3-way", 3003, 9, &[])],
            &[element("6:txt VIT"), element("6:txt:GEAR_2")],
            &Selection::default(),
        );
        let controls: Vec<&str> = table.controls.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(
            table.exported().join(" "),
            "SYNC_4 GEAR IND6_TXT_VIT GEAR_2_2"
        );
        assert_eq!(controls, ["GEAR_8", "GEAR_2", "C_3_WAY"]);
        assert!(table.is_exported("GEAR") && !table.is_exported("GEAR_8"));
        assert_eq!(table.control("GEAR_2"), Some(1));
        assert_eq!(table.control("GEAR"), None);
    }

    #[test]
    fn a_table_of_any_size_gives_a_bounded_number_of_types_in_one_pass() {
        let count = 2 * MAX_TYPES;
        let gauges: Vec<Gauge> = (0..count).map(|_| gauge("Same", 7, 1.0)).collect();
        let rotary: Vec<Control> = (0..count)
            .map(|n| switch("Same", 3001, 7, &[n as f64 / count as f64]))
            .collect();
        let switches: Vec<Control> = (0..count)
            .map(|n| switch("Same", n as i64, 7, &[0.0, 1.0]))
            .collect();
        let table = TypeTable::all(&gauges, &rotary);
        assert_eq!((table.gauges.len(), table.controls.len()), (MAX_TYPES, 1));
        let left_out = LeftOut {
            gauges: count - MAX_TYPES,
            controls: 0,
        };
        assert_eq!(table.left_out, left_out);
        let table = TypeTable::all(&[], &switches);
        assert_eq!(table.controls.len(), MAX_TYPES);
        assert_eq!(table.left_out.controls, count - MAX_TYPES);
    }
}
