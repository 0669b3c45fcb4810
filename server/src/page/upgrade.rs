//! Turns a request into a WebSocket.

use std::future::Future;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::answer::{Answer, PageError, add_headers};
use super::connections::Peer;
use super::limits::MAX_MESSAGE;

/// The bytes that are read from a WebSocket at a time.
const READ: usize = 4096;

/// The WebSocket of a page.
pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Returns the answer that opens a WebSocket, and starts the task that serves it.
pub(super) fn open<S, F>(
    mut request: Request<Incoming>,
    peer: Peer,
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
            serve(socket(upgraded).await).await;
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
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let stream = TokioIo::new(upgraded);
    WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await
}
