//! The documents stay true: what they name is there.

use std::fs;

use dcs_master_tests::programs::root;
use dcs_master_tests::rig::{run, said};

/// The paths in backquotes and in links of a page, relative to the repository.
fn named_paths(text: &str) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    code.chain(links)
        .filter(|name| name.contains('/') && !name.contains([' ', '*', '<', '$', ':', '\\']))
        .filter(|name| {
            let first = name.split('/').next().unwrap_or_default();
            root().join(first).is_dir() && !first.is_empty() && first != "target"
        })
        .collect()
}

#[test]
fn every_file_that_the_pages_name_exists() {
    for page in ["ARCHITECTURE.md", "README.md"] {
        let text = fs::read_to_string(root().join(page)).expect("the page is there");
        let paths = named_paths(&text);
        assert!(paths.len() > 8, "{page}: only {paths:?}");
        for path in paths {
            assert!(
                root().join(path).exists(),
                "{page} names {path}, which is gone"
            );
        }
    }
}

#[test]
fn the_map_stays_a_map() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page is there");
    assert!(text.lines().count() < 300);
}

#[test]
fn the_scripts_and_the_programs_have_one_version() {
    let core = fs::read_to_string(root().join("lua/Scripts/dcs-master/core.lua"))
        .expect("the core is there");
    let wanted = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    let line = core.lines().find(|l| l.contains("VERSION ="));
    assert!(line.is_some_and(|l| l.contains(&wanted)), "{line:?}");
}

#[test]
fn the_kept_tables_of_the_sample_are_what_defgen_makes_today() {
    let sample = root().join("tests/sample-install");
    let kept = root().join("aircraft-defs");
    let output = run(
        "defgen",
        [
            &*sample.to_string_lossy(),
            "--check",
            "--out",
            &kept.to_string_lossy(),
        ],
    );
    assert!(output.status.success(), "{}", said(&output));
}
