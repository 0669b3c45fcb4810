//! Tests of wiring: for a while, subscribers get other values of some args than the sim's, such as
//! those of a sweep. The sim is told nothing, and positions of controls stay those of the cockpit.

use super::World;
use crate::filter::Micros;

/// The most args of a test.
const MAX_TESTED_ARGS: usize = 1_000;
/// The shortest and the longest test, in seconds.
const MIN_TEST_SECONDS: f64 = 0.1;
const MAX_TEST_SECONDS: f64 = 60.0;
/// The time between two values of a sweep.
const SWEEP_INTERVAL: Micros = 33_000;
/// The time between two deliveries of a steady value, for subscribers that come later.
const STEADY_INTERVAL: Micros = 250_000;

/// A test: raw values that go from one end to the other and back.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTest {
    args: Vec<u32>,
    from: f64,
    to: f64,
    duration: Micros,
}

/// The largest number of an arg, as in the text protocol.
const MAX_ARG: u32 = i32::MAX as u32;

/// The reason why a test is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueTestError {
    /// There are no args, or too many.
    #[error("a test takes 1 to {MAX_TESTED_ARGS} args")]
    Args,
    /// An arg has a number that the sim does not know.
    #[error("the number of an arg is at most {MAX_ARG}")]
    LargeArg,
    /// An end is not a raw value.
    #[error("raw values from -1000 to 1000 can be tested")]
    Values,
    /// The time is too short or too long.
    #[error("a test takes from {MIN_TEST_SECONDS} to {MAX_TEST_SECONDS} seconds")]
    Seconds,
}

impl ValueTest {
    /// Creates a test of these args.
    ///
    /// # Errors
    /// When it has no args, too many, or takes too long.
    pub fn new(args: Vec<u32>, from: f64, to: f64, seconds: f64) -> Result<Self, ValueTestError> {
        let range = -1000.0..=1000.0;
        if args.is_empty() || args.len() > MAX_TESTED_ARGS {
            return Err(ValueTestError::Args);
        }
        if args.iter().any(|&arg| arg > MAX_ARG) {
            return Err(ValueTestError::LargeArg);
        }
        if !range.contains(&from) || !range.contains(&to) {
            return Err(ValueTestError::Values);
        }
        if !(MIN_TEST_SECONDS..=MAX_TEST_SECONDS).contains(&seconds) {
            return Err(ValueTestError::Seconds);
        }
        Ok(Self {
            args,
            from,
            to,
            duration: (seconds * 1e6) as Micros,
        })
    }

    /// Returns the raw value at this time after the start.
    fn raw(&self, elapsed: Micros) -> f64 {
        let share = elapsed as f64 / self.duration as f64;
        let way = 1.0 - (2.0 * share.min(1.0) - 1.0).abs();
        self.from + (self.to - self.from) * way
    }

    fn interval(&self) -> Micros {
        match self.from == self.to {
            true => STEADY_INTERVAL,
            false => SWEEP_INTERVAL,
        }
    }
}

/// A test that has begun and not ended.
#[derive(Debug)]
pub(super) struct RunningTest {
    test: ValueTest,
    started: Micros,
    /// The time of the next value.
    next: Micros,
}

impl World {
    /// Starts a test. One that runs is ended first.
    pub fn start_test(&mut self, test: ValueTest, now: Micros) {
        self.stop_test(now);
        self.test = Some(RunningTest {
            test,
            started: now,
            next: now,
        });
        self.tick_test(now);
    }

    /// Ends the test that runs, if one does: subscribers get the sim's values again.
    pub fn stop_test(&mut self, now: Micros) {
        self.gauges.begin_turn();
        self.end_test(now);
    }

    pub(super) fn end_test(&mut self, now: Micros) {
        if let Some(running) = self.test.take() {
            self.gauges
                .end_test(&mut self.clients, &running.test.args, now);
        }
    }

    /// Returns the number of args of the test that runs.
    pub fn tested_args(&self) -> usize {
        let running = self.test.as_ref();
        running.map_or(0, |running| running.test.args.len())
    }

    /// Sends the values of the test that are due, and ends it when its time is over.
    pub(super) fn tick_test(&mut self, now: Micros) {
        let Some(running) = self.test.as_mut().filter(|running| running.next <= now) else {
            return;
        };
        let (test, elapsed) = (&running.test, now.saturating_sub(running.started));
        if elapsed >= test.duration {
            self.end_test(now);
            return;
        }
        running.next = (now + test.interval()).min(running.started + test.duration);
        self.gauges
            .show_test(&mut self.clients, &test.args, test.raw(elapsed), now);
    }

    pub(super) fn next_test_due(&self) -> Option<Micros> {
        Some(self.test.as_ref()?.next)
    }
}
