//! All clients, and the queues of those with tasks.
//!
//! A client that does not read its lines is *blocked*: from then on, each of its subscriptions with
//! a new value is only marked as *owed*. When the client reads again, it gets the newest values.
//! This module does not use sockets.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use slab::Slab;

use super::Aircraft;
use super::agenda::Task;
use super::client::{Client, ClientKey, Readiness};
use super::outbox::{GaugeText, Outbox};
use super::request_error::RequestError;
use crate::filter::Micros;
use crate::limits::{KEPT_PER_SUBSCRIPTION, SUBSCRIPTION_COST};
use crate::link::ReadingKey;
use crate::rate_limit::RateLimit;
use crate::wire::Id;
use crate::wire::print::Prefix;

/// The most names per second that are compared for all clients together, which takes about 20 ms. A
/// single client has a lower limit.
const COMPARISONS: u32 = 32_768;

/// The most subscriptions and standing positions of a *light* client. Light clients are served
/// first, so that they do not wait for those with many.
const LIGHT: usize = 128;

/// The most characters of a client's last error that are kept.
const MAX_KEPT_ERROR: usize = 300;

/// The limits of a client.
#[derive(Debug, Clone, Copy)]
struct Limits {
    subscriptions: usize,
    /// The most bytes that its subscriptions make the server keep.
    kept: usize,
}

/// All clients.
#[derive(Debug)]
pub(super) struct Clients {
    all: Slab<Client>,
    keys: HashMap<u64, ClientKey>,
    touched: VecDeque<ClientKey>,
    next_number: u64,
    error_lines: bool,
    limits: Limits,
    comparisons: RateLimit,
    /// The queues of clients with tasks. Light clients come first.
    light: VecDeque<ClientKey>,
    heavy: VecDeque<ClientKey>,
    /// The number of aircraft that have appeared.
    pub(super) appearances: u64,
    /// The number of lines and values sent.
    pub(super) sent: u64,
    /// The number of updates that were not sent because the client was blocked.
    pub(super) held_back: u64,
    /// The number of errors, including those that were not sent.
    pub(super) errors: u64,
    /// The number of subscriptions refused because too much was kept for a client already.
    pub(super) too_large: u64,
}

/// A client that can be sent something.
pub(super) struct Recipient<'a> {
    key: ClientKey,
    client: &'a mut Client,
    touched: &'a mut VecDeque<ClientKey>,
    sent: &'a mut u64,
}

impl<'a> Recipient<'a> {
    /// Returns its readiness for updates of gauges.
    #[inline]
    pub(super) fn gauges_readiness(&self) -> Readiness {
        self.client.gauges_readiness()
    }

    /// Returns the outbox, and marks it as filled.
    #[inline]
    pub(super) fn outbox(self) -> &'a mut Outbox {
        if !self.client.touched {
            self.client.touched = true;
            self.touched.push_back(self.key);
        }
        *self.sent += 1;
        self.client.traffic.sent += 1;
        &mut self.client.outbox
    }
}

impl Clients {
    pub(super) fn new(max_subscriptions: usize, error_lines: bool) -> Self {
        Self {
            all: Slab::new(),
            keys: HashMap::new(),
            touched: VecDeque::new(),
            next_number: 0,
            error_lines,
            limits: Limits {
                subscriptions: max_subscriptions,
                kept: max_subscriptions.saturating_mul(KEPT_PER_SUBSCRIPTION),
            },
            comparisons: RateLimit::new(COMPARISONS, COMPARISONS),
            light: VecDeque::new(),
            heavy: VecDeque::new(),
            appearances: 0,
            sent: 0,
            held_back: 0,
            errors: 0,
            too_large: 0,
        }
    }

    pub(super) fn join(&mut self, outbox: Outbox) -> ClientKey {
        let number = self.next_number;
        self.next_number += 1;
        let key = self.all.insert(Client::new(number, outbox));
        self.keys.insert(number, key);
        key
    }

    /// Marks a client as closed, and returns its number. Its key is used again when its
    /// subscriptions have been removed.
    pub(super) fn leave(&mut self, key: ClientKey) -> Option<u64> {
        let client = self.all.get_mut(key).filter(|client| !client.has_left())?;
        client.close();
        let number = client.number;
        self.keys.remove(&number);
        self.touched.retain(|&touched| touched != key);
        Some(number)
    }

