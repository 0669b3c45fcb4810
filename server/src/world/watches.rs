//! What the sim has been told to read, and what it is yet to be told.

use std::collections::{BTreeSet, HashMap};

/// The watches of one kind of thing (args or indicators), by number.
///
/// What is still to be told is a set: however often wishes change while the
/// link is busy, each number is told once, with the newest rate.
#[derive(Debug, Default)]
pub(super) struct Watches {
    told: HashMap<u32, f64>,
    unsettled: BTreeSet<u32>,
}

impl Watches {
    /// What is wanted of `number` may have changed.
    pub(super) fn unsettle(&mut self, number: u32) {
        self.unsettled.insert(number);
    }

    /// The sim knows of nothing any more; all of `numbers` are wanted.
    pub(super) fn reset(&mut self, numbers: impl Iterator<Item = u32>) {
        self.told.clear();
        self.unsettled = numbers.collect();
    }

    /// These numbers are to be told again, even if nothing changed.
    pub(super) fn retell(&mut self, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            self.told.remove(&number);
            self.unsettled.insert(number);
        }
    }

    /// The next number that is to be told, with its rate; `wanted` is 0 for one nobody wants.
    pub(super) fn next(&mut self, mut wanted: impl FnMut(u32) -> f64) -> Option<(u32, f64)> {
        while let Some(number) = self.unsettled.pop_first() {
            let rate = wanted(number);
            let told = match rate {
                0.0 => self.told.remove(&number),
                _ => self.told.insert(number, rate),
            };
            if told.unwrap_or(0.0) != rate {
                return Some((number, rate));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_told_once_with_the_newest_rate() {
        let mut watches = Watches::default();
        watches.unsettle(5);
        watches.unsettle(5);
        assert_eq!(watches.next(|_| 30.0), Some((5, 30.0)));
        assert_eq!(watches.next(|_| 30.0), None);
        watches.unsettle(5);
        assert_eq!(watches.next(|_| 30.0), None, "nothing changed");
        watches.unsettle(5);
        assert_eq!(watches.next(|_| 0.0), Some((5, 0.0)));
        watches.unsettle(5);
        assert_eq!(watches.next(|_| 0.0), None);
        watches.reset([7, 6].into_iter());
        assert_eq!(watches.next(|_| 1.0), Some((6, 1.0)));
    }
}
