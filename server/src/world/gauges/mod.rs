//! Gauges: the args that are known and the subscriptions to them.
//!
//! Keeps who wants what and at which rate the sim is to read it. `requests` makes and ends
//! subscriptions, `resolve` turns their names into args, `membership` puts them into the groups of
//! those args, `values` and `group` bring values to them, and `renewal` does what another aircraft
//! makes necessary.

mod gauge;
mod group;
mod membership;
mod paces;
mod read_rate;
mod renewal;
mod requests;
mod resolve;
mod values;
mod watching;

use std::collections::BTreeMap;

use super::arena::{Arena, GroupId, SubscriptionId};
use super::clients::Clients;
use super::names::Names;
use super::subscription::Subscriptions;
use super::watches::Watches;
use crate::filter::Micros;
use crate::limits::MOST_ARGS;
use gauge::{Gauge, State};
use group::{Delivery, Group};
use paces::Paces;
use read_rate::Readers;
use resolve::Resolver;

/// All gauges that somebody wants to know.
#[derive(Debug)]
pub(in crate::world) struct Gauges {
    /// By number.
    args: BTreeMap<u32, Arg>,
    groups: Arena<GroupId, Group>,
    subscriptions: Subscriptions<SubscriptionId, Gauge>,
    paces: Paces,
    names: Names,
    resolver: Resolver,
    pub(in crate::world) watches: Watches,
    /// The arg from which on all are yet to be told to a sim that knows of none.
    rewatched: Option<u32>,
    /// Values of an older epoch are another aircraft's.
    epoch: u64,
    /// Values that were not finite numbers.
    pub(in crate::world) bad_values: u64,
    /// Values of args that are held.
    reported: Vec<(u32, f64)>,
}

/// An arg that somebody wants to know.
#[derive(Debug, Default)]
struct Arg {
    /// The value, and the epoch in which it came.
    raw: Option<(u64, f64)>,
    /// Groups of this arg. When the last one goes and the sim reads the arg, the value is kept
    /// until the sim is told, for the case that a new subscription replaced it.
    groups: Vec<GroupId>,
    readers: Readers,
    /// How many need the position of a control, whether anybody subscribed to it or not.
    holders: u32,
}

/// How often a second the position of a control is needed.
const POSITION_RATE: f64 = 60.0;

impl Gauges {
    pub(in crate::world) fn new() -> Self {
        Self {
            args: BTreeMap::new(),
            groups: Arena::new(),
            subscriptions: Subscriptions::new(),
            paces: Paces::new(),
            names: Names::default(),
            resolver: Resolver::default(),
            watches: Watches::new(MOST_ARGS),
            rewatched: None,
            epoch: 0,
            bad_values: 0,
            reported: Vec::new(),
        }
    }

    pub(in crate::world) fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    #[cfg(test)]
    pub(in crate::world) fn is_empty(&self) -> bool {
        self.args.is_empty()
            && self.groups.is_empty()
            && self.watches.is_empty()
            && self.names.len() == 0
    }

    #[cfg(test)]
    pub(in crate::world) fn timers(&self) -> usize {
        self.paces.timers()
    }

    #[cfg(test)]
    pub(in crate::world) fn looked_up(&self) -> usize {
        self.resolver.looked_up
    }

    /// The group and the place in it of a subscription that is awake, and what is needed to
    /// send it something.
    fn delivery<'a>(
        &'a mut self,
        clients: &'a mut Clients,
        id: SubscriptionId,
        now: Micros,
    ) -> Option<(&'a mut Group, usize, Delivery<'a>)> {
        let State::Awake { group, index, .. } = self.subscriptions.get(id)?.to.state else {
            return None;
        };
        let delivery = Delivery {
            clients,
            subscriptions: &mut self.subscriptions,
            paces: &mut self.paces,
            epoch: self.epoch,
            now,
        };
        Some((&mut self.groups[group], index as usize, delivery))
    }

    /// Returns the raw value of an arg, if it is known.
    pub(in crate::world) fn raw(&self, arg: u32) -> Option<f64> {
        let (epoch, raw) = self.args.get(&arg)?.raw?;
        (epoch == self.epoch).then_some(raw)
    }

    /// Takes the args that are held and that have had a value since the last call.
    pub(in crate::world) fn take_reported(&mut self) -> Vec<(u32, f64)> {
        std::mem::take(&mut self.reported)
    }
}
