//! The name and the address of this computer in its network.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};

/// Returns the address of a `host:port`, if the host is known.
pub(crate) fn resolve(host_and_port: &str) -> Option<SocketAddr> {
    host_and_port.to_socket_addrs().ok()?.next()
}

/// Returns the address at which this computer reaches a server that listens there.
pub(crate) fn reachable(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip([127, 0, 0, 1].into());
    }
    listen
}

/// Returns the address by which other computers reach this one, if it is in a network. Nothing is
/// sent.
pub(crate) fn own_address() -> Option<IpAddr> {
    /// An address of no computer, reserved for examples (RFC 5737).
    const SOMEWHERE: (&str, u16) = ("192.0.2.1", 9);
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect(SOMEWHERE).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified()).then_some(address)
}

/// Returns the name of this computer, if the system knows it.
#[cfg(unix)]
pub(crate) fn computer_name() -> Option<String> {
    let system = rustix::system::uname();
    Some(system.nodename().to_str().ok()?.to_owned())
}

/// Returns the name of this computer, if the system knows it.
#[cfg(windows)]
pub(crate) fn computer_name() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}
