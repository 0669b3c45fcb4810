//! Accepts clients.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;
use tracing::warn;

use super::config::{ARRIVING, Config};
use super::event::{Arrival, Event};
use super::stream::{ClientStream, Peer};
use crate::net;

/// The pause after the system could not accept a client.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts clients and passes them to the hub, for ever, but never more at a time than the limit on
/// open files allows.
pub(super) async fn accept(listener: TcpListener, hub: mpsc::Sender<Event>, config: &Config) {
    let files = config.capacity().saturating_add(ARRIVING);
    let permits = Arc::new(Semaphore::new(files.min(Semaphore::MAX_PERMITS)));
    let mut failures = 0u64;
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            return;
        };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                failures += 1;
                if failures.is_power_of_two() {
                    warn!("a client could not be accepted ({failures} so far): {error}");
                }
                sleep(PAUSE).await;
                continue;
            }
        };
        if net::set_client_options(&stream).is_ok() {
            let arrival = Arrival {
                stream: ClientStream::Tcp(stream),
                peer: Peer::Address(address),
                permit: Some(permit),
            };
            let _ = hub.send(Event::Arrival(arrival)).await;
        }
    }
}
