//! The watches that the sim has been told about, and the changes that it must still be told about.
//!
//! The sim has room for a limited number of watches. Further ones wait here until a watch ends.

use std::collections::{BTreeSet, HashMap};

/// The watches of one kind of thing (args or indicators), by number.
///
/// The changes are kept as a set of numbers: however often a rate changes while the link is busy,
/// the sim is told about each number once, with the newest rate.
#[derive(Debug)]
pub(super) struct Watches {
    /// The most watches that the sim has room for.
    room: usize,
    /// The rates that were sent to the sim.
    sent: HashMap<u32, f64>,
    /// The numbers whose rate may have changed since it was sent.
    dirty: BTreeSet<u32>,
    /// The numbers that are wanted, but for which there was no room.
    waiting: BTreeSet<u32>,
}

/// The next thing to do for a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum WatchUpdate {
    /// Send the sim this rate; 0 ends the watch.
    Send(u32, f64),
    /// There is no room for it in the sim. It waits.
    NoRoom(u32),
    /// Nothing: the sim has this rate already, or the clients have been told that the watch waits.
    Unchanged,
}

impl Watches {
    pub(super) fn new(room: usize) -> Self {
        Self {
            room,
            sent: HashMap::new(),
            dirty: BTreeSet::new(),
            waiting: BTreeSet::new(),
        }
    }

    /// Marks that the wanted rate of `number` may have changed.
    pub(super) fn mark_dirty(&mut self, number: u32) {
        self.dirty.insert(number);
    }

    /// Gives up `number`, which is not wanted any more. Returns whether the sim still has to be
    /// told so.
    pub(super) fn cancel(&mut self, number: u32) -> bool {
        let sent = self.sent.contains_key(&number);
        if sent {
            self.dirty.insert(number);
        } else {
            self.dirty.remove(&number);
            self.waiting.remove(&number);
        }
        sent
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.sent.is_empty() && self.dirty.is_empty() && self.waiting.is_empty()
    }

    /// Returns the number of watches that the sim has.
    pub(super) fn active_count(&self) -> usize {
        self.sent.len()
    }

    /// Returns whether `number` is wanted and the sim has no room for it.
    pub(super) fn is_waiting(&self, number: u32) -> bool {
        self.waiting.contains(&number)
    }

    /// Forgets the watches of a sim that has lost them. The caller marks the wanted numbers as
    /// dirty.
    pub(super) fn reset(&mut self) {
        self.sent.clear();
        self.waiting.clear();
        self.dirty.clear();
    }

    /// Marks a watch of the sim as dirty, so that it is sent again.
    pub(super) fn resend(&mut self, number: u32) {
        if let Some(rate) = self.sent.get_mut(&number) {
            // NaN differs from every rate.
            *rate = f64::NAN;
            self.dirty.insert(number);
        }
    }

    /// Marks all watches of the sim as dirty, so that each of them is sent again.
    pub(super) fn resend_all(&mut self) {
        let numbers: Vec<u32> = self.sent.keys().copied().collect();
        for number in numbers {
            self.resend(number);
        }
    }

    /// Returns the next step for the next dirty number. `wanted` returns the rate of a number; 0 if
    /// it is not wanted.
    pub(super) fn next(&mut self, wanted: impl Fn(u32) -> f64) -> Option<WatchUpdate> {
        let number = self.dirty.pop_first()?;
        let rate = wanted(number);
        let full = self.sent.len() >= self.room && !self.sent.contains_key(&number);
        if rate != 0.0 && full {
            let is_new = self.waiting.insert(number);
            return Some(if is_new {
                WatchUpdate::NoRoom(number)
            } else {
                WatchUpdate::Unchanged
            });
        }
        let sent = match rate {
            0.0 => self.sent.remove(&number),
            _ => self.sent.insert(number, rate),
        };
        if rate == 0.0 && self.sent.len() < self.room {
            self.dirty.extend(self.waiting.pop_first());
        }
        Some(match sent.unwrap_or(0.0) == rate {
            true => WatchUpdate::Unchanged,
            false => WatchUpdate::Send(number, rate),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WatchUpdate::{NoRoom, Send, Unchanged};
    use super::*;

    /// Returns the next step that is not [`WatchUpdate::Unchanged`].
    fn next(watches: &mut Watches, wanted: impl Fn(u32) -> f64) -> Option<WatchUpdate> {
        std::iter::from_fn(|| watches.next(&wanted)).find(|watch| *watch != Unchanged)
    }

    #[test]
    fn each_number_is_told_once_with_the_newest_rate() {
        let mut watches = Watches::new(9);
        watches.mark_dirty(5);
        watches.mark_dirty(5);
        assert_eq!(next(&mut watches, |_| 30.0), Some(Send(5, 30.0)));
        assert_eq!(next(&mut watches, |_| 30.0), None);
        watches.mark_dirty(5);
        assert_eq!(next(&mut watches, |_| 30.0), None, "nothing changed");
        watches.resend_all();
        assert_eq!(next(&mut watches, |_| 30.0), Some(Send(5, 30.0)));
        watches.resend_all();
        assert!(watches.cancel(5));
        assert_eq!(next(&mut watches, |_| 0.0), Some(Send(5, 0.0)));
        watches.mark_dirty(5);
        assert_eq!(next(&mut watches, |_| 0.0), None);
        watches.reset();
        [7, 6]
            .into_iter()
            .for_each(|number| watches.mark_dirty(number));
        assert_eq!(next(&mut watches, |_| 1.0), Some(Send(6, 1.0)));
    }

    #[test]
    fn a_watch_without_room_gets_the_room_of_one_that_ends() {
        let mut watches = Watches::new(1);
        (5..8).for_each(|number| watches.mark_dirty(number));
        assert_eq!(next(&mut watches, |_| 30.0), Some(Send(5, 30.0)));
        assert_eq!(next(&mut watches, |_| 30.0), Some(NoRoom(6)));
        assert_eq!(next(&mut watches, |_| 30.0), Some(NoRoom(7)));
        assert!(next(&mut watches, |_| 30.0).is_none() && watches.is_waiting(7));
        watches.mark_dirty(7);
        assert_eq!(next(&mut watches, |_| 60.0), None, "said already");
        assert!(!watches.cancel(6) && watches.cancel(5));
        let wanted = |number| if number == 7 { 60.0 } else { 0.0 };
        assert_eq!(next(&mut watches, wanted), Some(Send(5, 0.0)));
        assert_eq!(next(&mut watches, wanted), Some(Send(7, 60.0)));
        assert_eq!(next(&mut watches, wanted), None);
        assert!(!watches.is_waiting(7) && watches.active_count() == 1);
    }
}
