//! Tests of the values of commands, for each kind of control.

use super::*;

fn action(kind: Kind, values: &[f64]) -> Action {
    let action = serde_json::json!({
        "command": {"number": 3001}, "arg": 8, "kind": kind, "relative": kind == Kind::Encoder,
        "values": values,
    });
    serde_json::from_value(action).unwrap()
}

fn all(actions: Vec<Action>) -> Vec<CommandAction> {
    CommandAction::all(&Control {
        name: "PNT_8".to_owned(),
        id: String::new(),
        hint: None,
        device: None,
        actions,
        source: None,
    })
}

fn only(action: Action) -> CommandAction {
    all(vec![action]).remove(0)
}

/// Checks `(command, position, value)` triples.
fn check(action: &CommandAction, cases: &[(PositionCommand, f64, Option<f64>)]) {
    for &(command, position, expected) in cases {
        let value = action.value(command, Some(position)).unwrap();
        let same = match (value, expected) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == b,
        };
        assert!(
            same,
            "{command:?} at {position}: {value:?}, not {expected:?}"
        );
    }
}

#[test]
fn a_switch_goes_through_its_positions() {
    use PositionCommand::{Dec, Inc, Set, Toggle};
    let cases = [
        (Inc, 0.0, Some(0.1)),
        (Inc, 0.1004, Some(0.2)),
        (Inc, 0.13, Some(0.2)),
        (Inc, 0.2, None),
        (Dec, 0.2, Some(0.1)),
        (Dec, 0.0, None),
        (Toggle, 0.1, Some(0.2)),
        (Toggle, 0.2, Some(0.0)),
        (Set(0.77), 0.0, Some(0.77)),
    ];
    check(&only(action(Kind::Switch, &[0.2, 0.0, 0.1])), &cases);
    check(
        &only(action(Kind::Button, &[0.0, 1.0])),
        &[
            (Toggle, 0.0, Some(1.0)),
            (Toggle, 1.0, Some(0.0)),
            (Inc, 0.0, Some(1.0)),
        ],
    );
}

#[test]
fn an_axis_turns_by_its_step_within_its_limits() {
    use PositionCommand::{Dec, Inc, Toggle};
    let mut axis = action(Kind::Axis, &[]);
    axis.limits = Some([-0.5, 0.5]);
    axis.step = Some(0.2);
    let cases = [
        (Inc, 0.0, Some(0.2)),
        (Inc, 0.4, Some(0.5)),
        (Inc, 0.5, None),
        (Dec, -0.4, Some(-0.5)),
        (Toggle, -0.5, Some(0.5)),
        (Toggle, 0.3, Some(-0.5)),
    ];
    check(&only(axis), &cases);
    check(&only(action(Kind::Axis, &[])), &[(Inc, 0.0, Some(0.05))]);
}

#[test]
fn a_control_that_cycles_continues_at_the_other_end() {
    use PositionCommand::{Dec, Inc};
    let mut switch = action(Kind::Switch, &[0.0, 0.1, 0.2]);
    switch.cycle = true;
    let ends = [
        (Inc, 0.2, Some(0.0)),
        (Dec, 0.0, Some(0.2)),
        (Inc, 0.1, Some(0.2)),
    ];
    check(&only(switch.clone()), &ends);
    // One mouse button steps up, the other down, and only one of them wraps around.
    let down = action(Kind::Switch, &[0.0, 0.1, 0.2]);
    check(&all(vec![down, switch])[0], &ends);
    let mut axis = action(Kind::Axis, &[]);
    axis.cycle = true;
    axis.step = Some(0.2);
    let cases = [
        (Inc, 0.9, Some(0.1)),
        (Dec, 0.1, Some(0.9)),
        (Inc, 0.8, Some(1.0)),
    ];
    check(&only(axis.clone()), &cases);
    axis.limits = Some([0.5, 0.5]);
    check(&only(axis), &[(Inc, 0.5, None)]);
}

#[test]
fn another_command_may_take_the_release() {
    let mut button = action(Kind::Button, &[0.0, 1.0]);
    button.release = Some(0.0);
    assert_eq!(only(button.clone()).command_for(0.0), 3001);
    button.release_command = Some(aircraft_defs::NamedNumber {
        name: None,
        number: 3023,
    });
    let commands = [1.0, 0.5, 0.0].map(|value| only(button.clone()).command_for(value));
    assert_eq!(commands, [3001, 3001, 3023]);
    let joined = all(vec![action(Kind::Button, &[0.0, -1.0]), button]);
    assert_eq!(joined[0].command_for(0.0), 3023);
}

#[test]
fn an_encoder_needs_no_position() {
    let mut encoder = action(Kind::Encoder, &[]);
    encoder.step = Some(-0.1);
    let encoder = only(encoder);
    assert_eq!(encoder.value(PositionCommand::Inc, None), Ok(Some(0.1)));
    assert_eq!(encoder.value(PositionCommand::Dec, None), Ok(Some(-0.1)));
    assert_eq!(
        encoder.value(PositionCommand::Toggle, None),
        Err(PositionError::NoToggle)
    );
}

#[test]
fn a_button_that_is_only_pressed_needs_no_position() {
    let button = only(action(Kind::Button, &[1.0]));
    assert_eq!(button.value(PositionCommand::Toggle, None), Ok(Some(1.0)));
    check(
        &button,
        &[
            (PositionCommand::Inc, 1.0, Some(1.0)),
            (PositionCommand::Dec, 1.0, None),
        ],
    );
}

#[test]
fn a_switch_of_unknown_position_takes_only_values() {
    let switch = only(action(Kind::Switch, &[0.0, 1.0]));
    for command in [
        PositionCommand::Inc,
        PositionCommand::Dec,
        PositionCommand::Toggle,
    ] {
        assert_eq!(switch.value(command, None), Err(PositionError::Unknown));
    }
    assert_eq!(switch.value(PositionCommand::Set(1.0), None), Ok(Some(1.0)));
}

#[test]
fn two_mouse_buttons_on_one_command_are_one_action() {
    let mut other = action(Kind::Switch, &[0.0, -1.0]);
    other.limits = Some([-1.0, 0.0]);
    let mut third = action(Kind::Button, &[0.0, 1.0]);
    third.command.number = 3002;
    let actions = all(vec![action(Kind::Switch, &[0.0, 1.0]), third, other]);
    assert_eq!(actions.len(), 2);
    assert_eq!(actions[0].values, [-1.0, 0.0, 1.0]);
    assert_eq!(actions[0].limits, [-1.0, 1.0]);
    assert_eq!(actions[1].command, 3002);
}

#[test]
fn values_that_cannot_be_sent_are_left_out() {
    let mut odd = action(Kind::Switch, &[]);
    odd.values = vec![f64::NAN, -2.0, 0.0, 1.0, 7.0];
    odd.limits = Some([9.0, f64::NAN]);
    odd.step = Some(f64::INFINITY);
    assert_eq!(only(odd).values, [0.0, 1.0]);
}

#[test]
fn many_actions_on_one_command_are_merged_in_one_pass() {
    let actions = (0..100_000).map(|n| {
        let mut action = action(Kind::Switch, &[f64::from(n) / 1e5]);
        action.command.number = i64::from(n % 2);
        action
    });
    let merged = all(actions.collect());
    assert_eq!(merged.len(), 2);
    for action in merged {
        // The number is bounded, since values closer than the tolerance count as one.
        assert!(action.values.len() <= 10_001, "{}", action.values.len());
        assert!(action.values.is_sorted());
    }
}
