//! Copies of DCS-BIOS that are broken, hostile or in another folder, and names that must differ.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use aircraft_defs::{Control, ControlIndex, Gauge, check_scale};
use defgen::dcs_bios::record::{ControlRecord, RecordKind};
use defgen::{Outcome, Report, Request, Tables, compile};
use proptest::prelude::*;

const MODULES: &str = "Scripts/DCS-BIOS/lib/modules";

/// The first lines of a module for the aircraft `Finch`.
const HEAD: &str = r#"
    module("Finch", package.seeall)
    local Module = require("Scripts.DCS-BIOS.lib.modules.Module")
    local Finch = Module:new("Finch", 0x1000, { "Finch" })
    Finch:defineIndicatorLight("EARLY", 1, "Lamps", "Early")
"#;

/// A Saved Games folder with an aircraft, and a copy of the sample's library with this module.
fn disk(module: &str) -> tempfile::TempDir {
    let disk = tempfile::tempdir().unwrap();
    let cockpit = disk.path().join("Mods/aircraft/Finch");
    write(
        &cockpit.join("entry.lua"),
        "make_flyable('Finch', current_mod_path..'/C/')",
    );
    write(&cockpit.join("C/clickabledata.lua"), "elements = {}");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-dcs-bios");
    for file in ["Module.lua", "documentation/Control.lua"] {
        let text = fs::read_to_string(sample.join(MODULES).join(file)).unwrap();
        write(&disk.path().join(MODULES).join(file), &text);
    }
    write(&module_path(disk.path(), "Finch"), module);
    disk
}

fn module_path(disk: &Path, name: &str) -> PathBuf {
    let folder = disk.join(MODULES).join("aircraft_modules");
    folder.join(name).with_extension("lua")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn compile_with(disk: &Path, dcs_bios: &Path) -> Report {
    let request = Request {
        paths: vec![disk.to_owned()],
        dcs_bios: Some(dcs_bios.to_owned()),
        ..Request::default()
    };
    compile(&request, &()).unwrap()
}

fn tables(report: &Report) -> &Tables {
    match &report.items[0].outcome {
        Outcome::Tables(tables) => tables,
        other => panic!("{other:?}"),
    }
}

/// Compiles with a module, and checks the names that it gives and the warnings about it.
#[track_caller]
fn check(module: &str, names: &[&str], warnings: &[&str]) {
    let disk = disk(module);
    let report = compile_with(disk.path(), disk.path());
    let tables = tables(&report);
    let gauges: Vec<&str> = tables.gauges.iter().map(|gauge| &*gauge.name).collect();
    assert_eq!(gauges, names);
    assert_eq!(tables.dcs_bios.warnings, warnings);
}

#[test]
fn an_error_costs_the_controls_behind_it() {
    check(
        &format!("{HEAD} Finch:defineNoSuchThing()"),
        &["EARLY"],
        &[
            "DCS-BIOS: attempt to call method 'defineNoSuchThing' (a nil value) \
             (Scripts/DCS-BIOS/lib/modules/aircraft_modules/Finch.lua:6)",
        ],
    );
    check(
        "Finch = = 1",
        &[],
        &[
            "DCS-BIOS: expected values to set to (Scripts/DCS-BIOS/lib/modules/aircraft_modules/Finch.lua:1)",
        ],
    );
}

#[test]
fn code_that_is_refused_is_told() {
    check(
        &format!("{HEAD} setfenv(1, {{}}) Finch:defineIndicatorLight('LATE', 2, '', '')"),
        &["EARLY", "LATE"],
        &[
            "DCS-BIOS: `setfenv` is not available: defgen does not support environments; its result \
             is unknown \
             (Scripts/DCS-BIOS/lib/modules/aircraft_modules/Finch.lua:6)",
        ],
    );
}

#[test]
fn code_that_never_ends_costs_only_its_names() {
    let endless = "the code runs for more than 20000000 steps";
    for (code, names) in [
        ("while true do end", 0),
        ("Finch:addExportHook(function() while true do end end)", 1),
        (
            "Finch:defineIntegerFromGetter('X', function(dev0)
               while dev0:get_argument_value(7) == 1 do end
               return 1
             end, 1, '', '')",
            2,
        ),
        (
            "Finch:addInputProcessor('EARLY', function() while true do end end)",
            1,
        ),
    ] {
        let disk = disk(&format!("{HEAD} {code}"));
        let report = compile_with(disk.path(), disk.path());
        let tables = tables(&report);
        assert!(tables.gauges.len() <= names, "{code}");
        let [warning] = &tables.dcs_bios.warnings[..] else {
            panic!("{code}: {:?}", tables.dcs_bios.warnings);
        };
        assert!(warning.contains(endless), "{code}: {warning}");
    }
}

