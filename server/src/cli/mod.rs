//! The command line: one subcommand, one file. Only this module and `main` print to the terminal.

mod doctor;
mod install;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The bridge between DCS World and home cockpits.
#[derive(Debug, Parser)]
#[command(name = "dcs-master", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Install(install::InstallArgs),
    Uninstall(install::UninstallArgs),
    Doctor(doctor::DoctorArgs),
}

/// Runs the program; the exit code is 0 for success, 1 for a failure, 2 for wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Install(args) => args.run(),
        Command::Uninstall(args) => args.run(),
        Command::Doctor(args) => args.run(),
    };
    result.unwrap_or_else(|error| {
        eprintln!("dcs-master: {error:#}");
        ExitCode::FAILURE
    })
}