    pub(super) fn get(&self, key: ClientKey) -> Option<&Client> {
        self.all.get(key)
    }

    pub(super) fn get_mut(&mut self, key: ClientKey) -> Option<&mut Client> {
        self.all.get_mut(key)
    }

    /// Returns the client with this number, if it is still connected.
    pub(super) fn by_number(&mut self, number: u64) -> Option<ClientKey> {
        self.keys.get(&number).copied()
    }

    /// Returns the number of connected clients.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Charges a client for one more subscription, with a name of this length.
    pub(super) fn charge(&mut self, key: ClientKey, name: usize) -> Result<usize, RequestError> {
        let cost = SUBSCRIPTION_COST + name;
        let Some(client) = self.all.get_mut(key) else {
            return Ok(0);
        };
        if client.subscriptions() >= self.limits.subscriptions {
            return Err(RequestError::TooManySubscriptions(
                self.limits.subscriptions,
            ));
        }
        if client.kept + cost > self.limits.kept {
            self.too_large += 1;
            return Err(RequestError::TooMuchKept(self.limits.kept));
        }
        client.kept += cost;
        Ok(cost)
    }

    /// Plans tasks for all clients.
    pub(super) fn plan_for_all(&mut self, tasks: &[Task]) {
        let keys = self.all.iter().filter(|(_, client)| !client.has_left());
        let keys: Vec<ClientKey> = keys.map(|(key, _)| key).collect();
        for key in keys {
            self.plan(key, tasks);
            let client = self.all.get(key);
            let is_light = client.is_some_and(|client| client.load() <= LIGHT);
            self.queue(key, is_light);
        }
    }

    /// Plans tasks for a client. [`Self::end_turn`] must be called afterwards.
    pub(super) fn plan(&mut self, key: ClientKey, tasks: &[Task]) {
        if let Some(client) = self.all.get_mut(key) {
            tasks.iter().for_each(|&task| client.plan(task));
        }
    }

    fn queue(&mut self, key: ClientKey, is_light: bool) {
        if let Some(client) = self.all.get_mut(key)
            && !std::mem::replace(&mut client.queued, true)
        {
            match is_light {
                true => self.light.push_back(key),
                false => self.heavy.push_back(key),
            }
        }
    }

    /// Returns the next client with tasks.
    pub(super) fn next_with_tasks(&mut self) -> Option<ClientKey> {
        let key = self.light.pop_front().or_else(|| self.heavy.pop_front())?;
        if let Some(client) = self.all.get_mut(key) {
            client.queued = false;
        }
        Some(key)
    }

    /// Returns whether any client has tasks.
    pub(super) fn have_tasks(&self) -> bool {
        !(self.light.is_empty() && self.heavy.is_empty())
    }

    /// Ends a client's turn: puts it at the end of its queue if it has more tasks, or forgets it if
    /// it has left and has none.
    pub(super) fn end_turn(&mut self, key: ClientKey) {
        let Some(client) = self.all.get_mut(key) else {
            return;
        };
        if client.task().is_some() {
            self.queue(key, false);
        } else if client.has_left() && !client.queued {
            self.all.remove(key);
        }
    }

