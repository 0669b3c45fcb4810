//! Resolves names to variables: locals, captured variables or globals.

use super::ast::{Capture, StrId};

/// The most locals of a function at a time, as in Lua.
const MAX_LOCALS: usize = 200;
/// The most captured variables of a function, as in Lua.
const MAX_UPVALUES: usize = 60;

/// The variable that a name refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    Local(u16),
    Upvalue(u16),
    Global,
}

/// The error of a function over one of Lua's own limits, with Lua's message.
#[derive(Debug)]
pub(super) struct LimitError(pub(super) &'static str);

/// The scope of a function that is being converted.
#[derive(Debug, Default)]
pub(super) struct FunctionScope {
    /// The visible locals, each at the index of its slot.
    locals: Vec<StrId>,
    upvalues: Vec<(StrId, Capture)>,
    pub(super) slots: u16,
    pub(super) vararg: bool,
    /// The number of loops around the current statement.
    pub(super) loops: u32,
    depth: u32,
    pub(super) max_depth: u32,
}

impl FunctionScope {
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

    fn upvalue(&mut self, name: StrId, capture: Capture) -> Result<Variable, LimitError> {
        if self.upvalues.len() >= MAX_UPVALUES {
            return Err(LimitError("function has more than 60 upvalues"));
        }
        self.upvalues.push((name, capture));
        Ok(Variable::Upvalue(self.upvalues.len() as u16 - 1))
    }
}

/// The scopes of the functions around the current place, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    functions: Vec<FunctionScope>,
}

impl Scopes {
    pub(super) fn open_function(&mut self) {
        self.functions.push(FunctionScope::default());
    }

    pub(super) fn close_function(&mut self) -> FunctionScope {
        self.functions.pop().unwrap_or_default()
    }

    pub(super) fn function(&mut self) -> &mut FunctionScope {
        if self.functions.is_empty() {
            self.open_function();
        }
        let last = self.functions.len() - 1;
        &mut self.functions[last]
    }

    /// Returns the first free slot, which the next local gets.
    pub(super) fn mark(&mut self) -> u16 {
        self.function().locals.len() as u16
    }

    /// Ends the scope of the locals declared since `mark`.
    pub(super) fn release(&mut self, mark: u16) {
        self.function().locals.truncate(mark as usize);
    }

    pub(super) fn declare(&mut self, name: StrId) -> Result<u16, LimitError> {
        let function = self.function();
        if function.locals.len() >= MAX_LOCALS {
            return Err(LimitError("function has more than 200 local variables"));
        }
        function.locals.push(name);
        let slot = function.locals.len() as u16 - 1;
        function.slots = function.slots.max(slot + 1);
        Ok(slot)
    }

    pub(super) fn resolve(&mut self, name: StrId) -> Result<Variable, LimitError> {
        self.resolve_in(self.functions.len(), name)
    }

    /// Resolves a name in the first `count` functions, beginning with the innermost of them.
    fn resolve_in(&mut self, count: usize, name: StrId) -> Result<Variable, LimitError> {
        let Some(function) = count
            .checked_sub(1)
            .and_then(|last| self.functions.get(last))
        else {
            return Ok(Variable::Global);
        };
        if let Some(slot) = function.locals.iter().rposition(|&local| local == name) {
            return Ok(Variable::Local(slot as u16));
        }
        if let Some(index) = function
            .upvalues
            .iter()
            .position(|&(known, _)| known == name)
        {
            return Ok(Variable::Upvalue(index as u16));
        }
        let capture = match self.resolve_in(count - 1, name)? {
            Variable::Local(slot) => Capture::Local(slot),
            Variable::Upvalue(index) => Capture::Upvalue(index),
            Variable::Global => return Ok(Variable::Global),
        };
        self.functions[count - 1].upvalue(name, capture)
    }
}
