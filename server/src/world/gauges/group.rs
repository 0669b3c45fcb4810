//! Groups of subscriptions with the same source, scale and precision, which get the same text.
//!
//! A value is scaled, rounded and formatted once for all members. If it rounds to the same number
//! as the value before, it is dropped once for all of them.

use std::ops::Range;
use std::sync::Arc;

use aircraft_defs::Scale;

use super::gauge::Gauge;
use super::schedules::Schedules;
use crate::decimal;
use crate::filter::{self, Decision, Filter, Micros};
use crate::wire::print::{self, Prefix, Raw};
use crate::world::arena::{ScheduleId, SubscriptionId};
use crate::world::client::{ClientKey, Readiness};
use crate::world::clients::Clients;
use crate::world::outbox::GaugeText;
use crate::world::subscription::Subscriptions;

/// Subscriptions that get the same text.
#[derive(Debug)]
pub(super) struct Group {
    scale: Arc<Scale>,
    pub(super) precision: i8,
    /// The number of decimals of raw values.
    raw_decimals: u8,
    /// The epoch in which the value came. In a later epoch it belongs to another aircraft.
    epoch: u64,
    /// The known value, in steps of the precision; NaN if there is none.
    steps: f64,
    /// The time at which the known value came, and the time at which the one before it came.
    changed: Micros,
    changed_before: Micros,
    raw: f64,
    value: f64,
    /// `<raw> <value>` and the line end; empty if the value has not been formatted yet.
    tail: Vec<u8>,
    pub(super) members: Vec<Member>,
}

/// The data of a subscription that an update needs.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) filter: Filter,
    pub(super) prefix: Prefix,
    pub(super) schedule: ScheduleId,
    pub(super) subscription: SubscriptionId,
}

/// The parts of the world that a group needs to send a value to its members' clients.
pub(super) struct Delivery<'a> {
    pub(super) clients: &'a mut Clients,
    pub(super) subscriptions: &'a mut Subscriptions<SubscriptionId, Gauge>,
    pub(super) schedules: &'a mut Schedules,
    pub(super) epoch: u64,
    pub(super) now: Micros,
}

/// The result of setting a raw value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It rounds to the same number as the value before.
    None,
    /// It rounds to another number.
    Other,
    /// It is not a finite number on this scale, and is dropped.
    Invalid,
}

impl Group {
    pub(super) fn new(scale: Arc<Scale>, precision: i8, raw_decimals: u8) -> Self {
        Self {
            scale,
            precision,
            raw_decimals,
            epoch: 0,
            steps: f64::NAN,
            changed: 0,
            changed_before: 0,
            raw: 0.0,
            value: 0.0,
            tail: Vec::new(),
            members: Vec::new(),
        }
    }

    /// Returns whether the group has this scale.
    pub(super) fn has_scale(&self, scale: &Arc<Scale>) -> bool {
        Arc::ptr_eq(&self.scale, scale) || self.scale == *scale
    }

    /// Sets the raw value.
    #[inline]
    pub(super) fn set(&mut self, raw: f64, epoch: u64, now: Micros) -> Change {
        let value = self.scale.apply(raw);
        let steps = decimal::steps(value, self.precision);
        if !steps.is_finite() {
            return Change::Invalid;
        }
        if self.epoch != epoch {
            (self.epoch, self.steps) = (epoch, f64::NAN);
        }
        (self.raw, self.value) = (raw, value);
        self.tail.clear();
        let before = std::mem::replace(&mut self.steps, steps);
        if before == steps {
            return Change::None;
        }
        self.changed_before = std::mem::replace(&mut self.changed, now);
        Change::Other
    }

    /// Forgets the value.
    pub(super) fn void(&mut self) {
        self.steps = f64::NAN;
    }

    /// Sends a member's client a line with raw 0.
    pub(super) fn reset(&self, index: usize, client: ClientKey, clients: &mut Clients) {
        let mut tail = Vec::new();
        let value = self.scale.apply(0.0);
        print::gauge_tail(&mut tail, self.printed(0.0), value, self.precision);
        let zero = GaugeText {
            raw: 0.0,
            tail: &tail,
            steps: decimal::steps(value, self.precision),
            precision: self.precision,
        };
        clients.reset_gauge(client, &self.members[index].prefix, &zero);
    }

    /// Sends the value to those of `members` for which it is due.
    #[inline]
    pub(super) fn deliver(&mut self, members: Range<usize>, delivery: &mut Delivery<'_>) {
        if self.steps.is_nan() || self.epoch != delivery.epoch {
            return;
        }
        self.format();
        let text = GaugeText {
            raw: self.raw,
            tail: &self.tail,
            steps: self.steps,
            precision: self.precision,
        };
        let change = self.change();
        for member in &mut self.members[members] {
            if member.filter.is_skipped(delivery.now) {
                continue;
            }
            let (schedule, client) = delivery.schedules.touch(member.schedule);
            let key = member.subscription;
            let Some(recipient) = delivery.clients.recipient(client) else {
                continue;
            };
            match recipient.gauges_readiness() {
                Readiness::Ready => {
                    let step = schedule.decide(&mut member.filter, key, &change, delivery.now);
                    if step == Decision::Send {
                        let id = || delivery.subscriptions[key].id;
                        recipient.outbox().gauge(&member.prefix, id, &text);
                    }
                }
                Readiness::Blocked => delivery.owe(member),
                Readiness::Behind => {}
            }
        }
    }

    /// Sends the value to an active member, if its schedule lets it.
    pub(super) fn release(&mut self, index: usize, delivery: &mut Delivery<'_>) {
        let newest = self.change();
        let member = &mut self.members[index];
        let (schedule, client) = delivery.schedules.get(member.schedule);
        let key = member.subscription;
        let Some(recipient) = delivery.clients.recipient(client) else {
            return;
        };
        match recipient.gauges_readiness() {
            Readiness::Ready => {
                if schedule.release(&mut member.filter, key, &newest, delivery.now)
                    == Decision::Send
                {
                    let id = || delivery.subscriptions[key].id;
                    self.format();
                    let prefix = &self.members[index].prefix;
                    recipient.outbox().gauge(prefix, id, &self.text());
                }
            }
            Readiness::Blocked => {
                if schedule.withdraw(&mut member.filter, &newest) {
                    delivery.owe(member);
                }
            }
            Readiness::Behind => {
                schedule.withdraw(&mut member.filter, &newest);
            }
        }
    }

    /// Returns the update for all members. The value must have been formatted.
    fn text(&self) -> GaugeText<'_> {
        GaugeText {
            raw: self.raw,
            tail: &self.tail,
            steps: self.steps,
            precision: self.precision,
        }
    }

    fn change(&self) -> filter::TimedValue {
        filter::TimedValue {
            steps: self.steps,
            at: self.changed,
            before: self.changed_before,
        }
    }

    fn format(&mut self) {
        if self.tail.is_empty() {
            let raw = self.printed(self.raw);
            print::gauge_tail(&mut self.tail, raw, self.value, self.precision);
        }
    }

    fn printed(&self, raw: f64) -> Raw {
        Raw {
            value: raw,
            decimals: self.raw_decimals,
        }
    }
}

impl Delivery<'_> {
    /// Marks a member as owed, so that its blocked client gets the newest value when it reads
    /// again.
    fn owe(&mut self, member: &Member) {
        self.subscriptions.owe(self.clients, member.subscription);
    }
}
