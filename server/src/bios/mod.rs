//! The protocols of DCS-BIOS, spoken to panels and programs over UDP.
//!
//! [`draft`] is the text protocol of the first draft. The sockets beside it can serve several
//! protocols.

pub mod binary;
pub mod draft;
mod frames;
mod sockets;
mod target;

pub use sockets::BindError;
