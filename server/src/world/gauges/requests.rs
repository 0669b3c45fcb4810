//! Makes and ends subscriptions to gauges.

use super::Gauges;
use super::gauge::{Gauge, GaugeName, State};
use super::resolve;
use crate::filter::Micros;
use crate::wire::GaugeRequest;
use crate::world::Aircraft;
use crate::world::arena::SubscriptionId;
use crate::world::client::ClientKey;
use crate::world::clients::Clients;
use crate::world::meaning::{Meaning, Subject};
use crate::world::request_error::RequestError;
use crate::world::source::Source;
use crate::world::subscription::Subscriptions;

impl Gauges {
    /// Subscribes, or ends a subscription.
    pub(in crate::world) fn request(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: &GaugeRequest,
        aircraft: Option<&Aircraft>,
        now: Micros,
    ) -> Result<(), RequestError> {
        let meaning = resolve::resolve(&request.gauge, aircraft);
        if request.max_frequency == 0.0 {
            return self.unsubscribe(clients, client, request, meaning);
        }
        let meaning = meaning?;
        let name = GaugeName::keep(&mut self.names, &request.gauge);
        let subject = meaning.as_ref().map(|meaning| meaning.subject);
        let mut replaced = self
            .subscriptions
            .carried_over(clients, (client, request.id));
        replaced.extend(self.same(clients, client, subject, &name));
        self.remove(clients, client, replaced);
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
            state: match meaning.is_some() {
                true => State::Asleep,
                false => State::Pending,
            },
        };
        let id = self
            .subscriptions
            .add(clients, (client, request.id), cost, gauge);
        if let Some(meaning) = meaning {
            self.wake(clients, id, &meaning, now);
            self.release_due(clients, now);
            let source = meaning.subject.source;
            if let Source::Arg(arg) = source.source()
                && self.watches.is_waiting(arg)
            {
                return Err(RequestError::ArgWaits(arg));
            }
            if let Some(error) = self.field_error(source, aircraft) {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Returns a client's subscription to the same gauge: with the same source, or with the same name
    /// while there is no aircraft.
    fn same(
        &self,
        clients: &Clients,
        client: ClientKey,
        subject: Option<Subject>,
        name: &GaugeName,
    ) -> Option<SubscriptionId> {
        let owner = clients.get(client)?;
        match subject {
            Some(subject) => owner.by_subject.get(&subject).copied(),
            None => {
                let mut all = owner.gauges.all.iter().copied();
                all.find(|&id| self.subscriptions[id].to.name.is_same_name(name))
            }
        }
    }

    fn unsubscribe(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        request: &GaugeRequest,
        meaning: Result<Option<Meaning>, RequestError>,
    ) -> Result<(), RequestError> {
        let subscription = match &meaning {
            Ok(Some(meaning)) => clients
                .get(client)
                .and_then(|owner| owner.by_subject.get(&meaning.subject).copied()),
            _ => GaugeName::find(&self.names, &request.gauge)
                .and_then(|name| self.same(clients, client, None, &name)),
        };
        match subscription {
            Some(id) => self.remove(clients, client, vec![id]),
            None => {
                meaning?;
            }
        }
        Ok(())
    }

    /// Ends subscriptions of a client.
    fn remove(
        &mut self,
        clients: &mut Clients,
        client: ClientKey,
        mut subscriptions: Vec<SubscriptionId>,
    ) {
        subscriptions.sort_unstable();
        subscriptions.dedup();
        self.subscriptions.unlist(clients, client, &subscriptions);
        for id in subscriptions {
            self.forget_subscription(clients, id);
        }
    }

    /// Ends the newest subscription of a client.
    pub(in crate::world) fn end_newest(&mut self, clients: &mut Clients, client: ClientKey) {
        let newest = Subscriptions::<SubscriptionId, Gauge>::unlist_newest(clients, client);
        if let Some(id) = newest {
            self.forget_subscription(clients, id);
        }
    }

    fn forget_subscription(&mut self, clients: &mut Clients, id: SubscriptionId) {
        self.put_to_sleep(clients, id);
        if let Some(gauge) = self.subscriptions.remove(clients, id) {
            gauge.name.release(&mut self.names);
        }
    }
}
