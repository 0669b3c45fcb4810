//! `dcs-master autostart`: whether Windows starts the server.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::output::print;
use crate::setup::autostart;

/// The arguments of `autostart`.
#[derive(Debug, Args)]
pub(super) struct AutostartArgs {
    /// Turn it on or off [default: only say what holds]
    state: Option<AutostartState>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AutostartState {
    /// Windows starts the server when you log on.
    On,
    /// Windows does not start the server.
    Off,
}

impl AutostartArgs {
    /// Prints what holds, or what was changed.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let text = match self.state {
            Some(AutostartState::On) => autostart::enable()?,
            Some(AutostartState::Off) => autostart::disable()?,
            None => match autostart::command()? {
                Some(command) => format!("Windows runs {command} when you log on\n"),
                None => "Windows does not start dcs-master\n".to_owned(),
            },
        };
        print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
