//! Gauges: the args that are known and the subscriptions to them.
//!
//! Looks names up, keeps who wants what and at which rate the sim is to read
//! it, and carries subscriptions over from one aircraft to the next. How a value
//! gets to its subscribers is the business of their group.

mod values;

use std::collections::HashMap;

use aircraft_defs::{Gauge, Scale};

use super::Aircraft;
use super::arena::{Arena, GroupId, SubscriptionId};
use super::clients::{ClientKey, Clients};
use super::group::{Delivery, Group, Member};
use super::paces::Paces;
use super::refusal::Refusal;
use super::watches::{Watch, Watches};
use crate::filter::{Filter, Micros};
use crate::limits::MOST_ARGS;
use crate::wire::print::Prefix;
use crate::wire::{GaugeRequest, Ref};

#[derive(Debug)]
pub(super) struct Gauges {
    args: HashMap<u32, Arg>,
    groups: Arena<GroupId, Group>,
    subscriptions: Arena<SubscriptionId, Subscription>,
    paces: Paces,
    pub(super) watches: Watches,
    /// Values that were not finite numbers.
    pub(super) bad_values: u64,
}

/// An arg that somebody wants to know.
#[derive(Debug, Default)]
struct Arg {
    raw: Option<f64>,
    /// Groups of this arg. When the last one goes and the sim reads the arg, the value is kept
    /// until the sim is told, for the case that a new subscription replaced it.
    groups: Vec<GroupId>,
    /// The highest rate asked for.
    rate: f64,
}

/// A subscription.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) client: ClientKey,
    pub(super) request: GaugeRequest,
    place: Place,
    /// It was made before the aircraft that is controlled appeared.
    carried: bool,
    /// Whether its name was ever looked up; until then its line is not answered.
    looked_up: bool,
    /// It is in its blocked client's list of what it is owed.
    pub(super) owed: bool,
}

/// Where the member of a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// No arg is known for its name.
    Asleep,
    Member {
        arg: u32,
        group: GroupId,
        index: u32,
    },
}

impl Place {
    fn arg(self) -> Option<u32> {
        match self {
            Self::Asleep => None,
            Self::Member { arg, .. } => Some(arg),
        }
    }
}

/// The lowest and the highest rate the sim is asked to read an arg at, per second.
///
/// A client that asks for ten updates a second is to see a change after a quiet time within a
/// frame, not a tenth of a second later: so the sim reads about every frame, which costs it next
/// to nothing, and the filter thins out.
const RATES: (f64, f64) = (60.0, 1000.0);

impl Gauges {
    pub(super) fn new() -> Self {
        Self {
            args: HashMap::new(),
            groups: Arena::new(),
            subscriptions: Arena::new(),
            paces: Paces::new(),
            watches: Watches::new(MOST_ARGS),
            bad_values: 0,
        }
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.subscriptions.len()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.args.is_empty() && self.groups.is_empty() && self.watches.is_empty()
    }

    #[cfg(test)]
    pub(super) fn timers(&self) -> usize {
        self.paces.timers()
    }

    /// Who subscribed to an arg.
    pub(super) fn clients_of(&self, arg: u32) -> Vec<ClientKey> {
        let groups = self.args.get(&arg).map_or(&[][..], |arg| &arg.groups);
        let members = groups.iter().flat_map(|&group| &self.groups[group].members);
        members
            .map(|member| self.paces.client(member.pace))
            .collect()
    }

    /// The next arg whose watch is not what it should be, and what is to be done.
    pub(super) fn next_watch(&mut self) -> Option<Watch> {
        let args = &mut self.args;
        self.watches.next(|number| match args.get(&number) {
            Some(arg) if !arg.groups.is_empty() => arg.rate.clamp(RATES.0, RATES.1),
            _ => {
                args.remove(&number);
                0.0
            }
        })
    }

