//! The updates for one listener, as many as its line carries.

use super::encoder::{MAX_UPDATE, MIN_UPDATE, UpdateEncoder};
use crate::bios::binary::memory::{Memory, WordSet};
use crate::filter::Micros;

/// The time between two updates.
pub(in crate::bios::binary) const STEP: Micros = 33_333;

/// The most bytes that are sent at once to a listener without a limit.
const AT_ONCE: usize = 16 * MAX_UPDATE;

/// The speed of a listener's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bios::binary) enum Pace {
    /// As fast as it reads.
    Unlimited,
    /// This many bytes per second.
    Limited(u32),
}

/// The updates for one listener.
#[derive(Debug)]
pub(in crate::bios::binary) struct Feed {
    encoder: UpdateEncoder,
    pace: Pace,
    /// The bytes that may be sent now.
    allowance: usize,
    /// Whether the last step had more to send than the line carries.
    is_behind: bool,
    last: Option<Micros>,
}

impl Feed {
    /// Creates the feed of a new listener, which gets everything first.
    pub(in crate::bios::binary) fn new(pace: Pace, memory: &Memory) -> Self {
        let mut encoder = UpdateEncoder::default();
        encoder.mark_all(memory);
        Self {
            encoder,
            pace,
            allowance: 0,
            is_behind: false,
            last: None,
        }
    }

    /// Marks words that have changed.
    pub(in crate::bios::binary) fn mark(&mut self, changed: &WordSet) {
        self.encoder.mark(changed);
    }

    /// Marks everything, as a listener asks for it.
    pub(in crate::bios::binary) fn mark_all(&mut self, memory: &Memory) {
        self.encoder.mark_all(memory);
    }

    /// Drops the words that have no value any more.
    pub(in crate::bios::binary) fn forget(&mut self, memory: &Memory) {
        self.encoder.forget(memory);
    }

    /// Counts a step in which the listener takes nothing.
    pub(in crate::bios::binary) fn skip(&mut self) {
        self.encoder.skip();
    }

    /// Returns the updates of a step. Each is complete by itself.
    pub(in crate::bios::binary) fn step(&mut self, memory: &Memory, now: Micros) -> Vec<Vec<u8>> {
        self.refill(now);
        self.encoder.mark_autosync(memory, self.is_behind);
        let mut updates = Vec::new();
        while self.allowance >= MIN_UPDATE && (updates.is_empty() || self.encoder.is_dirty()) {
            let update = self.encoder.update(memory, self.allowance);
            self.allowance -= update.len().min(self.allowance);
            updates.push(update);
        }
        self.is_behind = self.encoder.is_dirty();
        if updates.is_empty() {
            self.encoder.skip();
        }
        updates
    }

    fn refill(&mut self, now: Micros) {
        let Pace::Limited(bytes_per_second) = self.pace else {
            self.allowance = AT_ONCE;
            return;
        };
        let passed = self.last.map_or(STEP, |last| now.saturating_sub(last));
        self.last = Some(now);
        let bytes = u64::from(bytes_per_second).saturating_mul(passed) / 1_000_000;
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        // A long pause does not let a burst through that the line could not carry.
        let most = usize::try_from(bytes_per_second / 20).unwrap_or(usize::MAX);
        self.allowance = self
            .allowance
            .saturating_add(bytes)
            .min(most.max(MIN_UPDATE));
    }
}
