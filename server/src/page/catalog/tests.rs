use aircraft_defs::{read_tables, telemetry};
use serde_json::{Value, json};

use super::*;

/// Returns the catalog of an aircraft of the sample.
fn catalog(aircraft: &str) -> Value {
    let defs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../aircraft-defs");
    let (tables, _) = read_tables(&defs, aircraft);
    serde_json::to_value(Catalog::new(aircraft, &tables)).unwrap()
}

fn named(entries: &Value, name: &str) -> Value {
    let entries = entries.as_array().unwrap().iter();
    let mut found = entries.filter(|entry| entry["name"] == name);
    found.next().unwrap_or_else(|| panic!("no {name}")).clone()
}

#[test]
fn a_switch_has_its_positions_and_lines() {
    let switch = named(&catalog("Kestrel_T1")["controls"], "NAVIGATION_MODE");
    assert_eq!(switch["kind"], "switch");
    assert_eq!(switch["arg"], 230);
    assert_eq!(switch["act"], "1 NAVIGATION_MODE");
    assert_eq!(switch["read"], "2 NAVIGATION_MODE");
    assert_eq!(
        switch["positions"][2],
        json!({"value": 0.5, "label": "VOR"})
    );
}

#[test]
fn buttons_axes_and_encoders_are_told_apart() {
    let catalog = catalog("Kestrel_T1");
    let button = named(&catalog["controls"], "LAMP_TEST");
    assert_eq!(
        (&button["kind"], &button["spring"], &button["release"]),
        (&json!("button"), &json!(true), &json!(0.0))
    );
    let encoder = named(&catalog["controls"], "ALTIMETER_SETTING");
    assert_eq!(encoder["kind"], "encoder");
    assert!(encoder["step"].is_number(), "{encoder}");
    let axis = named(&catalog["controls"], "RADIO_SQUELCH_VOLUME");
    assert_eq!(
        (&axis["kind"], &axis["limits"]),
        (&json!("axis"), &json!([0.0, 1.0]))
    );
}

#[test]
fn a_scale_keeps_the_order_of_the_table() {
    let catalog = catalog("Kestrel_T1");
    let falling = named(&catalog["gauges"], "Altimeter");
    assert_eq!(falling["scale"][0], json!([1.0, 0.0]));
    assert_eq!(
        (&falling["kind"], &falling["precision"]),
        (&json!("dial"), &json!(0))
    );
    assert_eq!(falling["read"], "2 Altimeter");
}

#[test]
fn lamps_are_recognized() {
    let catalog = catalog("Kestrel_T1");
    let kinds = catalog["gauges"].as_array().unwrap().iter();
    let lamps = kinds.filter(|gauge| gauge["kind"] == "lamp").count();
    assert!(lamps >= 8, "{lamps}");
    assert_eq!(named(&catalog["gauges"], "Airspeed")["kind"], "dial");
}

#[test]
fn covers_are_found_by_their_names() {
    let guards = |aircraft: &str| {
        let catalog = catalog(aircraft);
        let controls = catalog["controls"].as_array().unwrap().clone();
        let guarded = controls
            .iter()
            .filter(|control| !control["guard"].is_null());
        let pair = |control: &Value| format!("{} below {}", control["name"], control["guard"]);
        guarded
            .map(pair)
            .collect::<Vec<_>>()
            .join(", ")
            .replace('"', "")
    };
    assert_eq!(
        guards("Kestrel_A1"),
        "FIRE_HANDLE below FIRE_HANDLE_COVER, MASTER_ARM below MASTER_ARM_COVER"
    );
    assert_eq!(
        guards("Heron-H2"),
        "HOOK_ARM below HOOK_ARM_COVER, FUEL_DUMP below FUEL_DUMP_GUARD"
    );
}

#[test]
fn every_name_in_a_line_means_its_entry() {
    let defs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../aircraft-defs");
    for aircraft in aircraft_defs::aircraft_in(&defs) {
        let (tables, _) = read_tables(&defs, &aircraft);
        let catalog = catalog(&aircraft);
        for gauge in catalog["gauges"].as_array().unwrap() {
            let Some(read) = gauge["read"].as_str() else {
                continue;
            };
            let name = read.strip_prefix("2 ").unwrap();
            let arg = match name.parse::<u32>() {
                Ok(arg) => Some(arg),
                Err(_) if telemetry::field_by_name(name).is_some() => None,
                Err(_) => tables.gauge(name).unwrap().arg_number,
            };
            assert_eq!(arg.map(u64::from), gauge["arg"].as_u64(), "{gauge}");
        }
        for control in catalog["controls"].as_array().unwrap() {
            let Some(read) = control["read"].as_str() else {
                continue;
            };
            let found = tables.control(read.strip_prefix("2 ").unwrap()).unwrap();
            assert_eq!(found.arg().map(u64::from), control["arg"].as_u64());
        }
    }
}

#[test]
fn every_aircraft_has_the_figures_of_the_sim() {
    let no_tables = Tables::new(
        Default::default(),
        Default::default(),
        Vec::new(),
        Vec::new(),
    );
    let none = serde_json::to_value(Catalog::new("Nobody-9", &no_tables)).unwrap();
    let altitude = named(&none["gauges"], "sim.altitude");
    assert_eq!(altitude["arg"], Value::Null);
    assert_eq!(altitude["read"], "2 sim.altitude");
    assert_eq!(
        (&altitude["unit"], &altitude["rawUnit"]),
        (&json!("ft"), &json!("m"))
    );
    assert_eq!(altitude["scale"][1][1], json!(60000.0));
    let with_tables = catalog("Kestrel_T1");
    assert_eq!(named(&with_tables["gauges"], "sim.altitude"), altitude);
    assert_eq!(
        named(&with_tables["gauges"], "Altimeter")["unit"],
        Value::Null
    );
}
