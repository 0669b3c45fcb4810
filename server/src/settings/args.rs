//! The flags that choose the settings file.

use std::path::PathBuf;

use clap::Args;

/// The flags of `serve` that choose the file. They cannot stand in it.
#[derive(Debug, Default, Clone, Args)]
pub struct SettingsArgs {
    /// Read the options that are not given here from this file [default: settings.toml in the data
    /// folder, if it is there]
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Read no settings file
    #[arg(long, conflicts_with = "settings")]
    pub no_settings: bool,
}

/// The names of these flags.
pub(super) const NAMES: [&str; 2] = ["settings", "no-settings"];
