//! The names of controls: ids, and labels of positions, made of the cockpit's own texts.
//!
//! Pure text functions. An id depends on the control's own texts alone, never on other controls,
//! so it stays when the cockpit gets more of them. The rules are in docs/controls.md.

mod hint;
mod id;
mod labels;
mod station;
mod words;

pub(crate) use hint::without_notes;
pub use id::{IdSource, base_id, is_id, is_nameless};
pub use labels::{distinct_labels, label, labels};
