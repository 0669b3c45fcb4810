//! Runs `defgen` over the input of each folder in `tests/golden` and compares all it
//! says and writes with what is kept there.
//!
//! A case has `args` (one argument a line), and an `input` folder or an `input-from`
//! file that names one. It is run in a copy; what is kept is `stdout`, `stderr`,
//! `exit` and the tables in `out`. A folder `before` is put in the place of `out`
//! first. What is missing is a failure; `UPDATE_GOLDEN=1` writes it anew.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Files = BTreeMap<String, String>;

#[test]
fn every_case_says_and_writes_what_is_kept() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut names: Vec<PathBuf> = entries(&cases);
    names.sort();
    assert!(!names.is_empty(), "no cases in {}", cases.display());
    let failures: Vec<String> = names.iter().filter_map(|case| failure(case)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// How a case differs from what is kept.
fn failure(case: &Path) -> Option<String> {
    let got = run(case);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        update(case, &got);
    }
    let kept = kept(case);
    let mut names = got.keys().chain(kept.keys());
    let name = names.find(|name| got.get(*name) != kept.get(*name))?;
    let text = |files: &Files| {
        files
            .get(name)
            .cloned()
            .unwrap_or_else(|| "(nothing)\n".into())
    };
    Some(format!(
        "{}: {name}\n--- kept\n{}--- got\n{}",
        case.display(),
        text(&kept),
        text(&got)
    ))
}

/// All that a run says and writes, by the file it is kept in.
fn run(case: &Path) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let input = fs::read_to_string(case.join("input-from"))
        .map_or_else(|_| case.join("input"), |from| case.join(from.trim()));
    copy(&input, &folder.path().join("input"));
    if case.join("before").exists() {
        copy(&case.join("before"), &folder.path().join("out"));
    }
    let args = fs::read_to_string(case.join("args")).unwrap_or_else(|_| "input".into());
    let output = Command::new(env!("CARGO_BIN_EXE_defgen"))
        .args(args.lines())
        .args(["--out", "out"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| plain(&String::from_utf8_lossy(bytes));
    let mut files = Files::from([
        ("stdout".into(), text(&output.stdout)),
        ("stderr".into(), text(&output.stderr)),
        (
            "exit".into(),
            format!("{}\n", output.status.code().unwrap_or(-1)),
        ),
    ]);
    read(&folder.path().join("out"), "out", &mut files);
    files
}

/// Without what changes from release to release.
fn plain(text: &str) -> String {
    let version = format!("\"defgen\": \"{}\"", env!("CARGO_PKG_VERSION"));
    text.replace(&version, "\"defgen\": \"<version>\"")
}

fn kept(case: &Path) -> Files {
    let mut files = Files::new();
    for name in ["stdout", "stderr", "exit"] {
        if let Ok(text) = fs::read_to_string(case.join(name)) {
            files.insert(name.into(), text);
        }
    }
    read(&case.join("out"), "out", &mut files);
    files
}

fn update(case: &Path, got: &Files) {
    let _ = fs::remove_dir_all(case.join("out"));
    for (name, text) in got {
        let path = case.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The files below a folder, by their paths from `name` on.
fn read(folder: &Path, name: &str, files: &mut Files) {
    for path in entries(folder) {
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &name, files);
        } else {
            files.insert(name, plain(&fs::read_to_string(&path).unwrap()));
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in entries(from) {
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).unwrap();
        }
    }
}
