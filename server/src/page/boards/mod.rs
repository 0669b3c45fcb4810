//! The boards that the user has put together on the page. Each is a JSON file, and is shared by
//! copying that file.

mod name;
mod store;

pub(super) use name::{BoardName, NameError};
pub(super) use store::{Board, BoardError, Boards, Condition};
