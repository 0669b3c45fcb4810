//! The command line, with one file per subcommand. Only this module and `main` print to the
//! terminal.

mod bios_types;
mod demo;
mod doctor;
mod install;
mod log;
mod names;
mod open;
mod output;
mod page;
mod serve;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serve::ServeArgs;

/// The bridge between DCS World and home cockpits.
#[derive(Debug, Parser)]
#[command(name = "dcs-master", version, about)]
#[command(after_help = "Without a command: serves, and opens the page in the browser.")]
struct Cli {
    /// Log more details
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Link with the sim and serve its cockpit to clients
    Serve(ServeArgs),
    /// Fly the sample aircraft in a simulated cockpit, to try everything without DCS
    Demo(demo::DemoArgs),
    /// Put the scripts into the folder that DCS writes to
    Install(install::InstallArgs),
    /// Remove the scripts again; everything else stays as it was
    Uninstall(install::UninstallArgs),
    /// Find out what is wrong between DCS and the clients, and what to do about it
    Doctor(doctor::DoctorArgs),
    /// Find controls and gauges by plain words, with the line to send
    Names(names::NamesArgs),
    /// Print what has just moved in the cockpit of a running server, with its name
    Watch(watch::WatchArgs),
    /// List the DCS-BIOS message types of an aircraft, which `serve --bios` sends and receives
    BiosTypes(bios_types::BiosTypesArgs),
}

/// Returns the command of a start without arguments, such as a double click.
fn serve_and_open() -> Command {
    Cli::parse_from(["dcs-master", "serve", "--open"])
        .command
        .unwrap_or_else(|| unreachable!("the arguments name a command"))
}

/// Runs the program; the exit code is 0 for success, 1 for a failure, 2 for wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = log::start(cli.verbose);
    let is_alone = cli.command.is_none();
    let result = match cli.command.unwrap_or_else(serve_and_open) {
        Command::Serve(args) => args.run(),
        Command::Demo(args) => args.run(),
        Command::Install(args) => args.run(),
        Command::Uninstall(args) => args.run(),
        Command::Doctor(args) => args.run(),
        Command::Names(args) => args.run(),
        Command::Watch(args) => args.run(),
        Command::BiosTypes(args) => args.run(),
    };
    drop(log);
    result.unwrap_or_else(|error| {
        output::print_error(&format!("dcs-master: {error:#}"));
        if is_alone {
            output::wait_for_enter();
        }
        ExitCode::FAILURE
    })
}