#[test]
fn what_a_module_defines_is_bounded() {
    let long = "('x'):rep(1000000)";
    for code in [
        format!("Finch:defineIndicatorLight({long}, 2, {long}, {long})"),
        "for i = 1, 100000 do Finch:defineIndicatorLight('L'..i, i, '', '') end".to_owned(),
        "for i = 1, 100000 do Module:new('Finch', 1, { 'Finch' }) end".to_owned(),
    ] {
        let disk = disk(&format!("{HEAD} {code}"));
        let report = compile_with(disk.path(), disk.path());
        let tables = tables(&report);
        assert!(tables.gauges.len() <= 5_000, "{code}");
        assert!(
            tables.gauges.iter().all(|gauge| gauge.name.len() <= 110),
            "{code}"
        );
    }
}

#[test]
fn odd_values_do_no_harm() {
    let code = r#"
        local control = { identifier = 7, outputs = "none", positions = 3 }
        Finch:addControl(control)
        Finch:addControl({ outputs = { 1, { type = "integer", address = {} } } })
        Finch:addControl({ identifier = "CYCLE", outputs = control })
        control.outputs = control
        Finch:defineIndicatorLight("NOT_A_NUMBER", "12", "Lamps", "x")
        Finch:defineIndicatorLight("NEGATIVE", -1, "Lamps", "x")
        Finch:defineIndicatorLight("FRACTION", 1.5, "Lamps", "x")
        Finch:defineFloat("ENDLESS", 3, { 0, 0 }, "Gauges", "x")
        Finch:addExportHook(function() error({}) end)
        Finch:addExportHook(7)
    "#;
    let disk = disk(&format!("{HEAD} {code}"));
    let report = compile_with(disk.path(), disk.path());
    let names = tables(&report).gauges.iter().map(|gauge| &*gauge.name);
    let odd = ["NOT_A_NUMBER", "NEGATIVE", "FRACTION"];
    assert!(names.clone().all(|name| !odd.contains(&name)));
    assert!(names.count() <= 2);
}

#[test]
fn only_modules_that_name_the_aircraft_are_run() {
    let disk = disk(HEAD);
    write(&module_path(disk.path(), "Other"), "error('run')");
    let other = HEAD.replace("\"Finch\" }", "\"Lark\" }");
    write(
        &module_path(disk.path(), "Mentions"),
        &format!("-- Finch\n{other}"),
    );
    let report = compile_with(disk.path(), disk.path());
    let tables = tables(&report);
    assert_eq!(tables.gauges.len(), 1);
    assert!(tables.dcs_bios.warnings.is_empty());
    let read: Vec<&str> = tables.dcs_bios.files.keys().map(String::as_str).collect();
    assert!(read.contains(&"Scripts/DCS-BIOS/lib/modules/aircraft_modules/Mentions.lua"));
    assert!(!read.iter().any(|file| file.contains("Other")));
}

