//! Subscriptions of equal arg, scale and precision: they get the same text.
//!
//! A value is scaled, rounded and formatted once for all members, and one that
//! rounds as the one before is dropped for all of them at once.

use std::collections::BTreeSet;
use std::ops::Range;

use aircraft_defs::Scale;
use slab::Slab;

use super::clients::{ClientKey, Clients, GaugeText};
use super::gauges::Sub;
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
    raw: f64,
    value: f64,
    /// `<raw> <value>` and the line end, if it has been made for this value.
    tail: Vec<u8>,
    value_in_tail: Range<usize>,
    pub(super) members: Vec<Member>,
}

/// What is needed of a subscription to send it an update; one cache line.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) filter: Filter,
    pub(super) prefix: Prefix,
    pub(super) client: u32,
    pub(super) sub: u32,
}

/// What a value meets on its way from a group to its members' clients.
pub(super) struct Delivery<'a> {
    pub(super) clients: &'a mut Clients,
    pub(super) subs: &'a mut Slab<Sub>,
    /// Subscriptions whose filter wants to be asked again, by time.
    pub(super) timers: &'a mut BTreeSet<(Micros, u32)>,
    pub(super) now: Micros,
}

/// What became of a raw value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It rounds as the one before.
    Same,
    /// It rounds to another value.
    Changed,
    /// It is beyond all numbers on this scale, and dropped.
    Bad,
}

impl Group {
    pub(super) fn new(scale: Scale, precision: i8) -> Self {
        Self {
            scale,
            precision,
            steps: f64::NAN,
            raw: 0.0,
            value: 0.0,
            tail: Vec::new(),
            value_in_tail: 0..0,
            members: Vec::new(),
        }
    }

    /// Takes in a raw value.
    #[inline]
    pub(super) fn set(&mut self, raw: f64) -> Taken {
        let value = self.scale.apply(raw);
        let steps = decimal::steps(value, self.precision);
        if !steps.is_finite() {
            return Taken::Bad;
        }
        (self.raw, self.value) = (raw, value);
        self.tail.clear();
        let before = std::mem::replace(&mut self.steps, steps);
        if before == steps {
            Taken::Same
        } else {
            Taken::Changed
        }
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
        if self.tail.is_empty() {
            let (raw, value, precision) = (self.raw, self.value, self.precision);
            self.value_in_tail = print::gauge_tail(&mut self.tail, raw, value, precision);
        }
        let text = GaugeText {
            raw: self.raw,
            tail: &self.tail,
            value: self.value_in_tail.clone(),
        };
        for member in &mut self.members[members] {
            if delivery.clients.is_blocked(member.client as ClientKey) {
                delivery.owe(member);
                continue;
            }
            match member.filter.step(self.steps, delivery.now) {
                Step::Send => delivery.send(member, &text),
                Step::Wait(due) => {
                    delivery.timers.insert((due, member.sub));
                }
                Step::Same | Step::StillWaiting => {}
            }
        }
    }
}

impl Delivery<'_> {
    /// Notes that the member's blocked client is to get the newest value when it can.
    fn owe(&mut self, member: &Member) {
        let sub = &mut self.subs[member.sub as usize];
        let noted = std::mem::replace(&mut sub.owed, true);
        self.clients
            .owe_gauge(member.client as ClientKey, (!noted).then_some(member.sub));
    }

    #[inline]
    fn send(&mut self, member: &Member, text: &GaugeText<'_>) {
        let id = || self.subs[member.sub as usize].request.id;
        self.clients
            .gauge(member.client as ClientKey, &member.prefix, id, text);
    }
}