    /// Returns a client as the recipient of a gauge.
    #[inline]
    pub(super) fn recipient(&mut self, key: ClientKey) -> Option<Recipient<'_>> {
        Some(Recipient {
            key,
            client: self.all.get_mut(key)?,
            touched: &mut self.touched,
            sent: &mut self.sent,
        })
    }

    /// Returns the readiness of a client for texts of displays.
    pub(super) fn texts_readiness(&self, key: ClientKey) -> Readiness {
        let client = self.all.get(key);
        client.map_or(Readiness::Behind, Client::texts_readiness)
    }

    /// Returns whether updates to the client have to wait.
    pub(super) fn is_blocked(&self, key: ClientKey) -> bool {
        self.all.get(key).is_none_or(Client::is_blocked)
    }

    /// Returns whether any client has a filled outbox.
    pub(super) fn have_touched(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Returns the next client with a filled outbox.
    pub(super) fn next_touched(&mut self) -> Option<ClientKey> {
        let key = self.touched.pop_front()?;
        if let Some(client) = self.all.get_mut(key) {
            client.touched = false;
        }
        Some(key)
    }

    /// Returns the outbox of a client, and marks it as filled.
    fn touch(&mut self, key: ClientKey) -> Option<&mut Outbox> {
        let recipient = self.recipient(key)?;
        (!recipient.client.has_left()).then(|| recipient.outbox())
    }

    /// Sends a text client a line with raw 0 for a gauge.
    pub(super) fn reset_gauge(&mut self, key: ClientKey, prefix: &Prefix, zero: &GaugeText<'_>) {
        let Some(client) = self.all.get_mut(key) else {
            return;
        };
        if client.is_blocked() {
            client.owed.reset = true;
        } else if client.outbox.takes_lines()
            && let Some(outbox) = self.touch(key)
        {
            outbox.gauge(prefix, Id::default, zero);
        }
    }

    /// Sends the text of an indicator's element.
    pub(super) fn text(&mut self, key: ClientKey, id: Id, text: &Bytes) {
        if let Some(outbox) = self.touch(key) {
            outbox.text(id, text);
        }
    }

    /// Sends the value of a reading.
    pub(super) fn reading(
        &mut self,
        key: ClientKey,
        reading: ReadingKey,
        value: &serde_json::Value,
    ) {
        if let Some(outbox) = self.touch(key) {
            outbox.reading(reading, value);
        }
    }

    /// Sends the aircraft that is controlled. A text client gets nothing if there is none.
    pub(super) fn aircraft(&mut self, key: ClientKey, aircraft: Option<&Arc<Aircraft>>) {
        let Some(client) = self.all.get_mut(key) else {
            return;
        };
        if client.is_blocked() {
            client.owed.aircraft = true;
        } else if (aircraft.is_some() || !client.outbox.takes_lines())
            && let Some(outbox) = self.touch(key)
        {
            outbox.aircraft(aircraft);
        }
    }

    /// Sends a line that does not belong to a subscription. Subscribers in this process get none.
    pub(super) fn line(&mut self, key: ClientKey, line: &[u8]) {
        if let Some(outbox) = self.touch(key) {
            outbox.line(line);
        }
    }

    /// Sends the reason why a request is not carried out.
    pub(super) fn refuse(
        &mut self,
        key: ClientKey,
        error: &RequestError,
        aircraft: Option<&Aircraft>,
        now: Micros,
    ) {
        let (all, client) = (&mut self.comparisons, self.all.get_mut(key));
        let reason = error.message(aircraft, |names| {
            client.is_some_and(|client| client.comparisons.take(names, now) && all.take(names, now))
        });
        self.send_error(key, error, &reason);
    }

    /// Sends an error to those of the clients that are not blocked.
    pub(super) fn send_error_to_all(&mut self, keys: &[ClientKey], error: &RequestError) {
        let reason = error.to_string();
        for &key in keys {
            if !self.is_blocked(key) {
                self.send_error(key, error, &reason);
            }
        }
    }

    /// Sends the text of an error, which is counted if it is a fault.
    fn send_error(&mut self, key: ClientKey, error: &RequestError, reason: &str) {
        match error.is_fault() {
            true => self.error(key, reason),
            false => self.send_reason(key, reason),
        }
    }

    /// Sends an error, and counts it.
    pub(super) fn error(&mut self, key: ClientKey, reason: &str) {
        self.errors += 1;
        if let Some(client) = self.all.get_mut(key) {
            client.traffic.errors += 1;
            client.traffic.last_error = Some(reason.chars().take(MAX_KEPT_ERROR).collect());
        }
        self.send_reason(key, reason);
    }

    fn send_reason(&mut self, key: ClientKey, reason: &str) {
        let takes_errors = |client: &Client| self.error_lines || !client.outbox.takes_lines();
        if self.all.get(key).is_some_and(takes_errors)
            && let Some(outbox) = self.touch(key)
        {
            outbox.error(reason);
        }
    }
}
