//! Queues of several askers that are served in turn.

use std::collections::{HashMap, VecDeque};

/// The queues of several askers, which are served in turn. The items of an asker stay in their
/// order. If an asker's first item cannot be done now, that asker is passed over until
/// [`Self::retry`], and then comes first.
#[derive(Debug)]
pub(super) struct Turns<T> {
    queues: HashMap<u64, VecDeque<T>>,
    /// The askers whose first item has not been tried yet, next one first.
    ready: VecDeque<u64>,
    /// The askers whose first item cannot be done now, in the order of their turns.
    held: VecDeque<u64>,
    len: usize,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self {
            queues: HashMap::new(),
            ready: VecDeque::new(),
            held: VecDeque::new(),
            len: 0,
        }
    }
}

impl<T> Turns<T> {
    /// Adds an item to an asker's queue.
    pub(super) fn push(&mut self, asker: u64, item: T) {
        let queue = self.queues.entry(asker).or_default();
        if queue.is_empty() {
            self.ready.push_back(asker);
        }
        queue.push_back(item);
        self.len += 1;
    }

    /// Takes the next item for which `can_go` holds, with its asker.
    pub(super) fn next(&mut self, mut can_go: impl FnMut(u64, &T) -> bool) -> Option<(u64, T)> {
        while let Some(asker) = self.ready.pop_front() {
            let Some(queue) = self.queues.get_mut(&asker) else {
                continue;
            };
            if !queue.front().is_some_and(|first| can_go(asker, first)) {
                self.held.push_back(asker);
                continue;
            }
            let item = queue.pop_front();
            if queue.is_empty() {
                self.queues.remove(&asker);
            } else {
                self.ready.push_back(asker);
            }
            self.len -= 1;
            return item.map(|item| (asker, item));
        }
        None
    }

    /// Makes all askers ready again, since items that could not be done may be possible now.
    pub(super) fn retry(&mut self) {
        self.held.append(&mut self.ready);
        std::mem::swap(&mut self.held, &mut self.ready);
    }

    /// Returns the number of items of all askers.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of items of one asker.
    pub(super) fn len_of(&self, asker: u64) -> usize {
        self.queues.get(&asker).map_or(0, VecDeque::len)
    }

    /// Removes all items of an asker, and returns their number.
    pub(super) fn remove(&mut self, asker: u64) -> usize {
        let removed = self.queues.remove(&asker).map_or(0, |queue| queue.len());
        if removed > 0 {
            self.ready.retain(|&other| other != asker);
            self.held.retain(|&other| other != asker);
            self.len -= removed;
        }
        removed
    }

    /// Removes the items for which `is_over` holds. Returns their askers, once for each item.
    pub(super) fn remove_all(&mut self, mut is_over: impl FnMut(&T) -> bool) -> Vec<u64> {
        let mut removed = Vec::new();
        for (&asker, queue) in &mut self.queues {
            let before = queue.len();
            queue.retain(|item| !is_over(item));
            removed.extend(std::iter::repeat_n(asker, before - queue.len()));
        }
        self.len -= removed.len();
        self.queues.retain(|_, queue| !queue.is_empty());
        let queues = &self.queues;
        self.ready.retain(|asker| queues.contains_key(asker));
        self.held.retain(|asker| queues.contains_key(asker));
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
    fn askers_take_turns_and_held_ones_come_first() {
        let mut turns = Turns::default();
        for item in ["a1", "a2", "a3"] {
            turns.push(1, item);
        }
        turns.push(2, "b1");
        turns.push(3, "c1");
        let next = |turns: &mut Turns<&'static str>, barred: &str| {
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
