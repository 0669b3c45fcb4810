//! Storage whose keys have a separate type for each kind of value, so that keys of different kinds
//! cannot be confused.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use slab::Slab;

/// A key of an [`Arena`].
pub(super) trait Key: Copy {
    /// Returns the key of this place.
    fn from_place(place: u32) -> Self;
    /// Returns the place of this key.
    fn place(self) -> usize;
}

/// Defines types of keys.
macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) struct $name(u32);

        impl Key for $name {
            fn from_place(place: u32) -> Self {
                Self(place)
            }

            fn place(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

keys! {
    /// The key of a group of subscriptions that get the same text.
    GroupId;
    /// The key of a subscription to a gauge.
    SubscriptionId;
    /// The key of a subscription to an element of a display.
    TextId;
    /// The key of the schedule of a client's subscriptions with one rate.
    ScheduleId;
}

/// Values by key. The key of a removed value is used again.
#[derive(Debug)]
pub(super) struct Arena<K, V> {
    values: Slab<V>,
    key: PhantomData<K>,
}

impl<K: Key, V> Arena<K, V> {
    pub(super) fn new() -> Self {
        Self {
            values: Slab::new(),
            key: PhantomData,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds a value. The number of values always fits into 32 bits, since memory would run out
    /// first.
    pub(super) fn insert(&mut self, value: V) -> K {
        K::from_place(self.values.insert(value) as u32)
    }

    pub(super) fn remove(&mut self, key: K) -> Option<V> {
        self.values.try_remove(key.place())
    }

    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.values.get(key.place())
    }

    pub(super) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.values.get_mut(key.place())
    }
}

impl<K: Key, V> Index<K> for Arena<K, V> {
    type Output = V;

    #[inline]
    fn index(&self, key: K) -> &V {
        &self.values[key.place()]
    }
}

impl<K: Key, V> IndexMut<K> for Arena<K, V> {
    #[inline]
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.values[key.place()]
    }
}
