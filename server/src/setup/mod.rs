//! Installing the scripts into the sim's write folder, taking them out, and looking for what is
//! wrong between the sim and the clients.
//!
//! [`export_lua`] and [`folders`] decide, the other modules touch files. Nothing here prints:
//! results are values which `cli` shows.

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
mod payload;
mod record;

pub use config::{FoundAddresses, ScriptAddresses, addresses_in, find_addresses};
pub use install::{InstallError, InstallEvent, install, uninstall};
pub use lua::{Ending, ScriptError};
pub use payload::Payload;
pub use record::Ports;

#[cfg(test)]
mod real_lua;
#[cfg(test)]
mod tests;