#[test]
fn the_copy_is_found_in_each_folder_around_it() {
    let disk = disk(HEAD);
    for folder in ["", "Scripts", "scripts/dcs-bios"] {
        let report = compile_with(disk.path(), &disk.path().join(folder));
        assert_eq!(tables(&report).gauges.len(), 1, "{folder}");
    }
    for (folder, expected) in [
        ("Mods", "has no DCS-BIOS in it"),
        ("nowhere", "the folder cannot be opened"),
        (
            "Mods/aircraft/Finch/entry.lua",
            "the folder cannot be opened",
        ),
    ] {
        let request = Request {
            paths: vec![disk.path().to_owned()],
            dcs_bios: Some(disk.path().join(folder)),
            ..Request::default()
        };
        let error = compile(&request, &()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_copy_is_not_followed() {
    let disk = disk("");
    let secret = disk.path().join("secret.lua");
    write(&secret, HEAD);
    let module = module_path(disk.path(), "Finch");
    fs::remove_file(&module).unwrap();
    std::os::unix::fs::symlink(secret, module).unwrap();
    let report = compile_with(disk.path(), disk.path());
    assert!(tables(&report).gauges.is_empty());
}

fn element(name: &str, hint: Option<&str>, arg: u32) -> Control {
    serde_json::from_value(serde_json::json!({
        "name": name, "hint": hint, "id": defgen_id(name, hint), "device": {"number": 1},
        "actions": [{"command": {"number": 3000 + arg}, "arg": arg, "kind": "switch", "values": [0, 1]}],
    }))
    .unwrap()
}

/// Returns an id such as controls have: made of the hint, else of a device.
fn defgen_id(name: &str, hint: Option<&str>) -> String {
    let text = hint.map_or_else(|| name.replace("PNT", "DEVICE"), str::to_owned);
    text.to_uppercase().replace(' ', "_")
}

fn elements() -> impl Strategy<Value = Vec<Control>> {
    let hint = prop::option::of(prop::sample::select(vec!["Gear Lever", "Oil", "Flap A"]));
    let element =
        (0_u32..6, hint).prop_map(|(arg, hint)| element(&format!("PNT_{arg}"), hint, arg));
    prop::collection::vec(element, 0..6)
}

fn records() -> impl Strategy<Value = Vec<ControlRecord>> {
    let kind = prop_oneof![
        Just(RecordKind::Lamp),
        Just(RecordKind::Input),
        prop::collection::vec(any::<bool>(), 0..5).prop_map(|lit| {
            let lit = lit.into_iter().enumerate();
            RecordKind::GatedLamp(lit.map(|(raw, lit)| (raw as f64 / 4.0, lit)).collect())
        }),
        (
            prop::collection::vec((any::<f64>(), any::<f64>()), 0..4),
            any::<f64>()
        )
            .prop_map(|(samples, max)| RecordKind::Needle { samples, max }),
    ];
    let identifier = prop::sample::select(vec![
        "GEAR_LEVER",
        "OIL",
        "oil",
        "OIL_3",
        "FLAP_A",
        "RPM",
        "PNT_2",
        "15SEK",
        "é",
        "7",
        "",
    ]);
    let record =
        (identifier, kind, prop::option::of(0_u32..6)).prop_map(|(identifier, kind, arg)| {
            ControlRecord {
                identifier: identifier.to_owned(),
                description: format!("{identifier} of it"),
                kind,
                arg,
                commands: arg
                    .map(|arg| (1, i64::from(3000 + arg)))
                    .into_iter()
                    .collect(),
                ..ControlRecord::default()
            }
        });
    prop::collection::vec(record, 0..8)
}

proptest! {
    #[test]
    fn what_the_cockpit_names_keeps_its_name_and_no_two_names_are_alike(
        controls in elements(),
        records in records(),
        args in prop::collection::vec(0_u32..6, 0..3),
    ) {
        let own = |arg: u32| Gauge {
            name: format!("Own_{arg}"),
            arg_number: Some(arg),
            input: Vec::new(),
            output: Vec::new(),
            extra: Default::default(),
        };
        let mut unique = args.clone();
        unique.sort_unstable();
        unique.dedup();
        let mut after = Tables {
            gauges: unique.iter().copied().map(own).collect(),
            controls: controls.clone(),
            ..Tables::default()
        };
        after.add_names(&records);
        // Every name that led to a control with a hint still leads to it, and to no gauge.
        let (before, now) = (ControlIndex::new(&controls), ControlIndex::new(&after.controls));
        let gauges: HashSet<String> = after.gauges.iter().map(|g| g.name.to_ascii_uppercase()).collect();
        prop_assert_eq!(gauges.len(), after.gauges.len());
        for (old, new) in controls.iter().zip(&after.controls) {
            if old.hint.is_some() {
                prop_assert_eq!(&old.id, &new.id);
                prop_assert_eq!(&old.hint, &new.hint);
            }
        }
        for control in before.iter(&controls) {
            if control.element().hint.is_some() {
                let found = now.find(&after.controls, control.id());
                prop_assert_eq!(found.map(|found| found.long_id()), Ok(control.long_id()));
                prop_assert!(!gauges.contains(control.id()));
                prop_assert!(!gauges.contains(control.long_id()));
            }
        }
        for gauge in &after.gauges {
            prop_assert!(gauge.input.is_empty() || check_scale(&gauge.input, &gauge.output).is_ok());
        }
    }
}
