//! Checks that parts of the repository agree: the pages name files that exist and explain the
//! dependencies, versions are the same, and the sample's tables are up to date.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use dcs_master_tests::programs::root;
use dcs_master_tests::rig::{output_text, run};

/// A page of documentation.
struct Page {
    name: String,
    folder: PathBuf,
    text: String,
}

/// Returns the pages at the root and in `docs`.
fn pages() -> Vec<Page> {
    let docs = fs::read_dir(root().join("docs")).expect("there are docs");
    let docs = docs.map(|entry| entry.expect("an entry of docs").path());
    let at_root = ["ARCHITECTURE.md", "README.md", "CHANGELOG.md"].map(|name| root().join(name));
    let markdown = docs.chain(at_root);
    let markdown = markdown.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let page = |path: PathBuf| Page {
        name: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into(),
        text: fs::read_to_string(&path).expect("the page can be read"),
        folder: path.parent().expect("a page is in a folder").to_owned(),
    };
    markdown.map(page).collect()
}

impl Page {
    /// Returns the paths in backquotes that begin with a folder of the repository.
    fn named_paths(&self) -> Vec<PathBuf> {
        let prose = self.text.split("```").step_by(2);
        let code = prose.flat_map(|prose| prose.split('`').skip(1).step_by(2));
        code.filter(|name| name.contains('/') && !name.contains([' ', '*', '<', '$', ':', '\\']))
            .filter(|name| {
                let first = name.split('/').next().unwrap_or_default();
                root().join(first).is_dir() && !first.is_empty() && first != "target"
            })
            .map(|name| root().join(name))
            .collect()
    }

    /// Returns the files that the links lead to.
    fn linked_paths(&self) -> Vec<PathBuf> {
        let links = self.text.split("](").skip(1);
        let targets = links.filter_map(|rest| rest.split([')', '#']).next());
        let is_file = |target: &&str| !target.is_empty() && !target.contains("://");
        targets
            .filter(is_file)
            .map(|target| self.folder.join(target))
            .collect()
    }
}

#[test]
fn every_file_that_the_pages_name_exists() {
    let pages = pages();
    assert!(pages.len() > 8, "only {} pages", pages.len());
    for page in pages {
        let (named, linked) = (page.named_paths(), page.linked_paths());
        let is_map = ["ARCHITECTURE.md", "README.md"].contains(&page.name.as_str());
        assert!(
            !is_map || named.len() + linked.len() > 8,
            "{} names only {named:?}",
            page.name
        );
        for path in named.iter().chain(&linked) {
            assert!(
                path.exists(),
                "{} names {}, which does not exist",
                page.name,
                path.display()
            );
        }
    }
}

fn architecture() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the page is there")
}

#[test]
fn the_architecture_page_stays_short() {
    let lines = architecture().lines().count();
    assert!(lines < 200, "ARCHITECTURE.md has {lines} lines");
}

/// Returns the packages that the workspace depends on, without its own.
fn dependencies() -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest is there");
    let (_, section) = manifest
        .split_once("[workspace.dependencies]")
        .expect("the workspace lists its dependencies");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines
        .filter(|line| !line.contains("path ="))
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect()
}

#[test]
fn the_architecture_page_explains_every_dependency_and_no_other() {
    let text = architecture();
    let (_, section) = text
        .split_once("## Dependencies")
        .expect("there is a section");
    let names = section.split('`').skip(1).step_by(2);
    let explained: BTreeSet<String> = names
        .filter(|name| !name.contains(['.', ' ']) && !name.starts_with("--"))
        .map(str::to_owned)
        .collect();
    assert_eq!(explained, dependencies());
}

/// The workspace's manifest must list all dependencies, since the architecture page is checked
/// against it.
#[test]
fn packages_take_their_dependencies_from_the_workspace() {
    for package in [
        "aircraft-defs",
        "benches",
        "defgen",
        "demo",
        "server",
        "tests",
    ] {
        let path = root().join(package).join("Cargo.toml");
        let manifest = fs::read_to_string(&path).expect("the manifest is there");
        let sections = manifest.split("\n[").filter(|section| {
            let head = section.lines().next().unwrap_or_default();
            head.ends_with("dependencies]")
        });
        for line in sections.flat_map(|section| section.lines().skip(1)) {
            let shared = line.contains("workspace = true") || line.trim().is_empty();
            assert!(shared, "{}: {line}", path.display());
        }
    }
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
fn the_committed_tables_of_the_sample_are_up_to_date() {
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
    assert!(output.status.success(), "{}", output_text(&output));
}
