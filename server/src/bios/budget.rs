//! How much is let through: so many at once and so many a second, and no more than the sim can
//! do soon. Pure: the time is handed in.

use std::collections::HashSet;
use std::time::{Duration, Instant};

/// A bucket that holds `at_once` permits and is refilled with `per_second`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    at_once: f64,
    per_second: f64,
    left: f64,
    filled: Instant,
}

impl Budget {
    /// A full bucket.
    pub(super) fn new(at_once: f64, per_second: f64, now: Instant) -> Self {
        Self {
            at_once,
            per_second,
            left: at_once,
            filled: now,
        }
    }

    /// Takes a permit, if there is one.
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

/// How long a frame of a slow sim lasts.
const FRAME: Duration = Duration::from_millis(33);

/// How long an action may have to wait behind those that were let through before it.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What the sim is busy with, as far as it is due to us.
///
/// The sim performs one action on a command in a frame, and all behind a second one wait for the
/// next frame. So two actions on one command cost everybody a frame, and many on different
/// commands cost none.
#[derive(Debug)]
pub(super) struct Frames {
    /// When the frame comes in which the last action is performed.
    last: Instant,
    /// The commands of that frame: device and number.
    commands: HashSet<(i64, i64)>,
}

impl Frames {
    /// A sim that has nothing to do.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            last: now,
            commands: HashSet::new(),
        }
    }

    /// Lets an action through, unless it would have to wait for too long.
    pub(super) fn take(&mut self, command: (i64, i64), now: Instant) -> bool {
        if now >= self.last + FRAME {
            *self = Self::new(now);
        }
        if self.commands.contains(&command) {
            if self.last + FRAME > now + LONGEST_WAIT {
                return false;
            }
            self.last += FRAME;
            self.commands.clear();
        }
        self.commands.insert(command)
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

    #[test]
    fn many_commands_share_a_frame_and_one_command_takes_one_each() {
        let start = Instant::now();
        let mut frames = Frames::new(start);
        assert!((0..300).all(|command| frames.take((1, command), start)));
        let mut granted =
            |at: Duration| (0..99).filter(|_| frames.take((1, 7), start + at)).count();
        assert_eq!(granted(Duration::ZERO), 30);
        assert_eq!(granted(10 * FRAME), 10);
        assert_eq!(granted(Duration::from_secs(60)), 31);
        // What has to wait makes all behind it wait, on whatever command.
        let busy = start + Duration::from_secs(60);
        assert!(frames.take((1, 8), busy) && !frames.take((1, 8), busy));
    }
}
