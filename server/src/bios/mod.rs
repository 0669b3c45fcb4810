//! The protocols of DCS-BIOS, spoken to panels and programs over UDP.
//!
//! [`binary`] is today's protocol, [`hosted`] the user's own DCS-BIOS as a source of its values, and
//! [`draft`] the text protocol of the first draft. The sockets beside it can serve several
//! protocols.

pub mod binary;
pub mod draft;
mod frames;
mod hosted;
mod sockets;
mod target;

pub use sockets::BindError;
