//! The files that may be read: which, where, and how a script's path leads to them.
//!
//! Owns everything that touches the disk for reading. It knows nothing of Lua.

mod listing;
pub mod path;
pub mod roots;

pub use path::{GamePath, PathError};
pub use roots::{FileError, Found, Root, Roots, spelt};
