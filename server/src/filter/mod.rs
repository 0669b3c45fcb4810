//! Decides when a subscription is sent an update. Pure: the time is passed in.
//!
//! A [`Filter`] belongs to one subscription. It remembers the value that was sent last and the
//! time, so that the same value is never sent twice in a row and no subscription gets more updates
//! than it asked for. A [`SendSchedule`] belongs to all subscriptions of one client with the same
//! rate. It has one beat per period, and values that change between two beats are sent together
//! with the second beat. So a client whose gauges all move gets one packet per period and not one
//! per gauge.
//!
//! A subscription whose value moves is *active*: its schedule checks it at each beat, so frames
//! between two beats need no work for it.
//!
//! Values are whole steps of their precision (see [`crate::decimal`]). This module does not depend
//! on gauges or clients.

mod schedule;
#[cfg(test)]
mod tests;

pub use schedule::{Decision, SendSchedule, TimedValue};

/// Microseconds since some fixed moment.
pub type Micros = u64;

/// The longest period, in microseconds: about 32,000 years.
const LONGEST_PERIOD: f64 = 1e18;

/// The time between two updates, with the tolerances that follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    length: Micros,
    /// The jitter of frames that has no effect: an update may be this much early, and a beat that
    /// is this much late does not delay the next ones.
    slack: Micros,
    /// The most by which a beat may be moved to an earlier time, to fall into step with the sim's
    /// frames.
    step: Micros,
    /// The least time between two updates of a subscription.
    shortest: Micros,
    /// The most by which the updates of a subscription may be ahead of one per period.
    most_ahead: Micros,
}

impl Period {
    fn new(length: Micros) -> Self {
        let slack = (length / 8).min(5_000);
        let step = (length / 4).min(10_000);
        Self {
            length,
            slack,
            step,
            shortest: length - 2 * slack - step,
            most_ahead: length + 2 * slack,
        }
    }
}

/// Returns the period of `max_frequency` updates a second (finite, above 0).
pub fn period(max_frequency: f64) -> Micros {
    (1e6 / max_frequency).min(LONGEST_PERIOD) as Micros
}

/// The last update of a subscription, and how far it is ahead of its rate.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The value sent last; NaN before the first.
    sent: f64,
    sent_at: Micros,
    /// The time by which its updates are ahead of one per period.
    ahead: Micros,
    /// The time until which no change of an active subscription needs [`SendSchedule::decide`]; 0
    /// if it is not active.
    skip_until: Micros,
    /// The place in its schedule's list of active subscriptions, if it is active.
    active: Option<u32>,
}

impl Default for Filter {
    fn default() -> Self {
        Self::new()
    }
}

impl Filter {
    /// Creates the filter of a subscription that has been sent nothing.
    pub fn new() -> Self {
        Self {
            sent: f64::NAN,
            sent_at: 0,
            ahead: 0,
            skip_until: 0,
            active: None,
        }
    }

    /// Returns whether a change at this time can wait for the next beat of the schedule without any
    /// work.
    ///
    /// Measured gain: 100 clients with 100 gauges each at 60 frames and 30 updates a second take
    /// 0.15 us per line instead of 0.24.
    #[inline]
    pub fn is_skipped(&self, now: Micros) -> bool {
        now < self.skip_until
    }

    /// Sets the place in the list of active subscriptions, as returned by [`SendSchedule::remove`].
    pub fn move_to(&mut self, place: u32) {
        self.active = Some(place);
    }

    fn is_new(&self) -> bool {
        self.sent.is_nan()
    }

    fn deactivate(&mut self) {
        (self.active, self.skip_until) = (None, 0);
    }

    /// Returns whether nothing was sent for a period, so that a change may be sent at once.
    fn was_quiet(&self, period: &Period, now: Micros) -> bool {
        now >= self.quiet_at(period)
    }

    /// Returns the time from which a change may be sent at once. That is a period after the last
    /// update, or a little less if the subscription is not ahead of its rate.
    fn quiet_at(&self, period: &Period) -> Micros {
        let least = self.ahead + period.length - period.slack;
        self.sent_at + least.min(period.length)
    }

    /// Returns whether the last update is long enough ago for another one to go with the beat.
    fn may_join(&self, period: &Period, now: Micros) -> bool {
        now - self.sent_at >= period.shortest && self.is_within_rate(period, now)
    }

    fn is_within_rate(&self, period: &Period, now: Micros) -> bool {
        self.ahead_at(period, now) <= period.most_ahead
    }

    /// Returns the time by which the subscription would be ahead of its rate if it got an update
    /// now.
    fn ahead_at(&self, period: &Period, now: Micros) -> Micros {
        (self.ahead + period.length).saturating_sub(now - self.sent_at)
    }

    fn record_sent(&mut self, steps: f64, period: &Period, now: Micros) {
        self.ahead = if self.is_new() {
            0
        } else {
            self.ahead_at(period, now)
        };
        (self.sent, self.sent_at) = (steps, now);
    }
}
