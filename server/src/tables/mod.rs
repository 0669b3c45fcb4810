//! The tables of the current aircraft. They are read from their folder, or compiled from the sim's
//! scripts if they are missing or out of date, and combined with the user's own tables.
//!
//! Everything here reads and writes files and may take long, so `serve` calls it from threads that
//! serve no clients.

mod compiler;
mod own_defs;
mod sim_folders;
mod source;

pub(crate) use own_defs::TablesStamp;
pub use sim_folders::SimFolders;
pub(crate) use source::{TableReader, TableSource};

use std::path::PathBuf;

/// The sources of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablesConfig {
    /// The folder of the generated tables, with a folder for each aircraft.
    pub defs: PathBuf,
    /// The folder of the tables of aircraft that `defs` has none of, as those in a recording.
    pub fallback_defs: Option<PathBuf>,
    /// The folder of the user's own tables, if there may be any.
    pub own_defs: Option<PathBuf>,
    /// Whether the server makes tables that are missing or out of date.
    pub compiling: Compiling,
    /// Whether the tables that it makes have names from the DCS-BIOS in the sim's Saved Games
    /// folder.
    pub use_dcs_bios: bool,
}

impl Default for TablesConfig {
    fn default() -> Self {
        Self {
            defs: "aircraft-defs".into(),
            fallback_defs: None,
            own_defs: None,
            compiling: Compiling::NoSim,
            use_dcs_bios: false,
        }
    }
}

/// The server's setting for tables that are missing or out of date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compiling {
    /// The server makes them from the folders that the sim names.
    On,
    /// The server makes none: the sim runs on another computer, so its folders cannot be read.
    SimElsewhere,
    /// The server makes none, at the user's request.
    Off,
    /// The server makes none: no sim flies, so nothing names its folders.
    NoSim,
}
