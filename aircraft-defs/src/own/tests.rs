//! Tests of the own tables: reading, combining with the generated ones, and checking.

use std::fs;
use std::sync::Arc;

use super::*;
use crate::{Tables, mismatches, read_tables};

const GENERATED: [(&str, &str); 4] = [
    ("devices.json", r#"{"UFC": 25}"#),
    ("commands.json", r#"{"UFC.Enter": 3001}"#),
    (
        "gauges.json",
        r#"[{"name": "Altimeter", "arg_number": 218, "input": [0, 1000], "output": [0, 1]},
            {"name": "Speed", "arg_number": 219, "input": [0, 500], "output": [0, 1]}]"#,
    ),
    (
        "controls.json",
        r#"[{"name": "PNT_1", "device": {"number": 26}, "actions":
            [{"command": {"number": 3002}, "arg": 300, "kind": "button", "values": [0, 1]}]}]"#,
    ),
];

/// Returns the generated tables, the own tables from these files, and the warnings about those.
fn tables(own: &[(&str, &str)]) -> (Arc<Tables>, OwnTables, Vec<Warning>) {
    let disk = tempfile::tempdir().unwrap();
    for (folder, files) in [("defs", &GENERATED[..]), ("own", own)] {
        let folder = disk.path().join(folder).join("A");
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let (generated, warnings) = read_tables(&disk.path().join("defs"), "A");
    assert_eq!(warnings, []);
    let (own, warnings) = read_own_tables(&disk.path().join("own"), "A");
    (Arc::new(generated), own, warnings)
}

#[test]
fn entries_are_replaced_and_added() {
    let (generated, own, warnings) = tables(&[
        ("devices.json", r#"{"ufc_panel": 25}"#),
        (
            "gauges.json",
            r#"[{"name": "Speed", "arg_number": 1},
                {"name": "Altimeter", "arg_number": 218, "input": [0, 4095], "output": [0, 1]},
                {"name": "Stepper", "arg_number": 218, "input": [0, 200], "output": [0, 1]},
                {"name": "Speed", "arg_number": 219}]"#,
        ),
    ]);
    assert_eq!(warnings, []);
    let tables = generated.with_own(&own);
    let names: Vec<&str> = tables.gauges().iter().map(|gauge| &*gauge.name).collect();
    assert_eq!(names, ["Altimeter", "Stepper", "Speed"]);
    assert_eq!(tables.gauge("altimeter").unwrap().input, [0.0, 4095.0]);
    assert_eq!(tables.gauge("Stepper").unwrap().input, [0.0, 200.0]);
    assert!(tables.gauge("Speed").unwrap().input.is_empty());
    // Numbers keep the generated scale.
    assert_eq!(tables.gauge_by_arg(218).unwrap().input, [0.0, 1000.0]);
    assert_eq!(tables.gauge_by_arg(219).unwrap().input, [0.0, 500.0]);
    assert_eq!(tables.device("UFC_PANEL"), Ok(25));
    assert_eq!(tables.device("UFC"), Ok(25));
    assert_eq!(tables.controls(), generated.controls());
}

#[track_caller]
fn check_misfits(own: &[(&str, &str)], expected: &[&str]) {
    let (generated, own, _) = tables(own);
    let found: Vec<String> = mismatches(&generated, &own)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, expected);
    assert_eq!(mismatches(&Tables::default(), &own), []);
}

#[test]
fn gauges_fit_if_their_args_are_known() {
    check_misfits(
        &[(
            "gauges.json",
            r#"[{"name": "Altimeter", "arg_number": 219}, {"name": "New", "arg_number": 219},
                {"name": "Lamp", "arg_number": 300}, {"name": "Gone", "arg_number": 301},
                {"name": "Nameless", "arg_number": 302, "check": false}, {"name": "None"}]"#,
        )],
        &[
            "gauges.json: \"Altimeter\": it has arg 219, and the generated one has 218",
            "gauges.json: \"Gone\": no generated gauge or control has arg 301",
            "gauges.json: \"None\": it has no arg_number",
        ],
    );
}

#[test]
fn numbers_and_controls_fit_if_they_are_known() {
    check_misfits(
        &[
            ("devices.json", r#"{"UFC": 24, "Mine": 26, "Gone": 27}"#),
            (
                "commands.json",
                r#"{"UFC.Enter": 3002, "Mine": 3002, "Gone": 3003}"#,
            ),
            (
                "controls.json",
                r#"[{"name": "fits", "device": {"number": 26}, "actions":
                       [{"command": {"number": 3001}, "arg": 219, "kind": "axis"}]},
                    {"name": "device", "device": {"number": 27}, "actions": []},
                    {"name": "command", "actions":
                       [{"command": {"number": 3009}, "kind": "axis"}]},
                    {"name": "arg", "actions":
                       [{"command": {"number": 3001}, "arg": 1, "kind": "axis"}]}]"#,
            ),
        ],
        &[
            "devices.json: \"UFC\": it has number 24, and the generated one has 25",
            "devices.json: \"Gone\": no generated one has number 27",
            "commands.json: \"UFC.Enter\": it has number 3002, and the generated one has 3001",
            "commands.json: \"Gone\": no generated one has number 3003",
            "controls.json: \"device\": no generated device has number 27",
            "controls.json: \"command\": no generated command has number 3009",
            "controls.json: \"arg\": no generated gauge or control has arg 1",
        ],
    );
}

