//! What the other tasks tell the hub.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

use super::mailbox::Mailbox;
use crate::wire::{LineError, Request};
use crate::world::ClientKey;

/// A connection: the key of its client, and a number that no other connection has, since keys
/// are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionId {
    pub(super) key: ClientKey,
    pub(super) serial: u64,
}

/// A subscriber in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SubscriberId(pub(super) u64);

/// Requests in their order, or what was wrong with their lines.
pub(super) type Batch = Vec<Result<Request, LineError>>;

/// A connection that has been accepted by the system, and not yet by the hub.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) stream: TcpStream,
    pub(super) address: SocketAddr,
    /// One of the files that this process may have open for clients.
    pub(super) permit: OwnedSemaphorePermit,
}

/// Why a connection is not read any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadEnd {
    /// The client has closed its sending side; it may still listen.
    Eof,
    /// The connection is broken.
    Broken,
    /// The other end is a web browser or the like.
    Foreign,
}

/// What the hub is told.
#[derive(Debug)]
pub(super) enum Event {
    /// A client has connected.
    Arrival(Arrival),
    /// Requests of a client; it is read on when they are carried out.
    Requests(ConnectionId, Batch),
    /// A client is not read any more.
    ReadEnd(ConnectionId, ReadEnd),
    /// A client that was blocked can be written to.
    Writable(ConnectionId),
    /// A client has taken nothing for too long.
    Stalled(ConnectionId),
    /// A subscriber in this process asks for something.
    Subscriber(SubscriberId, SubscriberRequest),
}

/// What a subscriber in this process asks for.
#[derive(Debug)]
pub(super) enum SubscriberRequest {
    /// To become one.
    Join(Arc<Mailbox>),
    /// Requests, in order.
    Requests(Vec<Request>),
    /// To end all subscriptions.
    Clear,
    /// To be forgotten.
    Leave,
}
