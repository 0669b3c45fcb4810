//! The running server: sockets, tasks and the clock around the world.

mod subscriber;

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::link::SimLink;

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
    /// Whether clients are told what is wrong with their lines.
    pub error_lines: bool,
}

/// A server that is about to run.
#[derive(Debug)]
pub struct Server { /* link, config, queue of the hub */ }

impl Server {
    /// A server for the sim at the other end of `link`.
    pub fn new(link: SimLink, config: Config) -> Self;
    /// For subscribers in this process; usable before and while the server runs.
    pub fn subscribers(&self) -> Subscribers;
    /// Serves the clients that come to `listener` until `shutdown`; ends within a second of it.
    pub async fn run(self, listener: TcpListener, shutdown: CancellationToken);
}
