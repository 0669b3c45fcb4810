//! A rate limit with bursts: a token bucket.
//!
//! Pure: the time is passed in.

use std::time::Instant;

/// A token bucket that holds `at_once` tokens and is refilled with `per_second` tokens a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    at_once: f64,
    per_second: f64,
    left: f64,
    filled: Instant,
}

impl Budget {
    /// Creates a full bucket.
    pub(super) fn new(at_once: f64, per_second: f64, now: Instant) -> Self {
        Self {
            at_once,
            per_second,
            left: at_once,
            filled: now,
        }
    }

    /// Takes a token. Returns whether there was one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.at_once);
        self.filled = self.filled.max(now);
        let granted = self.left >= 1.0;
        if granted {
            self.left -= 1.0;
        }
        granted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn at_once_and_then_at_the_rate() {
        let start = Instant::now();
        let mut budget = Budget::new(3.0, 2.0, start);
        let mut granted = |ms: u64| {
            (0..10)
                .filter(|_| budget.take(start + Duration::from_millis(ms)))
                .count()
        };
        assert_eq!(
            [
                granted(0),
                granted(400),
                granted(500),
                granted(1500),
                granted(99_999)
            ],
            [3, 0, 1, 2, 3]
        );
    }
}
