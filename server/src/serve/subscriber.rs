//! Subscribers in this process: they ask as a text client does and get values instead of lines.
//!
//! A mailbox holds at most the newest value of each subscription, so a
//! subscriber that is slow to look costs bounded memory and nobody any time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use crate::wire::{Id, Request};
use crate::world::Aircraft;

/// The server has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has ended")]
pub struct Ended;

/// A way to become a subscriber of a running server; clones are cheap.
#[derive(Debug, Clone)]
pub struct Subscribers {
    pub(super) hub: mpsc::Sender<Ask>,
}

/// What subscribers ask the hub for.
#[derive(Debug)]
pub(super) enum Ask {
    /// A new subscriber.
    Join(Arc<Mailbox>),
    /// Requests, in order.
    Requests(Arc<Mailbox>, Vec<Request>),
    /// Say all that is known once more.
    Resend(Arc<Mailbox>),
    /// End all subscriptions.
    Clear(Arc<Mailbox>),
    /// The subscriber is gone.
    Leave(Arc<Mailbox>),
}

/// A subscriber; dropping it ends its subscriptions.
#[derive(Debug)]
pub struct Subscriber {
    hub: mpsc::Sender<Ask>,
    mailbox: Arc<Mailbox>,
}

impl Subscribers {
    /// Becomes a subscriber. Its first news are the aircraft that is controlled, if any.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn join(&self) -> Result<Subscriber, Ended> {
        let mailbox = Arc::new(Mailbox::default());
        self.hub.send(Ask::Join(Arc::clone(&mailbox))).await.map_err(|_| Ended)?;
        Ok(Subscriber { hub: self.hub.clone(), mailbox })
    }
}

impl Subscriber {
    /// Carries the requests out in their order, as if they had come in lines from one client.
    ///
    /// What is wrong with one is told in [`News::errors`].
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn request(&self, requests: Vec<Request>) -> Result<(), Ended> {
        self.ask(Ask::Requests(Arc::clone(&self.mailbox), requests)).await
    }

    /// Has every subscription's present value sent once more, changed or not.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn resend(&self) -> Result<(), Ended> {
        self.ask(Ask::Resend(Arc::clone(&self.mailbox))).await
    }

    /// Ends all subscriptions.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn clear(&self) -> Result<(), Ended> {
        self.ask(Ask::Clear(Arc::clone(&self.mailbox))).await
    }

    async fn ask(&self, ask: Ask) -> Result<(), Ended> {
        self.hub.send(ask).await.map_err(|_| Ended)
    }

    /// Waits for something new and takes all of it. Cancel-safe.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn news(&mut self) -> Result<News, Ended> {
        loop {
            if let Some(news) = self.mailbox.take()? {
                return Ok(news);
            }
            self.mailbox.arrived.notified().await;
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        // When the queue is full the hub finds the mailbox abandoned at its next delivery.
        let _ = self.hub.try_send(Ask::Leave(Arc::clone(&self.mailbox)));
    }
}

/// What has happened since the last look, in this order: the aircraft, then values of it.
#[derive(Debug, Default)]
pub struct News {
    /// The aircraft changed: this one is controlled from now on, or none is.
    pub aircraft: Option<Option<Arc<Aircraft>>>,
    /// The newest value of each gauge that changed, by subscription id.
    pub gauges: Vec<GaugeNews>,
    /// The newest text of each indicator element that changed, by subscription id.
    pub texts: Vec<TextNews>,
    /// What was wrong with requests, for people; at most [`MOST_ERRORS`] of them.
    pub errors: Vec<String>,
}

/// A gauge changed.
#[derive(Debug, Clone, PartialEq)]
pub struct GaugeNews {
    /// The id of the subscription.
    pub id: Id,
    /// The sim's value.
    pub raw: f64,
    /// Scaled and rounded to the subscription's precision, as text with that many decimals.
    pub value: Box<str>,
}

/// The text of an indicator's element changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextNews {
    /// The id of the subscription.
    pub id: Id,
    /// The text, lines joined by LF; empty when the element is not there.
    pub text: Bytes,
}

/// Errors a mailbox holds; more are dropped.
pub const MOST_ERRORS: usize = 256;

/// What waits for a subscriber.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    news: News,
    gauge_at: HashMap<Id, usize>,
    text_at: HashMap<Id, usize>,
    fresh: bool,
    ended: bool,
}

impl Mailbox {
    fn take(&self) -> Result<Option<News>, Ended> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut waiting.fresh) {
            waiting.gauge_at.clear();
            waiting.text_at.clear();
            return Ok(Some(std::mem::take(&mut waiting.news)));
        }
        if waiting.ended { Err(Ended) } else { Ok(None) }
    }
}
