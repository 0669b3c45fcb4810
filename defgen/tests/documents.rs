//! Replays the examples of docs/lua-subset.md and docs/controls.md.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aircraft_defs::table_text;
use defgen::files::{GamePath, Root, Roots};
use defgen::parse_cache::ParseCache;
use defgen::sim_env::{Access, cockpit};
use defgen::stack::on_big_stack;
use defgen::syntax;
use defgen::{Outcome, Request, compile};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the texts between ```lua and ``` in a document.
fn examples(document: &str) -> Vec<String> {
    let mut blocks = document.split("```lua\n").skip(1);
    let mut examples = Vec::new();
    for block in &mut blocks {
        examples.push(block.split("```").next().unwrap_or_default().to_owned());
    }
    examples
}

#[test]
fn the_examples_of_lua_subset_have_the_stated_results() {
    let document = std::fs::read_to_string(root().join("docs/lua-subset.md")).unwrap();
    let examples = examples(&document);
    assert!(examples.len() >= 4, "only {} examples", examples.len());
    on_big_stack(|| examples.iter().for_each(|example| replay(example)));
}

/// Runs the lines of an example. The text after `-->` is the value of the expression before it.
fn replay(example: &str) {
    let cache = Arc::new(ParseCache::default());
    let install = Root::open(GamePath::root(), &root().join("tests/sample-install")).unwrap();
    let access = Access {
        roots: Arc::new(Roots::new(vec![install], &[])),
        base: GamePath::parse("Mods/aircraft/Kestrel/Cockpit/T1/Scripts").unwrap(),
        steps: Arc::default(),
    };
    let mut before = String::new();
    for line in example.lines() {
        let Some((expression, expected)) = line.split_once("-->") else {
            before.push_str(line);
            before.push('\n');
            continue;
        };
        let (mut session, _) = cockpit::session(&cache, access.clone(), "Kestrel_T1");
        let code = format!("{before}return {expression}");
        let source = cache
            .sources()
            .add("example", code.clone().into_bytes(), cache.limits());
        let chunk = syntax::parse(&source.unwrap(), cache.limits()).unwrap();
        let result = session
            .machine
            .run(&chunk)
            .unwrap_or_else(|stop| panic!("{code}\n{:?}", session.machine.explain(&stop)));
        assert_eq!(
            session.machine.describe(result.first()),
            expected.trim(),
            "{code}"
        );
    }
}

/// Returns the JSON objects in a document that have a field `command`, each on a separate line.
fn actions(document: &str) -> Vec<Value> {
    let line = |line: &str| serde_json::from_str(line.trim().trim_end_matches(',')).ok();
    document
        .lines()
        .filter_map(line)
        .filter(|value: &Value| value.get("command").is_some())
        .collect()
}

#[test]
fn the_examples_of_controls_are_actions_of_the_sample() {
    let document = std::fs::read_to_string(root().join("docs/controls.md")).unwrap();
    let examples = actions(&document);
    assert!(examples.len() >= 6, "only {} examples", examples.len());
    let request = Request {
        paths: vec![root().join("tests/sample-install")],
        aircraft: Some("Kestrel_T1".into()),
        ..Request::default()
    };
    let report = compile(&request, &()).unwrap();
    let Outcome::Tables(tables) = &report.items[0].outcome else {
        panic!("the sample was not compiled");
    };
    let text = table_text(&tables.controls).unwrap();
    let controls: Vec<Value> = serde_json::from_str(&text).unwrap();
    let real: Vec<&Value> = controls
        .iter()
        .filter_map(|control| control["actions"].as_array())
        .flatten()
        .collect();
    for example in examples {
        assert!(real.contains(&&example), "not in the sample: {example}");
    }
}

#[test]
fn the_example_of_dcs_bios_names_gives_the_entries_that_it_says() {
    let document = std::fs::read_to_string(root().join("docs/dcs-bios-names.md")).unwrap();
    let disk = tempfile::tempdir().unwrap();
    let modules = "Scripts/DCS-BIOS/lib/modules";
    let files = ["Module.lua", "documentation/Control.lua"];
    let (sample, copy) = (
        root().join("tests/sample-dcs-bios").join(modules),
        disk.path().join(modules),
    );
    for folder in ["aircraft_modules", "documentation"] {
        std::fs::create_dir_all(copy.join(folder)).unwrap();
    }
    for file in files {
        std::fs::copy(sample.join(file), copy.join(file)).unwrap();
    }
    let example = &examples(&document)[0];
    std::fs::write(copy.join("aircraft_modules/Kestrel.lua"), example).unwrap();
    let request = Request {
        paths: vec![root().join("tests/sample-install")],
        dcs_bios: Some(disk.path().to_owned()),
        aircraft: Some("Kestrel_T1".into()),
        ..Request::default()
    };
    let report = compile(&request, &()).unwrap();
    let Outcome::Tables(tables) = &report.items[0].outcome else {
        panic!("the sample was not compiled");
    };
    assert_eq!(tables.dcs_bios.warnings, [""; 0]);
    let is_added = |gauge: &&aircraft_defs::Gauge| gauge.extra.contains_key("source");
    let added: Vec<_> = tables.gauges.iter().filter(is_added).cloned().collect();
    let text = table_text(&added).unwrap();
    let lines = text.lines().map(|line| line.trim().trim_end_matches(','));
    let lines: Vec<&str> = lines.filter(|line| line.starts_with('{')).collect();
    let block = document.split("```json\n").nth(1).unwrap();
    let expected: Vec<&str> = block.split("```").next().unwrap().lines().collect();
    assert_eq!(lines, expected);
}
