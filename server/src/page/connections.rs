//! The connections of browsers: accepts them, reads requests, and writes answers, all within
//! limits.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::handler::Handler;
use super::limits::{
    HEAD_DEADLINE, LAST_ANSWER, LIFETIME, MAX_FIELDS, MAX_HEAD, max_foreign_connections,
};
use super::listener::Listener;
use super::{PageConfig, PageServer};
use crate::net;

/// The pause after the system could not accept a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// The two ends of a connection, and the permit that counts it.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// The address of the browser.
    pub(super) remote: SocketAddr,
    /// The address that it has connected to.
    pub(super) local: IpAddr,
    /// Held until the connection, or the WebSocket that it has become, ends.
    pub(super) permit: Arc<Permit>,
}

/// The place of a connection among those that may be open at a time.
#[derive(Debug)]
pub(super) struct Permit {
    _place: OwnedSemaphorePermit,
    /// Its place among those of other computers.
    _foreign: Option<OwnedSemaphorePermit>,
}

/// The places of connections.
#[derive(Debug)]
struct Places {
    all: Arc<Semaphore>,
    foreign: Arc<Semaphore>,
}

impl Places {
    fn new(max_connections: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(max_connections)),
            foreign: Arc::new(Semaphore::new(max_foreign_connections(max_connections))),
        }
    }

    /// Returns a place for a connection from this address, if there is one left.
    fn take(&self, remote: IpAddr) -> Option<Permit> {
        let take = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let foreign = match remote.to_canonical().is_loopback() {
            true => None,
            false => Some(take(&self.foreign)?),
        };
        Some(Permit {
            _place: take(&self.all)?,
            _foreign: foreign,
        })
    }
}

impl Peer {
    /// Returns whether the browser runs on this computer.
    pub(super) fn is_local(&self) -> bool {
        self.remote.ip().to_canonical().is_loopback()
    }
}

/// Serves the page until `shutdown`.
pub async fn serve(
    listener: Listener,
    config: PageConfig,
    server: PageServer,
    shutdown: CancellationToken,
) {
    let places = Places::new(config.max_connections);
    let handler = Arc::new(Handler::new(config, server, &listener));
    let _ = shutdown
        .run_until_cancelled(accept(listener, places, handler))
        .await;
}

async fn accept(listener: Listener, places: Places, handler: Arc<Handler>) {
    let mut failures = 0u64;
    loop {
        let (stream, remote) = match listener.socket.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                failures += 1;
                if failures.is_power_of_two() {
                    warn!("a browser could not be accepted ({failures} so far): {error}");
                }
                sleep(PAUSE).await;
                continue;
            }
        };
        // Without a permit the connection is closed at once.
        if let Some(permit) = places.take(remote.ip())
            && net::set_client_options(&stream).is_ok()
            && let Ok(local) = stream.local_addr()
        {
            let peer = Peer {
                remote,
                local: local.ip(),
                permit: Arc::new(permit),
            };
            tokio::spawn(serve_connection(stream, peer, Arc::clone(&handler)));
        }
    }
}

/// Answers the requests of one connection, for a limited time.
async fn serve_connection(stream: TcpStream, peer: Peer, handler: Arc<Handler>) {
    let service = service_fn(|request| {
        let (handler, peer) = (Arc::clone(&handler), peer.clone());
        async move { Ok::<_, Infallible>(handler.answer(request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_FIELDS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    // Errors of a browser's connection need no report.
    if timeout(LIFETIME, connection.as_mut()).await.is_err() {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(LAST_ANSWER, connection).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_computers_cannot_take_all_places() {
        let places = Places::new(8);
        let foreign: Vec<_> = (0..9)
            .map_while(|_| places.take([10, 0, 0, 1].into()))
            .collect();
        let local: Vec<_> = (0..9)
            .map_while(|_| places.take([127, 0, 0, 1].into()))
            .collect();
        assert_eq!((foreign.len(), local.len()), (6, 2));
        drop(foreign);
        assert!(places.take([10, 0, 0, 1].into()).is_some());
    }
}
