//! Gauges: the args with their values, and the subscriptions to them.
//!
//! This module keeps the subscriptions, and the rates at which the sim reads the args. `requests`
//! makes and ends subscriptions, `resolve` converts their names to args, `membership` puts them
//! into the groups of those args, `values` and `group` deliver values to them, and `renewal` adapts
//! them to another aircraft.

mod gauge;
mod group;
mod membership;
mod read_rate;
mod renewal;
mod requests;
mod resolve;
mod schedules;
mod values;
mod watching;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::arena::{Arena, GroupId, SubscriptionId};
use super::clients::Clients;
use super::names::Names;
use super::subscription::Subscriptions;
use super::watches::Watches;
use crate::filter::Micros;
use crate::limits::MAX_ARGS;
use gauge::{Gauge, State};
use group::{Delivery, Group};
use read_rate::Readers;
use resolve::Resolver;

pub(crate) use resolve::readout;

use schedules::Schedules;
pub(in crate::world) use values::MAX_TURN_UPDATES;

/// All gauges with subscriptions.
#[derive(Debug)]
pub(in crate::world) struct Gauges {
    /// The args by number.
    args: BTreeMap<u32, Arg>,
    groups: Arena<GroupId, Group>,
    subscriptions: Subscriptions<SubscriptionId, Gauge>,
    schedules: Schedules,
    names: Names,
    resolver: Resolver,
    pub(in crate::world) watches: Watches,
    /// The args that are read for a recording.
    recorded: BTreeSet<u32>,
    /// The lowest arg that is not marked yet, while all args are being marked for a sim that has no
    /// watches.
    restore_from: Option<u32>,
    /// The current epoch. Values of an older one belong to another aircraft.
    epoch: u64,
    /// The number of values that were not finite numbers.
    pub(in crate::world) bad_values: u64,
    /// The raw values that subscriptions get instead of the sim's, while wiring is tested.
    tested: HashMap<u32, f64>,
    /// The new values of args that are read as positions, until they are taken.
    reported: Vec<(u32, f64)>,
    /// The args whose newest values have not been delivered yet.
    undelivered: VecDeque<u32>,
    /// The number of updates for which this turn still has time.
    updates_left: usize,
    /// The number of updates that were handled.
    #[cfg(test)]
    pub(in crate::world) updates: usize,
}

/// An arg that is needed.
#[derive(Debug, Default)]
struct Arg {
    /// The epoch in which the value came, and the value.
    raw: Option<(u64, f64)>,
    /// The groups of this arg. When the last one is removed, the value is kept until the sim is
    /// told to stop reading, since a new subscription may follow at once.
    groups: Vec<GroupId>,
    readers: Readers,
    /// The number of controls and standing positions that need the value, without a subscription.
    position_readers: u32,
    /// Whether it is in the queue of args to deliver.
    is_queued: bool,
}

/// The number of times per second that the position of a control is read.
const POSITION_RATE: f64 = 60.0;

impl Gauges {
    pub(in crate::world) fn new() -> Self {
        Self {
            args: BTreeMap::new(),
            groups: Arena::new(),
            subscriptions: Subscriptions::new(),
            schedules: Schedules::new(),
            names: Names::default(),
            resolver: Resolver::default(),
            watches: Watches::new(MAX_ARGS),
            recorded: BTreeSet::new(),
            restore_from: None,
            epoch: 0,
            bad_values: 0,
            tested: HashMap::new(),
            reported: Vec::new(),
            undelivered: VecDeque::new(),
            updates_left: MAX_TURN_UPDATES,
            #[cfg(test)]
            updates: 0,
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
        self.schedules.timers()
    }

    #[cfg(test)]
    pub(in crate::world) fn looked_up(&self) -> usize {
        self.resolver.looked_up
    }

    /// Returns the group of a subscription that is awake, its place in the group, and the parts
    /// that a delivery to it needs.
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
            schedules: &mut self.schedules,
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

    /// Takes the new values of args that are read as positions, since the last call.
    pub(in crate::world) fn take_positions(&mut self) -> Vec<(u32, f64)> {
        std::mem::take(&mut self.reported)
    }
}
