//! Gauges: the args that are known and the subscriptions to them.
//!
//! Keeps who wants what and at which rate the sim is to read it. How a name becomes an arg is in
//! `resolve`, and how a value gets to its subscribers in `values` and in their groups.

mod resolve;
mod values;

use std::collections::HashMap;
use std::sync::Arc;

use super::Aircraft;
use super::arena::{Arena, GroupId, SubscriptionId};
use super::clients::{ClientKey, Clients};
use super::group::{Delivery, Group, Member};
use super::names::Names;
use super::paces::Paces;
use super::read_rate::Readers;
use super::request_error::RequestError;
use super::subscription::Subscriptions;
use super::watches::{Watch, Watches};
use crate::filter::{Filter, Micros};
use crate::limits::MOST_ARGS;
use crate::wire::GaugeRequest;
use crate::wire::print::Prefix;
pub(super) use resolve::{Found, Reading};
use resolve::{GaugeName, Resolver};

/// All gauges that somebody wants to know.
#[derive(Debug)]
pub(super) struct Gauges {
    args: HashMap<u32, Arg>,
    groups: Arena<GroupId, Group>,
    subscriptions: Subscriptions<SubscriptionId, Gauge>,
    paces: Paces,
    names: Names,
    resolver: Resolver,
    pub(super) watches: Watches,
    /// Values of an older epoch are another aircraft's.
    epoch: u64,
    /// Values that were not finite numbers.
    pub(super) bad_values: u64,
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

/// What a subscription to a gauge asks for.
#[derive(Debug)]
pub(super) struct Gauge {
    name: GaugeName,
    precision: i8,
    max_frequency: f64,
    state: State,
}

/// The state of a subscription to a gauge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Its name has not been looked up yet, and its line not answered.
    Pending,
    /// The aircraft lacks its name.
    Asleep,
    /// It is a member of a group of its arg, in this place.
    Awake {
        arg: u32,
        reading: Reading,
        group: GroupId,
        index: u32,
    },
}

impl State {
    fn subject(self) -> Option<(u32, Reading)> {
        match self {
            Self::Pending | Self::Asleep => None,
            Self::Awake { arg, reading, .. } => Some((arg, reading)),
        }
    }
}

impl Gauges {
    pub(super) fn new() -> Self {
        Self {
            args: HashMap::new(),
            groups: Arena::new(),
            subscriptions: Subscriptions::new(),
            paces: Paces::new(),
            names: Names::default(),
            resolver: Resolver::default(),
            watches: Watches::new(MOST_ARGS),
            epoch: 0,
            bad_values: 0,
            reported: Vec::new(),
        }
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.args.is_empty()
            && self.groups.is_empty()
            && self.watches.is_empty()
            && self.names.len() == 0
    }

    #[cfg(test)]
    pub(super) fn timers(&self) -> usize {
        self.paces.timers()
    }

    #[cfg(test)]
    pub(super) fn looked_up(&self) -> usize {
        self.resolver.looked_up
    }

    /// Who subscribed to an arg.
    pub(super) fn clients_of(&self, arg: u32) -> Vec<ClientKey> {
        let groups = self.args.get(&arg).map_or(&[][..], |arg| &arg.groups);
        let members = groups.iter().flat_map(|&group| &self.groups[group].members);
        let clients = members.map(|member| self.paces.client(member.pace));
        clients.collect()
    }

