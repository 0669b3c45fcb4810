//! dcs-master: the bridge between DCS World and home cockpits.
//!
//! See `ARCHITECTURE.md` for the map of the code and its invariants.

pub mod bios;
pub mod cli;
mod control;
pub mod decimal;
pub mod demo;
mod description;
pub mod filter;
pub mod indicator;
pub mod limits;
pub mod link;
mod mdns;
mod mqtt;
mod net;
pub mod page;
mod quote;
mod rate_limit;
pub mod record;
pub mod replay;
mod serial;
pub mod serve;
pub mod settings;
pub mod setup;
pub mod standing;
pub mod tables;
pub mod watch;
pub mod wire;
pub mod world;
