//! Who is connected, and what is on its way to them.
//!
//! A client that does not take its lines is blocked: from then on only *that*
//! something is owed to it is noted, once for each subscription, and when it
//! takes lines again it gets the newest values. It knows nothing of sockets.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use slab::Slab;

use super::Aircraft;
use super::arena::{SubscriptionId, TextId};
use super::gauges::Reading;
use super::renewal::{self, Progress, Renewal};
use super::request_error::RequestError;
use super::subscription::ClientList;
use crate::decimal;
use crate::filter::Micros;
use crate::limits::{KEPT_PER_SUBSCRIPTION, SUBSCRIPTION_COST};
use crate::rate_limit::RateLimit;
use crate::wire::Id;
use crate::wire::print::{self, Prefix};

/// The place of a client; used again after it has left.
pub type ClientKey = usize;

/// Names that may be compared in a second to find out what a client meant. Each unknown name
/// costs a search through all names of the aircraft, and software made for another aircraft asks
/// for hundreds of them at once. A person at a keyboard stays below this.
const CLIENT_COMPARISONS: u32 = 8_192;
/// The same for all clients together: some 20 ms in a second.
const COMPARISONS: u32 = 32_768;

/// What a client may have.
#[derive(Debug, Clone, Copy)]
struct Limits {
    subscriptions: usize,
    /// Bytes that its subscriptions make the server keep.
    kept: usize,
}

/// Whether updates may be sent to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    Ready,
    /// It takes no lines; what it is owed is noted.
    Blocked,
    /// It is yet to be told what has changed for all, and gets the newest values then.
    Renewed,
}

/// What a client is sent in.
#[derive(Debug)]
pub enum Outbox {
    /// Lines of the text protocol, ready to be written.
    Lines(Vec<u8>),
    /// Values, for a subscriber in this process.
    Values(Vec<Value>),
}

/// What a subscriber in this process is sent.
#[derive(Debug)]
pub enum Value {
    /// This aircraft is controlled from now on, or none is.
    Aircraft(Option<Arc<Aircraft>>),
    /// A gauge changed.
    Gauge {
        /// The id of the subscription.
        id: Id,
        /// The sim's value.
        raw: f64,
        /// Scaled and rounded.
        value: f64,
    },
    /// An indicator's element changed.
    Text {
        /// The id of the subscription.
        id: Id,
        /// Its lines, joined by LF; empty when the element is not there.
        text: Bytes,
    },
    /// What was wrong with a request.
    Error(String),
}

/// A client, as the world sees it.
#[derive(Debug)]
pub(super) struct Client {
    /// Never used again, unlike its key.
    pub(super) serial: u64,
    pub(super) outbox: Outbox,
    pub(super) blocked: bool,
    touched: bool,
    /// Its subscriptions to gauges.
    pub(super) gauges: ClientList<SubscriptionId>,
    /// Those of them that are awake.
    pub(super) by_arg: HashMap<(u32, Reading), SubscriptionId>,
    /// Its subscriptions to elements of displays.
    pub(super) texts: ClientList<TextId>,
    /// The bytes that its subscriptions make the server keep.
    pub(super) kept: usize,
    /// What it is yet to be told of what has changed for all clients.
    renewal: Renewal,
    /// What is left of a renewal that has begun.
    pub(super) progress: Progress,
    /// Whether it is in a queue of those that are to be renewed.
    queued: bool,
    /// Lists asked for and not yet answered.
    pub(super) lists: usize,
    pub(super) owed: Owed,
    /// Names that may be compared to find out what it meant.
    comparisons: RateLimit,
}

/// What a blocked client is to be told when it takes lines again, besides subscriptions.
#[derive(Debug, Default)]
pub(super) struct Owed {
    pub(super) aircraft: bool,
    pub(super) reset: bool,
    pub(super) lists: Vec<Option<u32>>,
}

impl Client {
    /// How many subscriptions it has.
    pub(super) fn subscriptions(&self) -> usize {
        self.gauges.all.len() + self.texts.all.len()
    }
}

/// All clients.
#[derive(Debug)]
pub(super) struct Clients {
    all: Slab<Client>,
    keys: HashMap<u64, ClientKey>,
    touched: VecDeque<ClientKey>,
    next_serial: u64,
    error_lines: bool,
    limits: Limits,
    comparisons: RateLimit,
    /// Clients that are yet to be told something, in turn; first those that are soon told.
    light_renewals: VecDeque<ClientKey>,
    heavy_renewals: VecDeque<ClientKey>,
    /// How many aircraft have appeared.
    pub(super) appearances: u64,
    /// Lines and values given out.
    pub(super) sent: u64,
    /// Updates that a blocked client was not sent.
    pub(super) held_back: u64,
    /// Errors told, or that would have been.
    pub(super) errors: u64,
    /// Subscriptions refused because too much was kept for a client already.
    pub(super) too_large: u64,
}

