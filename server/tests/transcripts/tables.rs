//! Small invented tables for the tests of this crate.

use aircraft_defs::{Commands, Control, Devices, Gauge, Tables};

/// Returns the tables of one of the aircraft that the tests and the documentation's examples fly.
pub(crate) fn of(aircraft: &str) -> Tables {
    match aircraft {
        "FA-18C_hornet" => hornet(),
        "L-39C" => albatros(),
        _ => Tables::default(),
    }
}

fn hornet() -> Tables {
    let gauges = vec![
        gauge("Altimeter", Some(218), &[0.0, 1000.0], &[0.0, 1.0]),
        gauge("Canopy", Some(181), &[0.0, 100.0], &[0.0, 1.0]),
        gauge("Fuel", Some(5), &[0.0, 20.0, 100.0], &[1.0, 0.5, 0.0]),
        gauge("Lamp_A", Some(13), &[], &[]),
        gauge("LAMP_a", Some(14), &[], &[]),
        gauge("Drawn", None, &[], &[]),
    ];
    let devices = [("UFC", 25), ("ID2163A", 30), ("AMPCD", 36)];
    let commands = [
        ("UFC.FuncSwTCN", 3003),
        ("UFC.Button_1", 3001),
        ("AMPCD.Button_1", 3011),
        ("ID2163A.ID2163A_SetMinAlt", 3002),
    ];
    Tables::new(numbers(&devices), numbers(&commands), gauges, controls())
}

/// Returns a control of each kind.
fn controls() -> Vec<Control> {
    let controls = serde_json::json!([
        {"name": "pnt_226", "id": "GEAR_LEVER", "device": {"number": 5}, "actions": [
            {"command": {"number": 3001}, "arg": 226, "kind": "switch", "values": [0, 1]}]},
        {"name": "pnt_234", "id": "FLAP_SWITCH", "device": {"number": 2}, "actions": [
            {"command": {"number": 3007}, "arg": 234, "kind": "switch", "values": [-1, 0, 1],
             "labels": ["FULL", "HALF", "AUTO"]}]},
        {"name": "pnt_49", "id": "MASTER_ARM", "device": {"number": 12}, "actions": [
            {"command": {"number": 3003}, "arg": 49, "kind": "switch", "values": [0, 1],
             "labels": ["SAFE", "ARM"]}]},
        {"name": "pnt_14", "id": "MASTER_CAUTION", "device": {"number": 37}, "actions": [
            {"command": {"number": 3003}, "arg": 14, "kind": "button", "spring": true,
             "release": 0, "values": [0, 1]}]},
        {"name": "pnt_377", "id": "ENGINE_CRANK", "device": {"number": 12}, "actions": [
            {"command": {"number": 3010}, "arg": 377, "kind": "button", "spring": true,
             "release": 0, "values": [0, 1]},
            {"command": {"number": 3011}, "arg": 377, "kind": "button", "spring": true,
             "release": 0, "values": [-1, 0]}]},
        {"name": "pnt_224", "id": "ALTIMETER_SETTING", "device": {"number": 26}, "actions": [
            {"command": {"number": 3001}, "arg": 224, "kind": "encoder", "relative": true,
             "step": 0.05, "values": [-0.05, 0.05]}]},
        {"name": "pnt_34", "id": "HUD_BRIGHTNESS", "device": {"number": 34}, "actions": [
            {"command": {"number": 3002}, "arg": 34, "kind": "axis", "limits": [0, 1],
             "step": 0.1}]},
        {"name": "pnt_600", "id": "LIGHTS_TEST", "device": {"number": 9}, "actions": [
            {"command": {"number": 3008}, "arg": 600, "kind": "switch", "values": [0, 1]}]},
        {"name": "pnt_601", "id": "LIGHTS_TEST", "device": {"number": 9}, "actions": [
            {"command": {"number": 3009}, "arg": 601, "kind": "switch", "values": [0, 1]}]},
    ]);
    serde_json::from_value(controls).expect("controls")
}

fn albatros() -> Tables {
    let gauges = vec![
        gauge("Altimeter", Some(52), &[0.0, 10.0], &[0.0, 1.0]),
        gauge("RPM", Some(84), &[0.0, 110.0], &[0.0, 1.0]),
    ];
    Tables::new(Devices::default(), Commands::default(), gauges, Vec::new())
}

fn numbers(pairs: &[(&str, i64)]) -> Devices {
    pairs
        .iter()
        .map(|&(name, number)| (name.to_owned(), number))
        .collect()
}

fn gauge(name: &str, arg_number: Option<u32>, input: &[f64], output: &[f64]) -> Gauge {
    Gauge {
        name: name.to_owned(),
        arg_number,
        input: input.into(),
        output: output.into(),
        extra: Default::default(),
    }
}
