//! The life of a subscription, the same for gauges and for elements of displays.
//!
//! A subscription belongs to a client and has an id that the client chose. It is carried over
//! when another aircraft appears; from then on it ends when its id is used again. While its
//! client is blocked it is noted once as owed.

use std::ops::{Index, IndexMut};

use super::arena::{Arena, Key, SubscriptionId, TextId};
use super::clients::{Client, ClientKey, Clients};
use crate::wire::Id;

/// A subscription to a gauge or to an element of a display.
#[derive(Debug)]
pub(super) struct Subscription<T> {
    pub(super) client: ClientKey,
    pub(super) id: Id,
    /// How many aircraft had appeared when it was made.
    appearance: u64,
    /// Its blocked client's list of what it is owed has it.
    owed: bool,
    /// The bytes that its client is charged for.
    cost: usize,
    /// What it is a subscription to.
    pub(super) to: T,
}

/// The subscriptions of a client of one kind.
#[derive(Debug)]
pub(super) struct ClientList<K> {
    /// Oldest first.
    pub(super) all: Vec<K>,
    /// Those whose newest values the client is to get when it takes lines again.
    pub(super) owed: Vec<K>,
}

impl<K> Default for ClientList<K> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            owed: Vec::new(),
        }
    }
}

/// A key of a subscription, which tells the kind.
pub(super) trait SubscriptionKey: Key + PartialEq {
    /// The client's list of this kind.
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
            K::list(owner).all.push(key);
        }
        key
    }

    /// Returns the subscriptions that a new one of this id replaces: those to the same thing, and
    /// one that was carried over under this id.
    pub(super) fn replaced(
        &self,
        clients: &mut Clients,
        (client, id): (ClientKey, Id),
        is_same: impl Fn(&T) -> bool,
    ) -> Vec<K> {
        let appearance = clients.appearances;
        let Some(owner) = clients.get_mut(client) else {
            return Vec::new();
        };
        let is_replaced = |&key: &K| {
            let subscription = &self.all[key];
            let is_carried = subscription.appearance < appearance;
            is_same(&subscription.to) || (is_carried && subscription.id == id)
        };
        let all = K::list(owner).all.iter().copied();
        all.filter(is_replaced).collect()
    }

    /// Ends a subscription and returns what it was to.
    pub(super) fn remove(&mut self, clients: &mut Clients, key: K) -> Option<T> {
        let removed = self.all.remove(key)?;
        if let Some(owner) = clients.get_mut(removed.client) {
            owner.kept -= removed.cost;
            let list = K::list(owner);
            list.all.retain(|&other| other != key);
            if removed.owed {
                list.owed.retain(|&other| other != key);
            }
        }
        Some(removed.to)
    }

    /// Takes all subscriptions of this kind from a client, for [`Self::forget`].
    pub(super) fn take_all(clients: &mut Clients, client: ClientKey) -> Vec<K> {
        let Some(owner) = clients.get_mut(client) else {
            return Vec::new();
        };
        std::mem::take(K::list(owner)).all
    }

    /// Ends a subscription that is in no list of its client any more.
    pub(super) fn forget(&mut self, clients: &mut Clients, key: K) -> Option<T> {
        let removed = self.all.remove(key)?;
        if let Some(owner) = clients.get_mut(removed.client) {
            owner.kept -= removed.cost;
        }
        Some(removed.to)
    }

    /// Notes that the blocked client of a subscription is to get the newest value when it can.
    pub(super) fn owe(&mut self, clients: &mut Clients, key: K) {
        clients.held_back += 1;
        let subscription = &mut self.all[key];
        if !std::mem::replace(&mut subscription.owed, true)
            && let Some(owner) = clients.get_mut(subscription.client)
        {
            K::list(owner).owed.push(key);
        }
    }

    /// Takes the list of what a client is owed, which it is sent now.
    pub(super) fn take_owed(&mut self, clients: &mut Clients, client: ClientKey) -> Vec<K> {
        let Some(owner) = clients.get_mut(client) else {
            return Vec::new();
        };
        let owed = std::mem::take(&mut K::list(owner).owed);
        for &key in &owed {
            self.all[key].owed = false;
        }
        owed
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
