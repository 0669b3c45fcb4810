//! The settings of the gateway, as values.

use std::net::{Ipv4Addr, SocketAddrV4};

use ipnet::IpNet;

use super::types::{ElementSpec, Selection};

/// Where the draft sends its text, and today's DCS-BIOS its binary stream.
pub(super) const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(239, 255, 50, 10), 5010);

/// Where DCS-BIOS listens.
pub(super) const IMPORT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7778);

/// Where the gateway sends and listens, and what it exports.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where messages go, multicast or unicast.
    pub targets: Vec<SocketAddrV4>,
    /// The address of the interface that multicast goes out of.
    pub interface: Ipv4Addr,
    /// Where messages come in.
    pub import: SocketAddrV4,
    /// Who may send; empty = everybody who can reach the port.
    pub allow: Vec<IpNet>,
    /// What is exported, and how.
    pub export: Export,
}

/// What is exported, and how.
#[derive(Debug, Clone)]
pub struct Export {
    /// Decimals of a gauge's value, -9 to 9.
    pub precision: i8,
    /// Messages of one type per second, finite, > 0.
    pub rate: f64,
    /// The gauges.
    pub gauges: Selection,
    /// The indicator elements.
    pub elements: Vec<ElementSpec>,
    /// Whether a new aircraft is followed by `SYNC I`.
    pub sync_input: bool,
}
