//! Tests of the meaning of positions for each kind of control.

use super::*;
use crate::control::{HoldChange, PositionError};

/// Returns an action from its form in `controls.json`.
fn action(json: serde_json::Value) -> Action {
    serde_json::from_value(json).unwrap()
}

fn control(actions: &[Action]) -> LogicalControl {
    LogicalControl::new(actions.iter().map(|action| (7, action)))
}

fn switch(command: i64, values: &[f64], labels: &[&str]) -> Action {
    action(serde_json::json!({
        "command": {"number": command}, "arg": 8, "kind": "switch",
        "values": values, "labels": labels,
    }))
}

fn spring(command: i64, values: &[f64]) -> Action {
    action(serde_json::json!({
        "command": {"number": command}, "arg": 8, "kind": "button",
        "spring": true, "release": 0, "values": values,
    }))
}

/// Reads a position as the text protocol does.
fn position(text: &str) -> Position {
    crate::wire::position(text)
}

/// A control that is operated, and its position.
struct Bench {
    control: LogicalControl,
    at: Option<f64>,
    hold: Option<Hold>,
}

impl Bench {
    fn new(actions: &[Action], at: Option<f64>) -> Self {
        Self {
            control: control(actions),
            at,
            hold: None,
        }
    }

    /// Operates the control, and returns the actions for the sim as `command value`, or the error.
    fn work(&mut self, text: &str) -> String {
        match self.try_work(text) {
            Ok(operation) => {
                match operation.hold {
                    HoldChange::Keep => {}
                    HoldChange::Press(hold) | HoldChange::Push(hold) => self.hold = Some(hold),
                    HoldChange::Release => self.hold = None,
                }
                self.at = operation.target.or(self.at);
                let commands = operation.commands.iter();
                let commands = commands.map(|sent| format!("{} {}", sent.command, sent.value));
                commands.collect::<Vec<_>>().join(", ")
            }
            Err(error) => format!("-1 {error}"),
        }
    }

    fn try_work(&self, text: &str) -> Result<Operation, ControlError> {
        let request = self.control.request(&position(text))?;
        self.control.operation(request, self.at, self.hold.as_ref())
    }

    /// Checks pairs of a position and the actions for it, one after the other.
    #[track_caller]
    fn check(&mut self, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(self.work(text), *expected, "{text}");
        }
    }
}

#[test]
fn a_switch_takes_numbers_indices_labels_and_steps() {
    let actions = [switch(1, &[0.0, 0.333333333, 1.0], &["OFF", "STBY", ""])];
    Bench::new(&actions, Some(0.0)).check(&[
        ("0.33", "1 0.333333333"),
        ("#2", "1 1"),
        ("stby", "1 0.333333333"),
        ("INC", "1 1"),
        ("INC", ""),
        ("dec", "1 0.333333333"),
        ("TOGGLE", "1 1"),
        ("TOGGLE", "1 0"),
        (
            "0.5",
            "-1 it takes 0 (OFF), 0.333333333 (STBY), 1, #0 to #2, INC, DEC, TOGGLE",
        ),
        (
            "#3",
            "-1 it takes 0 (OFF), 0.333333333 (STBY), 1, #0 to #2, INC, DEC, TOGGLE",
        ),
        (
            "PRESS",
            "-1 it takes 0 (OFF), 0.333333333 (STBY), 1, #0 to #2, INC, DEC, TOGGLE",
        ),
        (
            "ON",
            "-1 it takes 0 (OFF), 0.333333333 (STBY), 1, #0 to #2, INC, DEC, TOGGLE",
        ),
    ]);
}

#[test]
fn an_element_per_position_is_one_control() {
    let actions = [
        switch(1, &[0.2], &["GEN"]),
        switch(1, &[0.0], &["OFF"]),
        switch(3, &[0.1], &[]),
    ];
    let mut bench = Bench::new(&actions, Some(0.0));
    bench.check(&[
        ("INC", "3 0.1"),
        ("INC", "1 0.2"),
        ("OFF", "1 0"),
        ("#1", "3 0.1"),
    ]);
    assert_eq!(bench.control.readout(), Some((8, &[0.0, 0.1, 0.2][..])));
}

