//! The controls of a cockpit as DCS-BIOS has them.

use aircraft_defs::{ControlRef, Tables};

use super::args::sort_positions;
use crate::control::CommandAction;

/// A control.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bios::binary) struct ControlItem {
    /// The identifier, which is the control's long id.
    pub(in crate::bios::binary) identifier: String,
    /// The arg that shows the position.
    pub(in crate::bios::binary) arg: Option<u32>,
    pub(in crate::bios::binary) kind: ControlKind,
    /// Whether the control springs back when it is released.
    pub(in crate::bios::binary) springs_back: bool,
    /// The text that the sim shows beside the mouse, or a name.
    pub(in crate::bios::binary) description: String,
    /// The name of the device, for a list by groups.
    pub(in crate::bios::binary) category: String,
    /// The raw values of its own positions with their labels.
    pub(in crate::bios::binary) labels: Vec<(f64, String)>,
}

/// The ways in which a control moves.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bios::binary) enum ControlKind {
    /// It has positions. These are the raw values of all positions of its arg, which other controls
    /// may move, too; their numbers are those of the stream.
    Selector(Vec<f64>),
    /// It can only be pressed, and released if the cockpit has a command for that.
    Push,
    /// It can be turned to any value between two limits.
    Dial {
        /// The raw values at both ends of the gauge word.
        range: [f64; 2],
        /// The limits of the control itself.
        limits: [f64; 2],
    },
    /// It turns without end.
    Encoder,
}

/// The raw values that a control gives to its arg.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ControlValues {
    /// The positions, and the value at which it comes to rest.
    pub(super) positions: Vec<f64>,
    /// The limits of an axis.
    pub(super) limits: Option<[f64; 2]>,
}

/// Returns the controls that can be operated, with the values of each.
pub(super) fn controls(tables: &Tables) -> Vec<(ControlItem, ControlValues)> {
    tables
        .named_controls()
        .filter_map(|control| item(&control))
        .collect()
}

fn item(control: &ControlRef<'_>) -> Option<(ControlItem, ControlValues)> {
    let operable = || control.actions().filter(|own| own.device.is_some());
    let merged = |relative: bool| {
        let actions = operable().map(|own| CommandAction::new(own.action));
        CommandAction::merge(actions.filter(|action| action.relative == relative))
    };
    let absolute = merged(false);
    let kind = match &absolute {
        Some(action) if action.is_push() => ControlKind::Push,
        Some(action) if !action.values.is_empty() => ControlKind::Selector(action.values.clone()),
        Some(action) => ControlKind::Dial {
            range: action.limits,
            limits: action.limits,
        },
        None => merged(true).map(|_| ControlKind::Encoder)?,
    };
    let device = operable().find_map(|own| own.device)?;
    let positions = control.positions().into_iter();
    let item = ControlItem {
        identifier: control.long_id().to_owned(),
        arg: control.arg(),
        springs_back: operable().all(|own| own.action.spring),
        description: control.hint().unwrap_or(&control.element().name).to_owned(),
        category: match &device.name {
            Some(name) => name.clone(),
            None => format!("Device {}", device.number),
        },
        labels: positions
            .map(|position| {
                (
                    position.value,
                    position.label.unwrap_or_default().to_owned(),
                )
            })
            .collect(),
        kind,
    };
    let values = absolute.map(|action| values(&action)).unwrap_or_default();
    Some((item, values))
}

fn values(action: &CommandAction) -> ControlValues {
    let mut positions = action.values.clone();
    positions.extend(action.release.filter(|_| !positions.is_empty()));
    if action.is_push() && positions.len() == 1 {
        positions.push(0.0);
    }
    sort_positions(&mut positions);
    ControlValues {
        limits: action.values.is_empty().then_some(action.limits),
        positions,
    }
}
