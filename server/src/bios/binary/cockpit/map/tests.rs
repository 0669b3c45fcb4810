use aircraft_defs::{Control, Gauge};
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;

fn tables(gauges: Vec<Gauge>, controls: Vec<Control>) -> Tables {
    Tables::new(Default::default(), Default::default(), gauges, controls)
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("a table")
}

fn map(gauges: &str, controls: &str) -> CockpitMap {
    let tables = tables(parsed(gauges), parsed(controls));
    CockpitMap::new(&tables, Some(&mut Ledger::default()))
}

const CONTROLS: &str = r#"[
    {"name": "PNT_8", "id": "GEAR", "hint": "Gear", "device": {"number": 2, "name": "GEAR"}, "actions": [
        {"command": {"number": 3001}, "arg": 8, "kind": "switch", "values": [0, 1], "labels": ["UP", "DOWN"]}]},
    {"name": "PNT_9", "id": "GEAR_LOCK", "device": {"number": 2}, "actions": [
        {"command": {"number": 3002}, "arg": 8, "kind": "switch", "values": [0.5, 1]}]},
    {"name": "PNT_10", "id": "DIMMER", "device": {"number": 3}, "actions": [
        {"command": {"number": 3003}, "arg": 10, "kind": "axis", "limits": [0, 0.5]}]},
    {"name": "PNT_11", "id": "BARO", "device": {"number": 3}, "actions": [
        {"command": {"number": 3004}, "arg": 11, "kind": "encoder", "relative": true, "step": 0.1}]},
    {"name": "PNT_12", "id": "TEST", "device": {"number": 3}, "actions": [
        {"command": {"number": 3005}, "arg": 12, "kind": "button", "spring": true, "release": 0, "values": [1]}]},
    {"name": "PNT_13", "id": "LOOSE", "actions": [
        {"command": {"number": 3006}, "arg": 13, "kind": "switch", "values": [0, 1]}]},
    {"name": "PNT_14", "id": "NO_ARG", "device": {"number": 3}, "actions": [
        {"command": {"number": 3007}, "kind": "switch", "values": [0, 1]}]}
]"#;

#[test]
fn controls_by_the_way_they_move() {
    let map = map("[]", CONTROLS);
    let kind = |identifier: &str| map.control(identifier).map(|(_, item)| item.kind.clone());
    let positions = vec![0.0, 0.5, 1.0];
    assert_eq!(
        kind("GEAR_8"),
        Some(ControlKind::Selector(positions.clone()))
    );
    assert_eq!(
        kind("GEAR_LOCK_8"),
        Some(ControlKind::Selector(positions.clone()))
    );
    assert_eq!(
        kind("DIMMER_10"),
        Some(ControlKind::Dial {
            range: [0.0, 0.5],
            limits: [0.0, 0.5]
        })
    );
    assert_eq!(kind("BARO_11"), Some(ControlKind::Encoder));
    assert_eq!(kind("TEST_12"), Some(ControlKind::Push));
    assert_eq!(kind("LOOSE_13"), None);
    assert_eq!(
        kind("NO_ARG_D3_C3007"),
        Some(ControlKind::Selector(vec![0.0, 1.0]))
    );
    assert_eq!(map.args[&8].positions, positions);
    assert_eq!(map.args[&12].positions, [0.0, 1.0]);
    let (_, gear) = map.control("GEAR_8").expect("it is there");
    assert_eq!(
        (gear.category.as_str(), gear.description.as_str()),
        ("GEAR", "Gear")
    );
    assert_eq!(gear.labels[1], (1.0, "DOWN".to_owned()));
}

#[test]
fn gauges_of_one_arg_share_a_word() {
    let gauges = r#"[
        {"name": "Low", "arg_number": 5, "input": [0, 10], "output": [-0.5, 0]},
        {"name": "High", "arg_number": 5, "input": [0, 10], "output": [1, 0]},
        {"name": "Lamp", "arg_number": 6},
        {"name": "LAMP", "arg_number": 6, "input": [0, 1], "output": [0, 1]},
        {"name": "Handle", "arg_number": 8, "input": [0, 1], "output": [0, 1]},
        {"name": "Knob", "arg_number": 10, "input": [0, 1], "output": [-1, 1]},
        {"name": "Dead"}
    ]"#;
    let map = map(gauges, CONTROLS);
    let found: Vec<&str> = map
        .gauges
        .iter()
        .map(|item| item.identifier.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "LOW_G5",
            "HIGH_G5",
            "LAMP_G6",
            "LAMP_L6",
            "HANDLE_G8",
            "HANDLE_L8",
            "KNOB_G10"
        ]
    );
    assert_eq!(map.args[&5].range, [-0.5, 1.0]);
    assert_eq!(map.args[&6].range, [0.0, 1.0]);
    assert_eq!(map.args[&10].range, [0.0, 0.5], "that of the dial");
    assert_eq!(map.args[&5].gauge.value(), 0xA60A);
}

