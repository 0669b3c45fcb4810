//! Panels with a connection of their own, over TCP or on a serial port.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::stream::Pace;
use crate::rate_limit::RateLimit;
use crate::serve::PanelChannel;

/// The most events of panels that wait for the gateway.
const QUEUE: usize = 64;
/// The bytes that are read from a panel at once and per second; more wait in its line.
const READ: (u32, u32) = (8_192, 32_768);
/// The pause before more is read from a panel that sends too much.
const PAUSE: Duration = Duration::from_millis(20);

/// An event of a panel, with its number.
#[derive(Debug)]
pub(super) enum Event {
    /// A panel has connected. Its updates go into this channel, which holds one write.
    Arrival(u64, Pace, mpsc::Sender<Vec<u8>>),
    /// A panel has sent bytes.
    Bytes(u64, Vec<u8>),
    /// A panel is gone.
    Left(u64),
}

/// A handle that connects panels to the gateway.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    to_gateway: mpsc::Sender<Event>,
    next: Arc<AtomicU64>,
}

impl Connections {
    /// Creates a handle, and the other end of its queue.
    pub(super) fn new() -> (Self, mpsc::Receiver<Event>) {
        let (to_gateway, events) = mpsc::channel(QUEUE);
        let connections = Self {
            to_gateway,
            next: Arc::default(),
        };
        (connections, events)
    }

    /// Connects a panel on a line of this speed, in bits per second. Returns `None` if the gateway
    /// has ended.
    pub(crate) async fn connect_line(&self, baud: u32) -> Option<PanelChannel> {
        /// The bits of a byte on the line: a start bit, 8 data bits, a stop bit.
        const BITS_PER_BYTE: u32 = 10;
        self.connect(Pace::Limited(baud / BITS_PER_BYTE)).await
    }

    /// Connects a panel. Returns `None` if the gateway has ended.
    pub(super) async fn connect(&self, pace: Pace) -> Option<PanelChannel> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (to_panel, from_server) = mpsc::channel(1);
        let (to_server, from_panel) = mpsc::channel(1);
        let arrival = Event::Arrival(number, pace, to_panel);
        self.to_gateway.send(arrival).await.ok()?;
        tokio::spawn(forward(number, from_panel, self.to_gateway.clone()));
        Some(PanelChannel {
            to_server,
            from_server,
        })
    }
}

/// Passes a panel's bytes on until it is gone.
async fn forward(number: u64, mut panel: mpsc::Receiver<Vec<u8>>, to_gateway: mpsc::Sender<Event>) {
    let start = Instant::now();
    let mut limit = RateLimit::new(READ.0, READ.1);
    while let Some(bytes) = panel.recv().await {
        while !limit.take(
            bytes.len().min(READ.0 as usize),
            start.elapsed().as_micros() as u64,
        ) {
            sleep(PAUSE).await;
        }
        if to_gateway.send(Event::Bytes(number, bytes)).await.is_err() {
            return;
        }
    }
    let _ = to_gateway.send(Event::Left(number)).await;
}
