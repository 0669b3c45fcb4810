//! The message types of an aircraft: their names, the choice of those that are exported,
//! and the gauge, control or element that each stands for.
//!
//! Pure, and a function of the tables and the flags alone, so that a type means the same
//! in every run and in both streams.

mod element;
pub(crate) mod listing;
mod names;
mod selection;
pub(crate) mod table;

pub use element::{ElementSpec, ElementSpecError};
pub use selection::{Pattern, Selection};
pub(crate) use table::{ControlType, TypeTable};