#[test]
fn args_beyond_the_window_stand_in_the_ledger() {
    let gauge = |arg: u32| format!(r#"{{"name": "G", "arg_number": {arg}}}"#);
    let all = |args: std::ops::Range<u32>| {
        tables(
            parsed(&format!(
                "[{}]",
                args.map(gauge).collect::<Vec<_>>().join(",")
            )),
            Vec::new(),
        )
    };
    let mut ledger = Ledger::default();
    let first = CockpitMap::new(&all(9000..9003), Some(&mut ledger));
    let more = CockpitMap::new(&all(8990..9002), Some(&mut ledger));
    assert_eq!(first.args[&9001].gauge.value(), 0xF424);
    assert_eq!(first.args[&9001], more.args[&9001]);
    assert_eq!(more.args[&8990].gauge.value(), 0xF42C);
    // What does not fit is counted.
    let many = CockpitMap::new(&all(10_000..12_000), Some(&mut ledger));
    assert_eq!(many.args.len() + many.left_out, 2000);
    assert!(many.left_out > 1000, "{}", many.left_out);
}

#[test]
fn two_displays_never_have_one_identifier() {
    let mut ledger = Ledger::default();
    for text in ["6:txt VIT:8", "6:txt_VIT:8", "7:txt_VIT"] {
        ledger
            .choose(&text.parse().expect("a display"))
            .expect("room");
    }
    let map = CockpitMap::new(&Tables::default(), Some(&mut ledger));
    let found: Vec<&str> = map
        .displays
        .iter()
        .map(|item| item.identifier.as_str())
        .collect();
    assert_eq!((found, map.left_out), (vec!["TXT_VIT_T6", "TXT_VIT_T7"], 1));
}

fn gauge() -> impl Strategy<Value = Gauge> {
    ("[ab_ ]{1,4}", 0..6020u32, any::<bool>()).prop_map(|(name, arg, scaled)| {
        let text = match scaled {
            true => format!(
                r#"{{"name": "{name}", "arg_number": {arg}, "input": [0, 9], "output": [-1, 1]}}"#
            ),
            false => format!(r#"{{"name": "{name}", "arg_number": {arg}}}"#),
        };
        parsed(&text)
    })
}

fn control() -> impl Strategy<Value = Control> {
    (
        "[A-C]{1,2}",
        0..8u32,
        prop::option::of(0..6020u32),
        0..4usize,
    )
        .prop_map(|(id, device, arg, kind)| {
            let arg = arg
                .map(|arg| format!(r#""arg": {arg},"#))
                .unwrap_or_default();
            let kind = [
                r#""kind": "switch", "values": [0, 0.5, 1]"#,
                r#""kind": "axis", "limits": [0, 1]"#,
                r#""kind": "encoder", "relative": true, "step": 0.1"#,
                r#""kind": "button", "spring": true, "release": 0, "values": [1]"#,
            ][kind];
            parsed(&format!(
                r#"{{"name": "PNT", "id": "{id}", "device": {{"number": {device}}},
                "actions": [{{"command": {{"number": 3001}}, {arg} {kind}}}]}}"#
            ))
        })
}

/// Returns the place of each identifier.
fn places(map: &CockpitMap) -> HashMap<String, Option<[u16; 2]>> {
    let words = |arg: u32| {
        let words = &map.args[&arg];
        [words.gauge.value(), words.state.value()]
    };
    let gauges = map
        .gauges
        .iter()
        .map(|item| (item.identifier.clone(), Some(words(item.arg))));
    let controls = map.controls.iter();
    gauges
        .chain(controls.map(|item| (item.identifier.clone(), item.arg.map(words))))
        .collect()
}

type Parts = (Vec<Gauge>, Vec<Control>);

fn cockpits() -> impl Strategy<Value = (Parts, Parts)> {
    let whole = (
        prop::collection::vec(gauge(), 0..30),
        prop::collection::vec(control(), 0..30),
    );
    whole.prop_flat_map(|(gauges, controls)| {
        let (g, c) = (gauges.len(), controls.len());
        let thinned = (
            subsequence(gauges.clone(), 0..=g).prop_shuffle(),
            subsequence(controls.clone(), 0..=c).prop_shuffle(),
        );
        (Just((gauges, controls)), thinned)
    })
}

proptest! {
    #[test]
    fn nothing_moves_when_tables_are_thinned_and_shuffled(
        ((gauges, controls), (fewer_gauges, fewer_controls)) in cockpits(),
    ) {
        let mut ledger = Ledger::default();
        let whole = CockpitMap::new(&tables(gauges, controls), Some(&mut ledger));
        let thinned = CockpitMap::new(&tables(fewer_gauges, fewer_controls), Some(&mut ledger));
        let (whole, thinned) = (places(&whole), places(&thinned));
        for (identifier, place) in thinned {
            prop_assert_eq!(whole.get(&identifier), Some(&place), "{}", identifier);
        }
    }

    #[test]
    fn identifiers_are_unique(((gauges, controls), _) in cockpits()) {
        let map = CockpitMap::new(&tables(gauges, controls), Some(&mut Ledger::default()));
        let all = map.gauges.iter().map(|item| &item.identifier);
        let all: Vec<&String> = all.chain(map.controls.iter().map(|item| &item.identifier)).collect();
        let distinct: std::collections::HashSet<&String> = all.iter().copied().collect();
        prop_assert_eq!(all.len(), distinct.len());
    }
}
