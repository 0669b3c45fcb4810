//! The values that wait for a subscriber in this process: at most the newest one of each
//! subscription. So a slow subscriber needs a bounded amount of memory and does not delay others.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::link::ReadingKey;
use crate::wire::Id;
use crate::world::{Aircraft, Value};

/// The error of a subscriber whose server has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server has ended")]
pub struct ServerEnded;

/// The changes since a subscriber last took its news. The values are those of the new aircraft, if
/// there is one.
#[derive(Debug, Default)]
pub struct Updates {
    /// The aircraft that is controlled now (`Some(None)` if none is), if it has changed.
    pub aircraft: Option<Option<Arc<Aircraft>>>,
    /// The newest value of each gauge that changed, by subscription id.
    pub gauges: Vec<GaugeUpdate>,
    /// The newest text of each indicator element that changed, by subscription id.
    pub texts: Vec<TextUpdate>,
    /// The newest value of each reading that changed.
    pub readings: Vec<(ReadingKey, serde_json::Value)>,
    /// The errors of requests, as text for people; at most [`MAX_ERRORS`].
    pub errors: Vec<String>,
}

/// The newest value of a gauge that has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct GaugeUpdate {
    /// The id of the subscription.
    pub id: Id,
    /// The sim's value.
    pub raw: f64,
    /// The value on the gauge's scale, rounded to the subscription's precision.
    pub value: f64,
}

/// The newest text of an indicator's element that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextUpdate {
    /// The id of the subscription.
    pub id: Id,
    /// The text, its lines joined by LF; empty if the display does not show the element.
    pub text: Bytes,
}

/// The most errors that a mailbox holds; more are dropped.
pub const MAX_ERRORS: usize = 256;

/// A place in which the hub leaves values for a subscriber.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    contents: Mutex<Contents>,
    arrival: Notify,
}

#[derive(Debug, Default)]
struct Contents {
    news: Option<Updates>,
    gauge_at: HashMap<Id, usize>,
    text_at: HashMap<Id, usize>,
    reading_at: HashMap<ReadingKey, usize>,
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// The server has ended.
    ServerEnded,
    /// The subscriber is gone.
    Abandoned,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something new and takes all of it. Cancel-safe.
    pub(super) async fn news(&self) -> Result<Updates, ServerEnded> {
        loop {
            if let Some(news) = self.take()? {
                return Ok(news);
            }
            self.arrival.notified().await;
        }
    }

    fn take(&self) -> Result<Option<Updates>, ServerEnded> {
        let mut contents = self.lock();
        contents.gauge_at.clear();
        contents.text_at.clear();
        contents.reading_at.clear();
        match contents.news.take() {
            None if contents.state == State::ServerEnded => Err(ServerEnded),
            news => Ok(news),
        }
    }

    /// Puts values in. A newer value replaces an older one of the same subscription.
    pub(super) fn deliver(&self, values: Vec<Value>) {
        let mut contents = self.lock();
        for value in values {
            contents.put(value);
        }
        drop(contents);
        self.arrival.notify_one();
    }

    /// Tells the subscriber that the server has ended.
    pub(super) fn end(&self) {
        self.lock().state = State::ServerEnded;
        self.arrival.notify_one();
    }

    /// Tells the hub that the subscriber is gone.
    pub(super) fn abandon(&self) {
        self.lock().state = State::Abandoned;
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.lock().state == State::Abandoned
    }
}

impl Contents {
    fn put(&mut self, value: Value) {
        let news = self.news.get_or_insert_default();
        match value {
            Value::Aircraft(aircraft) => {
                self.gauge_at.clear();
                self.text_at.clear();
                self.reading_at.clear();
                news.readings.clear();
                news.gauges.clear();
                news.texts.clear();
                news.aircraft = Some(aircraft);
            }
            Value::Gauge { id, raw, value } => {
                let gauge = GaugeUpdate { id, raw, value };
                replace(&mut news.gauges, &mut self.gauge_at, id, gauge);
            }
            Value::Text { id, text } => {
                let text = TextUpdate { id, text };
                replace(&mut news.texts, &mut self.text_at, id, text);
            }
            Value::Reading(key, value) => {
                replace(&mut news.readings, &mut self.reading_at, key, (key, value));
            }
            Value::Error(reason) if news.errors.len() < MAX_ERRORS => news.errors.push(reason),
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
