//! Gauges: the sources (args and fields of telemetry) with their values, and the subscriptions to
//! them.
//!
//! This module keeps the subscriptions, and the rates at which the sim reads the sources. `requests`
//! makes and ends subscriptions, `resolve` converts their names to sources, `membership` puts them
//! into the groups of those sources, `values` and `group` deliver values to them, and `renewal`
//! adapts them to another aircraft. `telemetry` has what only fields of telemetry need.

mod gauge;
mod group;
mod membership;
mod read_rate;
mod renewal;
mod requests;
mod resolve;
mod schedules;
mod telemetry;
mod values;
mod watching;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::arena::{Arena, GroupId, SubscriptionId};
use super::clients::Clients;
use super::names::Names;
use super::source::SourceId;
use super::subscription::Subscriptions;
use super::watches::Watches;
use crate::filter::Micros;
use crate::limits::MAX_ARGS;
use gauge::{Gauge, State};
use group::{Delivery, Group};
use read_rate::{Readers, rates_of};
use resolve::Resolver;

pub(crate) use resolve::readout;

use schedules::Schedules;
use telemetry::FieldWatches;
pub(in crate::world) use values::MAX_TURN_UPDATES;

/// All gauges with subscriptions.
#[derive(Debug)]
pub(in crate::world) struct Gauges {
    sources: BTreeMap<SourceId, Source>,
    groups: Arena<GroupId, Group>,
    subscriptions: Subscriptions<SubscriptionId, Gauge>,
    schedules: Schedules,
    names: Names,
    resolver: Resolver,
    /// The watches of args.
    watches: Watches,
    fields: FieldWatches,
    /// The sources that are read for a recording.
    recorded: BTreeSet<SourceId>,
    /// The lowest arg that is not marked yet, while all args are being marked for a sim that has no
    /// watches.
    restore_from: Option<SourceId>,
    /// The current epoch. Values of an older one belong to another aircraft.
    epoch: u64,
    /// The number of values that were not finite numbers.
    pub(in crate::world) bad_values: u64,
    /// The raw values that subscriptions get instead of the sim's, while wiring is tested.
    tested: HashMap<SourceId, f64>,
    /// The new values of args that are read as positions, until they are taken.
    reported: Vec<(u32, f64)>,
    /// The sources whose newest values have not been delivered yet.
    undelivered: VecDeque<SourceId>,
    /// The number of updates for which this turn still has time.
    updates_left: usize,
    /// The number of updates that were handled.
    #[cfg(test)]
    pub(in crate::world) updates: usize,
}

/// A value that is needed.
#[derive(Debug, Default)]
struct Source {
    /// The epoch in which the value came, and the value.
    raw: Option<(u64, f64)>,
    /// The groups of this source. When the last one is removed, the value is kept until the sim is
    /// told to stop reading, since a new subscription may follow at once.
    groups: Vec<GroupId>,
    readers: Readers,
    /// The number of controls and standing positions that need the value, without a subscription.
    position_readers: u32,
    /// Whether it is in the queue of sources to deliver.
    is_queued: bool,
    /// The reason why a field of telemetry has no value.
    absence: Absence,
}

/// The reason why a field of telemetry has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Absence {
    /// There is no such reason: it has a value, or the sim has not answered yet.
    #[default]
    None,
    /// The sim provides no number.
    NoNumber,
    /// The sim does not allow telemetry.
    Forbidden,
}

impl Source {
    /// Returns the number of times per second that the sim should read this source.
    fn rate(&self, id: SourceId) -> f64 {
        self.readers.rate(rates_of(id))
    }
}

/// The number of times per second that the position of a control is read.
const POSITION_RATE: f64 = 60.0;

impl Gauges {
    pub(in crate::world) fn new() -> Self {
        Self {
            sources: BTreeMap::new(),
            groups: Arena::new(),
            subscriptions: Subscriptions::new(),
            schedules: Schedules::new(),
            names: Names::default(),
            resolver: Resolver::default(),
            watches: Watches::new(MAX_ARGS),
            fields: FieldWatches::new(),
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
        self.sources.is_empty()
            && self.groups.is_empty()
            && self.watches.is_empty()
            && self.fields.watches.is_empty()
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
        self.raw_of(SourceId::arg(arg))
    }

    /// Returns the raw value of a source, if it is known.
    fn raw_of(&self, id: SourceId) -> Option<f64> {
        let (epoch, raw) = self.sources.get(&id)?.raw?;
        (epoch == self.epoch).then_some(raw)
    }

    /// Takes the new values of args that are read as positions, since the last call.
    pub(in crate::world) fn take_positions(&mut self) -> Vec<(u32, f64)> {
        std::mem::take(&mut self.reported)
    }
}
