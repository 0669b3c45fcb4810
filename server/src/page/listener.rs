//! The port of the page.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::gate::Gate;
use crate::net::{own_address, reachable};

/// The port of the page, on which browsers can connect.
#[derive(Debug)]
pub struct Listener {
    pub(super) socket: TcpListener,
    address: SocketAddr,
    wanted: SocketAddr,
    /// The address for clients of the same server.
    clients: SocketAddr,
    gate: Arc<Gate>,
}

/// The reason why the page has no port.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The computer has no such address.
    #[error(
        "this computer has no address {}, so the page cannot be served there; use 127.0.0.1 in --page, \
         or --no-page",
        .0.ip()
    )]
    NoSuchAddress(SocketAddr),
    /// Another error of the system.
    #[error(
        "the page cannot be served on {0}: {1}; choose another address with --page, or --no-page"
    )]
    Other(SocketAddr, io::Error),
}

impl Listener {
    /// Binds the port, or any free one if that is taken, as by `clients`, the address for clients. The
    /// key that other computers need is kept in `key_file`.
    ///
    /// # Errors
    /// When the system allows no port at this address.
    pub async fn bind(
        wanted: SocketAddr,
        clients: SocketAddr,
        key_file: Option<PathBuf>,
    ) -> Result<Self, ListenError> {
        let socket = match TcpListener::bind(wanted).await {
            // Windows denies ports that it has reserved for others.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::AddrInUse | ErrorKind::PermissionDenied
                ) =>
            {
                TcpListener::bind(SocketAddr::new(wanted.ip(), 0)).await
            }
            bound => bound,
        };
        let bound = socket.and_then(|socket| Ok((socket.local_addr()?, socket)));
        match bound {
            Ok((address, socket)) => Ok(Self {
                socket,
                address,
                wanted,
                clients,
                gate: Arc::new(Gate::new(key_file.filter(|_| !address.ip().is_loopback()))),
            }),
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {
                Err(ListenError::NoSuchAddress(wanted))
            }
            Err(error) => Err(ListenError::Other(wanted, error)),
        }
    }

    /// Returns the address of the page for a browser on this computer.
    pub fn url(&self) -> String {
        format!("http://{}/", reachable(self.address))
    }

    /// Returns the link by which the page can be opened on other computers, with the key; `None` if
    /// it is for this one only.
    pub fn link(&self) -> Option<String> {
        Some(self.foreign_url()? + &self.gate.link_end()?)
    }

    pub(super) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.gate)
    }

    /// Returns the address of the page for other computers.
    pub(super) fn foreign_url(&self) -> Option<String> {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(own_address()?);
        }
        let is_foreign = !address.ip().is_loopback();
        is_foreign.then(|| format!("http://{address}/"))
    }

    /// Returns a line that says where the page is and, if the wanted port was taken, by whom.
    pub fn announcement(&self) -> String {
        let (wanted, url) = (self.wanted.port(), self.url());
        if wanted == 0 || wanted == self.address.port() {
            return format!("the page is at {url}");
        }
        match wanted == self.clients.port() {
            true => format!(
                "the page is at {url}, since port {wanted} is that of --listen, for clients; choose \
                 another one with --page"
            ),
            false => format!(
                "the page is at {url}, since port {wanted} is taken, perhaps by another dcs-master"
            ),
        }
    }
}
