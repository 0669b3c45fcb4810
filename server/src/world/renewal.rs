//! What changes for all clients at once, told to them a few at a time.
//!
//! When an aircraft appears, each subscription is looked up anew. With many clients that is a lot
//! of work, which must not keep other clients from being served. So it is only noted for each
//! client, and done in turns of bounded length; a client with many subscriptions takes several.
//! Until its gauges have been looked up a client gets no updates. A request of a client is
//! carried out after its renewal.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::World;
use super::arena::{SubscriptionId, TextId};
use super::clients::ClientKey;
use super::gauges::{Found, Reading};
use crate::filter::Micros;

/// Steps of renewals that are taken in a turn: a subscription takes two.
pub(super) const TURN: usize = 512;

/// A client with at most so many subscriptions is renewed before those with more, so that it does
/// not wait for them.
pub(super) const LIGHT: usize = TURN / 4;

/// What a client is yet to be told.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Renewal {
    /// Which aircraft is controlled.
    pub(super) aircraft: bool,
    /// Its subscriptions to gauges start anew.
    pub(super) gauges: bool,
    /// Names of gauges may have another meaning.
    pub(super) tables: bool,
    /// What its gauges show is to be reset.
    pub(super) reset: bool,
    /// What it shows of displays has gone.
    pub(super) dark: bool,
    /// Its subscriptions to elements of displays start anew.
    pub(super) texts: bool,
    /// The text of a display has become known.
    pub(super) shown: bool,
}

impl Renewal {
    /// An aircraft has appeared, or is controlled no more.
    pub(super) const AIRCRAFT: Self = Self {
        aircraft: true,
        gauges: true,
        texts: true,
        ..Self::NONE
    };
    /// The tables of the aircraft have changed.
    pub(super) const TABLES: Self = Self {
        tables: true,
        ..Self::NONE
    };
    /// What gauges show is to be reset.
    pub(super) const RESET: Self = Self {
        reset: true,
        ..Self::NONE
    };
    /// The displays have gone.
    pub(super) const DARK: Self = Self {
        dark: true,
        texts: true,
        ..Self::NONE
    };
    /// The text of a display has become known.
    pub(super) const SHOWN: Self = Self {
        shown: true,
        ..Self::NONE
    };
    const NONE: Self = Self {
        aircraft: false,
        gauges: false,
        tables: false,
        reset: false,
        dark: false,
        texts: false,
        shown: false,
    };

    pub(super) fn add(&mut self, other: Self) {
        self.aircraft |= other.aircraft;
        self.gauges |= other.gauges;
        self.tables |= other.tables;
        self.reset |= other.reset;
        self.dark |= other.dark;
        self.texts |= other.texts;
        self.shown |= other.shown;
    }

    /// Whether subscriptions are concerned.
    #[inline]
    pub(super) fn is_of_subscriptions(self) -> bool {
        self.gauges || self.texts
    }
}

/// What is left of a client's renewal that has begun.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Gauges that are to be put to sleep and looked up.
    look_up: VecDeque<SubscriptionId>,
    /// Gauges that were found and are to be woken when all have been looked up.
    wake: VecDeque<(SubscriptionId, Arc<Found>)>,
    /// Of two gauges that are the same arg in this aircraft, the newer one is woken.
    newest: HashMap<(u32, Reading), SubscriptionId>,
    /// Elements of displays whose texts are to be sent.
    update: VecDeque<TextId>,
    /// Elements that the display may lack, which is told last.
    check: VecDeque<TextId>,
}

impl Progress {
    /// Whether gauges are yet to be looked up. Until then none of them gets a value.
    #[inline]
    pub(super) fn is_looking_up(&self) -> bool {
        !self.look_up.is_empty()
    }

    fn is_done(&self) -> bool {
        self.look_up.is_empty()
            && self.wake.is_empty()
            && self.update.is_empty()
            && self.check.is_empty()
    }
}

/// A step of a client's renewal.
enum RenewalStep {
    LookUp(SubscriptionId),
    Wake(SubscriptionId, Arc<Found>),
    Update(TextId),
    Check(TextId),
}

impl Progress {
    fn next(&mut self) -> Option<RenewalStep> {
        if let Some(id) = self.look_up.pop_front() {
            return Some(RenewalStep::LookUp(id));
        }
        while let Some((id, found)) = self.wake.pop_front() {
            if self.newest.get(&found.subject()) == Some(&id) {
                return Some(RenewalStep::Wake(id, found));
            }
        }
        if let Some(id) = self.update.pop_front() {
            self.check.push_back(id);
            return Some(RenewalStep::Update(id));
        }
        self.check.pop_front().map(RenewalStep::Check)
    }

