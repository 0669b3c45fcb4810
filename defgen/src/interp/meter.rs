//! The account of a state: the work it has done and the memory it holds.

use super::error::Limit;
use crate::limits::Limits;

/// Bytes that are worked on together for the price of a step.
pub(super) const BYTES_PER_STEP: usize = 32;

/// Counts steps and bytes.
///
/// [`Meter::count`] and [`Meter::hold`] only count, for functions that cannot fail;
/// [`Meter::check`] finds out whether a limit was passed, at the next call or node at the latest.
/// So each call may pass a limit by no more than it does in one piece.
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

    /// Counts work: about a step for each node that is evaluated and each value that is touched.
    pub(super) fn count(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps as u64);
    }

    /// Counts work on so many bytes.
    pub(super) fn count_bytes(&mut self, bytes: usize) {
        self.count(bytes / BYTES_PER_STEP);
    }

    /// Counts memory that is held until the state ends.
    pub(super) fn hold(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_add(bytes);
    }

    /// Counts memory that is no longer held.
    pub(super) fn release(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_sub(bytes);
    }

    pub(super) fn check(&self) -> Result<(), Limit> {
        if self.steps > self.max_steps {
            return Err(Limit::Steps);
        }
        match self.memory > self.max_memory {
            true => Err(Limit::Memory),
            false => Ok(()),
        }
    }

    /// Returns true if so many more bytes may be held.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.memory.saturating_add(bytes) <= self.max_memory
    }

    /// Steps so far.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Bytes held now.
    pub(super) fn memory(&self) -> usize {
        self.memory
    }

    /// Steps that are left.
    pub(super) fn left(&self) -> u64 {
        self.max_steps.saturating_sub(self.steps)
    }
}
