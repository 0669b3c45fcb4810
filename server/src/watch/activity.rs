//! The activity of an arg: the share of half seconds in which it moved, over the last minute or so.

use crate::filter::Micros;

/// The time in which several movements count as one.
const PERIOD: Micros = 500_000;
/// The number of periods after which the weight of a period has faded to about a third.
const MEMORY: f64 = 120.0;
/// The least number of periods that a share is computed from, so that one movement in the first
/// second does not look like constant motion.
const MIN_PERIODS: f64 = 40.0;

/// The activity of an arg that has been watched since time 0.
#[derive(Debug, Clone, Copy, Default)]
pub struct Activity {
    /// The number of periods with movement, with less weight for older ones.
    moving: f64,
    /// The latest of these periods; `None` if the arg has never moved.
    latest: Option<u64>,
}

impl Activity {
    /// Records that the arg moves now.
    pub fn record(&mut self, now: Micros) {
        let period = now / PERIOD;
        if self.latest != Some(period) {
            self.moving = self.faded(period) + 1.0;
            self.latest = Some(period);
        }
    }

    /// Returns the share of time in which the arg moves, from 0 to 1.
    pub fn share(&self, now: Micros) -> f64 {
        let period = now / PERIOD;
        let watched = (period as f64 + 1.0).max(MIN_PERIODS);
        let all = MEMORY * (1.0 - (-watched / MEMORY).exp());
        (self.faded(period) / all).min(1.0)
    }

    /// Returns the weighted number of periods with movement, as of this period.
    fn faded(&self, period: u64) -> f64 {
        let age = self
            .latest
            .map_or(0, |latest| period.saturating_sub(latest));
        self.moving * (-(age as f64) / MEMORY).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the share after some seconds of an arg that moves once in `every_ms` milliseconds.
    fn share(seconds: u64, every_ms: u64) -> f64 {
        let mut activity = Activity::default();
        for ms in (0..seconds * 1000).step_by(every_ms as usize) {
            activity.record(ms * 1000);
        }
        activity.share(seconds * 1_000_000)
    }

    #[test]
    fn the_share_of_time_with_movement() {
        assert!(share(300, 30) > 0.98);
        let clock = share(300, 1000);
        assert!((0.48..0.52).contains(&clock), "{clock}");
        let slow = share(300, 7000);
        assert!((0.06..0.08).contains(&slow), "{slow}");
        assert_eq!(Activity::default().share(1), 0.0);
    }

    #[test]
    fn a_needle_is_known_after_seconds_and_forgotten_after_minutes() {
        assert!(share(3, 30) > 0.1 && share(3, 3000) < 0.04);
        let mut needle = Activity::default();
        (0..600).for_each(|n| needle.record(n * 100_000));
        assert!(needle.share(60_000_000) > 0.9);
        assert!(needle.share(300_000_000) < 0.02);
    }
}
