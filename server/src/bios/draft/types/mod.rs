//! The message types of an aircraft: their names, which of them are exported, and what
//! each one stands for.
//!
//! Pure, and a function of the tables and the flags alone, so that a type means the same
//! in every run and in both streams.

mod element;
pub(crate) mod listing;
mod names;
mod selection;
pub(crate) mod table;

pub use element::{Element, ElementError};
pub use selection::{Pattern, Selection};
pub(crate) use table::{ControlType, GaugeType, TypeTable};
