//! The protocols of DCS-BIOS, spoken to panels and programs over UDP.
//!
//! [`draft`] is the text protocol of the first draft. What several protocols share stands
//! beside it: the sockets.

pub mod draft;
mod sockets;

pub use sockets::BindError;
