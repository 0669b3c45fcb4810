//! Installing the scripts into the sim's write folder, taking them out, and looking for what is
//! wrong between the sim and the clients.
//!
//! [`export_lua`] and [`folders`] decide, the other modules touch files. Nothing here prints:
//! results are values which `cli` shows.

pub mod doctor;
pub mod export_lua;
mod files;
pub mod folders;
mod install;
mod lua_check;
mod payload;
pub mod places;
mod record;

pub use install::{InstallError, Step, install, uninstall};
pub use payload::Payload;
pub use record::Ports;

#[cfg(test)]
mod tests;
