use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// Returns an element with an action for each (arg, command, values).
fn element(name: &str, hint: &str, actions: &[(Option<u32>, i64, &[f64])]) -> Control {
    let action = |&(arg, command, values): &(Option<u32>, i64, &[f64])| {
        let spring = values == [-1.0, 0.0] || values == [0.0, 1.0];
        Action {
            command: NamedNumber {
                name: None,
                number: command,
            },
            arg,
            kind: match values.len() {
                0 => Kind::Encoder,
                _ if spring => Kind::Button,
                _ => Kind::Switch,
            },
            relative: false,
            spring,
            release: spring.then_some(0.0),
            release_command: None,
            cycle: false,
            limits: None,
            step: None,
            values: values.to_vec(),
            labels: Vec::new(),
        }
    };
    Control {
        name: name.to_owned(),
        id: String::new(),
        hint: Some(hint.to_owned()),
        device: Some(NamedNumber {
            name: None,
            number: 3,
        }),
        actions: actions.iter().map(action).collect(),
        source: None,
    }
}

const TWO: &[f64] = &[0.0, 2.0];

fn found<'a>(index: &'a ControlIndex, elements: &'a [Control], name: &str) -> &'a str {
    index.find(elements, name).unwrap().long_id()
}

#[test]
fn a_long_id_has_priority_over_an_id_and_an_id_over_a_name() {
    let elements = [
        element("PNT_1", "Oil Pump", &[(Some(7), 1, TWO)]),
        element("PNT_2", "Oil Pump 7", &[(Some(8), 2, TWO)]),
        element("GEAR", "Hook", &[(None, 3, TWO)]),
        element("HOOK", "Gear", &[(Some(9), 4, TWO)]),
    ];
    let index = ControlIndex::new(&elements);
    for (name, expected) in [
        ("oil_pump", "OIL_PUMP_7"),
        ("Oil_Pump_7", "OIL_PUMP_7"),
        ("OIL_PUMP_7_8", "OIL_PUMP_7_8"),
        ("pnt_2", "OIL_PUMP_7_8"),
        ("GEAR", "GEAR_9"),
        ("HOOK", "HOOK_D3_C3"),
        ("hook_d3_c3", "HOOK_D3_C3"),
    ] {
        assert_eq!(found(&index, &elements, name), expected, "{name}");
    }
    let ids: Vec<&str> = index.iter(&elements).map(|control| control.id()).collect();
    assert_eq!(ids, ["OIL_PUMP", "OIL_PUMP_7_8", "HOOK", "GEAR"]);
}

#[test]
fn the_error_for_an_id_of_several_controls_lists_their_long_ids() {
    let elements = [
        element("A", "Volume Dial Left", &[(Some(1), 1, TWO)]),
        element("B", "Volume Dial Left", &[(Some(2), 1, TWO)]),
    ];
    let index = ControlIndex::new(&elements);
    let error = index.find(&elements, "volume_dial_left").unwrap_err();
    let expected = "control \"volume_dial_left\" could be VOLUME_DIAL_LEFT_1 or VOLUME_DIAL_LEFT_2";
    assert_eq!(error.to_string(), expected);
    let error = index.find(&elements, "C").unwrap_err();
    assert_eq!(error.to_string(), "unknown control \"C\"");
}

#[test]
fn an_element_that_moves_several_args_is_several_controls() {
    let knob = element(
        "KNOB",
        "Channel Knob One",
        &[(Some(5), 1, &[0.0, 1.0]), (Some(6), 2, &[])],
    );
    let elements = [knob];
    let index = ControlIndex::new(&elements);
    assert_eq!(
        found(&index, &elements, "channel_knob_one"),
        "CHANNEL_KNOB_ONE_6"
    );
    assert_eq!(found(&index, &elements, "KNOB"), "CHANNEL_KNOB_ONE_6");
    let push = index.find(&elements, "CHANNEL_KNOB_ONE_5").unwrap();
    assert_eq!(
        (push.id(), push.kind()),
        ("CHANNEL_KNOB_ONE_PUSH", Some(Kind::Button))
    );
}