    /// The next arg whose watch is not what it should be, and what is to be done.
    pub(super) fn next_watch(&mut self) -> Option<Watch> {
        let args = &self.args;
        let rate = |arg| args.get(&arg).map_or(0.0, |arg| arg.readers.rate());
        let watch = self.watches.next(rate);
        if let Some(Watch::Tell(arg, 0.0)) = watch {
            self.args.remove(&arg);
        }
        watch
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

    /// Subscribes, or ends a subscription.
    pub(super) fn request(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: &GaugeRequest,
        aircraft: Option<&Aircraft>,
        now: Micros,
    ) -> Result<(), RequestError> {
        let found = resolve::resolve(&request.gauge, aircraft);
        if request.max_frequency == 0.0 {
            return self.unsubscribe(clients, client, request, found);
        }
        let found = found?;
        let subject = found.as_ref().map(Found::subject);
        let name = GaugeName::keep(&mut self.names, &request.gauge);
        let replaced = self
            .subscriptions
            .replaced(clients, (client, request.id), |gauge| match subject {
                Some(_) => gauge.state.subject() == subject,
                None => gauge.name.is_same_name(&name),
            });
        for id in replaced {
            self.remove(clients, id);
        }
        let cost = match clients.charge(client, name.len()) {
            Ok(cost) => cost,
            Err(error) => {
                name.release(&mut self.names);
                return Err(error);
            }
        };
        let gauge = Gauge {
            name,
            precision: request.precision,
            max_frequency: request.max_frequency,
            state: if found.is_some() {
                State::Asleep
            } else {
                State::Pending
            },
        };
        let id = self
            .subscriptions
            .add(clients, (client, request.id), cost, gauge);
        if let Some(found) = found {
            self.wake(clients, id, &found, now);
            self.settle(clients, now);
            if self.watches.waits(found.arg) {
                return Err(RequestError::ArgWaits(found.arg));
            }
        }
        Ok(())
    }

    fn unsubscribe(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: &GaugeRequest,
        found: Result<Option<Found>, RequestError>,
    ) -> Result<(), RequestError> {
        let Some(owner) = clients.get(client) else {
            return Ok(());
        };
        let subscription = match &found {
            Ok(Some(found)) => owner.by_arg.get(&found.subject()).copied(),
            _ => {
                let name = GaugeName::find(&self.names, &request.gauge);
                name.and_then(|name| {
                    let mut all = owner.gauges.all.iter().copied();
                    all.find(|&id| self.subscriptions[id].to.name.is_same_name(&name))
                })
            }
        };
        match subscription {
            Some(id) => self.remove(clients, id),
            None => {
                found?;
            }
        }
        Ok(())
    }

    /// Ends a subscription.
    fn remove(&mut self, clients: &mut Clients, id: SubscriptionId) {
        self.put_to_sleep(clients, id);
        if let Some(gauge) = self.subscriptions.remove(clients, id) {
            gauge.name.release(&mut self.names);
        }
    }

    /// Ends all subscriptions of a client.
    pub(super) fn remove_all(&mut self, clients: &mut Clients, client: ClientKey) {
        for id in Subscriptions::<SubscriptionId, Gauge>::take_all(clients, client) {
            self.put_to_sleep(clients, id);
            if let Some(gauge) = self.subscriptions.forget(clients, id) {
                gauge.name.release(&mut self.names);
            }
        }
    }

    /// Makes a subscription that is asleep a member of its group and sends the value if known.
    /// [`Self::settle`] must follow.
    pub(super) fn wake(
        &mut self,
        clients: &mut Clients,
        id: SubscriptionId,
        found: &Found,
        now: Micros,
    ) {
        let arg = found.arg;
        let group = self.group(found, self.subscriptions[id].to.precision, now);
        let subscription = &mut self.subscriptions[id];
        let rate = subscription.to.max_frequency;
        let members = &mut self.groups[group].members;
        subscription.to.state = State::Awake {
            arg,
            reading: found.reading,
            group,
            index: members.len() as u32,
        };
        members.push(Member {
            filter: Filter::new(),
            prefix: Prefix::gauge(subscription.id),
            pace: self.paces.join(subscription.client, rate),
            subscription: id,
        });
        if let Some(owner) = clients.get_mut(subscription.client) {
            owner.by_arg.insert(found.subject(), id);
        }
        if let Some(entry) = self.args.get_mut(&arg) {
            entry.readers.add(rate);
        }
        self.watches.mark_dirty(arg);
        self.update(clients, id, now);
    }

    /// The group of this arg, scale and precision, made if there is none.
    fn group(&mut self, found: &Found, precision: i8, now: Micros) -> GroupId {
        let entry = self.args.entry(found.arg).or_default();
        let existing = entry.groups.iter().copied().find(|&group| {
            let group = &self.groups[group];
            group.precision == precision && group.has_scale(&found.scale)
        });
        if let Some(group) = existing {
            return group;
        }
        let mut group = Group::new(Arc::clone(&found.scale), precision);
        if let Some((epoch, raw)) = entry.raw {
            group.set(raw, epoch, now);
        }
        let id = self.groups.insert(group);
        entry.groups.push(id);
        id
    }

    /// Takes a subscription out of its group; what nobody needs any more goes too.
    fn put_to_sleep(&mut self, clients: &mut Clients, id: SubscriptionId) {
        let subscription = &mut self.subscriptions[id];
        let State::Awake {
            arg,
            reading,
            group,
            index,
        } = subscription.to.state
        else {
            return;
        };
        subscription.to.state = State::Asleep;
        let (client, rate) = (subscription.client, subscription.to.max_frequency);
        let members = &mut self.groups[group].members;
        let mut member = members.swap_remove(index as usize);
        if let Some(moved) = members.get(index as usize) {
            let state = &mut self.subscriptions[moved.subscription].to.state;
            *state = State::Awake {
                arg,
                reading,
                group,
                index,
            };
        }
        let moved = self.paces.leave(member.pace, &mut member.filter);
        self.move_active(moved);
        if let Some(owner) = clients.get_mut(client)
            && owner.by_arg.get(&(arg, reading)) == Some(&id)
        {
            owner.by_arg.remove(&(arg, reading));
        }
        self.shrink(arg, group, rate);
    }

    /// Tells an active subscription its new place in the list of its pace.
    fn move_active(&mut self, moved: Option<(SubscriptionId, u32)>) {
        if let Some((id, place)) = moved
            && let State::Awake { group, index, .. } = self.subscriptions[id].to.state
        {
            let member = &mut self.groups[group].members[index as usize];
            member.filter.move_to(place);
        }
    }

    /// Drops a group without members and lowers the arg's rate.
    fn shrink(&mut self, arg: u32, group: GroupId, rate: f64) {
        self.watches.mark_dirty(arg);
        let Some(entry) = self.args.get_mut(&arg) else {
            return;
        };
        entry.readers.remove(rate);
        if self.groups[group].members.is_empty() {
            self.groups.remove(group);
            entry.groups.retain(|&other| other != group);
        }
        self.give_up(arg);
    }

    /// Drops an arg that nobody needs any more.
    fn give_up(&mut self, arg: u32) {
        let needed = |entry: &Arg| !entry.groups.is_empty() || entry.holders > 0;
        let is_needed = self.args.get(&arg).is_some_and(needed);
        if !is_needed && !self.watches.give_up(arg) {
            self.args.remove(&arg);
        }
    }

    /// Has an arg read for the position that it shows.
    pub(super) fn hold(&mut self, arg: u32) {
        let entry = self.args.entry(arg).or_default();
        entry.holders += 1;
        entry.readers.add(POSITION_RATE);
        self.watches.mark_dirty(arg);
    }

    /// Ends a [`Self::hold`].
    pub(super) fn let_go(&mut self, arg: u32) {
        let Some(entry) = self.args.get_mut(&arg).filter(|entry| entry.holders > 0) else {
            return;
        };
        entry.holders -= 1;
        entry.readers.remove(POSITION_RATE);
        self.watches.mark_dirty(arg);
        self.give_up(arg);
    }

    /// Returns the raw value of an arg, if it is known.
    pub(super) fn raw(&self, arg: u32) -> Option<f64> {
        let (epoch, raw) = self.args.get(&arg)?.raw?;
        (epoch == self.epoch).then_some(raw)
    }

    /// Takes the args that are held and that have had a value since the last call.
    pub(super) fn take_reported(&mut self) -> Vec<(u32, f64)> {
        std::mem::take(&mut self.reported)
    }

    /// Forgets all values: they were another aircraft's. All clients are to be renewed.
    pub(super) fn forget(&mut self) {
        self.epoch += 1;
        self.end_renewals();
    }

    /// All args are to be told to a sim that knows of none.
    pub(super) fn rewatch(&mut self) {
        self.args
            .retain(|_, arg| !arg.groups.is_empty() || arg.holders > 0);
        self.watches.reset(self.args.keys().copied());
    }

    /// Lets the subscriptions of a client start anew, as if nothing had been sent.
    pub(super) fn restart(&mut self, clients: &Clients, client: ClientKey) {
        let Some(client) = clients.get(client) else {
            return;
        };
        for &id in &client.gauges.all {
            if let State::Awake { group, index, .. } = self.subscriptions[id].to.state {
                let member = &mut self.groups[group].members[index as usize];
                let moved = self.paces.withdraw(member.pace, &mut member.filter);
                member.filter = Filter::new();
                self.move_active(moved);
            }
        }
    }

    /// Sends a client a line with raw 0 for each of its gauges.
    pub(super) fn reset(&self, clients: &mut Clients, client: ClientKey) {
        let subscriptions = clients.get(client).map(|client| client.gauges.all.clone());
        for id in subscriptions.unwrap_or_default() {
            if let State::Awake { group, index, .. } = self.subscriptions[id].to.state {
                let group = &self.groups[group];
                let prefix = &group.members[index as usize].prefix;
                clients.reset_gauge(client, prefix, &group.zero());
            }
        }
    }

    /// Puts a subscription to sleep and looks its name up in an aircraft that appeared.
    pub(super) fn look_up(
        &mut self,
        clients: &mut Clients,
        id: SubscriptionId,
        aircraft: &Aircraft,
        now: Micros,
    ) -> Option<Arc<Found>> {
        self.put_to_sleep(clients, id);
        let subscription = &mut self.subscriptions[id];
        let gauge = &mut subscription.to;
        let was_pending = std::mem::replace(&mut gauge.state, State::Asleep) == State::Pending;
        match self.resolver.resolve(&gauge.name, aircraft) {
            Ok(found) => Some(Arc::clone(found)),
            Err(error) => {
                if was_pending {
                    clients.refuse(subscription.client, error, Some(aircraft), now);
                }
                None
            }
        }
    }

    /// Looks the names of a client's subscriptions up in changed tables of the same aircraft, and
    /// starts those anew that have another arg or scale.
    pub(super) fn look_up_again(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        aircraft: &Aircraft,
        now: Micros,
    ) {
        let subscriptions = clients.get(client).map(|client| client.gauges.all.clone());
        let mut newest = HashMap::new();
        let mut found = Vec::new();
        for id in subscriptions.unwrap_or_default() {
            let gauge = &self.subscriptions[id].to;
            let meaning = self.resolver.resolve(&gauge.name, aircraft).ok().cloned();
            if let Some(meaning) = &meaning {
                // Of two that are the same arg in this aircraft the newer one is awake.
                newest.insert(meaning.subject(), id);
            }
            found.push((id, meaning));
        }
        let is_awake = |(id, meaning): &(SubscriptionId, Option<Arc<Found>>)| {
            let meaning = meaning.as_ref()?;
            (newest.get(&meaning.subject()) == Some(id)).then(|| Arc::clone(meaning))
        };
        let mut to_wake = Vec::new();
        for entry in &found {
            let (id, meaning) = (entry.0, is_awake(entry));
            if meaning
                .as_ref()
                .is_some_and(|meaning| self.has_meaning(id, meaning))
            {
                continue;
            }
            self.put_to_sleep(clients, id);
            to_wake.extend(meaning.map(|meaning| (id, meaning)));
        }
        for (id, meaning) in to_wake {
            self.wake(clients, id, &meaning, now);
        }
        self.settle(clients, now);
    }

    /// Whether a subscription is awake with this arg and scale.
    fn has_meaning(&self, id: SubscriptionId, meaning: &Found) -> bool {
        match self.subscriptions[id].to.state {
            State::Awake {
                arg,
                reading,
                group,
                ..
            } => {
                (arg, reading) == meaning.subject() && self.groups[group].has_scale(&meaning.scale)
            }
            State::Pending | State::Asleep => false,
        }
    }

    /// Drops what is of use only while clients are renewed with one aircraft.
    pub(super) fn end_renewals(&mut self) {
        if self.resolver.clear() {
            self.names.sweep();
        }
    }
}
