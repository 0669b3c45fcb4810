//! The command line: one subcommand, one file. Only this module and `main` print to the terminal.

mod bios_types;
mod serve;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing::Level;

/// The bridge between DCS World and home cockpits.
#[derive(Debug, Parser)]
#[command(name = "dcs-master", version, about)]
struct Cli {
    /// Tell more in the log
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Link with the sim and serve its cockpit to clients
    Serve(Box<serve::ServeArgs>),
    /// List the DCS-BIOS message types of an aircraft: what `serve --bios` sends and takes
    BiosTypes(bios_types::BiosTypesArgs),
}

/// Runs the program; the exit code is 0 for success, 1 for a failure, 2 for wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(cli.verbose);
    let result = match cli.command {
        Command::Serve(args) => serve::run(*args),
        Command::BiosTypes(args) => bios_types::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dcs-master: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The log goes to the standard error output, one line per event.
fn start_log(verbose: bool) {
    let level = if verbose { Level::DEBUG } else { Level::INFO };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
