//! Observes the server from within this process: the aircraft, the link and the statistics.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::event::Event;
use super::mailbox::ServerEnded;
use crate::world::{Aircraft, Statistics};

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
        let (answer, observation) = oneshot::channel();
        let sent = self.hub.send(Event::Observe(answer)).await;
        sent.map_err(|_| ServerEnded)?;
        observation.await.map_err(|_| ServerEnded)
    }
}
