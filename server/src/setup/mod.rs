//! Installs the scripts into the sim's write folder, uninstalls them, and diagnoses the connection
//! from the sim to the clients.
//!
//! [`export_lua`] decides how the user's file changes, [`folders`] which write folder is used.
//! Nothing here prints: results are values, which `cli` prints.

pub mod autostart;
mod config;
mod disk;
pub mod doctor;
pub mod export_lua;
mod files;
pub mod folders;
pub mod game_folders;
mod install;
mod lock;
mod lua;
mod paths;
mod payload;
mod record;
mod report;

pub use config::{FoundAddresses, ScriptAddresses, addresses_in, find_addresses};
pub use install::{InstallError, InstallEvent, install, uninstall};
pub use lua::{Ending, ScriptError};
pub use payload::Payload;
pub use record::Ports;
pub use report::report;

#[cfg(test)]
mod real_lua;
#[cfg(test)]
mod tests;
