//! The user's boards: what they have put together on the page, a JSON file each. They can be shared
//! by copying the files.

mod name;
mod store;

pub(super) use name::{BoardName, NameError};
pub(super) use store::{Board, BoardError, Boards, Condition};
