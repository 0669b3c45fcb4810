//! The running server: sockets, tasks and the clock around the world.
//!
//! `hub` owns the world and everything else here. The tasks of the other modules depend only on the
//! events that they send to it (`event`).

mod accept;
mod config;
mod connections;
mod event;
mod hub;
mod in_process;
mod mailbox;
mod observer;
mod panels;
mod reader;
mod recorder;
mod recording;
mod report;
mod stream;
mod subscriber;
mod tables;
mod tester;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::link::SimLink;
use event::Event;
use hub::Hub;

pub use config::Config;
pub use mailbox::{GaugeUpdate, MAX_ERRORS, ServerEnded, TextUpdate, Updates};
pub use observer::Observer;
pub use panels::{PanelChannel, Panels};
pub use recorder::{Recorder, RecorderConfig, RecorderError};
pub use report::{ClientKind, ClientReport, Observation};
pub use stream::PanelKind;
pub use subscriber::{Subscriber, Subscribers};
pub use tester::Tester;

/// The most events that wait for the hub. The senders of further ones wait.
const QUEUE: usize = 256;

/// A server; see [`Self::run`].
#[derive(Debug)]
pub struct Server {
    config: Arc<Config>,
    hub: Hub,
    to_hub: mpsc::Sender<Event>,
}

impl Server {
    /// Creates a server for the sim at the other end of `link`.
    pub fn new(link: SimLink, config: Config) -> Self {
        let config = Arc::new(config);
        let (to_hub, events) = mpsc::channel(QUEUE);
        Self {
            hub: Hub::new(Arc::clone(&config), link, to_hub.clone(), events),
            config,
            to_hub,
        }
    }

    /// Returns a handle for subscribers in this process. It can be used before and while the server
    /// runs.
    pub fn subscribers(&self) -> Subscribers {
        Subscribers::new(self.to_hub.clone())
    }

    /// Returns a handle for panels that are connected to this process. It can be used before and
    /// while the server runs.
    pub fn panels(&self) -> Panels {
        Panels::new(self.to_hub.clone())
    }

    /// Returns a handle that observes the server. It can be used before and while the server runs.
    pub fn observer(&self) -> Observer {
        Observer::new(self.to_hub.clone())
    }

    /// Returns a handle that starts tests of wiring. It can be used before and while the server runs.
    pub fn tester(&self) -> Tester {
        Tester::new(self.to_hub.clone())
    }

    /// Returns a handle that starts and ends recordings. It can be used before and while the server
    /// runs.
    pub fn recorder(&self, config: RecorderConfig) -> Recorder {
        Recorder::new(self.to_hub.clone(), config)
    }

    /// Serves the clients that connect to `listener` until `shutdown`.
    pub async fn run(self, listener: TcpListener, shutdown: CancellationToken) {
        tokio::select! {
            () = self.hub.run(shutdown) => {}
            () = accept::accept(listener, self.to_hub, &self.config) => {}
        }
    }
}
