//! Runs `defgen` over the files of each case in `tests/golden`, and compares its output and files
//! with the expected ones in the case. `tests/README.md` describes the format.

#![allow(clippy::unwrap_used)]

mod folders;
mod txtar;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use folders::copy;
use proptest::prelude::*;
use txtar::Archive;

/// Contents by path.
type Files = BTreeMap<String, Vec<u8>>;

/// The sections that every case has.
const REQUIRED: [&str; 4] = ["args", "exit", "stdout", "stderr"];

/// The folder for `--out` in a case.
const OUT: &str = "out";

#[test]
fn every_case_has_the_expected_output() {
    let folder = cases();
    let mut paths = entries(&folder);
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {}", folder.display());
    let failures: Vec<String> = paths.iter().filter_map(|path| failure(path)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// One case: an archive and its path.
struct Case {
    path: PathBuf,
    archive: Archive,
}

/// Returns the differences of a case from its expected output.
fn failure(path: &Path) -> Option<String> {
    let mut case = Case {
        path: path.to_owned(),
        archive: Archive::read(path),
    };
    let got = case.run();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        case.update(&got);
    }
    let expected = case.expected();
    let wrong = case.problems().chain(differences(&expected, &plain(&got)));
    let wrong: Vec<String> = wrong.collect();
    (!wrong.is_empty()).then(|| format!("{}: {}", path.display(), wrong.join("\n")))
}

fn differences(expected: &Files, got: &Files) -> Vec<String> {
    let mut names: Vec<&String> = expected.keys().chain(got.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let text = |files: &Files, name: &String| match files.get(name) {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => "(nothing)\n".to_owned(),
    };
    let is_different = |name: &&String| expected.get(*name) != got.get(*name);
    let differing = names.into_iter().filter(is_different);
    differing
        .map(|name| {
            let [expected, got] = [expected, got].map(|files| text(files, name));
            format!("{name}\n--- expected\n{expected}--- got\n{got}")
        })
        .collect()
}

impl Case {
    /// Returns the one line of a section, if there is such a section.
    fn line(&self, section: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.archive.get(section)?).unwrap();
        Some(text.trim())
    }

    /// Returns the path that a section names, which is relative to the case's folder.
    fn named(&self, section: &str) -> Option<PathBuf> {
        Some(self.path.parent().unwrap().join(self.line(section)?))
    }

    /// Returns the errors in the sections themselves.
    fn problems(&self) -> impl Iterator<Item = String> {
        let is_known = |name: &str| {
            let folders = ["input/", "before/", "out/"];
            let others = ["input-from", "out-from"];
            let in_folder = folders.iter().any(|folder| name.starts_with(folder));
            in_folder || others.contains(&name) || REQUIRED.contains(&name)
        };
        let missing = REQUIRED
            .iter()
            .filter(|name| self.archive.get(name).is_none());
        let missing = missing.map(|name| format!("there is no section {name}"));
        let names = self.archive.files.iter().map(|(name, _)| name);
        let unknown = names.filter(|name| !is_known(name));
        let unknown = unknown.map(|name| format!("no case has a section {name}"));
        missing.chain(unknown).collect::<Vec<_>>().into_iter()
    }

    /// Writes the files that `defgen` reads into a folder.
    fn unpack(&self, folder: &Path) {
        let input = folder.join("input");
        match self.named("input-from") {
            Some(case) if case.is_file() => Archive::read(&case).unpack("input", &input),
            Some(from) => copy(&from, &input),
            None => {}
        }
        self.archive.unpack("input", &input);
        self.archive.unpack("before", &folder.join(OUT));
    }

    /// Runs `defgen` and returns its output and files, by section.
    fn run(&self) -> Files {
        let folder = tempfile::tempdir().unwrap();
        self.unpack(folder.path());
        let args = self.line("args").unwrap_or_default();
        let output = Command::new(env!("CARGO_BIN_EXE_defgen"))
            .args(args.lines())
            .args(["--out", OUT])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let code = output.status.code().unwrap_or(-1);
        let mut files = Files::from([
            ("stdout".into(), output.stdout),
            ("stderr".into(), output.stderr),
            ("exit".into(), format!("{code}\n").into_bytes()),
        ]);
        read(&folder.path().join(OUT), OUT, &mut files);
        files
    }

    /// Returns the expected output. A file in `before` is expected unchanged, unless a section has
    /// another text for it.
    fn expected(&self) -> Files {
        let mut files = Files::new();
        if let Some(folder) = self.named("out-from") {
            read_tables(&folder, &mut files);
        }
        for (name, bytes) in &self.archive.files {
            if let Some(rest) = name.strip_prefix("before/") {
                files.insert(format!("{OUT}/{rest}"), bytes.clone());
            }
        }
        let is_output = |name: &str| name.starts_with("out/") || REQUIRED[1..].contains(&name);
        let sections = self.archive.files.iter();
        let outputs = sections.filter(|(name, _)| is_output(name));
        files.extend(outputs.cloned());
        plain(&files)
    }

    /// Replaces the expected output of the case by the actual one.
    fn update(&mut self, got: &Files) {
        let is_input = |(name, _): &(String, Vec<u8>)| {
            !name.starts_with("out/") && !REQUIRED[1..].contains(&name.as_str())
        };
        self.archive.files.retain(is_input);
        let tables = self.named("out-from");
        let before = self.expected();
        let (written, printed): (Files, Files) = got
            .clone()
            .into_iter()
            .partition(|(name, _)| name.starts_with("out/"));
        for name in &REQUIRED[1..] {
            let bytes = without_version(&printed[*name]);
            self.archive.files.push(((*name).to_owned(), bytes));
        }
        for (name, bytes) in written {
            match &tables {
                Some(folder) => fs::write(folder.join(&name["out/".len()..]), bytes).unwrap(),
                None if before.get(&name) == Some(&without_version(&bytes)) => {}
                None => self.archive.files.push((name, without_version(&bytes))),
            }
        }
        fs::write(&self.path, self.archive.to_text()).unwrap();
    }
}

/// Returns files without the version of the release.
fn plain(files: &Files) -> Files {
    let plain = |(name, bytes): (&String, &Vec<u8>)| (name.clone(), without_version(bytes));
    files.iter().map(plain).collect()
}

fn without_version(bytes: &[u8]) -> Vec<u8> {
    let version = format!("\"defgen\": \"{}\"", env!("CARGO_PKG_VERSION"));
    match std::str::from_utf8(bytes) {
        Ok(text) => text
            .replace(&version, "\"defgen\": \"<version>\"")
            .into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Reads the files below a folder. Their paths in `files` begin with `name`.
fn read(folder: &Path, name: &str, files: &mut Files) {
    for path in entries(folder) {
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &name, files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// Reads the tables in a folder that holds other files too.
fn read_tables(folder: &Path, files: &mut Files) {
    let mut all = Files::new();
    read(folder, OUT, &mut all);
    let is_table = |name: &str| name.ends_with(".json");
    files.extend(all.into_iter().filter(|(name, _)| is_table(name)));
}

#[test]
fn files_that_an_archive_cannot_hold_plainly_are_escaped() {
    let text =
        "a case\n-- a.lua --\nx = 1\n-- b.lua (escaped) --\n\\x2d- y --\\n\n\\xff\\r\\\\ z\n";
    let archive = Archive::parse(text);
    assert_eq!(archive.comment, "a case\n");
    assert_eq!(archive.get("a.lua"), Some(&b"x = 1\n"[..]));
    assert_eq!(archive.get("b.lua"), Some(&b"-- y --\n\xff\r\\ z"[..]));
    assert_eq!(archive.to_text(), text);
}

proptest! {
    #[test]
    fn an_archive_holds_any_bytes(
        contents in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "(-- [a-z]{1,3}( .escaped.)? --|[ -~]{0,5}|\\\\[nx]|\n|\r|\t| ){0,8}".prop_map(String::into_bytes),
            ],
            0..4,
        ),
    ) {
        let file = |(index, bytes)| (format!("folder/{index}"), bytes);
        let files = contents.into_iter().enumerate().map(file).collect();
        let archive = Archive { comment: String::new(), files };
        prop_assert_eq!(Archive::parse(&archive.to_text()), archive);
    }
}
