//! The ids of controls and the labels of their positions, made from the cockpit's own texts.
//!
//! Pure text functions. An id depends only on the control's own texts, never on other controls,
//! so it stays the same when a game update adds controls. The rules are in docs/controls.md.

mod hint;
mod id;
mod labels;
mod qualified;
mod station;
mod words;

pub(crate) use hint::{split_positions, without_notes};
pub use id::{IdSource, base_id, is_id, is_nameless};
pub use labels::{distinct_labels, is_order_certain, label, labels};
pub(crate) use qualified::qualified_ids;
