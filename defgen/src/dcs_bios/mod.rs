//! Names from the user's own copy of DCS-BIOS.
//!
//! People have written down what the args, devices and commands of most aircraft are, in the modules
//! of DCS-BIOS. [`DcsBios`] finds the modules that serve an aircraft and runs them in
//! [their Lua state](crate::sim_env::dcs_bios), [`record`] reads what was noted there, and [`names`]
//! adds it to the tables where the cockpit's own files say nothing. `docs/dcs-bios-names.md` has the
//! rules.

mod copy;
pub mod names;
pub mod record;
mod scale;

pub use copy::{CopyProblem, DcsBios, ServedBy};
pub use names::DcsBiosNames;
