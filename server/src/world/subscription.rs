//! The life of a subscription, the same for gauges and for elements of displays.
//!
//! A subscription belongs to a client and has an id that the client chose. It is carried over when
//! another aircraft appears; from then on it ends when its id is used again. If it has a new value
//! while its client is blocked, it is marked as owed.

use std::ops::{Index, IndexMut};

use super::arena::{Arena, Key, SubscriptionId, TextId};
use super::client::{Client, ClientKey, ClientList};
use super::clients::Clients;
use crate::wire::Id;

/// A subscription to a gauge or to an element of a display.
#[derive(Debug)]
pub(super) struct Subscription<T> {
    pub(super) client: ClientKey,
    pub(super) id: Id,
    /// The number of aircraft that had appeared when it was made.
    appearance: u64,
    /// Whether it is marked as owed, and thus in its client's list.
    owed: bool,
    /// The bytes that its client is charged for.
    cost: usize,
    /// The gauge or element that it is a subscription to.
    pub(super) to: T,
}

/// A key of a subscription, which determines the kind.
pub(super) trait SubscriptionKey: Key + Ord {
    /// Returns the client's list of this kind.
    fn list(client: &mut Client) -> &mut ClientList<Self>;
}

impl SubscriptionKey for SubscriptionId {
    fn list(client: &mut Client) -> &mut ClientList<Self> {
        &mut client.gauges
    }
}

impl SubscriptionKey for TextId {
    fn list(client: &mut Client) -> &mut ClientList<Self> {
        &mut client.texts
    }
}

/// All subscriptions of one kind.
#[derive(Debug)]
pub(super) struct Subscriptions<K, T> {
    all: Arena<K, Subscription<T>>,
}

impl<K: SubscriptionKey, T> Subscriptions<K, T> {
    pub(super) fn new() -> Self {
        Self { all: Arena::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, key: K) -> Option<&Subscription<T>> {
        self.all.get(key)
    }

    /// Adds a subscription to a client that has been charged for it.
    pub(super) fn add(
        &mut self,
        clients: &mut Clients,
        (client, id): (ClientKey, Id),
        cost: usize,
        to: T,
    ) -> K {
        let appearance = clients.appearances;
        let key = self.all.insert(Subscription {
            client,
            id,
            appearance,
            owed: false,
            cost,
            to,
        });
        if let Some(owner) = clients.get_mut(client) {
            let list = K::list(owner);
            list.all.push(key);
            list.by_id.insert((id, key));
        }
        key
    }

    /// Returns the subscriptions with this id that were made before the aircraft appeared. A new
    /// one with the same id replaces them.
    pub(super) fn carried_over(
        &self,
        clients: &mut Clients,
        (client, id): (ClientKey, Id),
    ) -> Vec<K> {
        let appearance = clients.appearances;
        let Some(owner) = clients.get_mut(client) else {
            return Vec::new();
        };
        let first = (id, K::from_place(0));
        let all = K::list(owner).by_id.range(first..);
        let of_id = all.take_while(|(other, _)| *other == id);
        of_id
            .map(|&(_, key)| key)
            .filter(|&key| self.all[key].appearance < appearance)
            .collect()
    }

    /// Removes subscriptions from the lists of their client, before [`Self::remove`]. The keys must
    /// be in ascending order.
    pub(super) fn unlist(&self, clients: &mut Clients, client: ClientKey, keys: &[K]) {
        let Some(owner) = clients.get_mut(client).filter(|_| !keys.is_empty()) else {
            return;
        };
        let list = K::list(owner);
        let stays = |key: &K| keys.binary_search(key).is_err();
        list.all.retain(stays);
        if keys.iter().any(|&key| self.all[key].owed) {
            list.owed.retain(stays);
        }
    }

    /// Removes the newest of a client's subscriptions from its lists, before [`Self::remove`].
    pub(super) fn unlist_newest(clients: &mut Clients, client: ClientKey) -> Option<K> {
        K::list(clients.get_mut(client)?).all.pop()
    }

    /// Removes a subscription that is no longer in its client's lists, and returns the gauge or
    /// element.
    pub(super) fn remove(&mut self, clients: &mut Clients, key: K) -> Option<T> {
        let removed = self.all.remove(key)?;
        if let Some(owner) = clients.get_mut(removed.client) {
            owner.kept -= removed.cost;
            K::list(owner).by_id.remove(&(removed.id, key));
        }
        Some(removed.to)
    }

    /// Marks a subscription as owed, so that its blocked client gets the newest value when it reads
    /// again.
    pub(super) fn owe(&mut self, clients: &mut Clients, key: K) {
        clients.held_back += 1;
        let subscription = &mut self.all[key];
        let was_owed = std::mem::replace(&mut subscription.owed, true);
        if let Some(owner) = clients.get_mut(subscription.client) {
            owner.traffic.held_back += 1;
            if !was_owed {
                K::list(owner).owed.push_back(key);
            }
        }
    }

    /// Takes the owed subscription of a client that has waited longest. The caller sends its newest value.
    pub(super) fn take_owed(&mut self, clients: &mut Clients, client: ClientKey) -> Option<K> {
        let key = K::list(clients.get_mut(client)?).owed.pop_front()?;
        self.all[key].owed = false;
        Some(key)
    }
}

impl<K: Key, T> Index<K> for Subscriptions<K, T> {
    type Output = Subscription<T>;

    #[inline]
    fn index(&self, key: K) -> &Subscription<T> {
        &self.all[key]
    }
}

impl<K: Key, T> IndexMut<K> for Subscriptions<K, T> {
    #[inline]
    fn index_mut(&mut self, key: K) -> &mut Subscription<T> {
        &mut self.all[key]
    }
}