#[test]
fn a_broken_file_leaves_the_other_tables_intact() {
    let deep = "[".repeat(100_000);
    let huge = " ".repeat(1 << 20) + "[]";
    for text in ["{", "7", "[1, {\"name\": 2}]", &deep, &huge, "\u{feff}", ""] {
        let (_, own, warnings) = tables(&[
            ("gauges.json", text),
            ("devices.json", r#"{"Mine": 25, "Wrong": 1.5}"#),
        ]);
        assert_eq!((own.gauges.len(), own.devices.len()), (0, 1), "{text:.10}");
        assert!(warnings.len() >= 2, "{text:.10}: {warnings:?}");
    }
}

#[test]
fn a_scale_that_cannot_be_used_gives_a_warning() {
    let text = r#"[{"name": "A", "arg_number": 218, "input": [0, 1], "output": [1, 1]}]"#;
    let (_, own, warnings) = tables(&[("gauges.json", text)]);
    assert_eq!(own.gauges.len(), 1);
    let message =
        "\"A\": its values stay unscaled, since `output` does not have two different values";
    assert_eq!(warnings[0].message, message);
}

#[test]
fn warnings_and_gauges_of_one_name_are_bounded() {
    let (_, _, warnings) = tables(&[("gauges.json", &format!("[{}0]", "0,".repeat(100_000)))]);
    assert_eq!(warnings.len(), crate::limits::MAX_WARNINGS);
    let same = r#"{"name": "Altimeter", "arg_number": 218},"#.repeat(20_000);
    let (generated, own, _) = tables(&[("gauges.json", &format!("[{same}0]"))]);
    assert_eq!(own.gauges.len(), 1);
    assert_eq!(generated.with_own(&own).gauges().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let disk = tempfile::tempdir().unwrap();
    fs::create_dir(disk.path().join("A")).unwrap();
    for name in ["gauges.json", "controls.json"] {
        let pipe = disk.path().join("A").join(name);
        let made = std::process::Command::new("mkfifo").arg(pipe).status();
        assert!(made.unwrap().success());
    }
    let (own, warnings) = read_own_tables(disk.path(), "A");
    assert!(own.is_empty());
    let messages: Vec<&str> = warnings.iter().map(|warning| &*warning.message).collect();
    let expected = "cannot be read: a folder, a pipe or a device; replace it by a file";
    assert_eq!(messages, [expected; 2]);
}

#[test]
fn each_own_file_is_refused_above_the_limit() {
    let long = " ".repeat(1 << 20);
    for (file, text) in [
        ("devices.json", "{}"),
        ("gauges.json", "[]"),
        ("controls.json", "[]"),
    ] {
        let (_, own, warnings) = tables(&[(file, &format!("{text}{long}"))]);
        assert!(own.is_empty());
        assert_eq!(
            warnings[0].message,
            "cannot be read: larger than 1 MiB, the limit for a table; make it smaller"
        );
    }
}

#[test]
fn a_file_in_place_of_a_folder_is_reported() {
    let disk = tempfile::tempdir().unwrap();
    let own_defs = disk.path().join("own-defs");
    fs::create_dir(&own_defs).unwrap();
    fs::write(own_defs.join("A"), "").unwrap();
    let (_, warnings) = read_own_tables(&own_defs, "A");
    assert_eq!(warnings[0].path, own_defs.join("A"));
    assert_eq!(warnings[0].message, "is not a folder; replace it by one");
    fs::remove_dir_all(&own_defs).unwrap();
    assert_eq!(read_own_tables(&own_defs, "A").1, []);
    fs::write(&own_defs, "").unwrap();
    assert_eq!(read_own_tables(&own_defs, "A").1[0].path, own_defs);
}

#[test]
fn names_that_no_line_can_contain_are_reported() {
    let (_, own, warnings) = tables(&[
        ("devices.json", r#"{"My UFC": 25}"#),
        (
            "gauges.json",
            r#"[{"name": "Fuel Low", "arg_number": 218}, {"name": "a\n-1 b", "arg_number": 218},
                {"name": "12", "arg_number": 218}, {"name": "Высота", "arg_number": 218}]"#,
        ),
    ]);
    assert_eq!(own.len(), 5);
    let messages: Vec<&str> = warnings.iter().map(|warning| &*warning.message).collect();
    let blank = "no line can contain this name, since it has a blank or a control character; use \
                 _ instead";
    let expected = [
        format!("\"My UFC\": {blank}"),
        format!("\"Fuel Low\": {blank}"),
        format!("\"a\\n-1 b\": {blank}"),
        "\"12\": in a line this is a number; use another name".to_owned(),
    ];
    assert_eq!(messages, expected);
}

#[test]
fn a_name_from_the_sim_is_not_used_as_a_path() {
    let (own, warnings) = read_own_tables(Path::new("/"), "../etc");
    assert!(own.is_empty() && warnings.is_empty());
}
