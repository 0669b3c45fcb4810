//! Renews subscriptions when an aircraft appears or disappears, or when its tables change.

use std::sync::Arc;

use super::Gauges;
use super::gauge::State;
use crate::filter::{Filter, Micros};
use crate::world::Aircraft;
use crate::world::arena::SubscriptionId;
use crate::world::clients::Clients;
use crate::world::meaning::Meaning;

impl Gauges {
    /// Forgets all values, since they belong to another aircraft. The subscriptions of all clients
    /// must be renewed afterwards.
    pub(in crate::world) fn forget(&mut self) {
        self.epoch += 1;
        self.resend_fields();
        self.end_renewals();
    }

    /// Restarts a subscription, as if nothing had been sent.
    pub(in crate::world) fn restart(&mut self, id: SubscriptionId) {
        if let State::Awake { group, index, .. } = self.subscriptions[id].to.state {
            let member = &mut self.groups[group].members[index as usize];
            let moved = self.schedules.withdraw(member.schedule, &mut member.filter);
            member.filter = Filter::new();
            self.move_active(moved);
        }
    }

    /// Sends the client of a subscription a line with raw 0.
    pub(in crate::world) fn reset(&self, clients: &mut Clients, id: SubscriptionId) {
        let subscription = &self.subscriptions[id];
        if let State::Awake { group, index, .. } = subscription.to.state {
            self.groups[group].reset(index as usize, subscription.client, clients);
        }
    }

    /// Puts a subscription to sleep and looks its name up in an aircraft that appeared.
    pub(in crate::world) fn look_up(
        &mut self,
        clients: &mut Clients,
        id: SubscriptionId,
        aircraft: &Aircraft,
        now: Micros,
    ) -> Option<Arc<Meaning>> {
        self.put_to_sleep(clients, id);
        let subscription = &mut self.subscriptions[id];
        let gauge = &mut subscription.to;
        let was_pending = std::mem::replace(&mut gauge.state, State::Asleep) == State::Pending;
        match self.resolver.resolve(&gauge.name, aircraft) {
            Ok(meaning) => Some(Arc::clone(meaning)),
            Err(error) => {
                if was_pending && aircraft.is_loading() {
                    gauge.state = State::Pending;
                } else if was_pending {
                    clients.refuse(subscription.client, error, Some(aircraft), now);
                }
                None
            }
        }
    }

    /// Looks the name of a subscription up in changed tables of the same aircraft.
    pub(in crate::world) fn look_up_again(
        &mut self,
        id: SubscriptionId,
        aircraft: &Aircraft,
    ) -> Option<Arc<Meaning>> {
        let name = &self.subscriptions[id].to.name;
        self.resolver.resolve(name, aircraft).ok().cloned()
    }

    /// Gives a subscription this arg and scale, or none. If it has them already it continues, else
    /// it restarts. [`Self::release_due`] must be called afterwards.
    pub(in crate::world) fn set_meaning(
        &mut self,
        clients: &mut Clients,
        id: SubscriptionId,
        meaning: Option<&Meaning>,
        now: Micros,
    ) {
        if meaning.is_some_and(|meaning| self.has_meaning(id, meaning)) {
            return;
        }
        self.put_to_sleep(clients, id);
        if let Some(meaning) = meaning {
            self.wake(clients, id, meaning, now);
        }
    }

    /// Returns whether a subscription is awake with this arg and scale.
    fn has_meaning(&self, id: SubscriptionId, meaning: &Meaning) -> bool {
        match self.subscriptions[id].to.state {
            State::Awake { subject, group, .. } => {
                subject == meaning.subject && self.groups[group].has_scale(&meaning.scale)
            }
            State::Pending | State::Asleep => false,
        }
    }

    /// Forgets the meanings of names. [`Self::free_name`] must be called afterwards until nothing
    /// is left.
    pub(in crate::world) fn end_renewals(&mut self) {
        self.resolver.clear();
    }

    /// Frees the data that was kept for a name while subscriptions were renewed. Returns whether
    /// there was any.
    pub(in crate::world) fn free_name(&mut self) -> bool {
        self.resolver.free(&mut self.names)
    }

    /// Returns whether nothing is left for [`Self::free_name`].
    pub(in crate::world) fn is_free(&self) -> bool {
        self.resolver.is_free()
    }
}
