//! Subscriptions of equal arg, scale and precision: they get the same text.
//!
//! A value is scaled, rounded and formatted once for all members, and one that
//! rounds as the one before is dropped for all of them at once.

use std::ops::Range;

use aircraft_defs::Scale;

use super::arena::{Arena, PaceId, SubscriptionId};
use super::clients::{Clients, GaugeText};
use super::gauges::Subscription;
use super::paces::Paces;
use crate::decimal;
use crate::filter::{Filter, Micros, Step};
use crate::wire::print::{self, Prefix};

/// Subscriptions that get the same text.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) scale: Scale,
    pub(super) precision: i8,
    /// The value that is known, in steps of the precision; not a number when none is.
    steps: f64,
    /// When it became known, or another one.
    changed: Micros,
    raw: f64,
    value: f64,
    /// `<raw> <value>` and the line end, if it has been made for this value.
    tail: Vec<u8>,
    pub(super) members: Vec<Member>,
}

/// What is needed of a subscription to send it an update; one cache line.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) filter: Filter,
    pub(super) prefix: Prefix,
    pub(super) pace: PaceId,
    pub(super) subscription: SubscriptionId,
}

/// What a value needs on its way from a group to its members' clients.
pub(super) struct Delivery<'a> {
    pub(super) clients: &'a mut Clients,
    pub(super) subscriptions: &'a mut Arena<SubscriptionId, Subscription>,
    pub(super) paces: &'a mut Paces,
    pub(super) now: Micros,
}

/// The result of taking in a raw value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It rounds as the one before.
    None,
    /// It rounds to another value.
    Other,
    /// It is beyond all numbers on this scale, and dropped.
    Invalid,
}

impl Group {
    pub(super) fn new(scale: Scale, precision: i8) -> Self {
        Self {
            scale,
            precision,
            steps: f64::NAN,
            changed: 0,
            raw: 0.0,
            value: 0.0,
            tail: Vec::new(),
            members: Vec::new(),
        }
    }

    /// Takes in a raw value.
    #[inline]
    pub(super) fn set(&mut self, raw: f64, now: Micros) -> Change {
        let value = self.scale.apply(raw);
        let steps = decimal::steps(value, self.precision);
        if !steps.is_finite() {
            return Change::Invalid;
        }
        (self.raw, self.value) = (raw, value);
        self.tail.clear();
        let before = std::mem::replace(&mut self.steps, steps);
        if before == steps {
            return Change::None;
        }
        self.changed = now;
        Change::Other
    }

    /// Forgets the value: it was another aircraft's.
    pub(super) fn forget(&mut self) {
        self.steps = f64::NAN;
        for member in &mut self.members {
            member.filter.restart();
        }
    }

    /// Sends the value to those of `members` for which it is due.
    #[inline]
    pub(super) fn deliver(&mut self, members: Range<usize>, delivery: &mut Delivery<'_>) {
        if self.steps.is_nan() {
            return;
        }
        self.format();
        let text = GaugeText {
            raw: self.raw,
            steps: self.steps,
            precision: self.precision,
            tail: &self.tail,
        };
        for member in &mut self.members[members] {
            let (pace, client) = delivery.paces.touch(member.pace);
            if delivery.clients.is_blocked(client) {
                delivery.owe(member);
                continue;
            }
            let key = member.subscription;
            if pace.step(&mut member.filter, key, self.steps, delivery.now) == Step::Send {
                delivery.send(member, &text);
            }
        }
    }

    /// Sends the value to a member that waits for the beat, if the beat lets it.
    pub(super) fn release(&mut self, index: usize, delivery: &mut Delivery<'_>) {
        self.format();
        let member = &mut self.members[index];
        let (pace, client) = delivery.paces.get(member.pace);
        let (key, newest) = (member.subscription, (self.steps, self.changed));
        if delivery.clients.is_blocked(client) {
            if pace.withdraw(&mut member.filter) {
                delivery.owe(member);
            }
        } else if pace.release(&mut member.filter, key, newest, delivery.now) == Step::Send {
            let text = GaugeText {
                raw: self.raw,
                steps: self.steps,
                precision: self.precision,
                tail: &self.tail,
            };
            delivery.send(member, &text);
        }
    }

    fn format(&mut self) {
        if self.tail.is_empty() {
            let (raw, value, precision) = (self.raw, self.value, self.precision);
            print::gauge_tail(&mut self.tail, raw, value, precision);
        }
    }
}

impl Delivery<'_> {
    /// Notes that the member's blocked client is to get the newest value when it can.
    fn owe(&mut self, member: &Member) {
        let subscription = &mut self.subscriptions[member.subscription];
        let noted = std::mem::replace(&mut subscription.owed, true);
        self.clients
            .owe_gauge(subscription.client, (!noted).then_some(member.subscription));
    }

    #[inline]
    fn send(&mut self, member: &Member, text: &GaugeText<'_>) {
        let client = self.paces.client(member.pace);
        let id = || self.subscriptions[member.subscription].request.id;
        self.clients.gauge(client, &member.prefix, id, text);
    }
}
