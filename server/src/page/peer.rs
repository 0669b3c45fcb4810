//! The other end of a browser's connection, and its place among those that may be open at a time.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::max_foreign_connections;

/// The two ends of a connection, and the permit that counts it.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// The address of the browser.
    pub(super) remote: SocketAddr,
    /// The address that it has connected to.
    pub(super) local: IpAddr,
    /// Held until the connection, or the WebSocket that it has become, ends.
    pub(super) permit: Arc<Permit>,
}

/// The place of a connection among those that may be open at a time.
#[derive(Debug)]
pub(super) struct Permit {
    _place: OwnedSemaphorePermit,
    /// Its place among those of other computers.
    _foreign: Option<OwnedSemaphorePermit>,
}

/// The places of connections.
#[derive(Debug)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    foreign: Arc<Semaphore>,
}

impl Places {
    pub(super) fn new(max_connections: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(max_connections)),
            foreign: Arc::new(Semaphore::new(max_foreign_connections(max_connections))),
        }
    }

    /// Returns a place for a connection from this address, if there is one left.
    pub(super) fn take(&self, remote: IpAddr) -> Option<Permit> {
        let take = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let foreign = match remote.to_canonical().is_loopback() {
            true => None,
            false => Some(take(&self.foreign)?),
        };
        Some(Permit {
            _place: take(&self.all)?,
            _foreign: foreign,
        })
    }
}

impl Peer {
    /// Returns whether the browser runs on this computer.
    pub(super) fn is_local(&self) -> bool {
        self.remote.ip().to_canonical().is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_computers_cannot_take_all_places() {
        let places = Places::new(8);
        let foreign: Vec<_> = (0..9)
            .map_while(|_| places.take([10, 0, 0, 1].into()))
            .collect();
        let local: Vec<_> = (0..9)
            .map_while(|_| places.take([127, 0, 0, 1].into()))
            .collect();
        assert_eq!((foreign.len(), local.len()), (6, 2));
        drop(foreign);
        assert!(places.take([10, 0, 0, 1].into()).is_some());
    }
}
