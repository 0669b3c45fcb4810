//! The connections of browsers: accepts them, reads requests, and writes answers, all within
//! limits.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::handler::Handler;
use super::limits::{HEAD_DEADLINE, LAST_ANSWER, LIFETIME, MAX_FIELDS, MAX_HEAD};
use super::listener::Listener;
use super::peer::{Peer, Places};
use super::{PageConfig, PageServer};
use crate::net;

/// The pause after the system could not accept a connection.
const PAUSE: Duration = Duration::from_millis(100);

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
