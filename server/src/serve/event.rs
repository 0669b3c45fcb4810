//! The events that the other tasks send to the hub.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::mailbox::Mailbox;
use super::report::{ClientReport, Observation};
use super::stream::{ClientStream, Peer};
use crate::link::{Call, ReadingKey};
use crate::record::Tap;
use crate::wire::{LineError, Request};
use crate::world::{ClientKey, ValueTest};

/// The identity of a connection: the key of its client, and a number that no other connection ever
/// has, since keys are reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConnectionId {
    pub(super) key: ClientKey,
    pub(super) number: u64,
}

/// The identity of a subscriber in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SubscriberId(pub(super) u64);

/// The name of a subscriber in this process, for the list of clients.
#[derive(Debug, Clone)]
pub(super) struct PartName {
    pub(super) kind: &'static str,
    /// The address that it serves, or a word for the part.
    pub(super) peer: Arc<str>,
}

/// Requests in their order, with an error in the place of each wrong line.
pub(super) type Batch = Vec<Result<Request, LineError>>;

/// A connection that the hub has not admitted yet.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) stream: ClientStream,
    pub(super) peer: Peer,
    /// The permit of a TCP connection, which counts it as one of the files that may be open for
    /// clients.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

/// The reason for which a connection is not read any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadEnd {
    /// The client has closed its sending side. It may still read.
    Eof,
    /// The connection is broken.
    Broken,
    /// The other end does not speak the protocol, such as a web browser.
    Foreign,
}

/// An event for the hub.
#[derive(Debug)]
pub(super) enum Event {
    /// A client has connected.
    Arrival(Arrival),
    /// A client has sent requests. Reading continues when they have been carried out.
    Requests(ConnectionId, Batch),
    /// A client is not read any more.
    ReadEnd(ConnectionId, ReadEnd),
    /// A client that was blocked can be written to.
    Writable(ConnectionId),
    /// A client has not read for too long.
    Stalled(ConnectionId),
    /// A subscriber in this process has made a request.
    Subscriber(SubscriberId, SubscriberRequest),
    /// A part of this process asks for the state of the server.
    Observe(oneshot::Sender<Observation>),
    /// A part of this process starts a test of wiring, or ends the one that runs.
    Test(Option<ValueTest>),
    /// A recording begins, or the one under way ends.
    Record(Option<Box<Tap>>),
    /// A part of this process asks who is connected.
    ListClients(oneshot::Sender<Vec<ClientReport>>),
}

/// A request of a subscriber in this process.
#[derive(Debug)]
pub(super) enum SubscriberRequest {
    /// Become a subscriber whose values are put into this mailbox.
    Join(Arc<Mailbox>, PartName),
    /// Carry out these requests, in their order. The permit counts them as under way.
    Requests(Vec<Request>, OwnedSemaphorePermit),
    /// Read these things and send their values.
    Read(Vec<ReadingKey>),
    /// Perform these actions of the export state.
    Call(Vec<Call>),
    /// End all subscriptions.
    Clear,
    /// Forget the subscriber.
    Leave,
}
