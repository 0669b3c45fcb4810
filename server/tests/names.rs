//! `dcs-master names` over the sample's tables: the examples of docs/names.md, and queries.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aircraft_defs::telemetry::{FIELDS, field_by_name};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs `dcs-master names`; the tables are those in the current folder.
fn names(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_dcs-master"));
    let program = program.current_dir(root()).arg("names").args(arguments);
    program.env("XDG_DATA_HOME", root().join("no-such-folder"));
    program.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_examples_of_the_page_print_what_it_says() {
    let page = std::fs::read_to_string(root().join("docs/names.md")).unwrap();
    let blocks = page.split("```\n$ dcs-master names ").skip(1);
    let mut count = 0;
    for block in blocks {
        let (command, rest) = block.split_once('\n').unwrap();
        let expected = rest.split("```").next().unwrap();
        let arguments: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(text(&names(&arguments)), expected, "{command}");
        count += 1;
    }
    assert!(count >= 4, "only {count} examples");
}

#[test]
fn a_negative_number_is_a_word_and_no_option() {
    let output = names(&["--aircraft", "Kestrel_T1", "starter", "-1"]);
    assert!(text(&output).starts_with("1 STARTER "), "{output:?}");
}

#[test]
fn the_right_thing_is_the_first() {
    for (aircraft, query, expected) in [
        ("Kestrel_T1", "gear lever", "LANDING_GEAR_LEVER"),
        ("Kestrel_T1", "master caution", "MASTER_CAUTION_RESET"),
        ("Kestrel_T1", "altim set", "ALTIMETER_SETTING"),
        ("Kestrel_T1", "ufc 1", "UFC_KEY_1"),
        ("Kestrel_T1", "flap half", "FLAP_LEVER"),
        ("Kestrel_T1", "nav lts", "NAVIGATION_LIGHTS"),
        ("Kestrel_T1", "Engine_RPM", "Engine_RPM"),
        // Before the controls of the device ENGINE.
        ("Kestrel_T1", "engine", "Engine_RPM"),
        ("Kestrel_T1", "PNT_GEAR", "LANDING_GEAR_LEVER"),
        ("Kestrel_T1", "air brake", "AIRBRAKE"),
        ("Kestrel_A1", "master arm guard", "MASTER_ARM_COVER"),
        ("Kestrel_A1", "emer jett", "EMERGENCY_JETTISON"),
        ("Kestrel_A1", "mater arm", "MASTER_ARM"),
        ("Heron-H2", "hook release", "HOOK_RELEASE"),
        ("Heron-H2", "cdu 7", "CDU_KEY_7"),
        ("Heron-H2", "left blorf battery", "BATTERY"),
    ] {
        let output = names(&["--aircraft", aircraft, "--format", "json", query]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found[0]["id"], expected, "{query}");
        assert_eq!(found[0]["aircraft"], aircraft);
    }
}

#[cfg(not(windows))]
#[test]
fn tables_of_ones_own_are_searched() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("dcs-master/own-defs/Kestrel_T1");
    std::fs::create_dir_all(&folder).unwrap();
    let gauges = r#"[{"name": "Altimeter_Steps", "arg_number": 103}]"#;
    std::fs::write(folder.join("gauges.json"), gauges).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_dcs-master"));
    let program = program
        .current_dir(root())
        .env("XDG_DATA_HOME", data.path());
    let output = program.args(["names", "--aircraft", "Kestrel_T1", "altimeter", "steps"]);
    let text = text(&output.output().unwrap());
    assert!(text.starts_with("2 Altimeter_Steps 1 0\n"), "{text}");
    assert!(text.contains("ALTIMETER_SETTING"), "{text}");
}

#[cfg(not(windows))]
#[test]
fn own_tables_that_cannot_be_used_are_reported() {
    let data = tempfile::tempdir().unwrap();
    let own_defs = data.path().join("dcs-master/own-defs");
    for (aircraft, text) in [
        (
            "Kestrel_T1",
            r#"[{"name": "Fuel Low\n", "arg_number": 9999}]"#,
        ),
        ("Kestrel_A1", "[{"),
        ("Kestrel_T", "[]"),
    ] {
        std::fs::create_dir_all(own_defs.join(aircraft)).unwrap();
        std::fs::write(own_defs.join(aircraft).join("gauges.json"), text).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_dcs-master"));
        program.current_dir(root()).args(arguments);
        program
            .env("XDG_DATA_HOME", data.path())
            .env("HOME", data.path());
        program.output().unwrap()
    };
    let unknown = "own-defs of Kestrel_T: there are no tables of such an aircraft; did you mean \
                   Kestrel_T1? Then rename the folder";
    let broken = "own-defs/Kestrel_A1/gauges.json: is not valid JSON";
    let misfit = "own-defs of Kestrel_T1: gauges.json: \"Fuel Low\\n\": no generated gauge or \
                  control has arg 9999";
    let names = run(&["names", "fuel", "low"]);
    let errors = String::from_utf8(names.stderr.clone()).unwrap();
    let doctor = text(&run(&[
        "doctor",
        "--server",
        "127.0.0.1:1",
        "--hook",
        "127.0.0.1:1",
    ]));
    for expected in [unknown, broken, misfit] {
        assert!(errors.contains(expected), "{errors}");
        assert!(doctor.contains(expected), "{doctor}");
    }
    // A name from a file cannot add a line to paste.
    let lines = text(&names);
    assert!(lines.contains("2 Fuel Low\\n 1 0 "), "{lines}");
    let one = run(&["names", "--aircraft", "Kestrel_A1", "gear"]);
    let errors = String::from_utf8(one.stderr).unwrap();
    assert!(
        errors.contains(broken) && !errors.contains(misfit),
        "{errors}"
    );
}

#[test]
fn lines_name_what_they_find() {
    let output = names(&[
        "--aircraft",
        "Kestrel_T1",
        "--format",
        "json",
        "--limit",
        "200",
    ]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tables = aircraft_defs::read_tables(&root().join("aircraft-defs"), "Kestrel_T1").0;
    let found = found.as_array().unwrap();
    assert_eq!(
        found.len(),
        tables.named_controls().count() + tables.gauges().len() + FIELDS.len()
    );
    for result in found {
        let id = result["id"].as_str().unwrap();
        match result["kind"].as_str().unwrap() {
            "control" => assert_eq!(tables.control(id).unwrap().id(), id),
            _ if field_by_name(id).is_some() => assert_eq!(result["aircraft"], ""),
            _ => assert_eq!(tables.gauge(id).unwrap().name, id),
        }
        for line in result["lines"].as_array().unwrap() {
            assert_eq!(line.as_str().unwrap().split(' ').nth(1), Some(id));
        }
    }
}

#[test]
fn nothing_found_and_unknown_aircraft_are_said() {
    let output = names(&["xyzzy"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output),
        "no control or gauge fits \"xyzzy\"; try fewer or other words\n"
    );
    let output = names(&["--aircraft", "F-4", "gear"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("no tables of \"F-4\"; it has Heron-H2, Kestrel_A1"),
        "{message}"
    );
    let output = names(&["--defs", "docs", "gear"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("there are no tables in docs; enter an aircraft"),
        "{message}"
    );
}
