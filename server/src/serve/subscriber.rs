//! Subscribers in this process. They make the same requests as text clients, and get values instead
//! of lines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, mpsc};

use super::event::{Event, PartName, SubscriberId, SubscriberRequest};
use super::mailbox::{Mailbox, ServerEnded, Updates};
use crate::link::{Call, ReadingKey};
use crate::wire::Request;

/// The most batches of a subscriber's requests that wait to be carried out.
const BATCHES: usize = 4;

/// A handle that creates subscribers of a server. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Subscribers {
    hub: mpsc::Sender<Event>,
    next_id: Arc<AtomicU64>,
    name: PartName,
}

/// A subscriber. Dropping it ends its subscriptions.
#[derive(Debug)]
pub struct Subscriber {
    id: SubscriberId,
    hub: mpsc::Sender<Event>,
    mailbox: Arc<Mailbox>,
    batches: Arc<Semaphore>,
}

impl Subscribers {
    pub(super) fn new(hub: mpsc::Sender<Event>) -> Self {
        Self {
            hub,
            next_id: Arc::default(),
            name: PartName {
                kind: "part",
                peer: Arc::from("dcs-master"),
            },
        }
    }

    /// Returns the handle for a part of this process, which the list of clients names so: `kind` is
    /// the part, `peer` the address that it serves.
    #[must_use]
    pub fn named(mut self, kind: &'static str, peer: &str) -> Self {
        self.name = PartName {
            kind,
            peer: Arc::from(peer),
        };
        self
    }

    /// Creates a subscriber. Its first news is the aircraft that is controlled, if any.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn join(&self) -> Result<Subscriber, ServerEnded> {
        let subscriber = Subscriber {
            id: SubscriberId(self.next_id.fetch_add(1, Ordering::Relaxed)),
            hub: self.hub.clone(),
            mailbox: Arc::default(),
            batches: Arc::new(Semaphore::new(BATCHES)),
        };
        let mailbox = Arc::clone(&subscriber.mailbox);
        let join = SubscriberRequest::Join(mailbox, self.name.clone());
        subscriber.send(join).await?;
        Ok(subscriber)
    }
}

impl Subscriber {
    /// Asks the server to carry out requests in their order, as if they had come in lines from one
    /// client. Waits while too many earlier ones have not been carried out.
    ///
    /// Errors come in [`Updates::errors`]. Lists and statistics are for text clients only and are
    /// not answered here.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn request(&self, requests: Vec<Request>) -> Result<(), ServerEnded> {
        let batches = Arc::clone(&self.batches);
        let permit = batches.acquire_owned().await.map_err(|_| ServerEnded)?;
        self.send(SubscriberRequest::Requests(requests, permit))
            .await
    }

    /// Starts to read what modules of DCS-BIOS want. The values come in [`Updates::readings`], the
    /// present ones first.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn read(&self, keys: Vec<ReadingKey>) -> Result<(), ServerEnded> {
        self.send(SubscriberRequest::Read(keys)).await
    }

    /// Performs actions of the export state, in their order.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn call(&self, calls: Vec<Call>) -> Result<(), ServerEnded> {
        self.send(SubscriberRequest::Call(calls)).await
    }

    /// Ends all subscriptions. Values under way may still come.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn clear(&self) -> Result<(), ServerEnded> {
        self.send(SubscriberRequest::Clear).await
    }

    async fn send(&self, request: SubscriberRequest) -> Result<(), ServerEnded> {
        let event = Event::Subscriber(self.id, request);
        self.hub.send(event).await.map_err(|_| ServerEnded)
    }

    /// Waits for something new and takes all of it. Cancel-safe.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn news(&mut self) -> Result<Updates, ServerEnded> {
        self.mailbox.news().await
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        // If the queue is full, the hub will notice at its next delivery that the mailbox is
        // abandoned.
        self.mailbox.abandon();
        let event = Event::Subscriber(self.id, SubscriberRequest::Leave);
        let _ = self.hub.try_send(event);
    }
}
