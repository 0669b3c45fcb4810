//! The configuration of the gateway.

use std::net::{Ipv4Addr, SocketAddrV4};

use ipnet::IpNet;

use super::types::{ElementSpec, Selection};

/// The multicast group to which the draft sends text, and today's DCS-BIOS its binary stream.
pub(super) const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(239, 255, 50, 10), 5010);

/// The address on which DCS-BIOS receives messages.
pub(super) const IMPORT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7778);

/// The addresses of the gateway and the contents of the export.
#[derive(Debug, Clone)]
pub struct Config {
    /// The addresses to send to, multicast or unicast.
    pub targets: Vec<SocketAddrV4>,
    /// The address of the interface from which multicast is sent.
    pub interface: Ipv4Addr,
    /// The address to receive on.
    pub import: SocketAddrV4,
    /// The networks that may send to the cockpit; if empty, all may.
    pub allow: Vec<IpNet>,
    /// The contents of the export stream.
    pub export: Export,
}

/// The contents of the export stream.
#[derive(Debug, Clone)]
pub struct Export {
    /// The number of decimals of a gauge's value, -9 to 9.
    pub precision: i8,
    /// The most messages of one type per second, finite, > 0.
    pub rate: f64,
    /// The gauges to export.
    pub gauges: Selection,
    /// The indicator elements to export.
    pub elements: Vec<ElementSpec>,
    /// True to send `SYNC I` when an aircraft appears.
    pub sync_input: bool,
}
