use aircraft_defs::{Tables, read_tables};

use super::*;

fn discovery() -> Discovery {
    Discovery::new(&"Schule/Platz 3".parse().expect("a base"), "FA-18C_hornet")
}

/// Returns the entries for the sample aircraft of this name.
fn entries(aircraft: &str) -> (Tables, Map<String, Value>) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../aircraft-defs");
    let (tables, _) = read_tables(std::path::Path::new(folder), aircraft);
    let mut discovery = discovery();
    for gauge in tables.gauges() {
        discovery.add_gauge(&format!("gauge/{}", gauge.name), gauge);
    }
    for control in tables.named_controls() {
        discovery.add_control(&format!("control/{}", control.id()), &control);
    }
    let payload: Value = serde_json::from_slice(&discovery.payload()).expect("JSON");
    let entries = payload["cmps"].as_object().expect("entries").clone();
    (tables, entries)
}

#[test]
fn topics_have_the_characters_that_are_allowed() {
    let discovery = discovery();
    assert_eq!(
        discovery.topic(),
        "homeassistant/device/Schule_Platz_3/FA-18C_hornet/config"
    );
    let base = &discovery.base;
    assert_eq!(filter(base), "homeassistant/device/Schule_Platz_3/+/config");
    assert!(is_own(base, discovery.topic()));
    for other in [
        "homeassistant/device/Schule/x/config",
        "homeassistant/device/Schule_Platz_3/a/b/config",
        "homeassistant/device/Schule_Platz_33/x/config",
        "homeassistant/sensor/Schule_Platz_3/x/config",
    ] {
        assert!(!is_own(base, other), "{other}");
    }
}

#[test]
fn entries_have_what_their_platform_needs() {
    let (_, entries) = entries("Kestrel_T1");
    let mut platforms = std::collections::BTreeSet::new();
    for (key, entry) in &entries {
        let platform = entry["p"].as_str().expect("a platform");
        platforms.insert(platform);
        let has = |field: &str| entry.get(field).is_some();
        assert!(has("uniq_id") && has("name"), "{key}");
        assert_eq!(
            has("cmd_t"),
            !matches!(platform, "sensor" | "binary_sensor"),
            "{key}"
        );
        assert_eq!(has("stat_t"), platform != "button", "{key}");
        let needs: &[&str] = match platform {
            "select" => &["ops", "val_tpl"],
            "switch" => &["pl_on", "pl_off", "stat_on", "stat_off", "val_tpl"],
            "number" => &["min", "max", "step", "val_tpl"],
            "button" => &["pl_prs"],
            "sensor" | "binary_sensor" => &["val_tpl"],
            other => panic!("{other}"),
        };
        assert!(needs.iter().all(|need| has(need)), "{key}: {entry}");
    }
    let expected = [
        "binary_sensor",
        "button",
        "number",
        "select",
        "sensor",
        "switch",
    ];
    assert_eq!(platforms.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_control_is_what_its_kind_says() {
    let (_, entries) = entries("Kestrel_T1");
    let entry = |id: &str| &entries[&format!("control/{id}")];
    assert_eq!(
        entry("NAVIGATION_MODE")["ops"],
        json!(["OFF", "TCN", "VOR", "ILS", "WPT"])
    );
    assert_eq!(
        entry("NAVIGATION_MODE")["cmd_t"],
        "Schule/Platz 3/control/NAVIGATION_MODE/set"
    );
    assert_eq!(entry("LANDING_GEAR_LEVER")["p"], "switch");
    assert_eq!(entry("GEAR_HORN_CUTOUT")["pl_prs"], "PUSH");
}
