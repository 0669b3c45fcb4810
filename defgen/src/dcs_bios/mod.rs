//! Names from the user's own copy of DCS-BIOS.
//!
//! The modules of DCS-BIOS describe the args, devices and commands of most aircraft. [`DcsBios`]
//! finds the modules that serve an aircraft and runs them in [their Lua
//! state](crate::sim_env::dcs_bios), [`record`] reads the controls from it, and [`names`] adds them
//! to the tables where the cockpit's own files have no names. `docs/dcs-bios-names.md` has the
//! rules.

mod copy;
pub mod names;
pub mod record;
mod scale;

pub use copy::{AircraftRecords, CopyProblem, DcsBios};
pub use names::DcsBiosNames;
