//! An address to which the export stream is sent.

use std::net::SocketAddrV4;

use tokio::net::UdpSocket;
use tracing::{info, warn};

/// An address to which messages are sent.
#[derive(Debug)]
pub(crate) struct Target {
    address: SocketAddrV4,
    /// True if the last attempt to send failed.
    failing: bool,
}

impl Target {
    /// Creates a target.
    pub(crate) fn new(address: SocketAddrV4) -> Self {
        Self {
            address,
            failing: false,
        }
    }

    /// Returns its address.
    pub(crate) fn address(&self) -> SocketAddrV4 {
        self.address
    }

    /// Sends all datagrams, and logs when sending starts to fail and when it works again.
    pub(crate) async fn send(&mut self, socket: &UdpSocket, datagrams: &[Vec<u8>]) {
        let mut result = Ok(());
        for datagram in datagrams {
            let sent = socket.send_to(datagram, self.address).await;
            result = result.and(sent.map(drop));
        }
        let address = self.address;
        match (&result, self.failing) {
            (Err(error), false) => warn!("DCS-BIOS export to {address} fails: {error}"),
            (Ok(()), true) => info!("DCS-BIOS export to {address} works again"),
            _ => {}
        }
        self.failing = result.is_err();
    }
}
