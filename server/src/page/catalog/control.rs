//! A control in the catalog.

use aircraft_defs::{ControlRef, Kind, Tables};
use serde::Serialize;

use super::is_field;
use crate::description::{about, name_or_number, position};

/// A control, with what it takes and how to draw it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ControlEntry<'a> {
    name: &'a str,
    long_name: &'a str,
    /// The cockpit's own name of the element.
    cockpit: &'a str,
    description: Option<&'a str>,
    kind: &'static str,
    about: String,
    device: Option<String>,
    command: Option<String>,
    arg: Option<u32>,
    positions: Vec<PositionEntry<'a>>,
    spring: bool,
    release: Option<f64>,
    cycle: bool,
    limits: Option<[f64; 2]>,
    step: Option<f64>,
    /// The beginning of the line that operates the control. The position follows it.
    act: Option<String>,
    /// The beginning of the line that subscribes to it. The id follows it.
    read: Option<String>,
    /// The name of the control that covers it.
    guard: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct PositionEntry<'a> {
    value: f64,
    label: Option<&'a str>,
}

impl<'a> ControlEntry<'a> {
    pub(super) fn new(tables: &Tables, control: ControlRef<'a>, guard: Option<&'a str>) -> Self {
        let element = control.element();
        let kind = control.kind();
        let of_kind = |kind| {
            control
                .actions()
                .find(|action| Some(action.action.kind) == kind)
        };
        let main = of_kind(kind).map(|action| action.action);
        let is_operable = position(control).is_some() && is_field(control.id());
        let positions = control.positions().into_iter();
        Self {
            name: control.id(),
            long_name: control.long_id(),
            cockpit: &element.name,
            description: control.hint(),
            kind: if is_operable { name_of(kind) } else { "none" },
            about: about(control),
            device: element.device.as_ref().map(name_or_number),
            command: main.map(|main| name_or_number(&main.command)),
            arg: control.arg(),
            positions: positions
                .map(|position| PositionEntry {
                    value: position.value,
                    label: position.label,
                })
                .collect(),
            spring: main.is_some_and(|main| main.spring),
            release: main.and_then(|main| main.release),
            cycle: main.is_some_and(|main| main.cycle),
            limits: main.and_then(|main| main.limits),
            step: main.and_then(|main| main.step),
            act: is_operable.then(|| format!("1 {}", control.id())),
            read: reading_name(tables, control).map(|name| format!("2 {name}")),
            guard,
        }
    }
}

fn name_of(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Switch) => "switch",
        Some(Kind::Button) => "button",
        Some(Kind::Axis) => "axis",
        Some(Kind::Encoder) => "encoder",
        None => "none",
    }
}

/// Returns the name by which a control can be subscribed to. If a gauge has its id, that is the
/// long id, since gauges come first.
fn reading_name<'a>(tables: &Tables, control: ControlRef<'a>) -> Option<&'a str> {
    control.arg()?;
    let names = [control.id(), control.long_id()];
    let is_free = |name: &&str| is_field(name) && tables.gauge(name).is_err();
    names.into_iter().find(is_free)
}
