//! The paths of the programs under test, which are built once per test run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Returns the root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Returns the folder of the sample install.
#[must_use]
pub fn sample_install() -> PathBuf {
    root().join("tests/sample-install")
}

/// Returns the path of the built program `name`.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    built().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Returns the folder with the programs, which is that of this test or benchmark, or its parent.
/// Builds the programs on the first call, so that a plain `cargo test` works.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = std::env::current_exe().expect("the path of this test");
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