#[test]
fn a_rocker_gets_the_command_that_reaches_the_position() {
    let actions = [spring(1, &[0.0, 1.0]), spring(2, &[-1.0, 0.0])];
    let both = "-1 it can be pressed in several directions; send one of -1, 1";
    Bench::new(&actions, Some(0.0)).check(&[
        // Nobody is known to hold it, so it may be held in either direction.
        ("0", "1 0, 2 0"),
        ("RELEASE", "1 0, 2 0"),
        ("PRESS", both),
        ("1", "1 1"),
        ("0", "1 0"),
        ("-1", "2 -1"),
        ("RELEASE", "2 0"),
        ("1", "1 1"),
        // It moves directly to the other side.
        ("-1", "1 0, 2 -1"),
        ("#1", "2 0"),
        ("INC", "1 1"),
        ("DEC", "1 0"),
    ]);
    // If both directions have the same command, the release is unambiguous.
    let actions = [spring(1, &[0.0, 1.0]), spring(1, &[-1.0, 0.0])];
    Bench::new(&actions, None).check(&[("0", "1 0"), ("1", "1 1"), ("-1", "1 -1"), ("0", "1 0")]);
}

#[test]
fn a_button_is_pressed_and_released() {
    let mut bench = Bench::new(&[spring(1, &[0.0, 1.0])], None);
    bench.check(&[
        ("PRESS", "1 1"),
        ("RELEASE", "1 0"),
        ("1", "1 1"),
        ("0", "1 0"),
    ]);
    let pushed = bench.try_work("push").unwrap();
    assert!(matches!(pushed.hold, HoldChange::Push(hold) if hold.release.value == 0.0));
    let mut other = spring(1, &[0.0, 1.0]);
    other.release_command = Some(aircraft_defs::NamedNumber {
        name: None,
        number: 9,
    });
    Bench::new(&[other], Some(1.0)).check(&[
        ("RELEASE", "9 0"),
        ("PRESS", "1 1"),
        ("TOGGLE", "9 0"),
    ]);
    let mut push = spring(1, &[1.0]);
    (push.spring, push.release) = (false, None);
    let mut push = Bench::new(&[push], None);
    push.check(&[
        ("PRESS", "1 1"),
        ("RELEASE", ""),
        ("PUSH", "1 1"),
        ("TOGGLE", "1 1"),
        ("0", "-1 it takes 1, #0, PRESS, RELEASE or PUSH"),
    ]);
    assert!(push.hold.is_none());
}

#[test]
fn a_switch_with_a_spring_loaded_end_is_released_from_it() {
    let actions = [
        switch(1, &[0.0, 1.0], &["OFF", "ON"]),
        spring(2, &[-1.0, 0.0]),
    ];
    let mut bench = Bench::new(&actions, Some(0.0));
    bench.check(&[
        ("PRESS", "2 -1"),
        ("OFF", "2 0"),
        ("ON", "1 1"),
        ("-1", "2 -1"),
        ("ON", "2 0, 1 1"),
        ("OFF", "1 0"),
    ]);
    let stands = |text| bench.control.standing(&position(text)).map(|(_, s)| s);
    assert_eq!(stands("ON").unwrap().value, 1.0);
    assert!(stands("ON").unwrap().is_at(0.8) && !stands("ON").unwrap().is_at(0.2));
    assert_eq!(stands("-1"), Err(ControlError::SpringsBack));
}