#[test]
fn the_halves_of_a_rocker_are_one_control() {
    let elements = [
        element("UP", "Seat Motor", &[(Some(5), 1, &[0.0, 1.0])]),
        element("DOWN", "Seat Motor", &[(Some(5), 2, &[-1.0, 0.0])]),
    ];
    let index = ControlIndex::new(&elements);
    let rocker = index.find(&elements, "seat_motor").unwrap();
    let positions = rocker.positions();
    let reached = positions
        .iter()
        .map(|p| (p.value, p.action.action.command.number));
    assert_eq!(reached.collect::<Vec<_>>(), [(-1.0, 2), (0.0, 1), (1.0, 1)]);
    assert_eq!(rocker.actions().count(), 2);
}

#[test]
fn controls_with_one_id_are_told_apart_by_their_other_texts() {
    let named = |element_name: &str, device: &str, command: &str, arg| {
        let mut control = element(element_name, "Lamp Brightness", &[(Some(arg), 1, TWO)]);
        let name = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        control.device.as_mut().unwrap().name = name(device);
        control.actions[0].command.name = name(command);
        control
    };
    let check = |elements: &[Control], expected: &[&str]| {
        let index = ControlIndex::new(elements);
        let ids: Vec<&str> = index.iter(elements).map(|control| control.id()).collect();
        assert_eq!(ids, expected);
    };
    let left = named("PNT_1", "MFD_LEFT", "device.Button_1", 1);
    let right = named("PNT_2", "MFD_RIGHT", "device.Button_1", 2);
    check(
        &[left.clone(), right],
        &["MFD_LEFT_LAMP_BRIGHTNESS", "MFD_RIGHT_LAMP_BRIGHTNESS"],
    );
    let dimmer = named("PNT_1", "LIGHTS", "lights.PilotLampDimmer", 1);
    let test = named("PNT_2", "LIGHTS", "lights.Button_7", 2);
    check(
        &[dimmer, test.clone()],
        &["LAMP_BRIGHTNESS_PILOT_DIMMER", "LAMP_BRIGHTNESS_2"],
    );
    let key = named("PTR-MFD-ARW3-3", "LIGHTS", "lights.Button_8", 3);
    check(
        &[test, key],
        &["LAMP_BRIGHTNESS_2", "LAMP_BRIGHTNESS_MFD_ARW3"],
    );
    // A qualified id is also accepted where the bare id is enough.
    let only = [left];
    let index = ControlIndex::new(&only);
    assert_eq!(
        found(&index, &only, "mfd_left_lamp_brightness"),
        "LAMP_BRIGHTNESS_1"
    );
    check(&only, &["LAMP_BRIGHTNESS"]);
}

#[test]
fn ten_thousand_equal_hints_are_told_apart() {
    let all = (0..10_000).map(|arg| element("X", "Same", &[(Some(arg), 1, TWO)]));
    let elements: Vec<Control> = all.collect();
    let index = ControlIndex::new(&elements);
    let long_ids: HashSet<&str> = index
        .iter(&elements)
        .map(|control| control.long_id())
        .collect();
    assert_eq!(long_ids.len(), 10_000);
    assert!(index.find(&elements, "same").is_err());
}

/// Elements whose ids look like long ids of each other.
fn elements() -> impl Strategy<Value = Vec<Control>> {
    let hint = prop_oneof![
        "[AB]( [0-9D-]{1,3}){0,3}",
        "\\PC{0,60}",
        Just("Gear, UP/DOWN".to_owned()),
    ];
    let arg = prop::option::of(0_u32..4);
    let action = (
        arg,
        -2_i64..4,
        prop::sample::select(vec![TWO, &[], &[0.0, 1.0]]),
    );
    let element = (
        hint,
        prop::option::of(-1_i64..3),
        prop::collection::vec(action, 0..3),
    );
    let named = |(index, (hint, device, actions)): (usize, (String, Option<i64>, Vec<_>))| {
        let mut element = element_of(&format!("PNT_{index}"), &hint, &actions);
        element.device = device.map(|number| NamedNumber { name: None, number });
        element
    };
    let elements = prop::collection::vec(element, 0..12);
    elements.prop_map(move |all| all.into_iter().enumerate().map(named).collect())
}

