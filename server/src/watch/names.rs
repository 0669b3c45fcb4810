//! The names of args, and the meaning of their movements.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};

use aircraft_defs::{ControlRef, Gauge, Kind, Position, Scale, Tables};

use super::movements::{Class, Movement};

/// The largest difference between a raw value and the position that it counts as.
const NEAR: f64 = 0.02;

/// The largest value on the scale of a gauge that is shown with decimals.
const SMALL: f64 = 10.0;

/// The names of args in the tables of an aircraft.
#[derive(Debug, Default)]
pub struct ArgNames<T = Tables> {
    tables: T,
    args: BTreeMap<u32, Vec<Name>>,
}

/// A control or gauge that has an arg.
#[derive(Debug, PartialEq, Eq)]
enum Name {
    /// The long id of a control.
    Control(String),
    /// The index of a gauge.
    Gauge(usize),
}

/// A movement with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMovement {
    /// The class of the arg: of a control, of a gauge, or without a name.
    pub class: Class,
    /// The name of the control or gauge; empty if the arg has none.
    pub name: String,
    /// The line to send: it repeats the action on a control, or subscribes to a gauge.
    pub line: String,
    /// The value before and after, with the labels of positions.
    pub change: String,
}

impl<T: Borrow<Tables>> ArgNames<T> {
    /// Creates an instance from the tables of an aircraft.
    pub fn new(tables: T) -> Self {
        let mut args: BTreeMap<u32, Vec<Name>> = BTreeMap::new();
        for control in tables.borrow().named_controls() {
            let name = || Name::Control(control.long_id().to_owned());
            if let Some(arg) = control.arg() {
                args.entry(arg).or_default().push(name());
            }
        }
        for (index, gauge) in tables.borrow().gauges().iter().enumerate() {
            if let Some(arg) = gauge.arg_number {
                args.entry(arg).or_default().push(Name::Gauge(index));
            }
        }
        Self { tables, args }
    }

    /// Returns the tables.
    pub fn tables(&self) -> &Tables {
        self.tables.borrow()
    }

    /// Returns the args that have a name, in ascending order.
    pub fn args(&self) -> impl Iterator<Item = u32> {
        self.args.keys().copied()
    }

    /// Returns the classes of the args.
    pub fn classes(&self) -> HashMap<u32, Class> {
        let class = |names: &Vec<Name>| match names.first() {
            Some(Name::Control(_)) => Class::Control,
            Some(Name::Gauge(_)) => Class::Gauge,
            None => Class::Nameless,
        };
        let args = self.args.iter();
        args.map(|(arg, names)| (*arg, class(names))).collect()
    }

    /// Returns a movement under each name of its arg, controls first. If only some of the controls
    /// have the positions that were seen, the others are left out.
    pub fn named_movements(&self, movement: &Movement) -> Vec<NamedMovement> {
        let mut controls: Vec<ControlRef<'_>> = self.controls(movement.arg).collect();
        if controls
            .iter()
            .any(|control| is_within_positions(control, movement))
        {
            controls.retain(|control| is_within_positions(control, movement));
        }
        let controls = controls
            .into_iter()
            .map(|control| control_movement(control, movement));
        let gauges = self
            .gauges(movement.arg)
            .map(|gauge| gauge_movement(gauge, movement));
        let mut named_movements: Vec<NamedMovement> = controls.chain(gauges).collect();
        if named_movements.is_empty() {
            named_movements.push(NamedMovement {
                class: Class::Nameless,
                name: String::new(),
                line: format!("2 {} 1 2", movement.arg),
                change: format!("{} (no name)", change(movement, decimals)),
            });
        }
        named_movements
    }

    /// Returns the controls that have this arg.
    pub fn controls(&self, arg: u32) -> impl Iterator<Item = ControlRef<'_>> {
        self.names(arg).filter_map(|name| match name {
            Name::Control(id) => self.tables().control(id).ok(),
            Name::Gauge(_) => None,
        })
    }

    /// Returns the gauges that have this arg.
    pub fn gauges(&self, arg: u32) -> impl Iterator<Item = &Gauge> {
        self.names(arg).filter_map(|name| match name {
            Name::Control(_) => None,
            Name::Gauge(index) => self.tables().gauges().get(*index),
        })
    }

    fn names(&self, arg: u32) -> impl Iterator<Item = &Name> {
        self.args.get(&arg).into_iter().flatten()
    }
}

/// Returns whether the control has all the positions that were seen.
fn is_within_positions(control: &ControlRef<'_>, movement: &Movement) -> bool {
    let positions = control.positions();
    let has = |raw: f64| position_at(&positions, raw).is_some();
    positions.is_empty() || has(movement.before) && has(movement.peak)
}

fn gauge_movement(gauge: &Gauge, movement: &Movement) -> NamedMovement {
    let scale = Scale::new(&gauge.input, &gauge.output);
    let is_small = gauge.input.iter().all(|value| value.abs() <= SMALL);
    let precision = if is_small { 2 } else { 0 };
    let line = format!("2 {} 1 {precision}", gauge.name);
    NamedMovement {
        class: Class::Gauge,
        name: gauge.name.clone(),
        line,
        change: change(movement, |raw| match is_small {
            true => decimals(scale.apply(raw)),
            false => decimals(scale.apply(raw).round()),
        }),
    }
}

