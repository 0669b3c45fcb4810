//! The message types of one aircraft, from its name tables.
//!
//! Pure. A type belongs to one thing only, in both streams together: whoever sees
//! `LANDING_GEAR` on either of them knows what is meant, and a panel may be wired
//! to both. Gauges take their types first, then controls, then the indicator
//! elements that were asked for, so that a command line does not rename what the
//! tables name.

use std::collections::{HashMap, HashSet};

use aircraft_defs::{Control, Gauge, NameRequest};

use super::element::Element;
use super::names::{type_name, unique_types};
use super::selection::Selection;
use crate::control::CommandAction;

/// Starts the type of a gauge whose name does not start with a letter.
const GAUGE_PREFIX: &str = "G";
/// The same for a control.
const CONTROL_PREFIX: &str = "C";

/// A type of the export stream: a gauge's value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GaugeType {
    /// The type.
    pub(crate) name: String,
    /// The arg it reads.
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
    /// What the sim shows when the mouse rests on it.
    pub(crate) hint: Option<String>,
    /// The device that takes the command.
    pub(crate) device: i64,
    /// The command and the values it takes.
    pub(crate) action: CommandAction,
}

/// A type of the export stream: the text of an indicator's element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ElementType {
    /// The type.
    pub(crate) name: String,
    /// What it shows.
    pub(crate) element: Element,
}

/// The message types of one aircraft.
#[derive(Debug, Clone, Default)]
pub(crate) struct TypeTable {
    /// In the order of `gauges.json`; gauges without an arg cannot be read and have none.
    pub(crate) gauges: Vec<GaugeType>,
    /// In the order of `controls.json`, the positions of a rotary joined; controls without a device cannot be worked and have none.
    pub(crate) controls: Vec<ControlType>,
    /// As they were asked for.
    pub(crate) elements: Vec<ElementType>,
    /// Where in `controls` each type of the import stream is.
    imported: HashMap<String, usize>,
    exported: HashSet<String>,
}

impl TypeTable {
    /// Names everything in the tables and each of `elements`, and keeps the gauges of
    /// `selection`: a narrower selection renames nothing.
    pub(crate) fn new(
        gauges: &[Gauge],
        controls: &[Control],
        elements: &[Element],
        selection: &Selection,
    ) -> Self {
        let mut gauges: Vec<GaugeType> = gauges.iter().filter_map(gauge_type).collect();
        let mut controls = join_positions(controls.iter().flat_map(control_types));
        let mut elements: Vec<ElementType> = elements.iter().map(element_type).collect();
        let wanted = gauges
            .iter()
            .map(|gauge| NameRequest::new(&gauge.name, Some(gauge.arg)))
            .chain(
                controls
                    .iter()
                    .map(|c| NameRequest::new(&c.name, c.action.arg)),
            )
            .chain(elements.iter().map(|e| NameRequest::new(&e.name, None)))
            .collect();
        let names = gauges
            .iter_mut()
            .map(|gauge| &mut gauge.name)
            .chain(controls.iter_mut().map(|control| &mut control.name))
            .chain(elements.iter_mut().map(|element| &mut element.name));
        for (name, unique) in names.zip(unique_types(wanted)) {
            *name = unique;
        }
        gauges.retain(|gauge| selection.has(&gauge.gauge.name, &gauge.name));
        let indexed = controls.iter().enumerate();
        let imported = indexed.map(|(index, c)| (c.name.clone(), index)).collect();
        let mut table = Self {
            gauges,
            controls,
            elements,
            imported,
            exported: HashSet::new(),
        };
        table.exported = table.exported().into_iter().collect();
        table
    }

    /// Everything in the tables, and no indicators.
    pub(crate) fn all(gauges: &[Gauge], controls: &[Control]) -> Self {
        Self::new(gauges, controls, &[], &Selection::default())
    }

    /// The place in `controls` of the one with this type.
    pub(crate) fn control(&self, name: &str) -> Option<usize> {
        self.imported.get(name).copied()
    }

    /// Whether a gauge or an element has this type.
    pub(crate) fn is_exported(&self, name: &str) -> bool {
        self.exported.contains(name)
    }

    /// The types that are exported, gauges before elements.
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

/// The first command takes the control's name, the others have `_2`, `_3`, … appended.
fn control_types(control: &Control) -> Vec<ControlType> {
    let Some(device) = &control.device else {
        return Vec::new();
    };
    let base = type_name(&control.name, CONTROL_PREFIX);
    let actions = CommandAction::of(control).into_iter().enumerate();
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

/// Where the cockpit has something to click for each position of one rotary, each with its one
/// value, they become one type: that of the first, with all their values.
fn join_positions(controls: impl Iterator<Item = ControlType>) -> Vec<ControlType> {
    let mut joined: Vec<ControlType> = Vec::new();
    let mut rotaries = HashMap::new();
    for control in controls {
        let action = &control.action;
        let key = action.arg.filter(|_| action.is_push());
        let key = key.map(|arg| (control.device, action.command, arg));
        match key.and_then(|key| rotaries.get(&key)) {
            Some(&first) => {
                let first: &mut ControlType = &mut joined[first];
                first.action.join(&control.action);
            }
            None => {
                rotaries.extend(key.map(|key| (key, joined.len())));
                joined.push(control);
            }
        }
    }
    joined
}

fn element_type(element: &Element) -> ElementType {
    ElementType {
        name: element.type_name(),
        element: element.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bios::draft::fixtures::{gauge, switch};

    fn element(text: &str) -> Element {
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
}
