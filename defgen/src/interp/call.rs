//! Calls: arguments are passed on the stack, results as [`Returns`].

use std::{ops::Range, rc::Rc};

use super::{
    Args, Machine, Returns, Value,
    error::EvalError,
    event::Event,
    machine::{Caller, Closure, Frame, FunctionData, LoadedChunk, Slot},
    table::Location,
};
use crate::syntax::ast::{Call, Expr, Tree};

/// The native stack that a native function may use, in levels of nesting.
const NATIVE_DEPTH: u32 = 4;

/// The way a block ended: at its end, or by a statement.
pub(super) enum Flow {
    Normal,
    Break,
    Return(Returns),
}

/// The variables of a running Lua function.
pub(super) struct Scope<'a> {
    pub(super) chunk: &'a LoadedChunk,
    pub(super) tree: &'a Tree,
    pub(super) cells: &'a [u32],
    /// The index of its first local on the stack.
    pub(super) base: usize,
    /// The indices of its `...` on the stack.
    pub(super) varargs: Range<usize>,
}

impl Scope<'_> {
    /// Returns the location of a byte of the chunk.
    pub(super) fn location(&self, at: u32) -> Location {
        Location {
            chunk: self.chunk.index,
            at,
        }
    }
}

impl Machine {
    /// Calls a value with the arguments on the stack from `base` on, and removes them.
    pub(super) fn invoke(
        &mut self,
        function: Value,
        base: usize,
        caller: Caller,
    ) -> Result<Returns, EvalError> {
        match function {
            Value::Function(function) => match &self.functions[function.0 as usize] {
                FunctionData::Lua(closure) => self.run_closure(&closure.clone(), base, caller),
                native => self.run_native(&native.clone(), base, caller),
            },
            Value::Unknown(_) => {
                self.stack.truncate(base);
                Ok(Returns::One(function))
            }
            other => match self.call_handler(other) {
                Some(handler) => {
                    self.charge(1)?;
                    self.stack.insert(base, Slot::Value(other));
                    self.invoke(handler, base, caller)
                }
                None => {
                    let message = format!("attempt to call a {} value", self.type_name(other));
                    Err(self.error_from(caller, &message))
                }
            },
        }
    }

    /// Returns the `__call` handler of a value if it is a function. As in Lua, a handler's own
    /// `__call` is not used.
    fn call_handler(&self, value: Value) -> Option<Value> {
        let handler = self.metamethod(value, Event::Call);
        matches!(handler, Value::Function(_) | Value::Unknown(_)).then_some(handler)
    }

    fn run_native(
        &mut self,
        native: &FunctionData,
        base: usize,
        caller: Caller,
    ) -> Result<Returns, EvalError> {
        let args = (self.stack.len() - base) as u32;
        let base = base as u32;
        self.enter(Frame {
            caller,
            base,
            args,
            depth: NATIVE_DEPTH,
        })?;
        let args = Args { base, len: args };
        let result = match native {
            FunctionData::Builtin(builtin) => builtin.run(self, args)?,
            FunctionData::Native { code, .. } => code(self, args)?,
            FunctionData::Lua(_) => Returns::None,
        };
        self.leave();
        self.charge(result.as_slice().len())?;
        Ok(result)
    }

    fn run_closure(
        &mut self,
        closure: &Rc<Closure>,
        base: usize,
        caller: Caller,
    ) -> Result<Returns, EvalError> {
        let tree = &closure.chunk.chunk.tree;
        let proto = &tree.protos[closure.proto as usize];
        let given = self.stack.len() - base;
        let params = proto.params as usize;
        let args = if proto.vararg {
            given
        } else {
            given.min(params)
        };
        let depth = proto.depth;
        self.enter(Frame {
            caller,
            base: base as u32,
            args: args as u32,
            depth,
        })?;
        let locals = if proto.vararg {
            let locals = self.stack.len();
            for index in 0..params.min(given) {
                let arg = self.stack[base + index];
                self.stack.push(arg);
            }
            locals
        } else {
            self.stack.truncate(base + params);
            base
        };
        self.stack
            .resize(locals + proto.slots as usize, Slot::Value(Value::Nil));
        let scope = Scope {
            chunk: &closure.chunk,
            tree,
            cells: &closure.cells,
            base: locals,
            varargs: base + params.min(given)..base + args,
        };
        let flow = self.block(&scope, &proto.body)?;
        self.leave();
        Ok(match flow {
            Flow::Return(returns) => returns,
            Flow::Normal | Flow::Break => Returns::None,
        })
    }

    /// Evaluates a call.
    pub(super) fn call_expr(&mut self, scope: &Scope, call: &Call) -> Result<Returns, EvalError> {
        let mut function = self.expr(scope, &call.function)?;
        let base = self.stack.len();
        if let Some(method) = call.method {
            let object = function;
            function = self.method(scope, call, object, method)?;
            self.push(object);
        }
        self.push_exprs(scope, &call.args)?;
        let caller = Caller::Site(scope.chunk.index, call.site);
        if let Value::Function(_) = function {
            return self.invoke(function, base, caller);
        }
        if function.as_unknown().is_none() && self.call_handler(function).is_none() {
            function = self.not_callable(scope, call, function)?;
        }
        self.invoke(function, base, caller)
    }

    /// Looks up the method in `object:name()`.
    fn method(
        &mut self,
        scope: &Scope,
        call: &Call,
        object: Value,
        name: u32,
    ) -> Result<Value, EvalError> {
        let key = Value::Str(scope.chunk.strings[name as usize]);
        let at = scope.tree.sites[call.site as usize].start;
        let caller = Caller::Operator(scope.location(at));
        match self.index(object, key, caller)? {
            Some(function) => Ok(function),
            None => self.bad_operand(scope, &call.function, object, "index", at),
        }
    }

    /// Returns an unknown if the callee is an undefined global, else the error.
    fn not_callable(
        &mut self,
        scope: &Scope,
        call: &Call,
        value: Value,
    ) -> Result<Value, EvalError> {
        let site = scope.tree.sites[call.site as usize];
        let Some(method) = call.method else {
            return self.bad_operand(scope, &call.function, value, "call", site.start);
        };
        let name = scope.chunk.strings[method as usize];
        let name = String::from_utf8_lossy(self.strings.get(name)).into_owned();
        let kind = self.type_name(value);
        let message = format!("attempt to call method '{name}' (a {kind} value)");
        let span = scope.chunk.chunk.source().span(site.start, site.end);
        Err(self.error_at(Some(span), message.as_bytes()))
    }

    /// Pushes the values of expressions: one for each, and all values of the last one.
    pub(super) fn push_exprs(&mut self, scope: &Scope, exprs: &[Expr]) -> Result<(), EvalError> {
        let Some((last, others)) = exprs.split_last() else {
            return Ok(());
        };
        for expr in others {
            let value = self.expr(scope, expr)?;
            self.push(value);
        }
        match last {
            Expr::Call(call) => {
                let returns = self.call_expr(scope, call)?;
                let values = returns.as_slice();
                self.charge(values.len())?;
                values.iter().for_each(|&value| self.push(value));
            }
            Expr::Vararg => {
                self.charge(scope.varargs.len())?;
                self.stack.extend_from_within(scope.varargs.clone());
            }
            single => {
                let value = self.expr(scope, single)?;
                self.push(value);
            }
        }
        Ok(())
    }
}
