//! Observes the server from within this process: the aircraft, the link and the statistics.

use tokio::sync::{mpsc, oneshot};

use super::event::Event;
use super::mailbox::ServerEnded;
use super::report::{ClientReport, Observation};

/// A handle that returns the present state of the server. It costs the server nothing while it is
/// not used.
#[derive(Debug, Clone)]
pub struct Observer {
    hub: mpsc::Sender<Event>,
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

    /// Returns the clients that are connected, the oldest first, and then the subscribers in this
    /// process.
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
