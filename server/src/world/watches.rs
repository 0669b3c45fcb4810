//! What the sim has been told to read, and what it is yet to be told.
//!
//! The sim has room for so many watches; what is wanted beyond waits here, and
//! gets the room of a watch that ends.

use std::collections::{BTreeSet, HashMap};

/// The watches of one kind of thing (args or indicators), by number.
///
/// What is still to be told is a set: however often wishes change while the
/// link is busy, each number is told once, with the newest rate.
#[derive(Debug)]
pub(super) struct Watches {
    /// Watches that the sim has room for.
    room: usize,
    /// The rates that the sim was told.
    told: HashMap<u32, f64>,
    /// Numbers of which the sim may have to be told something.
    dirty: BTreeSet<u32>,
    /// Wanted, but there was no room.
    waiting: BTreeSet<u32>,
}

/// What is to be done about a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Watch {
    /// The sim is to be told to read it at this rate; 0 = no more.
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

    /// What is wanted of `number` may have changed.
    pub(super) fn mark_dirty(&mut self, number: u32) {
        self.dirty.insert(number);
    }

    /// Nobody wants `number` any more. Whether the sim is still to be told so.
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

    /// How many the sim has been told to read.
    pub(super) fn told(&self) -> usize {
        self.told.len()
    }

    /// Whether `number` is wanted and the sim has no room for it.
    pub(super) fn waits(&self, number: u32) -> bool {
        self.waiting.contains(&number)
    }

    /// The sim knows of nothing any more. What is wanted is to be marked as dirty.
    pub(super) fn reset(&mut self) {
        self.told.clear();
        self.waiting.clear();
        self.dirty.clear();
    }

    /// What the sim was told is to be told again, even if nothing changed.
    pub(super) fn retell(&mut self) {
        for (&number, rate) in &mut self.told {
            // Unlike any rate.
            *rate = f64::NAN;
            self.dirty.insert(number);
        }
    }

    /// What is to be done about the next number of which the sim may have to be told something;
    /// `wanted` is the rate of a number, 0 for one nobody wants.
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

    /// The next thing that is to be done about any number.
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
    fn what_there_is_no_room_for_gets_the_room_of_what_ends() {
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
