//! Which place a name stands for: a slot of the function, a captured variable, or a global.

use super::ast::{Capture, StrId};

/// Locals one function may have at a time, as in Lua.
const MAX_LOCALS: usize = 200;
/// Variables one function may capture, as in Lua.
const MAX_UPVALUES: usize = 60;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Local(u16),
    Upvalue(u16),
    Global,
}

/// One of Lua's own bounds was passed; the message is Lua's.
#[derive(Debug)]
pub(super) struct TooMany(pub(super) &'static str);

/// The function being converted.
#[derive(Debug, Default)]
pub(super) struct Function {
    /// Visible locals; the index is the slot.
    locals: Vec<StrId>,
    upvalues: Vec<(StrId, Capture)>,
    pub(super) slots: u16,
    pub(super) vararg: bool,
    /// Loops around the present statement.
    pub(super) loops: u32,
    depth: u32,
    pub(super) max_depth: u32,
}

impl Function {
    pub(super) fn captures(&self) -> Box<[Capture]> {
        self.upvalues.iter().map(|&(_, capture)| capture).collect()
    }

    pub(super) fn enter(&mut self) {
        self.depth += 1;
        self.max_depth = self.max_depth.max(self.depth);
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn upvalue(&mut self, name: StrId, capture: Capture) -> Result<Place, TooMany> {
        if self.upvalues.len() >= MAX_UPVALUES {
            return Err(TooMany("function has more than 60 upvalues"));
        }
        self.upvalues.push((name, capture));
        Ok(Place::Upvalue(self.upvalues.len() as u16 - 1))
    }
}

/// The functions around the present place, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope {
    functions: Vec<Function>,
}

impl Scope {
    pub(super) fn open_function(&mut self) {
        self.functions.push(Function::default());
    }

    pub(super) fn close_function(&mut self) -> Function {
        self.functions.pop().unwrap_or_default()
    }

    pub(super) fn function(&mut self) -> &mut Function {
        if self.functions.is_empty() {
            self.open_function();
        }
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    /// The first slot that is free; locals declared from now on go there.
    pub(super) fn mark(&mut self) -> u16 {
        self.function().locals.len() as u16
    }

    /// Ends the locals declared since `mark`.
    pub(super) fn release(&mut self, mark: u16) {
        self.function().locals.truncate(mark as usize);
    }

    pub(super) fn declare(&mut self, name: StrId) -> Result<u16, TooMany> {
        let function = self.function();
        if function.locals.len() >= MAX_LOCALS {
            return Err(TooMany("function has more than 200 local variables"));
        }
        function.locals.push(name);
        let slot = function.locals.len() as u16 - 1;
        function.slots = function.slots.max(slot + 1);
        Ok(slot)
    }

    pub(super) fn resolve(&mut self, name: StrId) -> Result<Place, TooMany> {
        self.resolve_in(self.functions.len(), name)
    }

    /// `count` functions are looked at, the innermost of them first.
    fn resolve_in(&mut self, count: usize, name: StrId) -> Result<Place, TooMany> {
        let Some(function) = count
            .checked_sub(1)
            .and_then(|last| self.functions.get(last))
        else {
            return Ok(Place::Global);
        };
        if let Some(slot) = function.locals.iter().rposition(|&local| local == name) {
            return Ok(Place::Local(slot as u16));
        }
        if let Some(index) = function
            .upvalues
            .iter()
            .position(|&(known, _)| known == name)
        {
            return Ok(Place::Upvalue(index as u16));
        }
        let capture = match self.resolve_in(count - 1, name)? {
            Place::Local(slot) => Capture::Local(slot),
            Place::Upvalue(index) => Capture::Upvalue(index),
            Place::Global => return Ok(Place::Global),
        };
        self.functions[count - 1].upvalue(name, capture)
    }
}
