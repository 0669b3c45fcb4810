//! Basics for all sockets of the program: their options, the checks of addresses, the limit on open
//! files, the computer's name, and who uses a port.

mod allow;
mod descriptors;
mod names;
mod peers;
mod port_owner;

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

pub(crate) use allow::is_allowed;
pub(crate) use descriptors::raise_limit;
pub(crate) use names::{computer_name, own_address, reachable, resolve};
pub(crate) use peers::PeerFilter;
pub(crate) use port_owner::PortOwner;

/// The size of a client's send buffer in the system, in bytes. When the buffer is full, only the
/// newest value of each subscription waits.
const SEND_BUFFER: usize = 1 << 16;
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// Sets TCP_NODELAY and keepalive, so that the connection sends without delay and notices when the
/// other end has vanished.
///
/// # Errors
/// When the socket is already closed.
pub(crate) fn set_options(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_IDLE)
        .with_interval(KEEPALIVE_INTERVAL);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

/// Sets these options, and a small send buffer, on the connection of a client.
///
/// # Errors
/// When the socket is already closed.
pub(crate) fn set_client_options(stream: &TcpStream) -> io::Result<()> {
    set_options(stream)?;
    SockRef::from(stream).set_send_buffer_size(SEND_BUFFER)
}
