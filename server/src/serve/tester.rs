//! Starts and ends tests of wiring.

use tokio::sync::mpsc;

use super::event::Event;
use super::mailbox::ServerEnded;
use crate::world::ValueTest;

/// A handle that starts and ends tests of wiring.
#[derive(Debug, Clone)]
pub struct Tester {
    hub: mpsc::Sender<Event>,
}

impl Tester {
    pub(super) fn new(hub: mpsc::Sender<Event>) -> Self {
        Self { hub }
    }

    /// Starts a test. One that runs is ended first.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn start(&self, test: ValueTest) -> Result<(), ServerEnded> {
        self.send(Some(test)).await
    }

    /// Ends the test that runs, if one does.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn stop(&self) -> Result<(), ServerEnded> {
        self.send(None).await
    }

    async fn send(&self, test: Option<ValueTest>) -> Result<(), ServerEnded> {
        let sent = self.hub.send(Event::Test(test)).await;
        sent.map_err(|_| ServerEnded)
    }
}