impl Clients {
    pub(super) fn new(max_subscriptions: usize, error_lines: bool) -> Self {
        Self {
            all: Slab::new(),
            keys: HashMap::new(),
            touched: VecDeque::new(),
            next_serial: 0,
            error_lines,
            limits: Limits {
                subscriptions: max_subscriptions,
                kept: max_subscriptions.saturating_mul(KEPT_PER_SUBSCRIPTION),
            },
            comparisons: RateLimit::new(COMPARISONS, COMPARISONS),
            light_renewals: VecDeque::new(),
            heavy_renewals: VecDeque::new(),
            appearances: 0,
            sent: 0,
            held_back: 0,
            errors: 0,
            too_large: 0,
        }
    }

    pub(super) fn join(&mut self, outbox: Outbox) -> ClientKey {
        let serial = self.next_serial;
        self.next_serial += 1;
        let key = self.all.insert(Client {
            serial,
            outbox,
            blocked: false,
            touched: false,
            gauges: ClientList::default(),
            by_arg: HashMap::new(),
            texts: ClientList::default(),
            kept: 0,
            renewal: Renewal::default(),
            progress: Progress::default(),
            queued: false,
            lists: 0,
            owed: Owed::default(),
            comparisons: RateLimit::new(CLIENT_COMPARISONS, CLIENT_COMPARISONS),
        });
        self.keys.insert(serial, key);
        key
    }

    pub(super) fn leave(&mut self, key: ClientKey) -> Option<Client> {
        let client = self.all.try_remove(key)?;
        self.keys.remove(&client.serial);
        self.touched.retain(|&touched| touched != key);
        Some(client)
    }

    pub(super) fn get(&self, key: ClientKey) -> Option<&Client> {
        self.all.get(key)
    }

    pub(super) fn get_mut(&mut self, key: ClientKey) -> Option<&mut Client> {
        self.all.get_mut(key)
    }

