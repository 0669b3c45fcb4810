//! The modules of the reference: one for each aircraft, and those that all aircraft have.

use std::collections::BTreeMap;

use super::entry::{Entry, Input, Output};
use crate::bios::binary::cockpit::{
    COMMON_ITEMS, CockpitMap, CommonForm, ControlItem, ControlKind, DisplayItem, GaugeItem,
    GaugeKind,
};
use crate::bios::binary::memory::{Address, END};
use crate::bios::binary::places::{AIRCRAFT_NAME, LIT_MASK, POSITION_MASK};
use crate::quote::printable_reason;

/// The entries of a module by category and identifier.
pub(super) type Module = BTreeMap<String, BTreeMap<String, Entry>>;

/// Returns the module of an aircraft.
pub(super) fn of_aircraft(name: &str, map: &CockpitMap) -> Module {
    let controls = map.controls.iter().map(|item| control(name, item, map));
    let gauges = map.gauges.iter().filter_map(|item| gauge(name, item, map));
    let displays = map.displays.iter().map(|item| display(name, item));
    module(controls.chain(gauges).chain(displays))
}

fn module(entries: impl Iterator<Item = Entry>) -> Module {
    let mut module = Module::new();
    for entry in entries {
        let category = module.entry(entry.category.clone()).or_default();
        category.insert(entry.identifier.clone(), entry);
    }
    module
}

fn control(module: &str, item: &ControlItem, map: &CockpitMap) -> Entry {
    let words = item.arg.and_then(|arg| map.args.get(&arg));
    let positions = match &item.kind {
        ControlKind::Selector(positions) => positions.as_slice(),
        ControlKind::Push => words.map_or(&[0.0, 1.0][..], |words| words.positions.as_slice()),
        ControlKind::Dial { .. } | ControlKind::Encoder => &[],
    };
    let last = |count: usize| u16::try_from(count.saturating_sub(1)).unwrap_or(POSITION_MASK);
    let (control_type, inputs) = match &item.kind {
        ControlKind::Selector(positions) => ("selector", selector_inputs(last(positions.len()))),
        ControlKind::Push => ("selector", selector_inputs(1)),
        ControlKind::Dial { .. } => {
            let inputs = vec![
                Input::set_state(u16::MAX),
                Input::variable_step(),
                Input::fixed_step(),
            ];
            ("limited_dial", inputs)
        }
        ControlKind::Encoder => (
            "analog_dial",
            vec![Input::variable_step(), Input::fixed_step()],
        ),
    };
    let output = words.map(|words| match item.kind {
        ControlKind::Selector(_) | ControlKind::Push => {
            Output::integer(words.state, POSITION_MASK, last(positions.len()))
                .described("selector position")
        }
        ControlKind::Dial { .. } => {
            Output::integer(words.gauge, u16::MAX, u16::MAX).described("position of the dial")
        }
        ControlKind::Encoder => {
            let mut output = Output::integer(words.gauge, u16::MAX, u16::MAX);
            output.suffix = "_KNOB_POS";
            output.described("rotation of the knob, not the value that it controls")
        }
    });
    Entry {
        category: printable_reason(&item.category),
        control_type,
        identifier: item.identifier.clone(),
        description: printable_reason(&item.description),
        api_variant: match item.kind {
            ControlKind::Encoder => Some("multiturn"),
            _ => item.springs_back.then_some("momentary_last_position"),
        },
        positions: labels(item, positions),
        inputs,
        outputs: output
            .map(|output| output.named(module, &item.identifier))
            .into_iter()
            .collect(),
    }
}

fn selector_inputs(max_value: u16) -> Vec<Input> {
    let mut inputs = vec![Input::fixed_step(), Input::set_state(max_value)];
    if max_value == 1 {
        inputs.push(Input::toggle());
    }
    inputs
}

/// Returns the labels of all positions, or none if one of them is not known.
fn labels(item: &ControlItem, positions: &[f64]) -> Vec<String> {
    let label = |position: &f64| {
        let mut labels = item.labels.iter();
        let found =
            labels.find(|(value, label)| (value - position).abs() < 1e-4 && !label.is_empty());
        found.map(|(_, label)| label.clone())
    };
    let labels: Option<Vec<String>> = positions.iter().map(label).collect();
    labels.unwrap_or_default()
}

