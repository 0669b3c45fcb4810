//! Compiles the sample install, unchanged, changed and damaged.

#![allow(clippy::unwrap_used)]

mod folders;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use defgen::{Outcome, Report, Request, compile, emit};
use folders::copy;
use proptest::prelude::*;

const AIRCRAFT: [&str; 3] = ["Heron-H2", "Kestrel_T1", "Kestrel_A1"];

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-install")
}

fn run(install: &Path) -> Report {
    let request = Request {
        paths: vec![install.to_owned()],
        ..Request::default()
    };
    compile(&request, &()).unwrap()
}

/// Returns the text of every file of every aircraft.
fn texts(report: &Report) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for item in &report.items {
        if let Outcome::Tables(tables) = &item.outcome {
            for file in emit::files(item, tables, &report.cache).unwrap() {
                texts.insert(format!("{}/{}", item.name, file.name), file.text);
            }
        }
    }
    texts
}

#[test]
fn every_run_gives_the_same_bytes() {
    let first = texts(&run(&sample()));
    assert_eq!(first.len(), AIRCRAFT.len() * 5);
    assert_eq!(first, texts(&run(&sample())));
}

#[test]
fn a_file_is_parsed_once_for_all_modules() {
    let folder = tempfile::tempdir().unwrap();
    copy(&sample(), folder.path());
    let aircraft = folder.path().join("Mods/aircraft");
    let devices = aircraft.join("Kestrel/Cockpit/A1/devices.lua");
    let text = "\ndofile('Mods/aircraft/Heron Mk2/Cockpit/Scripts/devices.lua')\n";
    fs::write(&devices, fs::read_to_string(&devices).unwrap() + text).unwrap();
    // In sequence: the first module is complete when the second one asks for its file.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let report = one.unwrap().install(|| run(folder.path()));
    let files = report.cache.sources().all();
    let mut names: Vec<_> = files.iter().map(|file| file.name()).collect();
    names.sort_unstable();
    let times = |part: &str| names.iter().filter(|name| name.contains(part)).count();
    assert_eq!(times("Heron Mk2/Cockpit/Scripts/devices.lua"), 1);
    names.dedup();
    assert_eq!(names.len(), files.len());
}

#[test]
fn written_tables_can_be_read_back() {
    let report = run(&sample());
    let out = tempfile::tempdir().unwrap();
    for item in &report.items {
        let Outcome::Tables(tables) = &item.outcome else {
            panic!("{} is not done", item.name);
        };
        emit::write(out.path(), item, tables, &report.cache).unwrap();
        let (read, warnings) = aircraft_defs::read_tables(out.path(), &item.name);
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(read.gauges(), tables.gauges);
        assert_eq!(read.controls(), tables.controls);
        let left = fs::read_dir(out.path().join(&item.name)).unwrap().count();
        assert_eq!(left, 5, "something else was left in the folder");
    }
}

