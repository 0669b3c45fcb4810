//! Gauges and controls for the tests of the gateway.

use aircraft_defs::{Control, Gauge};

/// A gauge whose value runs from 0 to `top` over the arg's 0 to 1.
pub(crate) fn gauge(name: &str, arg: u32, top: f64) -> Gauge {
    Gauge {
        name: name.to_owned(),
        arg_number: Some(arg),
        input: vec![0.0, top],
        output: vec![0.0, 1.0],
        extra: Default::default(),
    }
}

/// A switch of device 3.
pub(crate) fn switch(name: &str, command: i64, arg: u32, values: &[f64]) -> Control {
    let control = serde_json::json!({
        "name": name, "hint": format!("{name} of the cockpit"), "device": {"number": 3},
        "actions": [
            {"command": {"number": command}, "arg": arg, "kind": "switch", "values": values}
        ],
    });
    serde_json::from_value(control).unwrap()
}
