//! The watches that the sim has been told about, and the changes that it still has to be told.
//!
//! The sim has room for a limited number of watches. Further ones wait here until a watch ends.

use std::collections::{BTreeSet, HashMap};

/// The watches of one kind of thing (args or indicators), by number.
///
/// The changes to tell are a set of numbers: however often a rate changes while the link is busy,
/// the sim is told each number once, with the newest rate.
#[derive(Debug)]
pub(super) struct Watches {
    /// The most watches that the sim has room for.
    room: usize,
    /// The rates that the sim was told.
    told: HashMap<u32, f64>,
    /// The numbers whose rate may have changed since the sim was told.
    dirty: BTreeSet<u32>,
    /// The numbers that are wanted, but for which there was no room.
    waiting: BTreeSet<u32>,
}

/// The next step for a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Watch {
    /// Tell the sim to read it at this rate; 0 ends the watch.
    Tell(u32, f64),
    /// There is no room for it in the sim. It waits.
    Waits(u32),
    /// Nothing: the sim knows, or the client has been told that it waits.
    Same,
}

impl Watches {
    pub(super) fn new(room: usize) -> Self {
        Self {
            room,
            told: HashMap::new(),
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
    pub(super) fn give_up(&mut self, number: u32) -> bool {
        let told = self.told.contains_key(&number);
        if told {
            self.dirty.insert(number);
        } else {
            self.dirty.remove(&number);
            self.waiting.remove(&number);
        }
        told
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty() && self.dirty.is_empty() && self.waiting.is_empty()
    }

    /// Returns the number of watches that the sim has been told.
    pub(super) fn told(&self) -> usize {
        self.told.len()
    }

    /// Returns whether `number` is wanted and the sim has no room for it.
    pub(super) fn waits(&self, number: u32) -> bool {
        self.waiting.contains(&number)
    }

    /// Forgets the watches of a sim that has lost them. The caller marks the wanted numbers as
    /// dirty.
    pub(super) fn reset(&mut self) {
        self.told.clear();
        self.waiting.clear();
        self.dirty.clear();
    }

    /// Marks all watches of the sim as dirty, so that it is told each of them again.
    pub(super) fn retell(&mut self) {
        for (&number, rate) in &mut self.told {
            // NaN differs from every rate.
            *rate = f64::NAN;
            self.dirty.insert(number);
        }
    }

    /// Returns the next step for the next dirty number. `wanted` returns the rate of a number; 0 if
    /// it is not wanted.
    pub(super) fn next(&mut self, wanted: impl Fn(u32) -> f64) -> Option<Watch> {
        let number = self.dirty.pop_first()?;
        let rate = wanted(number);
        let full = self.told.len() >= self.room && !self.told.contains_key(&number);
        if rate != 0.0 && full {
            let is_new = self.waiting.insert(number);
            return Some(if is_new {
                Watch::Waits(number)
            } else {
                Watch::Same
            });
        }
        let told = match rate {
            0.0 => self.told.remove(&number),
            _ => self.told.insert(number, rate),
        };
        if rate == 0.0 && self.told.len() < self.room {
            self.dirty.extend(self.waiting.pop_first());
        }
        Some(match told.unwrap_or(0.0) == rate {
            true => Watch::Same,
            false => Watch::Tell(number, rate),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Watch::{Same, Tell, Waits};
    use super::*;

    /// Returns the next step that is not [`Watch::Same`].
    fn next(watches: &mut Watches, wanted: impl Fn(u32) -> f64) -> Option<Watch> {
        std::iter::from_fn(|| watches.next(&wanted)).find(|watch| *watch != Same)
    }

    #[test]
    fn each_number_is_told_once_with_the_newest_rate() {
        let mut watches = Watches::new(9);
        watches.mark_dirty(5);
        watches.mark_dirty(5);
        assert_eq!(next(&mut watches, |_| 30.0), Some(Tell(5, 30.0)));
        assert_eq!(next(&mut watches, |_| 30.0), None);
        watches.mark_dirty(5);
        assert_eq!(next(&mut watches, |_| 30.0), None, "nothing changed");
        watches.retell();
        assert_eq!(next(&mut watches, |_| 30.0), Some(Tell(5, 30.0)));
        watches.retell();
        assert!(watches.give_up(5));
        assert_eq!(next(&mut watches, |_| 0.0), Some(Tell(5, 0.0)));
        watches.mark_dirty(5);
        assert_eq!(next(&mut watches, |_| 0.0), None);
        watches.reset();
        [7, 6]
            .into_iter()
            .for_each(|number| watches.mark_dirty(number));
        assert_eq!(next(&mut watches, |_| 1.0), Some(Tell(6, 1.0)));
    }

    #[test]
    fn a_watch_without_room_gets_the_room_of_one_that_ends() {
        let mut watches = Watches::new(1);
        (5..8).for_each(|number| watches.mark_dirty(number));
        assert_eq!(next(&mut watches, |_| 30.0), Some(Tell(5, 30.0)));
        assert_eq!(next(&mut watches, |_| 30.0), Some(Waits(6)));
        assert_eq!(next(&mut watches, |_| 30.0), Some(Waits(7)));
        assert!(next(&mut watches, |_| 30.0).is_none() && watches.waits(7));
        watches.mark_dirty(7);
        assert_eq!(next(&mut watches, |_| 60.0), None, "said already");
        assert!(!watches.give_up(6) && watches.give_up(5));
        let wanted = |number| if number == 7 { 60.0 } else { 0.0 };
        assert_eq!(next(&mut watches, wanted), Some(Tell(5, 0.0)));
        assert_eq!(next(&mut watches, wanted), Some(Tell(7, 60.0)));
        assert_eq!(next(&mut watches, wanted), None);
        assert!(!watches.waits(7) && watches.told() == 1);
    }
}