fn control_movement(control: ControlRef<'_>, movement: &Movement) -> NamedMovement {
    let positions = control.positions();
    let shown = |raw: f64| match position_at(&positions, raw) {
        Some(position) => [
            &decimals(position.value),
            position.label.unwrap_or_default(),
        ]
        .join(" ")
        .trim_end()
        .to_owned(),
        None => decimals(raw),
    };
    let id = control.id();
    let line = match action(control, &positions, movement) {
        Some(position) => format!("1 {id} {position}"),
        None => format!("2 {id} 1 2"),
    };
    NamedMovement {
        class: Class::Control,
        name: id.to_owned(),
        line,
        change: change(movement, shown),
    }
}

/// Returns the position that repeats a movement, if the control can be operated.
fn action(
    control: ControlRef<'_>,
    positions: &[Position<'_>],
    movement: &Movement,
) -> Option<String> {
    let mut actions = control.actions();
    let first = actions.find(|action| action.device.is_some())?.action;
    match control.kind()? {
        Kind::Encoder => Some(turn(movement).to_owned()),
        Kind::Axis => Some(decimals(movement.after)),
        Kind::Button | Kind::Switch => {
            let release = first.release.unwrap_or_default();
            let is_released = (movement.after - release).abs() < NEAR;
            let reached = position_at(positions, movement.peak)?;
            Some(match first.spring {
                true if is_released && movement.peak == movement.after => "RELEASE".to_owned(),
                true if positions.len() <= 2 => "PUSH".to_owned(),
                _ => reached.label.map_or(decimals(reached.value), str::to_owned),
            })
        }
    }
}

/// Returns the direction of an encoder, whose arg wraps around from 1 to 0.
fn turn(movement: &Movement) -> &'static str {
    let forward = movement.after - movement.before;
    match (forward > 0.0) == (forward.abs() < 0.5) {
        true => "INC",
        false => "DEC",
    }
}

fn position_at<'a>(positions: &[Position<'a>], raw: f64) -> Option<Position<'a>> {
    let distance = |position: &Position<'_>| (position.value - raw).abs();
    let nearest = positions.iter().copied();
    nearest
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .filter(|position| distance(position) < NEAR)
}

/// Returns the values before and after, with the farthest one between them if it differs from both.
fn change(movement: &Movement, shown: impl Fn(f64) -> String) -> String {
    let [before, peak, after] = [movement.before, movement.peak, movement.after].map(shown);
    let end = if movement.is_moving { "…" } else { "" };
    match peak == after || peak == before {
        true => format!("{before} -> {after}{end}"),
        false => format!("{before} -> {peak} -> {after}{end}"),
    }
}

/// Returns a number with at most three decimals.
fn decimals(number: f64) -> String {
    let text = format!("{number:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample's trainer.
    fn names() -> ArgNames {
        let defs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../aircraft-defs");
        ArgNames::new(aircraft_defs::read_tables(&defs, "Kestrel_T1").0)
    }

    fn arg_of(control: &str) -> u32 {
        names().tables.control(control).unwrap().arg().unwrap()
    }

    #[track_caller]
    fn check(arg: u32, values: [f64; 3], expected: &str) {
        let [before, peak, after] = values;
        let movement = Movement {
            arg,
            before,
            peak,
            after,
            is_moving: false,
        };
        let named_movements = names().named_movements(&movement);
        let lines = named_movements
            .iter()
            .map(|it| format!("{} | {}", it.line, it.change));
        assert_eq!(lines.collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn a_movement_of_a_control_is_a_line_to_send() {
        check(
            arg_of("FLAP_LEVER"),
            [0.0, 0.5001, 0.5001],
            "1 FLAP_LEVER 0.5 | 0 -> 0.5\n2 _handle_83 1 2 | 0 -> 0.5",
        );
        check(
            arg_of("GEAR_HORN_CUTOUT"),
            [0.0, 1.0, 0.0],
            "1 GEAR_HORN_CUTOUT PUSH | 0 -> 1 -> 0",
        );
        check(
            arg_of("GEAR_HORN_CUTOUT"),
            [1.0, 0.0, 0.0],
            "1 GEAR_HORN_CUTOUT RELEASE | 1 -> 0",
        );
        check(9999, [0.0, 0.25, 0.25], "2 9999 1 2 | 0 -> 0.25 (no name)");
    }

    #[test]
    fn turns_of_encoders_and_knobs_are_lines_to_send() {
        check(
            arg_of("ALTIMETER_SETTING"),
            [0.95, 0.05, 0.05],
            "1 ALTIMETER_SETTING INC | 0.95 -> 0.05",
        );
        check(
            arg_of("RADIO_SQUELCH_VOLUME_223"),
            [0.0, 0.456_78, 0.456_78],
            "1 RADIO_SQUELCH_VOLUME 0.457 | 0 -> 0.457",
        );
    }

    #[test]
    fn a_gauge_shows_its_own_values() {
        check(103, [0.0, 0.5, 0.5], "2 Altimeter 1 0 | 45000 -> 15556");
    }

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, -0.0001, 1.0, 100.0, -0.25, 1.0 / 3.0].map(decimals);
        assert_eq!(texts, ["0", "0", "1", "100", "-0.25", "0.333"]);
    }
}
