//! The hub's side of the subscribers in this process.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::event::{SubscriberId, SubscriberRequest};
use super::mailbox::Mailbox;
use crate::filter::Micros;
use crate::wire::Request;
use crate::world::{ClientKey, Outbox, World};

/// The subscribers in this process, by id and by their key in the world.
#[derive(Debug, Default)]
pub(super) struct InProcess {
    keys: HashMap<SubscriberId, ClientKey>,
    mailboxes: HashMap<ClientKey, (SubscriberId, Arc<Mailbox>)>,
    /// The permits of requests that wait in the world.
    waiting: HashMap<ClientKey, Vec<OwnedSemaphorePermit>>,
}

impl InProcess {
    pub(super) fn handle(
        &mut self,
        world: &mut World,
        id: SubscriberId,
        request: SubscriberRequest,
        now: Micros,
    ) {
        let request = match request {
            SubscriberRequest::Join(mailbox) => {
                let key = world.join(Outbox::Values(Vec::new()));
                self.keys.insert(id, key);
                self.mailboxes.insert(key, (id, mailbox));
                return;
            }
            request => request,
        };
        let Some(&key) = self.keys.get(&id) else {
            return;
        };
        match request {
            SubscriberRequest::Join(_) => {}
            SubscriberRequest::Requests(requests, permit) => {
                for request in requests.into_iter().filter(is_answered_in_values) {
                    world.request(key, Ok(request), now);
                }
                self.waiting.entry(key).or_default().push(permit);
                self.release(world, key);
            }
            SubscriberRequest::Clear => world.clear(key),
            SubscriberRequest::Leave => self.remove(world, id, key),
        }
    }

    /// Moves the outbox of a subscriber into its mailbox; does nothing for other clients.
    pub(super) fn deliver(&mut self, world: &mut World, key: ClientKey) {
        let Some((id, mailbox)) = self.mailboxes.get(&key) else {
            return;
        };
        if mailbox.is_abandoned() {
            self.remove(world, *id, key);
        } else if let Some(Outbox::Values(values)) = world.outbox(key) {
            mailbox.deliver(std::mem::take(values));
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
        for (_, mailbox) in self.mailboxes.values() {
            mailbox.end();
        }
    }

    fn remove(&mut self, world: &mut World, id: SubscriberId, key: ClientKey) {
        self.keys.remove(&id);
        self.mailboxes.remove(&key);
        self.waiting.remove(&key);
        world.leave(key);
    }
}

/// Returns whether a request is answered with values. Lists and statistics are answered with lines,
/// which a subscriber in this process does not get.
fn is_answered_in_values(request: &Request) -> bool {
    !matches!(request, Request::List(_) | Request::Statistics)
}
