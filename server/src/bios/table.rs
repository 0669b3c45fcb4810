//! The message types of one aircraft, from its name tables.
//!
//! Pure. A type belongs to one thing only, in both streams together: whoever sees
//! `LANDING_GEAR` on either of them knows what is meant, and a panel may be wired
//! to both. Gauges take their types first, then controls, then the indicator
//! elements that were asked for, so that a command line does not rename what the
//! tables name.

use std::collections::HashMap;

use aircraft_defs::{Control, Gauge};

use super::control::Lever;
use super::element::Element;
use super::names::{Wanted, type_name, unique};

/// Starts the type of a gauge whose name does not start with a letter.
const GAUGE_PREFIX: &str = "G";
/// The same for a control.
const CONTROL_PREFIX: &str = "C";

/// A type of the export stream: a gauge's value.
#[derive(Debug, Clone, PartialEq)]
pub struct GaugeType {
    /// The type.
    pub name: String,
    /// The arg it reads.
    pub arg: u32,
    /// The gauge, for its scale and its name.
    pub gauge: Gauge,
}

/// A type of the import stream: one command of a control.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlType {
    /// The type.
    pub name: String,
    /// The control's name in the cockpit (`PNT_8`).
    pub control: String,
    /// What the sim shows when the mouse rests on it.
    pub hint: Option<String>,
    /// The device that takes the command.
    pub device: i64,
    /// The command and the values it takes.
    pub lever: Lever,
}

/// A type of the export stream: the text of an indicator's element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementType {
    /// The type.
    pub name: String,
    /// What it shows.
    pub element: Element,
}

/// The message types of one aircraft.
#[derive(Debug, Clone, Default)]
pub struct TypeTable {
    /// In the order of `gauges.json`; gauges without an arg cannot be read and have none.
    pub gauges: Vec<GaugeType>,
    /// In the order of `controls.json`; controls without a device cannot be worked and have none.
    pub controls: Vec<ControlType>,
    /// As they were asked for.
    pub elements: Vec<ElementType>,
    by_name: HashMap<String, usize>,
}

impl TypeTable {
    /// Names everything in the tables and each of `elements`.
    pub fn new(gauges: &[Gauge], controls: &[Control], elements: &[Element]) -> Self {
        let mut gauges: Vec<GaugeType> = gauges.iter().filter_map(gauge_type).collect();
        let mut controls: Vec<ControlType> = controls.iter().flat_map(control_types).collect();
        let mut elements: Vec<ElementType> = elements.iter().map(element_type).collect();
        let wanted = gauges
            .iter()
            .map(|gauge| Wanted::new(&gauge.name, Some(gauge.arg)))
            .chain(controls.iter().map(|c| Wanted::new(&c.name, c.lever.arg)))
            .chain(elements.iter().map(|e| Wanted::new(&e.name, None)))
            .collect();
        let names = gauges
            .iter_mut()
            .map(|gauge| &mut gauge.name)
            .chain(controls.iter_mut().map(|control| &mut control.name))
            .chain(elements.iter_mut().map(|element| &mut element.name));
        for (name, unique) in names.zip(unique(wanted)) {
            *name = unique;
        }
        let indexed = controls.iter().enumerate();
        let by_name = indexed.map(|(index, c)| (c.name.clone(), index)).collect();
        Self { gauges, controls, elements, by_name }
    }

    /// The place in `controls` of the one with this type.
    pub fn control(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
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
    let levers = Lever::of(control).into_iter().enumerate();
    levers
        .map(|(index, lever)| ControlType {
            name: match index {
                0 => base.clone(),
                _ => format!("{base}_{}", index + 1),
            },
            control: control.name.clone(),
            hint: control.hint.clone(),
            device: device.number,
            lever,
        })
        .collect()
}

fn element_type(element: &Element) -> ElementType {
    ElementType {
        name: element.type_name(),
        element: element.clone(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use aircraft_defs::{Action, Kind, Named};

    use super::*;

    /// A gauge whose value runs from 0 to `top` over the arg's 0 to 1.
    pub(crate) fn gauge(name: &str, arg: u32, top: f64) -> Gauge {
        Gauge {
            name: name.to_owned(),
            arg_number: Some(arg),
            input: vec![0.0, top],
            output: vec![0.0, 1.0],
            extra: Default::default(),
        }
    }

    /// A switch of device 3.
    pub(crate) fn switch(name: &str, command: i64, arg: u32, values: &[f64]) -> Control {
        Control {
            name: name.to_owned(),
            hint: Some(format!("{name} of the cockpit")),
            device: Some(Named { name: None, number: 3 }),
            actions: vec![Action {
                command: Named { name: None, number: command },
                arg: Some(arg),
                kind: Kind::Switch,
                relative: false,
                spring: false,
                limits: None,
                step: None,
                values: values.to_vec(),
            }],
        }
    }

    fn element(text: &str) -> Element {
        text.parse().unwrap()
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
        );
        let names = |types: Vec<&String>| types.into_iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(names(table.gauges.iter().map(|g| &g.name).collect()), "SYNC_4 GEAR");
        assert_eq!(
            names(table.controls.iter().map(|c| &c.name).collect()),
            "GEAR_8 GEAR_2 C_3_WAY"
        );
        assert_eq!(
            names(table.elements.iter().map(|e| &e.name).collect()),
            "IND6_TXT_VIT GEAR_2_2"
        );
        assert_eq!(table.control("GEAR_2"), Some(1));
        assert_eq!(table.control("GEAR"), None);
    }
}
