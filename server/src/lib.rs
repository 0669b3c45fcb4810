//! dcs-master: the bridge between DCS World and home cockpits.
//!
//! See `ARCHITECTURE.md` for the map of the code and its invariants.

pub mod bios;
pub mod cli;
pub mod demo;
pub mod link;
pub mod setup;
