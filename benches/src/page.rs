//! A browser with the cockpit open, as the server sees it: a WebSocket that subscribes to what is on screen.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

/// The rows that a window of 1,400 x 900 pixels shows, and how many of them are opened.
pub const ROWS: u32 = 26;
const OPENED: u32 = 4;

/// The updates per second that a row and an opened card ask for, as in `server/web/row.js` and `card.js`.
const ROW_RATE: u32 = 10;
const CARD_RATE: u32 = 30;

/// An open page.
#[derive(Debug)]
pub struct PageClient {
    socket: WebSocketStream<TcpStream>,
}

impl PageClient {
    /// Opens the page at an address and subscribes to the args that it shows, from `first_arg` on,
    /// with this precision.
    ///
    /// # Errors
    /// When the connection fails, or the server refuses the WebSocket.
    pub async fn open(address: &str, first_arg: u32, args: u32, precision: i8) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{address}/ws").into_client_request()?;
        let origin = HeaderValue::from_str(&format!("http://{address}"))?;
        request.headers_mut().insert("Origin", origin);
        let (mut socket, _) = client_async(request, stream)
            .await
            .context("the server refuses the page")?;
        let lines = subscriptions(first_arg, args.min(ROWS), precision);
        socket.send(Message::text(lines)).await?;
        Ok(Self { socket })
    }

    /// Waits for a message and returns the number of its lines.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn read(&mut self) -> Result<u64> {
        let message = self.socket.next().await.context("the page was closed")??;
        let bytes = message.into_data();
        Ok(bytes.iter().filter(|&&byte| byte == b'\n').count() as u64)
    }
}

/// Returns the subscriptions of a page with this number of rows.
fn subscriptions(first_arg: u32, rows: u32, precision: i8) -> String {
    let mut lines = String::new();
    for id in 0..rows {
        let rate = if id < OPENED { CARD_RATE } else { ROW_RATE };
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "2 {} {id} {precision} {rate}", first_arg + id);
    }
    lines
}
