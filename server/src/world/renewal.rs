//! What changes for all clients at once, told to them a few at a time.
//!
//! When an aircraft appears, each subscription is looked up anew. With many clients that is a lot
//! of work, and those that wait for it must not keep others from being served. So it is only
//! noted for each client, and done in turns of bounded length. Until it is done a client gets no
//! updates; a request of it is carried out after it.

use super::World;
use super::clients::ClientKey;
use crate::filter::Micros;

/// Subscriptions that are renewed in a turn. A client that has more is renewed alone.
pub(super) const TURN: usize = 1024;

/// A client with at most so many subscriptions is renewed before those with more, so that it does
/// not wait for them.
pub(super) const LIGHT: usize = TURN / 8;

/// What a client is yet to be told.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Renewal {
    /// Which aircraft is controlled.
    pub(super) aircraft: bool,
    /// Its subscriptions to gauges start anew.
    pub(super) gauges: bool,
    /// Names of gauges may have another meaning.
    pub(super) tables: bool,
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
        dark: false,
        texts: false,
        shown: false,
    };

    pub(super) fn add(&mut self, other: Self) {
        self.aircraft |= other.aircraft;
        self.gauges |= other.gauges;
        self.tables |= other.tables;
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

impl World {
    /// Tells all clients what has changed, the first ones at once.
    pub(super) fn renew_all(&mut self, renewal: Renewal, now: Micros) {
        self.clients.renew_all(renewal);
        self.work_on_renewals(now);
    }

    /// Renews as many clients as a turn has time for.
    pub(super) fn work_on_renewals(&mut self, now: Micros) {
        let mut subscriptions = 0;
        while subscriptions < TURN {
            let Some(key) = self.clients.next_renewal() else {
                break;
            };
            subscriptions += 1 + self
                .clients
                .get(key)
                .map_or(0, |client| client.subscriptions());
            self.renew(key, now);
        }
        if !self.clients.has_renewals() {
            self.gauges.end_renewals();
        }
    }

    /// Tells a client what it is yet to be told.
    pub(super) fn renew(&mut self, key: ClientKey, now: Micros) {
        let renewal = self.clients.take_renewal(key);
        if renewal.dark {
            self.texts.go_dark(&mut self.clients, key);
        }
        if renewal.aircraft {
            self.clients.aircraft(key, self.aircraft.as_ref());
        }
        if renewal.gauges {
            let aircraft = self.aircraft.as_deref();
            self.gauges.renew(&mut self.clients, key, aircraft, now);
        } else if renewal.tables
            && let Some(aircraft) = self.aircraft.as_deref()
        {
            self.gauges
                .look_up_again(&mut self.clients, key, aircraft, now);
        }
        if renewal.texts {
            let is_other = renewal.aircraft && self.aircraft.is_some();
            self.texts.restart(&self.clients, key, is_other);
        }
        if renewal.texts || renewal.shown {
            self.texts.update_all(&mut self.clients, key);
        }
    }
}
