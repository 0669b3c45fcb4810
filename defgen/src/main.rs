//! The `defgen` program.

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    match defgen::cli::parse() {
        Ok(args) => defgen::cli::run(&args),
        Err(code) => Ok(code),
    }
}