fn element_of(name: &str, hint: &str, actions: &[(Option<u32>, i64, &'static [f64])]) -> Control {
    element(name, hint, actions)
}

/// Returns the elements and actions of each long id.
fn by_long_id(elements: &[Control]) -> HashMap<String, Vec<(String, usize)>> {
    let index = ControlIndex::new(elements);
    let control = |control: &LogicalControl| {
        let actions = control.actions.iter();
        let actions = actions.map(|&(element, action)| (elements[element].name.clone(), action));
        let mut actions: Vec<_> = actions.collect();
        actions.sort();
        (control.long_id.clone(), actions)
    };
    let by_long_id: HashMap<_, _> = index.controls.iter().map(control).collect();
    assert_eq!(
        by_long_id.len(),
        index.len(),
        "two controls share a long id"
    );
    by_long_id
}

/// The elements of the sample's aircraft.
fn sample() -> Vec<Vec<Control>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let aircraft = ["Kestrel_T1", "Kestrel_A1", "Heron-H2"];
    let tables = aircraft.map(|aircraft| crate::read_tables(folder, aircraft).0);
    tables.map(|tables| tables.controls().to_vec()).into()
}

#[test]
fn every_entry_of_the_sample_has_a_short_id_of_its_own() {
    for elements in sample() {
        let index = ControlIndex::new(&elements);
        assert!(elements.len() > 30);
        for element in &elements {
            assert!(is_id(&element.id), "{}", element.name);
            assert!(index.find(&elements, &element.id).is_ok(), "{}", element.id);
        }
    }
}

/// Checks that the kept elements alone have the same long ids as among all elements.
fn thinning_keeps_long_ids(elements: &[Control], kept: &[bool]) -> Result<(), TestCaseError> {
    let all = by_long_id(elements);
    let kept = elements.iter().zip(kept).filter(|(_, is_kept)| **is_kept);
    let thinned: Vec<Control> = kept.map(|(element, _)| element.clone()).collect();
    for (long_id, actions) in by_long_id(&thinned) {
        let whole = all.get(&long_id);
        prop_assert!(whole.is_some_and(|whole| actions.iter().all(|a| whole.contains(a))));
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_sample_shuffled_and_thinned_keeps_its_long_ids(
        elements in prop::sample::select(sample()).prop_shuffle(),
        kept in prop::collection::vec(any::<bool>(), 64),
    ) {
        thinning_keeps_long_ids(&elements, &kept)?;
    }

    #[test]
    fn a_long_id_depends_on_no_other_control(
        (elements, shuffled) in elements().prop_flat_map(|all| {
            (Just(all.clone()), Just(all).prop_shuffle())
        }),
        kept in prop::collection::vec(any::<bool>(), 12),
    ) {
        prop_assert_eq!(by_long_id(&elements), by_long_id(&shuffled));
        thinning_keeps_long_ids(&elements, &kept)?;
    }

    #[test]
    fn every_control_answers_to_its_ids(elements in elements()) {
        let index = ControlIndex::new(&elements);
        let actions: usize = elements.iter().map(|element| element.actions.len()).sum();
        let indexed: usize = index.iter(&elements).map(|control| control.actions().count()).sum();
        prop_assert_eq!(indexed, actions);
        for control in index.iter(&elements) {
            for name in [control.id(), control.long_id()] {
                prop_assert_eq!(found(&index, &elements, name), control.long_id());
                let lower = name.to_ascii_lowercase();
                prop_assert_eq!(found(&index, &elements, &lower), control.long_id());
            }
            prop_assert!(is_id(&control.control.element_id), "{}", control.control.element_id);
        }
    }
}