fn gauge(module: &str, item: &GaugeItem, map: &CockpitMap) -> Option<Entry> {
    let words = map.args.get(&item.arg)?;
    let (category, control_type, output) = match item.kind {
        GaugeKind::Needle => (
            "Gauges",
            "analog_gauge",
            Output::integer(words.gauge, u16::MAX, u16::MAX).described("gauge position"),
        ),
        GaugeKind::Lamp => (
            "Lamps",
            "led",
            Output::integer(words.state, LIT_MASK, 1)
                .described("0 if light is off, 1 if light is on"),
        ),
    };
    let [low, high] = words.range;
    let name = printable_reason(&item.name);
    Some(Entry {
        category: category.to_owned(),
        control_type,
        identifier: item.identifier.clone(),
        description: match item.kind {
            GaugeKind::Needle => format!("{name}, arg {} from {low} to {high}", item.arg),
            GaugeKind::Lamp => format!("{name}, arg {}", item.arg),
        },
        api_variant: None,
        positions: Vec::new(),
        inputs: Vec::new(),
        outputs: vec![output.named(module, &item.identifier)],
    })
}

fn display(module: &str, item: &DisplayItem) -> Entry {
    let display = &item.display;
    let output = Output::text(item.address, display.length).described("text of the display");
    Entry {
        category: "Displays".to_owned(),
        control_type: "display",
        identifier: item.identifier.clone(),
        description: format!(
            "{} of indicator {}",
            printable_reason(&display.element),
            display.indicator
        ),
        api_variant: None,
        positions: Vec::new(),
        inputs: Vec::new(),
        outputs: vec![output.named(module, &item.identifier)],
    }
}

/// The names of the modules that all aircraft have.
pub(super) const COMMON_DATA: &str = "CommonData";
pub(super) const METADATA_START: &str = "MetadataStart";
pub(super) const METADATA_END: &str = "MetadataEnd";

/// Returns the module with the sim's own figures.
pub(super) fn common_data() -> Module {
    module(COMMON_ITEMS.iter().map(|item| {
        let (control_type, output) = match item.form {
            CommonForm::Integer { mask, max } => {
                ("metadata", Output::integer(item.address, mask, max))
            }
            CommonForm::Text(length) => ("display", Output::text(item.address, length)),
        };
        Entry {
            category: item.category.to_owned(),
            ..metadata(
                COMMON_DATA,
                item.identifier,
                control_type,
                item.description,
                output,
            )
        }
    }))
}

/// Returns the module with the name of the aircraft.
pub(super) fn metadata_start() -> Module {
    let (address, length) = AIRCRAFT_NAME;
    let output = Output::text(address, length as u16);
    module(std::iter::once(metadata(
        METADATA_START,
        "_ACFT_NAME",
        "display",
        "Aircraft Name, null-terminated",
        output,
    )))
}

/// Returns the module with the counters.
pub(super) fn metadata_end() -> Module {
    let counters = [
        ("_UPDATE_COUNTER", "Update Counter", 0x00FF),
        ("_UPDATE_SKIP_COUNTER", "Update Skip Counter", 0xFF00),
    ];
    module(counters.into_iter().map(|(identifier, description, mask)| {
        let output = Output {
            address: END,
            ..Output::integer(Address::new(0), mask, 255)
        };
        metadata(METADATA_END, identifier, "metadata", description, output)
    }))
}

fn metadata(
    module: &str,
    identifier: &str,
    control_type: &'static str,
    description: &'static str,
    output: Output,
) -> Entry {
    Entry {
        category: "Metadata".to_owned(),
        control_type,
        identifier: identifier.to_owned(),
        description: description.to_owned(),
        api_variant: None,
        positions: Vec::new(),
        inputs: Vec::new(),
        outputs: vec![output.described(description).named(module, identifier)],
    }
}
