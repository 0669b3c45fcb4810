//! The hub's side of the subscribers in this process.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::event::{PartName, SubscriberId, SubscriberRequest};
use super::mailbox::Mailbox;
use super::report::{ClientKind, ClientReport};
use crate::filter::Micros;
use crate::wire::Request;
use crate::world::{ClientKey, Outbox, World};

/// The subscribers in this process, by id and by their key in the world.
#[derive(Debug, Default)]
pub(super) struct InProcess {
    keys: HashMap<SubscriberId, ClientKey>,
    members: HashMap<ClientKey, Member>,
    /// The permits of requests that wait in the world.
    waiting: HashMap<ClientKey, Vec<OwnedSemaphorePermit>>,
}

/// A subscriber in this process.
#[derive(Debug)]
struct Member {
    id: SubscriberId,
    mailbox: Arc<Mailbox>,
    name: PartName,
    since: Instant,
}

impl InProcess {
    /// Returns what is known about each subscriber, the oldest first.
    pub(super) fn reports(&self, world: &World) -> Vec<ClientReport> {
        let mut members: Vec<(&ClientKey, &Member)> = self.members.iter().collect();
        members.sort_by_key(|(_, member)| member.id.0);
        let report = |(key, member): (&ClientKey, &Member)| {
            let (subscriptions, traffic) = world.client(*key)?;
            Some(ClientReport {
                kind: ClientKind::Part(member.name.kind),
                peer: member.name.peer.to_string(),
                connected: member.since.elapsed(),
                is_blocked: false,
                subscriptions,
                traffic: traffic.clone(),
            })
        };
        members.into_iter().filter_map(report).collect()
    }

    pub(super) fn handle(
        &mut self,
        world: &mut World,
        id: SubscriberId,
        request: SubscriberRequest,
        now: Micros,
    ) {
        let request = match request {
            SubscriberRequest::Join(mailbox, name) => {
                let key = world.join(Outbox::Values(Vec::new()));
                self.keys.insert(id, key);
                let since = Instant::now();
                let member = Member {
                    id,
                    mailbox,
                    name,
                    since,
                };
                self.members.insert(key, member);
                return;
            }
            request => request,
        };
        let Some(&key) = self.keys.get(&id) else {
            return;
        };
        match request {
            SubscriberRequest::Join(..) => {}
            SubscriberRequest::Requests(requests, permit) => {
                for request in requests.into_iter().filter(is_answered_in_values) {
                    world.request(key, Ok(request), now);
                }
                self.waiting.entry(key).or_default().push(permit);
                self.release(world, key);
            }
            SubscriberRequest::Read(keys) => world.watch_readings(key, &keys),
            SubscriberRequest::Call(calls) => world.call(key, &calls),
            SubscriberRequest::Clear => world.clear(key),
            SubscriberRequest::Leave => self.remove(world, id, key),
        }
    }

    /// Moves the outbox of a subscriber into its mailbox; does nothing for other clients.
    pub(super) fn deliver(&mut self, world: &mut World, key: ClientKey) {
        let Some(member) = self.members.get(&key) else {
            return;
        };
        if member.mailbox.is_abandoned() {
            self.remove(world, member.id, key);
        } else if let Some(Outbox::Values(values)) = world.outbox(key) {
            member.mailbox.deliver(std::mem::take(values));
        }
    }

    /// Allows a subscriber to make more requests if its earlier ones have been carried out.
    pub(super) fn release(&mut self, world: &World, key: ClientKey) {
        if !world.is_behind(key) {
            self.waiting.remove(&key);
        }
    }

    /// Tells all subscribers that the server has ended.
    pub(super) fn end(&self) {
        for member in self.members.values() {
            member.mailbox.end();
        }
    }

    fn remove(&mut self, world: &mut World, id: SubscriberId, key: ClientKey) {
        self.keys.remove(&id);
        self.members.remove(&key);
        self.waiting.remove(&key);
        world.leave(key);
    }
}

/// Returns whether a request is answered with values. Lists and statistics are answered with lines,
/// which a subscriber in this process does not get.
fn is_answered_in_values(request: &Request) -> bool {
    !matches!(request, Request::List(_) | Request::Statistics)
}
