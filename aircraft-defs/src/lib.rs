//! The name tables of an aircraft, which `defgen` writes and the server reads.
//!
//! This crate owns the formats of `aircraft-defs/<aircraft>/*.json`, the lookup of names, the ids
//! of controls, the scale of a gauge, the rule for unique names, the locations of the folders that
//! all programs use, the fields of telemetry, and the plurals in messages. It depends neither on Lua nor on the network.

mod catalog;
mod control_index;
mod counted;
mod folders;
mod formats;
pub mod limits;
mod lookup;
mod mismatches;
mod name_error;
mod name_index;
pub mod naming;
mod own;
mod own_problem;
mod read;
mod reader;
mod scale;
pub mod search;
pub mod telemetry;
mod unique;
mod write;

pub use catalog::{Catalog, CatalogEntry};
pub use control_index::{ControlAction, ControlIndex, ControlRef, Position};
pub use counted::{counted, counted_are};
pub use folders::{Folders, TABLE_FILES, aircraft_in};
pub use formats::{Action, Commands, Control, Devices, Extra, Gauge, Kind, NamedNumber};
pub use lookup::Tables;
pub use mismatches::{Mismatch, mismatches};
pub use name_error::{NameError, NameKind};
pub use own::{OwnTables, read_own_tables};
pub use own_problem::OwnProblem;
pub use read::read_tables;
pub use reader::{ReadError, Warning, is_folder_name, read_file};
pub use scale::{Point, Scale, ScaleError, check_scale};
pub use unique::{NameRequest, unique_names};
pub use write::{table_text, whole};
