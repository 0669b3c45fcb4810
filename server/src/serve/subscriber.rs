//! Subscribers in this process: they ask as a text client does and get values instead of lines.
//!
//! A mailbox holds at most the newest value of each subscription, so a
//! subscriber that is slow to look costs bounded memory and nobody any time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use super::hub::Event;
use crate::wire::{Id, Request};
use crate::world::{Aircraft, Value};

/// The server has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has ended")]
pub struct Ended;

/// A way to become a subscriber of a running server; clones are cheap.
#[derive(Debug, Clone)]
pub struct Subscribers {
    pub(super) hub: mpsc::Sender<Event>,
}

/// What a subscriber asks the hub for.
#[derive(Debug)]
pub(super) enum Ask {
    /// To become one.
    Join,
    /// Requests, in order.
    Requests(Vec<Request>),
    /// To end all subscriptions.
    Clear,
    /// To be forgotten.
    Leave,
}

/// A subscriber; dropping it ends its subscriptions.
#[derive(Debug)]
pub struct Subscriber {
    hub: mpsc::Sender<Event>,
    mailbox: Arc<Mailbox>,
}

impl Subscribers {
    /// Becomes a subscriber. Its first news are the aircraft that is controlled, if any.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn join(&self) -> Result<Subscriber, Ended> {
        let subscriber = Subscriber {
            hub: self.hub.clone(),
            mailbox: Arc::default(),
        };
        subscriber.ask(Ask::Join).await?;
        Ok(subscriber)
    }
}

impl Subscriber {
    /// Carries the requests out in their order, as if they had come in lines from one client.
    ///
    /// What is wrong with one is told in [`News::errors`]. Lists and statistics are for text
    /// clients only; they are not answered here.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn request(&self, requests: Vec<Request>) -> Result<(), Ended> {
        self.ask(Ask::Requests(requests)).await
    }

    /// Ends all subscriptions. Values that are on their way may still come.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn clear(&self) -> Result<(), Ended> {
        self.ask(Ask::Clear).await
    }

    async fn ask(&self, ask: Ask) -> Result<(), Ended> {
        let event = Event::Ask(Arc::clone(&self.mailbox), ask);
        self.hub.send(event).await.map_err(|_| Ended)
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
        // Where the queue is full the hub finds the mailbox abandoned at its next delivery.
        let _ = self
            .hub
            .try_send(Event::Ask(Arc::clone(&self.mailbox), Ask::Leave));
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
    news: Option<News>,
    gauge_at: HashMap<Id, usize>,
    text_at: HashMap<Id, usize>,
    ended: bool,
}

impl Mailbox {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Option<News>, Ended> {
        let mut waiting = self.waiting();
        waiting.gauge_at.clear();
        waiting.text_at.clear();
        match waiting.news.take() {
            None if waiting.ended => Err(Ended),
            news => Ok(news),
        }
    }

    /// Puts values in; a newer one replaces an older one of the same subscription.
    pub(super) fn deliver(&self, values: Vec<Value>) {
        let mut waiting = self.waiting();
        for value in values {
            waiting.put(value);
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    /// The server has ended.
    pub(super) fn end(&self) {
        self.waiting().ended = true;
        self.arrived.notify_one();
    }
}

impl Waiting {
    fn put(&mut self, value: Value) {
        let news = self.news.get_or_insert_default();
        match value {
            Value::Aircraft(aircraft) => {
                self.gauge_at.clear();
                self.text_at.clear();
                news.gauges.clear();
                news.texts.clear();
                news.aircraft = Some(aircraft);
            }
            Value::Gauge { id, raw, value } => {
                replace(
                    &mut news.gauges,
                    &mut self.gauge_at,
                    id,
                    GaugeNews { id, raw, value },
                );
            }
            Value::Text { id, text } => {
                replace(
                    &mut news.texts,
                    &mut self.text_at,
                    id,
                    TextNews { id, text },
                );
            }
            Value::Error(reason) if news.errors.len() < MOST_ERRORS => news.errors.push(reason),
            Value::Error(_) => {}
        }
    }
}

/// Puts `value` in the place of the one with the same key, or at the end.
fn replace<K: Eq + Hash, V>(values: &mut Vec<V>, places: &mut HashMap<K, usize>, key: K, value: V) {
    let place = *places.entry(key).or_insert(values.len());
    match values.get_mut(place) {
        Some(old) => *old = value,
        None => values.push(value),
    }
}
