//! The meter of a state: the work it has done and the memory it holds.

use super::error::Limit;
use crate::limits::Limits;

/// The number of bytes whose reading or writing counts as one step.
pub(super) const BYTES_PER_STEP: usize = 32;

/// Counts steps and bytes.
///
/// [`Meter::count`] and [`Meter::hold`] only count, so that functions that cannot fail may call
/// them. [`Meter::check`] compares the counts with the limits. It runs at the next call or node at
/// the latest, so at most the work of one call or node is done over a limit.
#[derive(Debug)]
pub(super) struct Meter {
    steps: u64,
    memory: usize,
    max_steps: u64,
    max_memory: usize,
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            steps: 0,
            memory: 0,
            max_steps: limits.steps,
            max_memory: limits.memory_bytes,
        }
    }

    /// Counts work: one step for each node that is evaluated and each value that is read or
    /// written.
    pub(super) fn count(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps as u64);
    }

    /// Counts the work on a number of bytes.
    pub(super) fn count_bytes(&mut self, bytes: usize) {
        self.count(bytes / BYTES_PER_STEP);
    }

    /// Counts memory that is held.
    pub(super) fn hold(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_add(bytes);
    }

    /// Counts memory that is no longer held.
    pub(super) fn release(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_sub(bytes);
    }

    /// Compares the counts with the limits.
    ///
    /// # Errors
    /// The limit that was passed.
    pub(super) fn check(&self) -> Result<(), Limit> {
        if self.steps > self.max_steps {
            return Err(Limit::Steps);
        }
        match self.memory > self.max_memory {
            true => Err(Limit::Memory),
            false => Ok(()),
        }
    }

    /// Returns true if this many more bytes may be held.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.memory.saturating_add(bytes) <= self.max_memory
    }

    /// Returns the steps counted so far.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Returns the bytes held now.
    pub(super) fn memory(&self) -> usize {
        self.memory
    }

    /// Returns the number of steps left.
    pub(super) fn left(&self) -> u64 {
        self.max_steps.saturating_sub(self.steps)
    }
}
