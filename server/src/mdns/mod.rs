//! Announces the server in the local network by mDNS, so that panels find it without its address.
//!
//! `service` is what is announced, and knows no socket. The crate `mdns_sd` does the rest on a
//! thread of its own. A failure is logged; the server runs on without the announcement.

mod service;

use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;
use std::time::Duration;

use clap::Args;
use mdns_sd::{DaemonEvent, IfKind, IfPredicate, MDNS_PORT, Receiver, ServiceDaemon, ServiceInfo};
use socket2::{Domain, SockRef, Socket, Type};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::net;
use service::{Listener, SERVICE_TYPE, Service};

/// The time after which a missing announcement is reported. It takes about one second.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most time for withdrawing the announcement.
const WITHDRAWAL: Duration = Duration::from_millis(500);

/// The arguments about the announcement.
#[derive(Debug, Args)]
pub(crate) struct MdnsArgs {
    /// Announce the server as _dcs-master._tcp, so that panels find it without its address; this
    /// is the default if --listen lets other computers connect
    #[arg(long)]
    mdns: bool,
    /// Do not announce the server in the network
    #[arg(long, conflicts_with = "mdns")]
    no_mdns: bool,
}

impl MdnsArgs {
    /// Starts the task that announces the server until `shutdown`, if it is to be announced.
    pub(crate) fn start(
        &self,
        listener: &TcpListener,
        is_demo: bool,
        shutdown: &CancellationToken,
    ) -> io::Result<Option<JoinHandle<()>>> {
        let listener = Listener {
            address: listener.local_addr()?,
            is_ipv6_only: SockRef::from(listener).only_v6().unwrap_or(false),
        };
        let computer = net::computer_name();
        Ok(self.is_wanted(listener).then(|| {
            let service = Service::new(computer.as_deref(), listener, is_demo);
            tokio::spawn(announce(service, shutdown.clone()))
        }))
    }

    fn is_wanted(&self, listener: Listener) -> bool {
        self.mdns || (listener.is_in_network() && !self.no_mdns)
    }
}

/// Announces the service until `shutdown`, and then withdraws it.
async fn announce(service: Service, shutdown: CancellationToken) {
    match Announcement::start(&service) {
        Ok(announcement) => {
            shutdown.run_until_cancelled(announcement.report()).await;
            announcement.withdraw().await;
        }
        Err(error) => warn!(
            "the server cannot be announced in the network: {error}; name its address in your panels, \
             or start it again"
        ),
    }
}

/// The thread that announces the service and answers those who look for it.
struct Announcement {
    thread: ServiceDaemon,
    events: Receiver<DaemonEvent>,
}

impl Announcement {
    fn start(service: &Service) -> mdns_sd::Result<Self> {
        let thread = ServiceDaemon::new()?;
        let events = thread.monitor()?;
        thread.register(service_info(service)?)?;
        Ok(Self { thread, events })
    }

    /// Logs the announcement, or why there is none yet.
    async fn report(&self) {
        if timeout(PATIENCE, self.log_name()).await.is_err() {
            warn!(
                "the server is not announced in the network: {}; it goes on trying, and until then \
                 panels need its address",
                obstacle()
            );
            self.log_name().await;
        }
        std::future::pending::<()>().await;
    }

    /// Waits for the announcement and logs its name, which has a number if another server has the
    /// same name.
    async fn log_name(&self) {
        while let Ok(event) = self.events.recv_async().await {
            match event {
                DaemonEvent::Announce(name, _) => {
                    let name = name.trim_end_matches(".local.");
                    return info!("announced in the network as {name}");
                }
                DaemonEvent::Error(error) => warn!("the announcement in the network: {error}"),
                _ => {}
            }
        }
        warn!("the server is not announced in the network any more; start it again");
    }

    /// Tells the network that the server ends.
    async fn withdraw(self) {
        if let Ok(status) = self.thread.shutdown() {
            let _ = timeout(WITHDRAWAL, status.recv_async()).await;
        }
    }
}

/// Returns the service in the terms of the crate.
fn service_info(service: &Service) -> mdns_sd::Result<ServiceInfo> {
    let listener = service.listener;
    let mut info = ServiceInfo::new(
        SERVICE_TYPE,
        &service.instance,
        &service.host,
        (),
        listener.address.port(),
        &*service.facts,
    )?
    .enable_addr_auto();
    let is_announced = IfPredicate::new(move |interface| listener.is_reached_by(interface.ip()));
    info.set_interfaces(vec![IfKind::Predicate(is_announced)]);
    Ok(info)
}

/// Returns the likely reason why nothing is announced.
fn obstacle() -> String {
    match bind_mdns_port() {
        Ok(_) => "there is no network that takes multicast; connect to one".to_owned(),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::AddrInUse | ErrorKind::PermissionDenied
            ) =>
        {
            format!("another program keeps UDP port {MDNS_PORT} for itself; end that one")
        }
        Err(error) => format!("UDP port {MDNS_PORT} cannot be used ({error})"),
    }
}

/// Binds the port of mDNS as all programs do that share it.
fn bind_mdns_port() -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&std::net::SocketAddr::from((Ipv4Addr::UNSPECIFIED, MDNS_PORT)).into())?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_announced_where_others_can_connect() {
        let is_wanted = |mdns, no_mdns, address: &str| {
            MdnsArgs { mdns, no_mdns }.is_wanted(Listener {
                address: address.parse().expect("an address"),
                is_ipv6_only: false,
            })
        };
        for address in ["0.0.0.0:4242", "192.168.1.20:4242", "[::]:4242"] {
            assert!(is_wanted(false, false, address), "{address}");
            assert!(!is_wanted(false, true, address), "{address}");
        }
        for address in ["127.0.0.1:4242", "[::1]:4242"] {
            assert!(!is_wanted(false, false, address), "{address}");
            assert!(is_wanted(true, false, address), "{address}");
        }
    }

    #[test]
    fn the_crate_accepts_every_name_and_fact() {
        let listener = Listener {
            address: ([0, 0, 0, 0], 4242).into(),
            is_ipv6_only: false,
        };
        for computer in ["COCKPIT-PC", "Jörgs PC", "back\\slash", "", "日本"] {
            let service = Service::new(Some(computer), listener, false);
            let info = service_info(&service).expect("a valid service");
            assert_eq!(info.get_port(), 4242);
            assert_eq!(info.get_property_val_str("source"), Some("sim"));
        }
    }
}
