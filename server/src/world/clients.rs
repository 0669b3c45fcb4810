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
use super::arena::SubscriptionId;
use super::hints::Hints;
use super::refusal::Refusal;
use crate::decimal;
use crate::filter::Micros;
use crate::wire::Id;
use crate::wire::print::{self, Prefix};

/// The place of a client; used again after it has left.
pub type ClientKey = usize;

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
    /// Its gauge subscriptions, oldest first.
    pub(super) gauges: Vec<SubscriptionId>,
    /// Those of them that are not asleep.
    pub(super) by_arg: HashMap<u32, SubscriptionId>,
    /// Its indicator subscriptions, oldest first.
    pub(super) texts: Vec<u32>,
    /// Lists asked for and not yet answered.
    pub(super) lists: usize,
    pub(super) owed: Owed,
    hints: Hints,
}

/// What a blocked client is to be told when it takes lines again.
#[derive(Debug, Default)]
pub(super) struct Owed {
    pub(super) aircraft: bool,
    pub(super) gauges: Vec<SubscriptionId>,
    pub(super) texts: Vec<u32>,
    pub(super) lists: Vec<Option<u32>>,
}

impl Client {
    /// How many subscriptions it has.
    pub(super) fn subscriptions(&self) -> usize {
        self.gauges.len() + self.texts.len()
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
    hints: Hints,
    /// Lines and values given out.
    pub(super) sent: u64,
    /// Updates that a blocked client was not sent.
    pub(super) held_back: u64,
    /// Errors told, or that would have been.
    pub(super) errors: u64,
}

impl Clients {
    pub(super) fn new(error_lines: bool) -> Self {
        Self {
            all: Slab::new(),
            keys: HashMap::new(),
            touched: VecDeque::new(),
            next_serial: 0,
            error_lines,
            hints: Hints::of_all(),
            sent: 0,
            held_back: 0,
            errors: 0,
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
            gauges: Vec::new(),
            by_arg: HashMap::new(),
            texts: Vec::new(),
            lists: 0,
            owed: Owed::default(),
            hints: Hints::of_a_client(),
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

    pub(super) fn keys(&self) -> Vec<ClientKey> {
        self.all.iter().map(|(key, _)| key).collect()
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
    #[inline]
    pub(super) fn is_blocked(&self, key: ClientKey) -> bool {
        self.all.get(key).is_none_or(|client| client.blocked)
    }

    /// Counts an update that a blocked client is not sent, and notes its subscription if given.
    pub(super) fn owe_gauge(&mut self, key: ClientKey, subscription: Option<SubscriptionId>) {
        self.held_back += 1;
        if let Some(client) = self.all.get_mut(key) {
            client.owed.gauges.extend(subscription);
        }
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
        refusal: &Refusal,
        aircraft: Option<&Aircraft>,
        now: Micros,
    ) {
        let (all, client) = (&mut self.hints, self.all.get_mut(key));
        let reason = refusal.words(aircraft, |names| {
            client.is_some_and(|client| client.hints.take(names, now) && all.take(names, now))
        });
        self.error(key, &reason);
    }

    /// Says to clients that are not blocked what has become of what they asked for.
    pub(super) fn tell_all(&mut self, keys: &[ClientKey], refusal: &Refusal) {
        let reason = refusal.to_string();
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
