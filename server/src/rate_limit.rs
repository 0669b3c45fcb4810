//! A limit on how much is let through: so much at once, and so much a second.
//!
//! Pure: the time is passed in.

use crate::filter::Micros;

/// A store that holds so much at once and is refilled at a steady rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimit {
    at_once: f64,
    per_second: f64,
    left: f64,
    filled: Micros,
}

impl RateLimit {
    /// A full store.
    pub(crate) fn new(at_once: u32, per_second: u32) -> Self {
        Self {
            at_once: at_once.into(),
            per_second: per_second.into(),
            left: at_once.into(),
            filled: 0,
        }
    }

    /// Takes `amount` if that much is left. `now` never goes back.
    pub(crate) fn take(&mut self, amount: usize, now: Micros) -> bool {
        let passed = now.saturating_sub(self.filled) as f64 / 1e6;
        self.left = (self.left + passed * self.per_second).min(self.at_once);
        self.filled = now;
        let granted = self.left >= amount as f64;
        if granted {
            self.left -= amount as f64;
        }
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_once_and_then_at_the_rate() {
        let mut limit = RateLimit::new(3, 2);
        let mut granted = |ms: Micros| (0..10).filter(|_| limit.take(1, ms * 1_000)).count();
        let granted = [0, 400, 500, 1500, 99_999].map(&mut granted);
        assert_eq!(granted, [3, 0, 1, 2, 3]);
    }

    #[test]
    fn more_than_is_left_takes_nothing() {
        let mut limit = RateLimit::new(10, 1);
        assert!(!limit.take(11, 0) && limit.take(7, 0));
        assert!(!limit.take(4, 0) && limit.take(3, 0));
    }
}
