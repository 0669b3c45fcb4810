//! Turns a request into a WebSocket.

use std::future::Future;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
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

/// Returns the code that tells the client why its WebSocket is closed.
fn close_code(error: &Error) -> CloseCode {
    match error {
        Error::Capacity(_) => CloseCode::Size,
        Error::Utf8(_) => CloseCode::Invalid,
        Error::Protocol(_) => CloseCode::Protocol,
        _ => CloseCode::Away,
    }
}

/// Closes a WebSocket. A client that is gone, or takes nothing, is not waited for.
pub(super) async fn close(sink: &mut SplitSink<Socket, Message>, code: CloseCode) {
    /// The time in which the client must take what is under way.
    const GOODBYE: Duration = Duration::from_secs(1);
    let frame = CloseFrame {
        code,
        reason: Utf8Bytes::default(),
    };
    let goodbye = async {
        // It is refused after the client's own goodbye, which is only to be answered.
        let _ = sink.send(Message::Close(Some(frame))).await;
        let _ = sink.close().await;
    };
    let _ = timeout(GOODBYE, goodbye).await;
}

/// The messages of a WebSocket's client, with a bound on its pings: each is answered, and the answers
/// of a client that reads nothing would pile up.
#[derive(Debug)]
pub(super) struct Messages {
    pings: RateLimit,
    started: Instant,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            pings: RateLimit::new(PINGS_AT_ONCE, PINGS_PER_SECOND),
            started: Instant::now(),
        }
    }
}

impl Messages {
    /// Returns the next message.
    ///
    /// # Errors
    /// When the WebSocket must be closed, with the reason.
    pub(super) async fn next(
        &mut self,
        stream: &mut SplitStream<Socket>,
    ) -> Result<Message, CloseCode> {
        match stream.next().await {
            None | Some(Ok(Message::Close(_))) => Err(CloseCode::Normal),
            Some(Err(error)) => Err(close_code(&error)),
            Some(Ok(message)) if message.is_ping() && !self.allow_ping() => Err(CloseCode::Policy),
            Some(Ok(message)) => Ok(message),
        }
    }

    fn allow_ping(&mut self) -> bool {
        let now = Micros::try_from(self.started.elapsed().as_micros()).unwrap_or(Micros::MAX);
        self.pings.take(1, now)
    }
}
