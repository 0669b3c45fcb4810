//! The name tables of an aircraft, which `defgen` writes and the server reads.
//!
//! This crate owns the formats of `aircraft-defs/<aircraft>/*.json`, the rules by which a name
//! becomes a number, the scale of a gauge and the rule for unique names. It knows
//! neither Lua nor the network.

mod formats;
pub mod limits;
mod lookup;
mod name_index;
mod read;
mod scale;
mod unique;
mod write;

pub use formats::{Action, Commands, Control, Devices, Extra, Gauge, Kind, NamedNumber};
pub use lookup::{NameError, NameKind, Tables};
pub use read::{ReadError, Warning, read_file, read_tables};
pub use scale::{Point, Scale, ScaleError, check_scale};
pub use unique::{NameRequest, unique_names};
pub use write::{table_text, whole};