/// Runs the program and returns its exit code and standard output.
fn defgen(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_defgen"))
        .args(["install", "--out", "out"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "no {from:?} in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn check_lists_the_changes_of_an_update() {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    copy(&sample(), &install);
    let (code, text) = defgen(folder.path(), &["--check"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("there are no tables in out/Kestrel_A1"),
        "{text}"
    );
    assert!(
        !folder.path().join("out").exists(),
        "--check wrote something"
    );

    assert_eq!(defgen(folder.path(), &[]).0, Some(0));
    let (code, text) = defgen(folder.path(), &["--check"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("3 aircraft up to date"), "{text}");

    let a1 = install.join("Mods/aircraft/Kestrel/Cockpit/A1");
    edit(
        &a1.join("devices.lua"),
        "devices[\"RWR\"]      = 22",
        "devices[\"RWR_2\"] = 22",
    );
    edit(
        &a1.join("command_defs.lua"),
        "\tStation         = weapon(),\n",
        "",
    );
    let (code, text) = defgen(folder.path(), &["--check"]);
    assert_eq!(code, Some(1));
    for line in [
        "  devices.json: 1 added, 1 removed",
        "    added: RWR_2",
        "    removed: RWR",
        "  commands.json: 1 removed, 3 renumbered",
        "    renumbered: weapon.Mode 3004 -> 3003",
        "2 aircraft up to date in out, 1 missing or out of date",
    ] {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
}

#[test]
fn a_single_module_and_a_single_folder_give_the_same_tables() {
    let whole = texts(&run(&sample()));
    let request = Request {
        paths: vec![sample().join("Mods/aircraft/Kestrel")],
        install: Some(sample()),
        aircraft: Some("kestrel_a1".into()),
        dcs_bios: None,
    };
    let lone = texts(&compile(&request, &()).unwrap());
    assert_eq!(lone.len(), 5);
    for (name, text) in lone {
        assert_eq!(Some(&text), whole.get(&name), "{name}");
    }
    let request = Request {
        paths: vec![sample().join("Mods/aircraft/Heron Mk2/Cockpit/Scripts")],
        install: Some(sample()),
        aircraft: Some("Heron-H2".into()),
        dcs_bios: None,
    };
    let lone = texts(&compile(&request, &()).unwrap());
    for table in ["devices", "commands", "gauges", "controls"] {
        let name = format!("Heron-H2/{table}.json");
        assert_eq!(lone.get(&name), whole.get(&name), "{name}");
    }
}

/// A change of a file.
#[derive(Debug, Clone)]
enum Damage {
    Cut(usize),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Swap(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let word = prop::sample::select(vec![
        "end",
        "(",
        "{",
        "}",
        "=",
        "function",
        "nil",
        "..",
        "0/0",
        "1e308*10",
        "\"",
        "--[[",
        "]]",
        "for i=1,9 do",
        "CreateGauge()",
        "_G",
        "#",
        "\0",
        "\u{feff}",
        "goto x",
        "setmetatable(_G,{__index=error})",
        "elements=devices",
        "devices=elements",
        "return",
        "string.rep('x',1e9)",
        "LockOn_Options=nil",
        "x.y.z=1",
        "dofile('x')",
        "[1]",
        "-",
        "%",
    ]);
    prop_oneof![
        any::<usize>().prop_map(Damage::Cut),
        (any::<usize>(), 0_usize..200).prop_map(|(at, n)| Damage::Remove(at, n)),
        (any::<usize>(), word)
            .prop_map(|(at, word)| Damage::Insert(at, format!(" {word} ").into())),
        (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Damage::Swap(a, b)),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let size = bytes.len().max(1);
        match self {
            Self::Cut(at) => bytes.truncate(at % size),
            Self::Remove(at, n) => {
                let at = (at % size).min(bytes.len());
                bytes.drain(at..(at + n).min(bytes.len()));
            }
            Self::Insert(at, word) => {
                let at = (at % size).min(bytes.len());
                bytes.splice(at..at, word.iter().copied());
            }
            Self::Swap(a, b) if !bytes.is_empty() => bytes.swap(a % size, b % size),
            Self::Swap(..) => {}
        }
    }
}

/// The files of the Kestrel that are damaged. Those of the Heron are not.
const FILES: [&str; 9] = [
    "entry.lua",
    "Entry/Flyables.lua",
    "Cockpit/Common/panel.lua",
    "Cockpit/Common/gauge_tools.lua",
    "Cockpit/Common/clickable_defs.lua",
    "Cockpit/Common/clickable_panel.lua",
    "Cockpit/A1/devices.lua",
    "Cockpit/A1/command_defs.lua",
    "Cockpit/A1/clickabledata.lua",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn damage_to_one_module_gives_messages_and_does_not_affect_the_other(
        damages in prop::collection::vec((0..FILES.len(), damage()), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        copy(&sample(), folder.path());
        for (file, damage) in damages {
            let path = folder.path().join("Mods/aircraft/Kestrel").join(FILES[file]);
            let mut bytes = fs::read(&path).unwrap();
            damage.apply(&mut bytes);
            fs::write(&path, bytes).unwrap();
        }
        let report = run(folder.path());
        for item in &report.items {
            let text = defgen::report::diagnostics(item, report.cache.sources(), true);
            let is_told = match &item.outcome {
                Outcome::Tables(tables) => !tables.failed.is_empty(),
                outcome => matches!(outcome, Outcome::Failed(_)),
            };
            prop_assert_eq!(is_told, text.contains("error["), "{}", text);
        }
        let texts = texts(&report);
        prop_assert!(texts.contains_key("Heron-H2/gauges.json"));
        for (name, text) in texts.iter().filter(|(name, _)| !name.ends_with("sources.json")) {
            prop_assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{}", name);
        }
    }
}
