//! Errors of the host.

use std::path::PathBuf;

/// An error that keeps an installed DCS-BIOS from being hosted.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// There is no such folder.
    #[error(
        "there is no folder {0}. Give the folder Scripts/DCS-BIOS of your Saved Games, or the Saved \
         Games folder that it is in"
    )]
    NoFolder(PathBuf),
    /// DCS writes to the folder, but there is no DCS-BIOS in it.
    #[error(
        "{0} has no folder Scripts/DCS-BIOS with a BIOS.lua in it: install DCS-BIOS there, or give \
         the Saved Games folder that has one"
    )]
    NotInstalled(PathBuf),
    /// The folder has no BIOS.lua.
    #[error(
        "{0} is not the folder of a DCS-BIOS: it has no BIOS.lua. Give the folder \
         Scripts/DCS-BIOS of your Saved Games"
    )]
    NoBios(PathBuf),
    /// The files are not those of a DCS-BIOS that is known.
    #[error(
        "the DCS-BIOS in {folder} cannot be hosted: {problem}. Versions \
         from 0.8.0 (April 2024) to August 2026 are known to work; use one of them"
    )]
    Load {
        /// The folder of DCS-BIOS.
        folder: PathBuf,
        /// The message of the error.
        problem: String,
    },
    /// The system gives no thread.
    #[error("no thread for the modules of DCS-BIOS: {0}")]
    Thread(std::io::Error),
    /// The Lua state itself has failed.
    #[error("the Lua state of DCS-BIOS has failed: {0}")]
    Lua(String),
}

/// Keeps the text only: an error of Lua cannot leave its thread.
impl From<mlua::Error> for HostError {
    fn from(error: mlua::Error) -> Self {
        Self::Lua(error.to_string())
    }
}
