//! The running server: sockets, tasks and the clock around the world.

mod connection;
mod hub;
mod subscriber;
mod tables;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::link::SimLink;
use hub::{Event, Hub};

pub(crate) use connection::prepare;
pub use subscriber::{Ended, GaugeNews, MOST_ERRORS, News, Subscriber, Subscribers, TextNews};

/// How the server serves.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder with one folder of tables per aircraft.
    pub defs: PathBuf,
    /// Who may connect; empty = everybody who can reach the port.
    pub allow: Vec<IpNet>,
    /// Clients at a time.
    pub max_clients: usize,
    /// Subscriptions per client.
    pub max_subscriptions: usize,
    /// Bytes in a line from a client.
    pub max_line: usize,
    /// A client that takes nothing for so long while something waits for it is disconnected.
    pub write_deadline: Duration,
    /// Whether clients are told what is wrong with their lines.
    pub error_lines: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            defs: "aircraft-defs".into(),
            allow: Vec::new(),
            max_clients: 1024,
            max_subscriptions: 4096,
            max_line: 4096,
            write_deadline: Duration::from_secs(10),
            error_lines: true,
        }
    }
}

/// Events that may wait for the hub before those who send them have to wait.
const QUEUE: usize = 256;
/// Bytes the system may hold for a client: what waits beyond is the newest values only.
const SEND_BUFFER: usize = 1 << 16;
/// How long no client is accepted after the system had no room for one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that is about to run.
#[derive(Debug)]
pub struct Server {
    hub: Hub,
    to_hub: mpsc::Sender<Event>,
}

impl Server {
    /// A server for the sim at the other end of `link`.
    pub fn new(link: SimLink, config: Config) -> Self {
        let (to_hub, events) = mpsc::channel(QUEUE);
        Self {
            hub: Hub::new(config, link, to_hub.clone(), events),
            to_hub,
        }
    }

    /// For subscribers in this process; usable before and while the server runs.
    pub fn subscribers(&self) -> Subscribers {
        Subscribers {
            hub: self.to_hub.clone(),
        }
    }

    /// Serves the clients that come to `listener` until `shutdown`.
    pub async fn run(self, listener: TcpListener, shutdown: CancellationToken) {
        let accepting = accept(listener, self.to_hub);
        tokio::select! {
            () = self.hub.run(shutdown) => {}
            () = accepting => {}
        }
    }
}

/// Accepts clients for ever and hands them to the hub.
async fn accept(listener: TcpListener, hub: mpsc::Sender<Event>) {
    let mut failures = 0u64;
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                failures += 1;
                if failures.is_power_of_two() {
                    warn!("a client could not be accepted ({failures} so far): {error}");
                }
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        if prepare(&stream).is_ok() && set_send_buffer(&stream).is_ok() {
            let _ = hub.send(Event::Connected(stream, address)).await;
        }
    }
}

fn set_send_buffer(stream: &TcpStream) -> std::io::Result<()> {
    SockRef::from(stream).set_send_buffer_size(SEND_BUFFER)
}

/// Whether a client at `address` may connect. An IPv4 client of an IPv6 port counts as IPv4.
pub(crate) fn is_allowed(allow: &[IpNet], address: IpAddr) -> bool {
    allow.is_empty()
        || allow
            .iter()
            .any(|net| net.contains(&address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allow_lists_networks_of_both_kinds() {
        let allow: Vec<IpNet> = ["192.168.1.0/24", "::1/128"]
            .map(|net| net.parse().expect("a network"))
            .into();
        let check = |address: &str| is_allowed(&allow, address.parse().expect("an address"));
        assert!(check("192.168.1.7") && check("::ffff:192.168.1.7") && check("::1"));
        assert!(!check("192.168.2.7") && !check("fe80::1"));
        assert!(is_allowed(&[], IpAddr::from([10, 0, 0, 1])));
    }
}
