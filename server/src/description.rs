//! Descriptions of the controls of a cockpit: what they are, what they take, and lines to try.
//!
//! Pure. `dcs-master names` prints them, and the page shows them.

use aircraft_defs::{ControlRef, Kind, NamedNumber, Tables};

/// Returns the controls that an entry of `controls.json` belongs to, the main one first.
pub(crate) fn controls_of(tables: &Tables, index: usize) -> Vec<ControlRef<'_>> {
    let Some(element) = tables.controls().get(index) else {
        return Vec::new();
    };
    let main = tables.control(&element.name).ok();
    let is_part = |control: &ControlRef<'_>| {
        let is_main = main.is_some_and(|main| main.long_id() == control.long_id());
        !is_main && std::ptr::eq(control.element(), element)
    };
    let parts = tables.named_controls().filter(is_part);
    main.into_iter().chain(parts).collect()
}

/// Returns the name of a device or command; its number as text if it has none.
pub(crate) fn name_or_number(named: &NamedNumber) -> String {
    named
        .name
        .clone()
        .unwrap_or_else(|| named.number.to_string())
}

/// Returns the lines that operate a control and read its position.
pub(crate) fn lines(control: ControlRef<'_>) -> Vec<String> {
    let id = control.id();
    let act = position(control).map(|position| format!("1 {id} {position}"));
    let read = control.arg().map(|_| format!("2 {id} 1"));
    act.into_iter().chain(read).collect()
}

/// Returns the position in the example line, if the control can be operated.
pub(crate) fn position(control: ControlRef<'_>) -> Option<String> {
    let mut actions = control.actions();
    let first = actions.find(|action| action.device.is_some())?;
    match control.kind()? {
        Kind::Encoder => Some("INC".to_owned()),
        Kind::Axis => {
            let limits = first.action.limits.unwrap_or([0.0, 1.0]);
            Some(limits[1].to_string())
        }
        Kind::Button if first.action.spring && control.positions().len() <= 2 => {
            Some("PUSH".to_owned())
        }
        Kind::Button | Kind::Switch => {
            let positions = control.positions();
            positions.last().map(|position| position.value.to_string())
        }
    }
}

/// Returns whether the control goes from its last position to its first one, so that a rotary
/// switch is better reported by positions than by steps.
fn is_cycling(control: ControlRef<'_>) -> bool {
    let mut actions = control.actions();
    control.positions().len() > 2 && actions.any(|action| action.action.cycle)
}

/// Returns the kind and the values of a control.
pub(crate) fn about(control: ControlRef<'_>) -> String {
    let kind = match control.kind() {
        None => return "it has no action: it cannot be operated".to_owned(),
        Some(_) if position(control).is_none() => {
            return "its device is not known: it cannot be operated".to_owned();
        }
        Some(kind) => kind,
    };
    let takes = control
        .positions()
        .into_iter()
        .map(|position| match position.label {
            Some(label) => format!("{} {label}", position.value),
            None => position.value.to_string(),
        });
    let takes: Vec<String> = takes.collect();
    match kind {
        Kind::Switch if is_cycling(control) => {
            format!("switch: {}; INC and DEC go round", takes.join(", "))
        }
        Kind::Switch => format!("switch: {}", takes.join(", ")),
        Kind::Button => format!("button: {}", takes.join(", ")),
        Kind::Encoder => "encoder: INC, DEC".to_owned(),
        Kind::Axis => {
            let limits = control.actions().find_map(|action| action.action.limits);
            let [low, high] = limits.unwrap_or([0.0, 1.0]);
            format!("axis: {low} to {high}")
        }
    }
}
