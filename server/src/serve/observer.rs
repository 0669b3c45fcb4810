//! Observes the server from within this process: the aircraft, the link and the statistics.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::event::Event;
use super::mailbox::ServerEnded;
use super::panels::PanelKind;
use crate::world::{Aircraft, Statistics, Traffic};

/// A handle that returns the present state of the server. It costs the server nothing while it is
/// not used.
#[derive(Debug, Clone)]
pub struct Observer {
    hub: mpsc::Sender<Event>,
}

/// The state of the server at one moment.
#[derive(Debug)]
pub struct Observation {
    /// The aircraft that is controlled, if any.
    pub aircraft: Option<Arc<Aircraft>>,
    /// Whether the sim's hook state is linked.
    pub has_hook: bool,
    /// Whether the sim's export state is linked.
    pub has_export: bool,
    /// The statistics.
    pub statistics: Statistics,
    /// The number of args of the test of wiring that runs.
    pub tested_args: usize,
}

/// A client over TCP, on a serial port or on a page.
#[derive(Debug)]
pub struct ClientReport {
    /// The kind of its panel; `None` for a client over TCP.
    pub kind: Option<PanelKind>,
    /// The address or port, as the log names it.
    pub peer: String,
    /// The time since it connected.
    pub connected: Duration,
    /// Whether it does not read its lines at present.
    pub is_blocked: bool,
    /// The counts of its subscriptions to gauges and to elements of displays.
    pub subscriptions: [usize; 2],
    /// The counters of its requests and of the lines sent to it.
    pub traffic: Traffic,
}

impl Observer {
    pub(super) fn new(hub: mpsc::Sender<Event>) -> Self {
        Self { hub }
    }

    /// Returns the present state of the server.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn observe(&self) -> Result<Observation, ServerEnded> {
        self.ask(Event::Observe).await
    }

    /// Returns the clients that are connected, the oldest first.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn clients(&self) -> Result<Vec<ClientReport>, ServerEnded> {
        self.ask(Event::ListClients).await
    }

    async fn ask<T>(
        &self,
        event: impl FnOnce(oneshot::Sender<T>) -> Event,
    ) -> Result<T, ServerEnded> {
        let (sender, answer) = oneshot::channel();
        let sent = self.hub.send(event(sender)).await;
        sent.map_err(|_| ServerEnded)?;
        answer.await.map_err(|_| ServerEnded)
    }
}