    fn note_found(&mut self, id: SubscriptionId, found: Arc<Found>) {
        self.newest.insert(found.subject(), id);
        self.wake.push_back((id, found));
    }
}

impl World {
    /// Tells all clients what has changed, the first ones at once.
    pub(super) fn renew_all(&mut self, renewal: Renewal, now: Micros) {
        self.clients.renew_all(renewal);
        self.work_on_renewals(now);
    }

    /// Takes the steps of renewals that a turn has time for.
    pub(super) fn work_on_renewals(&mut self, now: Micros) {
        let mut left = TURN;
        while left > 0 {
            let Some(key) = self.clients.next_renewal() else {
                break;
            };
            self.begin_renewal(key, now);
            let steps = self.continue_renewal(key, left, now);
            left -= steps.max(1);
            let progress = self.clients.get(key).map(|client| &client.progress);
            if progress.is_some_and(|progress| !progress.is_done()) {
                self.clients.queue_renewal(key);
            }
        }
        if !self.clients.has_renewals() {
            self.gauges.end_renewals();
        }
    }

    /// Tells a client all that it is yet to be told.
    pub(super) fn renew(&mut self, key: ClientKey, now: Micros) {
        self.begin_renewal(key, now);
        self.continue_renewal(key, usize::MAX, now);
    }

    /// Does the quick part of a client's renewal and notes the rest as its progress.
    fn begin_renewal(&mut self, key: ClientKey, now: Micros) {
        let renewal = self.clients.take_renewal(key);
        if renewal.reset {
            self.gauges.reset(&mut self.clients, key);
        }
        if renewal.dark {
            self.texts.go_dark(&mut self.clients, key);
        }
        if renewal.aircraft {
            self.clients.aircraft(key, self.aircraft.as_ref());
        }
        if renewal.gauges && self.aircraft.is_none() {
            self.gauges.restart(&self.clients, key);
        }
        if renewal.tables && !renewal.gauges {
            // Gauges that are still to be looked up and woken must not be woken twice.
            self.continue_renewal(key, usize::MAX, now);
            if let Some(aircraft) = self.aircraft.as_deref() {
                self.gauges
                    .look_up_again(&mut self.clients, key, aircraft, now);
            }
        }
        if renewal.texts {
            let is_other = renewal.aircraft && self.aircraft.is_some();
            self.texts.restart(&self.clients, key, is_other);
        }
        let has_aircraft = self.aircraft.is_some();
        let Some(client) = self.clients.get_mut(key) else {
            return;
        };
        if renewal.gauges {
            client.progress.wake.clear();
            client.progress.newest.clear();
            client.progress.look_up.clear();
            if has_aircraft {
                client.progress.look_up.extend(&client.gauges.all);
            }
        }
        if renewal.texts || renewal.shown {
            client.progress.check.clear();
            client.progress.update = client.texts.all.iter().copied().collect();
        }
    }

    /// Takes at most so many steps of a client's renewal; returns how many it took.
    fn continue_renewal(&mut self, key: ClientKey, most: usize, now: Micros) -> usize {
        let mut steps = 0;
        while steps < most {
            let Some(client) = self.clients.get_mut(key) else {
                break;
            };
            let Some(step) = client.progress.next() else {
                break;
            };
            self.take_step(key, step, now);
            steps += 1;
        }
        if let Some(client) = self.clients.get_mut(key)
            && client.progress.is_done()
        {
            client.progress = Progress::default();
        }
        self.gauges.settle(&mut self.clients, now);
        steps
    }

    fn take_step(&mut self, key: ClientKey, step: RenewalStep, now: Micros) {
        let (gauges, texts, clients) = (&mut self.gauges, &mut self.texts, &mut self.clients);
        match step {
            RenewalStep::LookUp(id) => {
                if let Some(aircraft) = self.aircraft.as_deref()
                    && let Some(found) = gauges.look_up(clients, id, aircraft, now)
                    && let Some(client) = clients.get_mut(key)
                {
                    client.progress.note_found(id, found);
                }
            }
            RenewalStep::Wake(id, found) => gauges.wake(clients, id, &found, now),
            RenewalStep::Update(id) => texts.update(clients, id),
            RenewalStep::Check(id) => texts.check(clients, id),
        }
    }
}
