//! Queues of several clients that are served in turn.

use std::collections::{HashMap, VecDeque};

/// The queues of several clients, which are served in turn. The items of a client stay in their
/// order. If a client's first item cannot be done now, that client is passed over until
/// [`Self::retry`], and then comes first.
#[derive(Debug)]
pub(super) struct FairQueue<T> {
    queues: HashMap<u64, VecDeque<T>>,
    /// The clients whose first item has not been tried yet, next one first.
    ready: VecDeque<u64>,
    /// The clients whose first item cannot be done now, in the order of their turns.
    held: VecDeque<u64>,
    len: usize,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self {
            queues: HashMap::new(),
            ready: VecDeque::new(),
            held: VecDeque::new(),
            len: 0,
        }
    }
}

impl<T> FairQueue<T> {
    /// Adds an item to a client's queue.
    pub(super) fn push(&mut self, client: u64, item: T) {
        let queue = self.queues.entry(client).or_default();
        if queue.is_empty() {
            self.ready.push_back(client);
        }
        queue.push_back(item);
        self.len += 1;
    }

    /// Takes the next item for which `can_go` holds, with its client.
    pub(super) fn next(&mut self, mut can_go: impl FnMut(u64, &T) -> bool) -> Option<(u64, T)> {
        while let Some(client) = self.ready.pop_front() {
            let Some(queue) = self.queues.get_mut(&client) else {
                continue;
            };
            if !queue.front().is_some_and(|first| can_go(client, first)) {
                self.held.push_back(client);
                continue;
            }
            let item = queue.pop_front();
            if queue.is_empty() {
                self.queues.remove(&client);
            } else {
                self.ready.push_back(client);
            }
            self.len -= 1;
            return item.map(|item| (client, item));
        }
        None
    }

    /// Makes all clients ready again, since items that could not be done may be possible now.
    pub(super) fn retry(&mut self) {
        self.held.append(&mut self.ready);
        std::mem::swap(&mut self.held, &mut self.ready);
    }

    /// Returns the number of items of all clients.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of items of one client.
    pub(super) fn len_of(&self, client: u64) -> usize {
        self.queues.get(&client).map_or(0, VecDeque::len)
    }

    /// Removes all items of a client, and returns their number.
    pub(super) fn remove(&mut self, client: u64) -> usize {
        let removed = self.queues.remove(&client).map_or(0, |queue| queue.len());
        if removed > 0 {
            self.ready.retain(|&other| other != client);
            self.held.retain(|&other| other != client);
            self.len -= removed;
        }
        removed
    }

    /// Removes the items for which `is_over` holds. Returns their clients, once for each item.
    pub(super) fn remove_all(&mut self, mut is_over: impl FnMut(&T) -> bool) -> Vec<u64> {
        let mut removed = Vec::new();
        for (&client, queue) in &mut self.queues {
            let before = queue.len();
            queue.retain(|item| !is_over(item));
            removed.extend(std::iter::repeat_n(client, before - queue.len()));
        }
        self.len -= removed.len();
        self.queues.retain(|_, queue| !queue.is_empty());
        let queues = &self.queues;
        self.ready.retain(|client| queues.contains_key(client));
        self.held.retain(|client| queues.contains_key(client));
        removed
    }

    /// Returns all items.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.queues.values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_take_turns_and_held_ones_come_first() {
        let mut turns = FairQueue::default();
        for item in ["a1", "a2", "a3"] {
            turns.push(1, item);
        }
        turns.push(2, "b1");
        turns.push(3, "c1");
        let next = |turns: &mut FairQueue<&'static str>, barred: &str| {
            turns.next(|_, item| *item != barred).map(|(_, item)| item)
        };
        assert_eq!(next(&mut turns, "b1"), Some("a1"));
        assert_eq!(next(&mut turns, "b1"), Some("c1"));
        turns.push(4, "d1");
        assert_eq!(turns.len(), 4);
        turns.retry();
        assert_eq!(next(&mut turns, ""), Some("b1"));
        assert_eq!(next(&mut turns, ""), Some("a2"));
        assert_eq!(next(&mut turns, "a3"), Some("d1"));
        assert_eq!(next(&mut turns, "a3"), None);
        assert_eq!(turns.len_of(1), 1);
    }
}
