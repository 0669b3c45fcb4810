//! `/ws`: the text protocol over a WebSocket. The server treats it as one more client.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use super::answer::{Answer, PageError, add_headers};
use super::connections::Peer;
use super::limits::{BYTES_PER_WRITE, MAX_MESSAGE};
use crate::indicator::to_utf8;
use crate::serve::{PanelEnd, Panels};

/// The bytes that are read from a WebSocket at a time.
const READ: usize = 4096;

/// The time in which the page must take its last lines after the server has closed the connection.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The WebSocket of a page.
type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Returns the answer that opens the WebSocket, and starts the task that serves it.
pub(super) fn open(
    mut request: Request<Incoming>,
    peer: &Peer,
    panels: &Panels,
) -> Result<Answer, PageError> {
    let answer = create_response_with_body(&request, Full::<Bytes>::default);
    let mut answer = answer.map_err(|_| PageError::NotWebSocket)?;
    add_headers(answer.headers_mut());
    let upgrade = hyper::upgrade::on(&mut request);
    let (panels, peer) = (panels.clone(), peer.clone());
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else {
            return;
        };
        let name = format!("page {}", peer.remote);
        if let Some(panel) = panels.connect(&name, BYTES_PER_WRITE).await {
            run(socket(upgraded).await, panel).await;
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

/// Passes lines between a WebSocket and the server until one of them closes the connection.
async fn run(socket: Socket, panel: PanelEnd) {
    let PanelEnd {
        to_server,
        from_server,
    } = panel;
    let (sink, stream) = socket.split();
    tokio::select! {
        () = read(stream, &to_server) => {}
        () = write(sink, from_server) => {}
        // Otherwise the WebSocket would outlive the connection while the page takes nothing.
        () = async {
            to_server.closed().await;
            sleep(LAST_LINES).await;
        } => {}
    }
}

/// Passes the lines of the page to the server. The last line of a message needs no line end.
async fn read(mut stream: SplitStream<Socket>, to_server: &mpsc::Sender<Vec<u8>>) {
    while let Some(Ok(message)) = stream.next().await {
        let mut bytes = match message {
            Message::Text(_) | Message::Binary(_) => message.into_data().to_vec(),
            Message::Close(_) => return,
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
        };
        bytes.push(b'\n');
        if to_server.send(bytes).await.is_err() {
            return;
        }
    }
}

/// Passes the server's lines to the page, one message per write.
async fn write(mut sink: SplitSink<Socket, Message>, mut from_server: mpsc::Receiver<Vec<u8>>) {
    let mut lines = Lines::default();
    while let Some(bytes) = from_server.recv().await {
        if let Some(text) = lines.add(&bytes)
            && sink.send(Message::text(text)).await.is_err()
        {
            return;
        }
    }
    // The page should learn the reason, if the last line has one, and then the end.
    let _ = sink.close().await;
}

/// Joins the server's writes to whole lines, since a write may end within one.
#[derive(Debug, Default)]
struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Adds a write. Returns the lines that are complete now, as UTF-8.
    fn add(&mut self, bytes: &[u8]) -> Option<String> {
        let Some(end) = memchr::memrchr(b'\n', bytes) else {
            self.begun.extend_from_slice(bytes);
            return None;
        };
        let (whole, rest) = bytes.split_at(end + 1);
        self.begun.extend_from_slice(whole);
        let text = to_utf8(&self.begun);
        self.begun = rest.to_vec();
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_whole_lines() {
        let mut lines = Lines::default();
        assert_eq!(lines.add(b"2 1 0.5"), None);
        assert_eq!(
            lines.add(b"0000 5\n3 1 \xc3"),
            Some("2 1 0.50000 5\n".into())
        );
        assert_eq!(lines.add(b"\xbc \xb0"), None);
        assert_eq!(lines.add(b"\n5 1\n"), Some("3 1 ü °\n5 1\n".into()));
        assert_eq!(lines.add(b"0 A\n"), Some("0 A\n".into()));
    }
}
