//! The files that scripts may read: their paths, and the folders in which they are found.
//!
//! Owns all reading of the disk. Knows nothing of Lua.

mod listing;
pub mod path;
pub mod roots;

pub use path::{GamePath, PathError};
pub use roots::{FileError, FoundFile, Root, Roots, resolve_case};
