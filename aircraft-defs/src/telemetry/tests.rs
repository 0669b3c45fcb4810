use std::collections::HashSet;

use super::*;

#[test]
fn names_and_numbers_are_unique_and_stay_what_they_are() {
    let names: HashSet<&str> = FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(names.len(), FIELDS.len());
    for (place, number) in FIELDS.iter().zip(1..) {
        assert!(is_field_name(place.name), "{}", place.name);
        assert_eq!((field(number), place.number()), (Some(place), number));
        assert_eq!(field_by_name(&place.name.to_uppercase()), Some(place));
    }
    assert_eq!((field(0), field(FIELDS.len() as u32 + 1)), (None, None));
    // Scripts of other versions use these numbers.
    let number = |name| field_by_name(name).map(Field::number);
    assert_eq!(number("sim.altitude"), Some(3));
    assert_eq!(number("sim.flaps"), Some(37));
    assert_eq!(number("sim.mission_start_time"), Some(49));
}

#[test]
fn values_have_the_units_of_a_cockpit() {
    let value = |name: &str, number: f64| {
        let field = field_by_name(name).unwrap();
        let raw = field.conversion.apply(number);
        (raw, field.scale().apply(raw))
    };
    let check = |name: &str, number: f64, raw: f64, expected: f64| {
        let (got_raw, got) = value(name, number);
        assert!((got_raw - raw).abs() < 1e-9, "{name}: raw {got_raw}");
        assert!((got - expected).abs() < 1e-7, "{name}: {got}");
    };
    check("sim.altitude", 3048.0, 3048.0, 10_000.0);
    check("sim.altitude", 30_480.0, 30_480.0, 100_000.0);
    check("sim.altitude", -304.8, -304.8, -1_000.0);
    check("sim.latitude", -41.123_456_7, -41.123_456_7, -41.123_456_7);
    check("sim.ias", 100.0, 100.0, 194.384_449_244);
    check("sim.vertical_speed", -5.08, -5.08, -1_000.0);
    check("sim.bank", std::f64::consts::FRAC_PI_2, 90.0, 90.0);
    check("sim.heading", -std::f64::consts::FRAC_PI_2, 270.0, 270.0);
    check("sim.heading", 7.0, 41.070_456_591_576, 41.070_456_591_576);
    check("sim.heading", -1e-300, 0.0, 0.0);
    check("sim.flaps", 0.5, 0.5, 50.0);
    check("sim.angle_of_attack", 8.1, 8.1, 8.1);
}

#[test]
fn fields_are_found_by_words() {
    let best = |query: &str| {
        let hits = tables().search(query, 1);
        hits.first().map(|hit| FIELDS[hit.entry.index].name)
    };
    for (query, name) in [
        ("altitude", "sim.altitude"),
        ("aoa", "sim.angle_of_attack"),
        ("altitude above ground", "sim.altitude_agl"),
        ("left rpm", "sim.rpm_left"),
        ("g load", "sim.g"),
        ("magnetic heading", "sim.heading_magnetic"),
        ("true airspeed", "sim.tas"),
        ("speed brake", "sim.speedbrake"),
    ] {
        assert_eq!(best(query), Some(name), "{query}");
    }
}
