//! The `defgen` program.

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match defgen::cli::parse() {
        Ok(args) => defgen::cli::run(&args),
        Err(code) => Ok(code),
    };
    result.unwrap_or_else(|error| {
        // There is nobody to tell if that fails too.
        let _ = writeln!(io::stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}
