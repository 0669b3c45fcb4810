//! The sender of a line.

use std::fmt;
use std::net::SocketAddr;

/// The sender of bytes. It is displayed as the way on which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::bios::binary) enum Sender {
    /// A program that sends datagrams.
    Datagrams(SocketAddr),
    /// A panel with a connection of its own, by its number.
    Connection(u64),
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Datagrams(from) => write!(f, "by UDP from {from}"),
            Self::Connection(_) => f.write_str("by TCP or a serial port"),
        }
    }
}
