//! The name tables of an aircraft: what `defgen` writes and the server reads.
//!
//! This crate owns the formats of `aircraft-defs/<aircraft>/*.json` and the
//! rules by which a name becomes a number. It knows neither Lua nor the
//! network.

mod format;
mod lookup;
mod names;
mod read;

pub use format::{Action, Commands, Control, Devices, Extra, Gauge, Kind, Named};
pub use lookup::{NameError, NameKind, Tables};
pub use read::{Warning, read_tables};
