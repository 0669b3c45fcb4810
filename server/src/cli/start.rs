//! The arguments of a start: those of the command line, and before them the lines of the settings
//! file.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use aircraft_defs::Folders;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser};

use super::Cli;
use super::serve::ServeArgs;
use crate::settings::Settings;

/// The name of the command that reads the settings.
const SERVE: &str = "serve";

/// A start of the program.
pub(super) struct Start {
    pub(super) cli: Cli,
    /// The settings, if the command reads them.
    pub(super) settings: Option<Arc<Settings>>,
    /// Whether there was no command, as by a double click.
    pub(super) is_alone: bool,
}

impl Start {
    /// Reads the arguments and the settings. Ends the program if they are wrong, or ask for help.
    pub(super) fn read(arguments: Vec<OsString>) -> Self {
        Self::with(arguments, None)
    }

    /// Reads the arguments again, but not the settings, with which the server has failed.
    pub(super) fn without_settings(arguments: Vec<OsString>, error: String) -> Self {
        Self::with(arguments, Some(error))
    }

    fn with(mut arguments: Vec<OsString>, failure: Option<String>) -> Self {
        let is_alone = command_matches(&arguments)
            .is_none_or(|matches| matches.subcommand().is_none())
            && Cli::parse_from(&arguments).command.is_none();
        if is_alone {
            arguments.push(SERVE.into());
        }
        let matches = command_matches(&arguments);
        let given = matches
            .as_ref()
            .and_then(|matches| matches.subcommand_matches(SERVE));
        let Some(mut settings) = given.map(settings_for) else {
            return Self {
                cli: Cli::parse_from(arguments),
                settings: None,
                is_alone,
            };
        };
        if let Some(failure) = failure {
            settings.set_failed(&failure);
        }
        let words = arguments.iter().skip(1);
        let before = words.take_while(|argument| *argument != SERVE).count();
        // Behind the name of the program, the options of all commands, and the command.
        let place = (before + 2).min(arguments.len());
        arguments.splice(place..place, settings.arguments());
        let matches = Cli::command().get_matches_from(arguments);
        if let Some(running) = matches.subcommand_matches(SERVE) {
            settings.set_running(running.clone());
        }
        Self {
            cli: Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()),
            settings: Some(Arc::new(settings)),
            is_alone,
        }
    }
}

/// Returns the options of the command line, even if some are wrong or lack others that the settings
/// may have. `None` if it asks for help.
fn command_matches(arguments: &[OsString]) -> Option<ArgMatches> {
    let command = Cli::command().ignore_errors(true);
    command.try_get_matches_from(arguments).ok()
}

fn serve_command() -> clap::Command {
    ServeArgs::augment_args(clap::Command::new(SERVE))
}

/// Reads the settings for these options of the command line.
fn settings_for(given: &ArgMatches) -> Settings {
    let command = serve_command();
    let is_given = |name: &str| given.value_source(name) == Some(ValueSource::CommandLine);
    let names = command
        .get_arguments()
        .filter(|arg| is_given(arg.get_id().as_str()));
    let names: BTreeSet<String> = names
        .filter_map(|arg| Some(arg.get_long()?.to_owned()))
        .collect();
    let named = given.get_one::<PathBuf>("settings").cloned();
    let is_named = named.is_some();
    // It has no default if clap stopped at a wrong option.
    let file = match given.get_one::<bool>("no_settings") {
        Some(true) => None,
        _ => named.or_else(|| Folders::find(None).settings()),
    };
    let mut settings = Settings::read(command, file, &names).with_start_check(check_start);
    if is_named {
        settings.require_file();
    }
    settings
}

/// Checks what clap cannot check: whether the parts of a server get along with each other.
fn check_start(options: &ArgMatches) -> Result<(), String> {
    let args = ServeArgs::from_arg_matches(options).map_err(|error| error.to_string())?;
    args.check().map_err(|error| format!("{error:#}"))
}

/// Returns the folders that `serve` uses. `given` is the tables' folder from the command line.
pub(super) fn folders_of_serve(given: Option<PathBuf>) -> Folders {
    Folders::find(given.or_else(|| settings_of_serve().1?.defs))
}

/// Returns the settings for a command that serves nothing or reads no settings, and what `serve`
/// would do with them.
pub(super) fn settings_of_serve() -> (Settings, Option<ServeArgs>) {
    let file = Folders::find(None).settings();
    let settings =
        Settings::read(serve_command(), file, &BTreeSet::new()).with_start_check(check_start);
    let arguments = settings.arguments();
    let matches = serve_command()
        .no_binary_name(true)
        .try_get_matches_from(arguments);
    let args = matches
        .ok()
        .and_then(|matches| ServeArgs::from_arg_matches(&matches).ok());
    (settings, args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_with_which_no_server_starts_are_found() {
        let check = |line: &str| {
            let command = serve_command().no_binary_name(true);
            let matches = command.try_get_matches_from(line.split_whitespace());
            check_start(&matches.unwrap()).err().unwrap_or_default()
        };
        assert!(check("--bios --dcs-bios").contains("--bios-import 127.0.0.1:7780"));
        assert!(check("--mqtt mqtt://host --mqtt-ca ca.crt").contains("mqtts://"));
        assert_eq!(check("--dcs-bios --mqtt mqtt://host"), "");
    }
}