#[test]
fn encoders_and_axes_take_amounts_and_values() {
    let encoder = action(serde_json::json!({
        "command": {"number": 1}, "arg": 8, "kind": "encoder", "relative": true,
        "step": 0.04, "values": [-0.04, 0.04],
    }));
    let takes = "-1 it takes INC, DEC (by 0.04) or an amount from -1 to 1";
    Bench::new(std::slice::from_ref(&encoder), None).check(&[
        ("INC", "1 0.04"),
        ("DEC", "1 -0.04"),
        ("0.5", "1 0.5"),
        ("1.5", takes),
        ("#0", takes),
        ("TOGGLE", takes),
    ]);
    let mut axis = action(serde_json::json!({
        "command": {"number": 2}, "arg": 9, "kind": "axis", "limits": [0, 0.8], "step": 0.1,
    }));
    let takes = "-1 it takes a number from 0 to 0.8, INC, DEC or TOGGLE";
    Bench::new(&[axis.clone()], Some(0.75)).check(&[
        ("INC", "2 0.8"),
        ("INC", ""),
        ("DEC", "2 0.7000000000000001"),
        ("0.33", "2 0.33"),
        ("0.9", takes),
        ("#0", takes),
    ]);
    axis.arg = None;
    let unknown = control(&[axis.clone()]);
    let inc = unknown.request(&position("INC")).unwrap();
    assert!(!unknown.waits_for_position(inc));
    let error = unknown.operation(inc, None, None).unwrap_err();
    assert_eq!(error, ControlError::Position(PositionError::Unknown));
    axis.arg = Some(9);
    let axis = control(&[axis]);
    assert!(axis.waits_for_position(inc));
    let (_, standing) = axis.standing(&position("0.4")).unwrap();
    assert!(standing.is_at(0.4079) && !standing.is_at(0.409));
}

#[test]
fn a_knob_that_can_be_pressed_has_two_parts() {
    let mut push = spring(1, &[0.0, 1.0]);
    push.arg = Some(20);
    let axis = action(serde_json::json!({
        "command": {"number": 2}, "arg": 21, "kind": "axis", "limits": [0, 1],
    }));
    let mut bench = Bench::new(&[push.clone(), axis], Some(0.5));
    bench.check(&[
        ("1", "2 1"),
        ("PRESS", "1 1"),
        ("RELEASE", "1 0"),
        ("INC", "2 0.05"),
    ]);
    assert_eq!(bench.control.readout(), Some((21, &[][..])));
    // With two buttons of the same kind, the request is ambiguous.
    let mut other = push.clone();
    (other.arg, other.command.number) = (Some(22), 5);
    let expected = "-1 several of its commands take that; send 1 7 1 <value> or 1 7 5 <value>";
    Bench::new(&[push, other], None).check(&[("PRESS", expected), ("1", expected)]);
}

#[test]
fn only_positions_in_which_a_control_stays_can_be_standing() {
    let stands = |actions: &[Action], text: &str| {
        let control = control(actions);
        control.standing(&position(text)).map(|(_, s)| s.value)
    };
    let toggle = [switch(1, &[0.0, 1.0], &[])];
    assert_eq!(stands(&toggle, "#1"), Ok(1.0));
    assert_eq!(stands(&toggle, "INC"), Err(ControlError::InvalidStanding));
    let button = [spring(1, &[0.0, 1.0])];
    assert_eq!(stands(&button, "1"), Err(ControlError::SpringsBack));
    let mut no_arg = switch(1, &[0.0, 1.0], &[]);
    no_arg.arg = None;
    assert_eq!(stands(&[no_arg], "1"), Err(ControlError::NoArg));
}

#[test]
fn the_list_of_possible_positions_is_bounded() {
    let values: Vec<f64> = (0..500).map(|n| f64::from(n) / 500.0).collect();
    let labels: Vec<String> = (0..500).map(|n| format!("P{n}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let many = control(&[switch(1, &values, &labels)]);
    let error = many.request(&position("NONE")).unwrap_err().to_string();
    assert!(
        error.contains("488 more, #0 to #499") && error.len() < 300,
        "{error}"
    );
    let error = control(&[])
        .request(&position("1"))
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("it takes nothing"), "{error}");
}

#[test]
fn a_label_of_two_positions_is_not_accepted() {
    let actions = [
        switch(1, &[0.0, 1.0], &["ON", "OFF"]),
        switch(2, &[2.0, 0.5], &["", "ON"]),
    ];
    let control = control(&actions);
    assert!(control.request(&position("ON")).is_err());
    assert!(control.request(&position("OFF")).is_ok());
}
