//! Where the programs under test are. They are built once per test run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The sample install that comes with the repository.
#[must_use]
pub fn sample_install() -> PathBuf {
    root().join("tests/sample-install")
}

/// The built program `name`.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    built().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The folder with the programs: the one this test or benchmark lies in, or its parent.
/// Building once more costs nothing when they are current, and makes a plain `cargo test` work.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = std::env::current_exe().expect("a test knows where it is");
        let folder = this
            .ancestors()
            .skip(1)
            .find(|folder| !folder.ends_with("deps"))
            .expect("tests lie in target/<profile>/deps");
        build(folder.ends_with("release"));
        folder.to_path_buf()
    })
}

fn build(release: bool) {
    let status = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--bins",
            "-p",
            "dcs-master",
            "-p",
            "defgen",
        ])
        .args(release.then_some("--release"))
        .current_dir(root())
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the programs do not build");
}
