//! The number of instructions that Lua may still run, and the time it may take for them: a few can
//! copy or compare much.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use mlua::{Error, HookTriggers, Lua, VmState};

/// The instructions between two looks at the budget.
const STRIDE: u32 = 1000;
/// The strides from one error to the next, in which the error comes through all protected calls of a
/// module to the driver, and the driver handles it.
const GRACE: u32 = 10;
/// The share of the first budget that a refill never goes below.
const LEAST_SHARE: u64 = 16;

/// The time for as many instructions as the budget has, and at least that.
const NANOSECONDS_EACH: u64 = 100;
const LEAST_TIME: Duration = Duration::from_secs(1);

/// A number of instructions, used up while Lua runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget {
    left: Rc<Cell<u64>>,
    size: Rc<Cell<u64>>,
    refill: Rc<Cell<u64>>,
    deadline: Rc<Cell<Option<Instant>>>,
    /// The strides until the next error.
    grace: Rc<Cell<u32>>,
}

impl Budget {
    /// Makes a Lua state stop with an error when the budget is used up.
    pub(crate) fn attach(&self, lua: &Lua) -> mlua::Result<()> {
        let budget = self.clone();
        let triggers = HookTriggers::new().every_nth_instruction(STRIDE);
        lua.set_hook(triggers, move |_, _| {
            let is_late = budget.deadline.get().is_some_and(|it| Instant::now() >= it);
            let left = match is_late {
                true => 0,
                false => budget.left.get().saturating_sub(STRIDE.into()),
            };
            budget.left.set(left);
            if !budget.is_exhausted() {
                return Ok(VmState::Continue);
            }
            if let Some(grace) = budget.grace.get().checked_sub(1) {
                budget.grace.set(grace);
                return Ok(VmState::Continue);
            }
            budget.grace.set(GRACE);
            Err(Error::runtime("the instruction limit was reached"))
        })
    }

    /// Begins a piece of work that may run this many instructions. It ends with the value that is
    /// returned.
    pub(crate) fn start(&self, instructions: u64) -> Work {
        self.size.set(instructions);
        self.refill.set(instructions);
        self.grant(instructions);
        Work(self.clone())
    }

    fn grant(&self, instructions: u64) {
        let time = Duration::from_nanos(instructions.saturating_mul(NANOSECONDS_EACH));
        self.left.set(instructions);
        self.grace.set(0);
        self.deadline
            .set(Instant::now().checked_add(time.max(LEAST_TIME)));
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Gives work that used up its budget a new one of half the size, so that the rest of it is done.
    /// Returns whether it was used up.
    pub(crate) fn refill(&self) -> bool {
        let was_exhausted = self.is_exhausted();
        if was_exhausted {
            let least = self.size.get() / LEAST_SHARE;
            self.refill.set((self.refill.get() / 2).max(least));
            self.grant(self.refill.get());
        }
        was_exhausted
    }
}

/// A piece of work. What the host does between two of them has no deadline.
#[derive(Debug)]
#[must_use]
pub(crate) struct Work(Budget);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.grant(self.0.size.get());
        self.0.deadline.set(None);
    }
}
