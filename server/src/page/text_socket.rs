//! `/ws`: the text protocol over a WebSocket. The server treats it as one more client.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::limits::BYTES_PER_WRITE;
use super::upgrade::{self, Messages, Socket};
use crate::indicator::to_utf8;
use crate::serve::{PanelChannel, PanelKind, Panels};

/// The time in which the page must take its last lines after the server has closed the connection.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Serves a WebSocket until the page or the server closes the connection.
pub(super) async fn run(socket: Socket, remote: SocketAddr, panels: Panels) {
    let name = remote.to_string();
    let connected = panels.connect(PanelKind::Page, &name, BYTES_PER_WRITE);
    let Some(panel) = connected.await else {
        return;
    };
    let PanelChannel {
        to_server,
        from_server,
    } = panel;
    let (mut sink, stream) = socket.split();
    let code = tokio::select! {
        code = read(stream, &to_server) => code,
        // The page should get the last line, which may name the reason, before the connection ends.
        () = write(&mut sink, from_server) => CloseCode::Normal,
        // Otherwise the WebSocket would outlive the connection while the page takes nothing.
        () = async {
            to_server.closed().await;
            sleep(LAST_LINES).await;
        } => CloseCode::Away,
    };
    upgrade::close(&mut sink, code).await;
}

/// Passes the lines of the page to the server. The last line of a message needs no line end. Returns
/// the reason why no more come.
async fn read(mut stream: SplitStream<Socket>, to_server: &mpsc::Sender<Vec<u8>>) -> CloseCode {
    let mut messages = Messages::default();
    loop {
        let message = match messages.next(&mut stream).await {
            Ok(message) => message,
            Err(code) => return code,
        };
        let mut bytes = match message {
            Message::Text(_) | Message::Binary(_) => message.into_data().to_vec(),
            _ => continue,
        };
        bytes.push(b'\n');
        if to_server.send(bytes).await.is_err() {
            return CloseCode::Away;
        }
    }
}

/// Passes the server's lines to the page, one message per write.
async fn write(sink: &mut SplitSink<Socket, Message>, mut from_server: mpsc::Receiver<Vec<u8>>) {
    let mut lines = Lines::default();
    while let Some(bytes) = from_server.recv().await {
        if let Some(text) = lines.add(&bytes)
            && sink.send(Message::text(text)).await.is_err()
        {
            return;
        }
    }
}

/// Joins the server's writes into whole lines, since a write may end within one.
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