    /// The client of this serial number, if it is still there.
    pub(super) fn by_serial(&mut self, serial: u64) -> Option<ClientKey> {
        self.keys.get(&serial).copied()
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

    /// Notes for all clients what they are to be told.
    pub(super) fn renew_all(&mut self, renewal: Renewal) {
        for (key, client) in &mut self.all {
            client.renewal.add(renewal);
            if !std::mem::replace(&mut client.queued, true) {
                match client.subscriptions() <= renewal::LIGHT {
                    true => self.light_renewals.push_back(key),
                    false => self.heavy_renewals.push_back(key),
                }
            }
        }
    }

    /// Puts a client whose renewal has begun behind the others.
    pub(super) fn queue_renewal(&mut self, key: ClientKey) {
        if let Some(client) = self.all.get_mut(key) {
            client.queued = true;
            self.heavy_renewals.push_back(key);
        }
    }

    /// The next client that is to be told something.
    pub(super) fn next_renewal(&mut self) -> Option<ClientKey> {
        let light = self.light_renewals.pop_front();
        let key = light.or_else(|| self.heavy_renewals.pop_front())?;
        if let Some(client) = self.all.get_mut(key) {
            client.queued = false;
        }
        Some(key)
    }

    /// Whether clients are yet to be told something.
    pub(super) fn has_renewals(&self) -> bool {
        !(self.light_renewals.is_empty() && self.heavy_renewals.is_empty())
    }

    /// Takes what a client is to be told.
    pub(super) fn take_renewal(&mut self, key: ClientKey) -> Renewal {
        let client = self.all.get_mut(key);
        client
            .map(|client| std::mem::take(&mut client.renewal))
            .unwrap_or_default()
    }

    /// Whether updates may be sent to a client.
    #[inline]
    pub(super) fn readiness(&self, key: ClientKey) -> Readiness {
        match self.all.get(key) {
            Some(client)
                if client.renewal.is_of_subscriptions() || client.progress.is_looking_up() =>
            {
                Readiness::Renewed
            }
            Some(client) if client.blocked => Readiness::Blocked,
            Some(_) => Readiness::Ready,
            None => Readiness::Renewed,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The next client with something in its outbox.
    pub(super) fn next_touched(&mut self) -> Option<ClientKey> {
        let key = self.touched.pop_front()?;
        if let Some(client) = self.all.get_mut(key) {
            client.touched = false;
        }
        Some(key)
    }

    /// The client, noted as one that has something in its outbox.
    #[inline]
    fn touch(&mut self, key: ClientKey) -> Option<&mut Client> {
        let client = self.all.get_mut(key)?;
        if !client.touched {
            client.touched = true;
            self.touched.push_back(key);
        }
        self.sent += 1;
        Some(client)
    }

    /// Whether nothing is to be sent to the client at present.
    pub(super) fn is_blocked(&self, key: ClientKey) -> bool {
        self.all.get(key).is_none_or(|client| client.blocked)
    }

    /// Sends an update of a gauge.
    #[inline]
    pub(super) fn gauge(
        &mut self,
        key: ClientKey,
        prefix: &Prefix,
        id: impl FnOnce() -> Id,
        update: &GaugeText<'_>,
    ) {
        let Some(client) = self.touch(key) else {
            return;
        };
        match &mut client.outbox {
            Outbox::Lines(out) => {
                out.extend_from_slice(prefix.as_bytes());
                out.extend_from_slice(update.tail);
            }
            Outbox::Values(out) => {
                out.push(Value::Gauge {
                    id: id(),
                    raw: update.raw,
                    value: update.value(),
                });
            }
        }
    }

    /// Sends a text client a line with raw 0 for a gauge.
    pub(super) fn reset_gauge(&mut self, key: ClientKey, prefix: &Prefix, tail: &[u8]) {
        let Some(client) = self.all.get_mut(key) else {
            return;
        };
        if client.blocked {
            client.owed.reset = true;
            return;
        }
        if matches!(client.outbox, Outbox::Values(_)) {
            return;
        }
        if let Some(client) = self.touch(key)
            && let Outbox::Lines(out) = &mut client.outbox
        {
            out.extend_from_slice(prefix.as_bytes());
            out.extend_from_slice(tail);
        }
    }

    /// Sends the text of an indicator's element.
    pub(super) fn text(&mut self, key: ClientKey, id: Id, text: &Bytes) {
        let Some(client) = self.touch(key) else {
            return;
        };
        match &mut client.outbox {
            Outbox::Lines(out) => print::indicator(out, id, text),
            Outbox::Values(out) => out.push(Value::Text {
                id,
                text: text.clone(),
            }),
        }
    }

    /// Says which aircraft is controlled; text clients are not told that none is.
    pub(super) fn aircraft(&mut self, key: ClientKey, aircraft: Option<&Arc<Aircraft>>) {
        let Some(client) = self.all.get_mut(key) else {
            return;
        };
        if client.blocked {
            client.owed.aircraft = true;
            return;
        }
        if aircraft.is_none() && matches!(client.outbox, Outbox::Lines(_)) {
            return;
        }
        let Some(client) = self.touch(key) else {
            return;
        };
        match &mut client.outbox {
            Outbox::Lines(out) => {
                let name = aircraft
                    .map(|aircraft| aircraft.name.as_str())
                    .unwrap_or_default();
                print::aircraft(out, name);
            }
            Outbox::Values(out) => out.push(Value::Aircraft(aircraft.cloned())),
        }
    }

    /// Sends a line that is not about a subscription; subscribers in this process take none.
    pub(super) fn line(&mut self, key: ClientKey, line: &[u8]) {
        let Some(client) = self.touch(key) else {
            return;
        };
        if let Outbox::Lines(out) = &mut client.outbox {
            print::line(out, line);
        }
    }

    /// Says why a request is not carried out.
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
        self.error(key, &reason);
    }

    /// Says to clients that are not blocked what has become of what they asked for.
    pub(super) fn tell_all(&mut self, keys: &[ClientKey], error: &RequestError) {
        let reason = error.to_string();
        for &key in keys {
            if !self.is_blocked(key) {
                self.error(key, &reason);
            }
        }
    }

    /// Says what is wrong.
    pub(super) fn error(&mut self, key: ClientKey, reason: &str) {
        self.errors += 1;
        let error_lines = self.error_lines;
        let Some(client) = self.all.get_mut(key) else {
            return;
        };
        if !error_lines && matches!(client.outbox, Outbox::Lines(_)) {
            return;
        }
        let Some(client) = self.touch(key) else {
            return;
        };
        match &mut client.outbox {
            Outbox::Lines(out) => print::error(out, reason),
            Outbox::Values(out) => out.push(Value::Error(reason.to_owned())),
        }
    }
}

/// An update of a gauge, formatted once for all who get it.
pub(super) struct GaugeText<'a> {
    pub(super) raw: f64,
    /// The scaled value in steps of the precision.
    pub(super) steps: f64,
    pub(super) precision: i8,
    /// `<raw> <value>` and the line end.
    pub(super) tail: &'a [u8],
}

impl GaugeText<'_> {
    fn value(&self) -> f64 {
        decimal::value_of(self.steps, self.precision)
    }
}
