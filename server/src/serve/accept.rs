//! Accepting clients.

use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;
use tracing::warn;

use super::config::{ARRIVING, Config};
use super::event::{Arrival, Event};
use crate::net;

/// Bytes the system may hold for a client: what waits beyond is the newest values only.
const SEND_BUFFER: usize = 1 << 16;
/// How long no client is accepted after the system had no room for one.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts clients for ever and hands them to the hub, as many at a time as files may be open.
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
        if net::set_options(&stream).is_ok() && set_send_buffer(&stream).is_ok() {
            let arrival = Arrival {
                stream,
                address,
                permit,
            };
            let _ = hub.send(Event::Arrival(arrival)).await;
        }
    }
}

fn set_send_buffer(stream: &TcpStream) -> std::io::Result<()> {
    SockRef::from(stream).set_send_buffer_size(SEND_BUFFER)
}
