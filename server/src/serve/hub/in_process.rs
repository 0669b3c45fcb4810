//! The subscribers in this process.

use std::sync::Arc;

use super::Hub;
use crate::serve::subscriber::{Ask, Mailbox};
use crate::wire::Request;
use crate::world::{ClientKey, Outbox};

impl Hub {
    pub(super) fn answer(&mut self, mailbox: &Arc<Mailbox>, ask: Ask) {
        let place = Arc::as_ptr(mailbox).addr();
        if matches!(ask, Ask::Join) {
            let key = self.world.join(Outbox::Values(Vec::new()));
            self.places.insert(place, key);
            self.mailboxes.insert(key, Arc::clone(mailbox));
        }
        let Some(&key) = self.places.get(&place) else {
            return;
        };
        let now = self.now();
        match ask {
            Ask::Join => {}
            Ask::Requests(requests) => {
                for request in requests.into_iter().filter(is_for_values) {
                    self.world.request(key, Ok(request), now);
                }
            }
            Ask::Clear => self.world.clear(key),
            Ask::Leave => self.forget(key, mailbox),
        }
    }

    pub(super) fn deliver(&mut self, key: ClientKey, mailbox: &Arc<Mailbox>) {
        // One in the list, one here: the subscriber has dropped its own.
        if Arc::strong_count(mailbox) == 2 {
            self.forget(key, mailbox);
            return;
        }
        if let Some(Outbox::Values(values)) = self.world.outbox(key) {
            mailbox.deliver(std::mem::take(values));
        }
    }

    fn forget(&mut self, key: ClientKey, mailbox: &Arc<Mailbox>) {
        self.places.remove(&Arc::as_ptr(mailbox).addr());
        self.mailboxes.remove(&key);
        self.world.leave(key);
    }
}

/// Requests whose answers are values.
fn is_for_values(request: &Request) -> bool {
    !matches!(request, Request::List(_) | Request::Statistics)
}