    /// The group and the place in it of a subscription that is awake, and what is needed to
    /// send it something.
    fn delivery<'a>(
        &'a mut self,
        clients: &'a mut Clients,
        id: SubscriptionId,
        now: Micros,
    ) -> Option<(&'a mut Group, usize, Delivery<'a>)> {
        let Place::Member { group, index, .. } = self.subscriptions.get(id)?.place else {
            return None;
        };
        let delivery = Delivery {
            clients,
            subscriptions: &mut self.subscriptions,
            paces: &mut self.paces,
            now,
        };
        Some((&mut self.groups[group], index as usize, delivery))
    }

    /// Subscribes, or ends a subscription.
    pub(super) fn request(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: GaugeRequest,
        aircraft: Option<&Aircraft>,
        limit: usize,
        now: Micros,
    ) -> Result<(), Refusal> {
        let resolved = resolve(&request.gauge, aircraft);
        if request.max_frequency == 0.0 {
            return self.unsubscribe(clients, client, &request, resolved);
        }
        let resolved = resolved?;
        let arg = resolved.as_ref().map(|(arg, _)| *arg);
        self.make_room(clients, client, &request, arg);
        let Some(owner) = clients.get_mut(client) else {
            return Ok(());
        };
        if owner.subscriptions() >= limit {
            return Err(Refusal::TooManySubscriptions(limit));
        }
        let sub = self.subscriptions.insert(Subscription {
            client,
            request,
            place: Place::Asleep,
            carried: false,
            looked_up: resolved.is_some(),
            owed: false,
        });
        owner.gauges.push(sub);
        if let Some((arg, scale)) = resolved {
            self.wake(clients, sub, arg, scale, now);
            self.settle(clients, now);
            if self.watches.waits(arg) {
                return Err(Refusal::ArgWaits(arg));
            }
        }
        Ok(())
    }

    /// Removes what a new subscription replaces: the one to the same arg or unresolved name, and
    /// one carried over from another aircraft under the same id.
    fn make_room(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: &GaugeRequest,
        arg: Option<u32>,
    ) {
        let Some(owner) = clients.get(client) else {
            return;
        };
        let replaced: Vec<SubscriptionId> = owner
            .gauges
            .iter()
            .copied()
            .filter(|&sub| {
                let sub = &self.subscriptions[sub];
                let same_gauge = match arg {
                    Some(arg) => sub.place.arg() == Some(arg),
                    None => is_same_name(&sub.request.gauge, &request.gauge),
                };
                same_gauge || (sub.carried && sub.request.id == request.id)
            })
            .collect();
        for sub in replaced {
            self.remove(clients, sub);
        }
    }

    fn unsubscribe(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: &GaugeRequest,
        resolved: Result<Option<(u32, Scale)>, Refusal>,
    ) -> Result<(), Refusal> {
        let Some(owner) = clients.get(client) else {
            return Ok(());
        };
        let arg = resolved
            .as_ref()
            .ok()
            .and_then(|found| found.as_ref().map(|(arg, _)| *arg));
        let found =
            match arg {
                Some(arg) => owner.by_arg.get(&arg).copied(),
                None => owner.gauges.iter().copied().find(|&sub| {
                    is_same_name(&self.subscriptions[sub].request.gauge, &request.gauge)
                }),
            };
        match found {
            Some(sub) => self.remove(clients, sub),
            None => {
                resolved?;
            }
        }
        Ok(())
    }

    /// Ends a subscription.
    fn remove(&mut self, clients: &mut Clients, sub: SubscriptionId) {
        self.put_to_sleep(clients, sub);
        let Some(removed) = self.subscriptions.remove(sub) else {
            return;
        };
        if let Some(owner) = clients.get_mut(removed.client) {
            owner.gauges.retain(|&other| other != sub);
            owner.owed.gauges.retain(|&other| other != sub);
        }
    }

    /// Ends all subscriptions of a client that has left.
    pub(super) fn remove_all(&mut self, clients: &mut Clients, subs: Vec<SubscriptionId>) {
        for sub in subs {
            self.put_to_sleep(clients, sub);
            self.subscriptions.remove(sub);
        }
    }

    /// Makes a subscription that is asleep a member of its group and sends the value if known.
    fn wake(
        &mut self,
        clients: &mut Clients,
        sub: SubscriptionId,
        arg: u32,
        scale: Scale,
        now: Micros,
    ) {
        let group = self.group(arg, scale, self.subscriptions[sub].request.precision, now);
        let entry = &mut self.subscriptions[sub];
        let members = &mut self.groups[group].members;
        entry.place = Place::Member {
            arg,
            group,
            index: members.len() as u32,
        };
        let rate = entry.request.max_frequency;
        members.push(Member {
            filter: Filter::new(),
            prefix: Prefix::gauge(entry.request.id),
            pace: self.paces.join(entry.client, rate),
            subscription: sub,
        });
        if let Some(owner) = clients.get_mut(entry.client) {
            owner.by_arg.insert(arg, sub);
        }
        if let Some(entry) = self.args.get_mut(&arg) {
            entry.rate = entry.rate.max(rate);
        }
        self.watches.unsettle(arg);
        self.update(clients, sub, now);
    }

    /// The group of this arg, scale and precision, made if there is none.
    fn group(&mut self, arg: u32, scale: Scale, precision: i8, now: Micros) -> GroupId {
        let entry = self.args.entry(arg).or_default();
        let found = entry.groups.iter().copied().find(|&group| {
            let group = &self.groups[group];
            group.precision == precision && group.scale == scale
        });
        if let Some(group) = found {
            return group;
        }
        let mut group = Group::new(scale, precision);
        if let Some(raw) = entry.raw {
            group.set(raw, now);
        }
        let key = self.groups.insert(group);
        entry.groups.push(key);
        key
    }

    /// Takes a subscription out of its group; what nobody needs any more goes too.
    fn put_to_sleep(&mut self, clients: &mut Clients, sub: SubscriptionId) {
        let entry = &mut self.subscriptions[sub];
        let Place::Member { arg, group, index } = entry.place else {
            return;
        };
        entry.place = Place::Asleep;
        let (client, rate) = (entry.client, entry.request.max_frequency);
        let members = &mut self.groups[group].members;
        let mut member = members.swap_remove(index as usize);
        self.paces.leave(member.pace, &mut member.filter, sub);
        if let Some(moved) = members.get(index as usize) {
            self.subscriptions[moved.subscription].place = Place::Member { arg, group, index };
        }
        if let Some(owner) = clients.get_mut(client)
            && owner.by_arg.get(&arg) == Some(&sub)
        {
            owner.by_arg.remove(&arg);
        }
        self.shrink(arg, group, rate);
    }

    /// Drops a group without members and lowers the arg's rate.
    fn shrink(&mut self, arg: u32, group: GroupId, rate: f64) {
        self.watches.unsettle(arg);
        let Some(entry) = self.args.get_mut(&arg) else {
            return;
        };
        if self.groups[group].members.is_empty() {
            self.groups.remove(group);
            entry.groups.retain(|&other| other != group);
        }
        if entry.groups.is_empty() && !self.watches.give_up(arg) {
            self.args.remove(&arg);
            return;
        }
        if rate < entry.rate {
            return;
        }
        let members = entry
            .groups
            .iter()
            .flat_map(|&group| &self.groups[group].members);
        let mut highest = 0.0;
        for member in members {
            highest = self.subscriptions[member.subscription]
                .request
                .max_frequency
                .max(highest);
            if highest == rate {
                break;
            }
        }
        entry.rate = highest;
    }

    /// Forgets all values: they were another aircraft's.
    pub(super) fn forget(&mut self) {
        self.paces.restart();
        for arg in self.args.values_mut() {
            arg.raw = None;
        }
        for group in self.groups.values_mut() {
            group.forget();
        }
    }

    /// All args are to be told to a sim that knows of none.
    pub(super) fn rewatch(&mut self) {
        self.args.retain(|_, arg| !arg.groups.is_empty());
        self.watches.reset(self.args.keys().copied());
    }

    /// Carries the subscriptions of all clients over to an aircraft that appeared.
    pub(super) fn carry_over(&mut self, clients: &mut Clients, aircraft: &Aircraft, now: Micros) {
        self.forget();
        for client in clients.keys() {
            let subs = clients
                .get(client)
                .map(|owner| owner.gauges.clone())
                .unwrap_or_default();
            let mut taken = HashMap::new();
            let mut resolved = HashMap::new();
            for &sub in &subs {
                let entry = &self.subscriptions[sub];
                match resolve(&entry.request.gauge, Some(aircraft)) {
                    Ok(Some((arg, scale))) => {
                        // Of two that are the same arg in this aircraft the newer one is awake.
                        if let Some(older) = taken.insert(arg, sub) {
                            resolved.remove(&older);
                        }
                        resolved.insert(sub, (arg, scale));
                    }
                    Ok(None) => {}
                    Err(refusal) if !entry.looked_up => {
                        clients.refuse(client, &refusal, Some(aircraft), now);
                    }
                    Err(_) => {}
                }
            }
            for sub in subs {
                self.put_to_sleep(clients, sub);
                let entry = &mut self.subscriptions[sub];
                entry.carried = true;
                entry.looked_up = true;
                if let Some((arg, scale)) = resolved.remove(&sub) {
                    self.wake(clients, sub, arg, scale, now);
                }
            }
            self.settle(clients, now);
        }
    }
}

/// The arg and the scale of a gauge; none while no aircraft is there to know its name.
fn resolve(gauge: &Ref<u32>, aircraft: Option<&Aircraft>) -> Result<Option<(u32, Scale)>, Refusal> {
    let scale = |gauge: &Gauge| Scale::new(&gauge.input, &gauge.output);
    match (gauge, aircraft) {
        (Ref::Number(arg), _) => {
            let found = aircraft.and_then(|aircraft| aircraft.tables.gauge_by_arg(*arg));
            Ok(Some((*arg, found.map(scale).unwrap_or_default())))
        }
        (Ref::Name(_), None) => Ok(None),
        (Ref::Name(name), Some(aircraft)) => {
            let found = aircraft.tables.gauge(name);
            let found = found.map_err(Refusal::Name)?;
            let arg = found
                .arg_number
                .ok_or_else(|| Refusal::no_arg(&found.name))?;
            Ok(Some((arg, scale(found))))
        }
    }
}

fn is_same_name(one: &Ref<u32>, other: &Ref<u32>) -> bool {
    match (one, other) {
        (Ref::Name(one), Ref::Name(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    }
}
