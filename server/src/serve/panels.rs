//! Panels that are connected to this process directly, such as those on serial ports: clients
//! without TCP.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::event::{Arrival, Event};
use super::stream::{ClientStream, PanelKind, Peer, Pipe};

/// The panel's end of its connection to the server. Dropping it ends the connection.
#[derive(Debug)]
pub struct PanelChannel {
    /// The bytes from the panel. Closed when the server has ended the connection.
    pub to_server: mpsc::Sender<Vec<u8>>,
    /// The bytes for the panel, one write at a time. If a write is not received for too long, the
    /// server ends the connection.
    pub from_server: mpsc::Receiver<Vec<u8>>,
}

/// A handle that connects panels to the server.
#[derive(Debug, Clone)]
pub struct Panels {
    to_hub: mpsc::Sender<Event>,
}

impl Panels {
    pub(super) fn new(to_hub: mpsc::Sender<Event>) -> Self {
        Self { to_hub }
    }

    /// Connects a panel, which the log calls `name`. Returns `None` if the server has ended.
    pub async fn connect(
        &self,
        kind: PanelKind,
        name: &str,
        bytes_per_write: usize,
    ) -> Option<PanelChannel> {
        let (to_server, from_panel) = mpsc::channel(1);
        let (to_panel, from_server) = mpsc::channel(1);
        let arrival = Arrival {
            stream: ClientStream::Panel(Pipe {
                from_panel,
                to_panel,
                bytes_per_write,
            }),
            peer: Peer::Panel(kind, Arc::from(name)),
            permit: None,
        };
        self.to_hub.send(Event::Arrival(arrival)).await.ok()?;
        Some(PanelChannel {
            to_server,
            from_server,
        })
    }
}
