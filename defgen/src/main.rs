//! The `defgen` program.

use std::io::{self, Write};
use std::process::ExitCode;

/// Trees are made of very many small pieces: with the system's own allocator a whole install
/// takes a quarter longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
