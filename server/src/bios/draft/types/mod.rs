//! The message types of an aircraft: their names, the selection of those to export, and the
//! gauge, control or element that each belongs to.
//!
//! Pure. The types depend only on the tables and the flags, so a type means the same in every
//! run and in both streams.

mod element;
pub(crate) mod listing;
mod names;
mod selection;
pub(crate) mod table;

pub use element::{ElementSpec, ElementSpecError};
pub use selection::{Pattern, Selection};
pub(crate) use table::{ControlType, TypeTable};
