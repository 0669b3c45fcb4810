//! The UDP sockets of the gateway, and error messages with a remedy.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};

use socket2::{Domain, Protocol, Socket, Type};
use thiserror::Error;
use tokio::net::UdpSocket;

/// The time to live of multicast messages: they stay in the network of the interface.
const HOPS: u32 = 1;

/// The reason why a socket cannot be opened.
#[derive(Debug, Error)]
pub enum BindError {
    /// Another program uses the import port.
    #[error(
        "{transport} port {port} is in use, most likely by DCS-BIOS itself, which listens there, or by \
         another dcs-master. Remove DCS-BIOS's line from Scripts/Export.lua, or choose another \
         port with {option}-import {ip}:{other} and send your messages there",
        port = .address.port(), ip = .address.ip(), other = .address.port().wrapping_add(2)
    )]
    InUse {
        /// The beginning of the names of the options.
        option: &'static str,
        /// UDP or TCP.
        transport: &'static str,
        /// The import address.
        address: SocketAddrV4,
    },
    /// Another dcs-master uses the import port, or this one does for something else.
    #[error(
        "{transport} port {port} is in use by {owner}; end that one, or choose another port with \
         {option}-import {ip}:{other} and send your messages there",
        port = .address.port(), ip = .address.ip(), other = .address.port().wrapping_add(2)
    )]
    InUseByServer {
        /// The beginning of the names of the options.
        option: &'static str,
        /// UDP or TCP.
        transport: &'static str,
        /// The import address.
        address: SocketAddrV4,
        /// The program and its process.
        owner: String,
    },
    /// The import address cannot be bound.
    #[error(
        "{option}-import {address}: {error}; give an address of this computer, as in 127.0.0.1:7778"
    )]
    Import {
        /// The beginning of the names of the options.
        option: &'static str,
        /// The import address.
        address: SocketAddrV4,
        /// The error of the system.
        error: io::Error,
    },
    /// The interface cannot be used.
    #[error(
        "{option}-interface {address}: {error}; give the IPv4 address this computer has on that \
         network"
    )]
    Interface {
        /// The beginning of the names of the options.
        option: &'static str,
        /// The address of the interface.
        address: Ipv4Addr,
        /// The error of the system.
        error: io::Error,
    },
    /// The socket for sending cannot be opened.
    #[error("cannot open a UDP socket for the DCS-BIOS export: {0}")]
    Export(#[from] io::Error),
}

impl BindError {
    /// Returns the error of an import address that could not be bound for `transport`: UDP or TCP.
    pub(crate) fn of_import(
        option: &'static str,
        transport: &'static str,
        address: SocketAddrV4,
        error: io::Error,
    ) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse {
                option,
                transport,
                address,
            },
            _ => Self::Import {
                option,
                address,
                error,
            },
        }
    }
}

/// Opens a socket for sending. Multicast is sent from the interface with this address, or from the
/// system's default. `option` is the beginning of the names of the options in messages.
///
/// Programs on this computer receive the messages too, whatever the interface.
pub(crate) fn exporter(
    option: &'static str,
    interface: Option<Ipv4Addr>,
) -> Result<UdpSocket, BindError> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    if let Some(address) = interface {
        let set = socket.set_multicast_if_v4(&address);
        set.map_err(|error| BindError::Interface {
            option,
            address,
            error,
        })?;
    }
    socket.set_multicast_loop_v4(true)?;
    socket.set_multicast_ttl_v4(HOPS)?;
    socket.bind(&SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0).into())?;
    socket.set_nonblocking(true)?;
    Ok(UdpSocket::from_std(socket.into())?)
}

/// Opens a socket that receives the import stream. `option` is the beginning of the names of the
/// options in messages.
pub(crate) fn importer(
    option: &'static str,
    address: SocketAddrV4,
) -> Result<UdpSocket, BindError> {
    let failed = |error| BindError::of_import(option, "UDP", address, error);
    // If another program has bound the port on all addresses, Windows allows this address to be
    // bound too, and that program loses the datagrams. Binding all addresses first detects this.
    if cfg!(windows) && address.port() != 0 {
        bind(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, address.port())).map_err(failed)?;
    }
    let socket = bind(address).map_err(failed)?;
    UdpSocket::from_std(socket.into()).map_err(failed)
}

fn bind(address: SocketAddrV4) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.bind(&address.into())?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_error_names_an_address_that_is_not_of_this_computer() {
        // Reserved for documentation.
        let nowhere = Ipv4Addr::new(192, 0, 2, 77);
        let error = exporter("--bios", Some(nowhere)).unwrap_err().to_string();
        assert!(
            error.starts_with("--bios-interface 192.0.2.77: "),
            "{error}"
        );
        let error = importer("--bios", SocketAddrV4::new(nowhere, 0))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("--bios-import 192.0.2.77:0: "), "{error}");
    }
}
