//! Turns a request into a WebSocket.

use std::future::Future;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, PageError, add_headers};
use super::limits::{MAX_MESSAGE, MAX_UNWRITTEN, PINGS_AT_ONCE, PINGS_PER_SECOND};
use super::peer::Peer;
use crate::filter::Micros;
use crate::rate_limit::RateLimit;

/// The bytes that are read from a WebSocket at a time.
const READ: usize = 4096;

/// The WebSocket of a page.
pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Returns the answer that opens a WebSocket, and starts the task that serves it until `revoked`.
pub(super) fn open<S, F>(
    mut request: Request<Incoming>,
    peer: Peer,
    revoked: CancellationToken,
    serve: S,
) -> Result<Answer, PageError>
where
    S: FnOnce(Socket) -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let answer = create_response_with_body(&request, Full::<Bytes>::default);
    let mut answer = answer.map_err(|_| PageError::NotWebSocket)?;
    add_headers(answer.headers_mut());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let served = serve(socket(upgraded).await);
            let _ = revoked.run_until_cancelled(served).await;
        }
        drop(peer.permit);
    });
    Ok(answer)
}

/// Returns a WebSocket whose messages and buffers are small.
async fn socket(upgraded: Upgraded) -> Socket {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_UNWRITTEN)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let stream = TokioIo::new(upgraded);
    WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await
}

/// Bounds the pings of a WebSocket: each is answered, and the answers of a client that reads nothing
/// would pile up.
pub(super) struct PingLimit {
    limit: RateLimit,
    started: Instant,
}

impl PingLimit {
    pub(super) fn new() -> Self {
        Self {
            limit: RateLimit::new(PINGS_AT_ONCE, PINGS_PER_SECOND),
            started: Instant::now(),
        }
    }

    /// Returns whether the WebSocket may go on after this message.
    pub(super) fn allows(&mut self, message: &Message) -> bool {
        let now = Micros::try_from(self.started.elapsed().as_micros()).unwrap_or(Micros::MAX);
        !message.is_ping() || self.limit.take(1, now)
    }
}
