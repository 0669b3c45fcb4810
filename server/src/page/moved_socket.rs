//! `/ws/moved`: tells a page what has just moved. The args are read only while it is open.

use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::PageServer;
use super::limits::WRITE_DEADLINE;
use super::moved::{MovedFeed, MovedMessage};
use super::upgrade::{self, Messages, Socket};
use crate::filter::Micros;
use crate::serve::{ServerEnded, Subscriber};
use crate::wire::Request;

/// The most requests that are made at a time, so that other clients have their turns between them.
const REQUESTS_AT_ONCE: usize = 32;

/// Serves a WebSocket until the page or the server closes the connection.
pub(super) async fn run(socket: Socket, server: PageServer) {
    let (mut sink, stream) = socket.split();
    let code = tokio::select! {
        code = until_closed(stream) => code,
        _ = tell(&mut sink, &server) => CloseCode::Away,
    };
    upgrade::close(&mut sink, code).await;
}

/// Waits until the page closes the connection, or does what it may not. Returns the reason.
async fn until_closed(mut stream: SplitStream<Socket>) -> CloseCode {
    let mut messages = Messages::default();
    loop {
        if let Err(code) = messages.next(&mut stream).await {
            return code;
        }
    }
}

/// The sending half of the WebSocket.
type Sink = SplitSink<Socket, Message>;

/// The reason why the messages to a page end.
enum End {
    /// The page takes no messages, or is gone.
    Page,
    Server,
}

impl From<ServerEnded> for End {
    fn from(_: ServerEnded) -> Self {
        Self::Server
    }
}

/// Tells the page what moves.
async fn tell(sink: &mut Sink, server: &PageServer) -> Result<(), End> {
    let mut subscriber = server.subscribers.join().await?;
    let mut feed = MovedFeed::new();
    let began = Instant::now();
    let now = || Micros::try_from(began.elapsed().as_micros()).unwrap_or(Micros::MAX);
    send(sink, &feed.state(now())).await?;
    loop {
        let due = feed
            .next_due()
            .map(|due| began + Duration::from_micros(due));
        tokio::select! {
            updates = subscriber.news() => {
                let updates = updates?;
                if let Some(aircraft) = updates.aircraft {
                    subscribe(&subscriber, feed.fly(aircraft, now())).await?;
                    send(sink, &feed.state(now())).await?;
                }
                for gauge in updates.gauges {
                    if let Ok(arg) = u32::try_from(gauge.id) {
                        feed.report(arg, gauge.raw, now());
                    }
                }
            }
            () = wait(due) => {
                feed.refresh(server.observer.observe().await?.aircraft.as_ref());
                for message in feed.take(now()) {
                    send(sink, &message).await?;
                }
            }
        }
    }
}

async fn wait(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

async fn subscribe(subscriber: &Subscriber, requests: Vec<Request>) -> Result<(), ServerEnded> {
    for requests in requests.chunks(REQUESTS_AT_ONCE) {
        subscriber.request(requests.to_vec()).await?;
    }
    Ok(())
}

/// Sends a message. A page that does not take it for too long is given up.
async fn send(sink: &mut Sink, message: &MovedMessage) -> Result<(), End> {
    // Our own types always have a JSON form.
    let text = serde_json::to_string(message).unwrap_or_default();
    let sent = timeout(WRITE_DEADLINE, sink.send(Message::text(text))).await;
    match sent {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Page),
    }
}
