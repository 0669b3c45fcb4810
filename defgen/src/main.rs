//! The `defgen` program.

use std::io;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let result = match defgen::cli::parse() {
        Ok(args) => defgen::cli::run(&args),
        Err(code) => Ok(code),
    };
    match result {
        // Whoever reads the messages has read enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
        result => result,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
