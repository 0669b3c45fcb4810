//! The command line, with one file per subcommand. Only this module and `main` print to the
//! terminal.

mod autostart;
mod bios_types;
mod dcs_bios;
mod demo;
mod doctor;
mod gateways;
mod install;
mod log;
mod names;
mod open;
mod output;
mod page;
mod record;
mod replay;
mod serve;
mod serving;
mod signal;
mod start;
mod values;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serve::ServeArgs;
use start::Start;

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
    /// Serve a recording of serve --record instead of the sim, or write it as a table
    Replay(replay::ReplayArgs),
    /// Put the scripts into the folder that DCS writes to
    Install(install::InstallArgs),
    /// Remove the scripts again; everything else stays as it was
    Uninstall(install::UninstallArgs),
    /// Let Windows start the server when you log on, or no longer
    Autostart(autostart::AutostartArgs),
    /// Find out what is wrong between DCS and the clients, and what to do about it
    Doctor(doctor::DoctorArgs),
    /// Find controls and gauges by plain words, with the line to send
    Names(names::NamesArgs),
    /// Print what has just moved in the cockpit of a running server, with its name
    Watch(watch::WatchArgs),
    /// List the DCS-BIOS message types of an aircraft, which `serve --bios` sends and receives
    BiosTypes(bios_types::BiosTypesArgs),
    /// Write the files from which programs for DCS-BIOS learn names and addresses
    DcsBios(dcs_bios::DcsBiosArgs),
}

/// Runs the program; the exit code is 0 for success, 1 for a failure, 2 for wrong usage.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let start = Start::read(arguments.clone());
    let log = log::start(start.cli.verbose);
    let is_alone = start.is_alone;
    let file = start
        .settings
        .as_ref()
        .and_then(|settings| settings.used_file());
    let result = match (start.run(), &file) {
        (Err(error), Some(_)) if is_alone => {
            // The page, which is open then, says what is wrong with the settings.
            Start::without_settings(arguments, format!("{error:#}")).run()
        }
        (result, _) => result,
    };
    drop(log);
    result.unwrap_or_else(|error| {
        output::print_error(&format!("dcs-master: {error:#}"));
        if let Some(file) = file {
            output::print_error(&format!(
                "options from {file} hold, too; --no-settings ignores them"
            ));
        }
        if is_alone {
            output::wait_for_enter();
        }
        ExitCode::FAILURE
    })
}

impl Start {
    fn run(self) -> anyhow::Result<ExitCode> {
        match (self.cli.command, self.settings) {
            (Some(Command::Serve(args)), Some(settings)) => args.run(settings, self.is_alone),
            (Some(Command::Demo(args)), _) => args.run(),
            (Some(Command::Replay(args)), _) => args.run(),
            (Some(Command::Install(args)), _) => args.run(),
            (Some(Command::Uninstall(args)), _) => args.run(),
            (Some(Command::Autostart(args)), _) => args.run(),
            (Some(Command::Doctor(args)), _) => args.run(),
            (Some(Command::Names(args)), _) => args.run(),
            (Some(Command::Watch(args)), _) => args.run(),
            (Some(Command::BiosTypes(args)), _) => args.run(),
            (Some(Command::DcsBios(args)), _) => args.run(),
            (Some(Command::Serve(_)) | None, _) => unreachable!("serve has its settings"),
        }
    }
}
