//! Basics for all sockets of the program: their options, the check for `--allow`, and the limit on
//! open files.

mod allow;
mod descriptors;

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

pub(crate) use allow::is_allowed;
pub(crate) use descriptors::raise_limit;

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
