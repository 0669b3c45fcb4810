//! The events by which the other tasks tell the hub what has happened.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::mailbox::Mailbox;
use super::stream::{ClientStream, Peer};
use crate::wire::{LineError, Request};
use crate::world::ClientKey;

/// The identity of a connection: the key of its client, and a number that no other connection ever
/// has, since keys are reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionId {
    pub(super) key: ClientKey,
    pub(super) serial: u64,
}

/// The identity of a subscriber in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SubscriberId(pub(super) u64);

/// Requests in their order; an error stands in the place of a wrong line.
pub(super) type Batch = Vec<Result<Request, LineError>>;

/// A connection that the hub has not yet seen.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) stream: ClientStream,
    pub(super) peer: Peer,
    /// Counts a TCP connection as one of the files that this process may have open for clients.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

/// The reason for which a connection is not read any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadEnd {
    /// The client has closed its sending side; it may still listen.
    Eof,
    /// The connection is broken.
    Broken,
    /// The other end is a web browser or the like.
    Foreign,
}

/// An event for the hub.
#[derive(Debug)]
pub(super) enum Event {
    /// A client has connected.
    Arrival(Arrival),
    /// A client has sent requests; reading goes on when they have been carried out.
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

/// A request of a subscriber in this process.
#[derive(Debug)]
pub(super) enum SubscriberRequest {
    /// Become a subscriber whose values go to this mailbox.
    Join(Arc<Mailbox>),
    /// Carry out these requests, in their order. The permit counts them as under way.
    Requests(Vec<Request>, OwnedSemaphorePermit),
    /// End all subscriptions.
    Clear,
    /// Forget the subscriber.
    Leave,
}
