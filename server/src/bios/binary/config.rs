//! The configuration of the gateway.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;

use ipnet::IpNet;

use super::places::Display;

/// The multicast group to which DCS-BIOS sends its stream.
pub(super) const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(239, 255, 50, 10), 5010);

/// The address on which DCS-BIOS receives messages. Some programs send them to all computers of a
/// network, so it is not only this one's own.
pub(super) const IMPORT: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 7778);

/// The most bytes per second in datagrams: what DCS-BIOS sends, a little less than a line of 115,200
/// bits per second carries.
pub(super) const BYTES_PER_SECOND: u32 = 11_000;

/// The configuration of the gateway.
#[derive(Debug, Clone)]
pub struct Config {
    /// The addresses for UDP and TCP; `None` if only panels on serial ports are served.
    pub network: Option<Network>,
    /// The networks that may send to the cockpit, besides this computer.
    pub allow: Vec<IpNet>,
    /// The folder of the tables, with the ledgers.
    pub defs: PathBuf,
    /// The displays to be exported, in any aircraft.
    pub displays: Vec<Display>,
    /// Whether values become 0 when the mission ends.
    pub reset_gauges: bool,
}

/// The addresses of the gateway.
#[derive(Debug, Clone)]
pub struct Network {
    /// The addresses to send to, multicast or unicast.
    pub targets: Vec<SocketAddrV4>,
    /// The address of the interface from which multicast is sent; `None` for the system's default.
    pub interface: Option<Ipv4Addr>,
    /// The address to receive on, for UDP and TCP.
    pub import: SocketAddrV4,
    /// The most bytes per second in datagrams.
    pub bytes_per_second: u32,
}
