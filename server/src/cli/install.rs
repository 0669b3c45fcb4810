//! `dcs-master install` and `dcs-master uninstall`: the scripts in the sim's write folder.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::output::print;
use crate::setup::{self, Payload, Ports, autostart, doctor, folders, game_folders, report};

/// The arguments of `install`.
#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// The folder that DCS writes to, or its parent [default: searched for]
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
    /// Port for args and actions, if 4243 is taken (`serve` reads it in config.lua)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), allow_negative_numbers = true)]
    hook_port: Option<u16>,
    /// Port for text displays, if 4244 is taken (`serve` reads it in config.lua)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), allow_negative_numbers = true)]
    export_port: Option<u16>,
}

/// The arguments of `uninstall`.
#[derive(Debug, Args)]
pub(super) struct UninstallArgs {
    /// The folder that DCS writes to, or its parent [default: searched for]
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
}

impl InstallArgs {
    /// Installs, and prints what was done.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let game = game_folders::find();
        let folder = folders::write_folder(self.saved_games.as_deref(), &game)?;
        let ports = Ports {
            hook: self.hook_port,
            export: self.export_port,
        };
        let events = setup::install(&folder, &Payload::embedded(), ports)?;
        let end = if events.is_empty() {
            "  already installed, nothing to do".to_owned()
        } else {
            let addresses = setup::addresses_in(&folder).addresses;
            let usual = setup::find_addresses(&game).addresses;
            let serve = doctor::serve_command(addresses, usual);
            format!("Restart DCS, then run: {serve}")
        };
        print(&format!("{}{end}\n", report(&folder, &events)))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl UninstallArgs {
    /// Uninstalls, and prints what was done.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(removed) = autostart::disable_if_on()? {
            print(&removed)?;
        }
        let game = game_folders::find();
        let folder = folders::write_folder(self.saved_games.as_deref(), &game)?;
        let events = setup::uninstall(&folder, &Payload::embedded())?;
        let end = if events.is_empty() {
            "  nothing of dcs-master is installed there\n"
        } else {
            ""
        };
        print(&format!("{}{end}", report(&folder, &events)))?;
        Ok(ExitCode::SUCCESS)
    }
}
