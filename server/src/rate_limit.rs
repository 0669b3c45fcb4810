//! A limit on how much is let through: so much at once, and so much a second (a token bucket).
//!
//! Pure: the time is passed in.

use crate::filter::Micros;

/// A token bucket: it holds a limited amount and is refilled at a steady rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimit {
    at_once: f64,
    per_second: f64,
    left: f64,
    filled: Micros,
}

impl RateLimit {
    /// Creates a full bucket.
    pub(crate) fn new(at_once: u32, per_second: impl Into<f64>) -> Self {
        Self {
            at_once: at_once.into(),
            per_second: per_second.into(),
            left: at_once.into(),
            filled: 0,
        }
    }

    /// Creates the limit on log lines about the mistakes of other programs: 20 at once, then one
    /// every 5 seconds.
    pub(crate) fn for_log_lines() -> Self {
        Self::new(20, 0.2)
    }

    /// Returns whether that much is left. `now` never goes back.
    pub(crate) fn has(&mut self, amount: usize, now: Micros) -> bool {
        let passed = now.saturating_sub(self.filled) as f64 / 1e6;
        self.left = (self.left + passed * self.per_second).min(self.at_once);
        self.filled = now;
        self.left >= amount as f64
    }

    /// Takes `amount` if that much is left. `now` never goes back.
    pub(crate) fn take(&mut self, amount: usize, now: Micros) -> bool {
        let granted = self.has(amount, now);
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
        let mut limit = RateLimit::new(3, 2.0);
        let mut granted = |ms: Micros| (0..10).filter(|_| limit.take(1, ms * 1_000)).count();
        let granted = [0, 400, 500, 1500, 99_999].map(&mut granted);
        assert_eq!(granted, [3, 0, 1, 2, 3]);
    }

    #[test]
    fn less_than_one_a_second() {
        let mut limit = RateLimit::for_log_lines();
        let mut granted = |second: Micros| {
            let now = second * 1_000_000;
            (0..99).filter(|_| limit.take(1, now)).count()
        };
        assert_eq!([0, 4, 5, 10, 999].map(&mut granted), [20, 0, 1, 1, 20]);
    }

    #[test]
    fn more_than_is_left_takes_nothing() {
        let mut limit = RateLimit::new(10, 1.0);
        assert!(!limit.take(11, 0) && limit.take(7, 0));
        assert!(!limit.take(4, 0) && limit.take(3, 0));
    }
}
