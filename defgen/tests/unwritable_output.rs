//! Standard output and standard error that cannot be written.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::io::pipe;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs `defgen` over the sample, with its tables in `out`.
fn run(out: &Path, args: &[&str], stdout: Stdio, stderr: Stdio) -> Output {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-install");
    let child = Command::new(env!("CARGO_BIN_EXE_defgen"))
        .arg(sample)
        .arg("--out")
        .arg(out)
        .args(args)
        .stdout(stdout)
        .stderr(stderr)
        .spawn();
    child.unwrap().wait_with_output().unwrap()
}

/// Returns a device that is always full.
fn full() -> Stdio {
    File::create("/dev/full").unwrap().into()
}

/// Returns a pipe whose reader is closed.
fn closed() -> Stdio {
    pipe().unwrap().1.into()
}

#[test]
fn tables_are_written_when_the_result_cannot_be_printed() {
    for format in ["text", "json"] {
        let out = tempfile::tempdir().unwrap();
        let args = ["--format", format];
        let output = run(out.path(), &args, full(), Stdio::piped());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        let expected = "error: the tables are written, but the result cannot be printed: ";
        assert!(stderr.starts_with(expected), "{stderr}");
        assert!(out.path().join("Kestrel_A1/gauges.json").is_file());
    }
}

#[test]
fn the_exit_code_is_the_same_when_the_reader_closes_the_pipe() {
    for args in [&["-v"][..], &["--format", "json"]] {
        let out = tempfile::tempdir().unwrap();
        let output = run(out.path(), args, closed(), Stdio::piped());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        let output = run(out.path(), &["--check"], closed(), closed());
        assert_eq!(output.status.code(), Some(0), "--check after {args:?}");
    }
    let out = tempfile::tempdir().unwrap();
    let output = run(out.path(), &["--check"], closed(), closed());
    assert_eq!(output.status.code(), Some(1), "--check without tables");
}

#[test]
fn tables_are_written_when_messages_cannot_be_printed() {
    let out = tempfile::tempdir().unwrap();
    let output = run(out.path(), &["-v"], Stdio::piped(), full());
    assert_eq!(output.status.code(), Some(0));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("3 aircraft written to"), "{stdout}");
    let output = run(out.path(), &["--aircraft", "None"], full(), full());
    assert_eq!(output.status.code(), Some(2));
    let output = run(out.path(), &["--help"], full(), full());
    assert_eq!(output.status.code(), Some(0));
}
