//! Evaluates operators: arithmetic, comparison and concatenation with metamethods, and the errors
//! for operands of the wrong type.

use std::sync::Arc;

use super::{
    Machine, Str, UndefinedPolicy, Value,
    call::Scope,
    error::EvalError,
    event::Event,
    machine::Caller,
    number::{self, write_number},
    table::Location,
};
use crate::syntax::ast::{Binary, Expr, Op};

/// The result of an operator; none if an operand has the wrong type and no metamethod.
type OperatorResult = Result<Option<Value>, EvalError>;

/// Returns the result of an operator on two numbers; none for concatenation.
pub(super) fn on_numbers(op: Op, left: f64, right: f64) -> Option<Value> {
    Some(match op {
        Op::Add => Value::Number(left + right),
        Op::Sub => Value::Number(left - right),
        Op::Mul => Value::Number(left * right),
        Op::Div => Value::Number(left / right),
        Op::Mod => Value::Number(left - (left / right).floor() * right),
        Op::Pow => Value::Number(left.powf(right)),
        Op::Eq => Value::Bool(left == right),
        Op::Ne => Value::Bool(left != right),
        Op::Lt => Value::Bool(left < right),
        Op::Le => Value::Bool(left <= right),
        Op::Gt => Value::Bool(left > right),
        Op::Ge => Value::Bool(left >= right),
        Op::Concat => return None,
    })
}

impl Machine {
    /// Evaluates an operator; none if the operands have the wrong type.
    pub(super) fn operate(
        &mut self,
        op: Op,
        left: Value,
        right: Value,
        caller: Caller,
    ) -> OperatorResult {
        if let Some(unknown) = left.as_unknown().or(right.as_unknown()) {
            return Ok(Some(Value::Unknown(unknown)));
        }
        match op {
            Op::Concat => self.concat(left, right, caller),
            Op::Eq => Ok(Some(self.equals(left, right, caller)?)),
            Op::Ne => Ok(Some(match self.equals(left, right, caller)? {
                Value::Bool(same) => Value::Bool(!same),
                unknown => unknown,
            })),
            Op::Lt => self.less(left, right, caller),
            Op::Gt => self.less(right, left, caller),
            Op::Le => self.less_or_equal(left, right, caller),
            Op::Ge => self.less_or_equal(right, left, caller),
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Mod | Op::Pow => {
                self.arithmetic(op, left, right, caller)
            }
        }
    }

    fn arithmetic(&mut self, op: Op, left: Value, right: Value, caller: Caller) -> OperatorResult {
        if let (Some(left), Some(right)) = (self.read_number(left), self.read_number(right)) {
            return Ok(on_numbers(op, left, right));
        }
        let event = match op {
            Op::Add => Event::Add,
            Op::Sub => Event::Sub,
            Op::Mul => Event::Mul,
            Op::Div => Event::Div,
            Op::Mod => Event::Mod,
            _ => Event::Pow,
        };
        self.either_handler(event, left, right, caller)
    }

    /// Calls the handler of the left operand, else that of the right one; none if neither has one.
    fn either_handler(
        &mut self,
        event: Event,
        left: Value,
        right: Value,
        caller: Caller,
    ) -> OperatorResult {
        let handler = match self.metamethod(left, event) {
            Value::Nil => self.metamethod(right, event),
            handler => handler,
        };
        match handler {
            Value::Nil => Ok(None),
            handler => Ok(Some(
                self.call_values(handler, &[left, right], caller)?.first(),
            )),
        }
    }

    fn concat(&mut self, left: Value, right: Value, caller: Caller) -> OperatorResult {
        let mut text = Vec::new();
        if self.append_text(left, &mut text) && self.append_text(right, &mut text) {
            return self.new_string(&text).map(Some);
        }
        self.either_handler(Event::Concat, left, right, caller)
    }

    /// Appends a string or number as text and counts its bytes. Returns false for other values.
    pub(super) fn append_text(&mut self, value: Value, text: &mut Vec<u8>) -> bool {
        let start = text.len();
        match value {
            Value::Str(string) => text.extend_from_slice(self.strings.get(string)),
            Value::Number(number) => write_number(number, text),
            _ => return false,
        }
        self.meter.count_bytes(text.len() - start);
        true
    }

    /// Returns the bytes of a string and counts them.
    pub(super) fn read(&mut self, string: Str) -> Arc<[u8]> {
        let bytes = self.strings.get(string).clone();
        self.meter.count_bytes(bytes.len());
        bytes
    }

    /// Returns a number, or converts a string to one and counts its bytes.
    pub(super) fn read_number(&mut self, value: Value) -> Option<f64> {
        match value {
            Value::Number(number) => Some(number),
            Value::Str(string) => number::parse(&self.read(string)),
            _ => None,
        }
    }

    // --- comparison

    /// Evaluates `left == right` to a boolean or an unknown.
    fn equals(&mut self, left: Value, right: Value, caller: Caller) -> Result<Value, EvalError> {
        let (Value::Table(a), Value::Table(b)) = (left, right) else {
            return Ok(Value::Bool(left == right));
        };
        if a == b {
            return Ok(Value::Bool(true));
        }
        let handler = self.metamethod(left, Event::Eq);
        if handler.is_nil() || handler != self.metamethod(right, Event::Eq) {
            return Ok(Value::Bool(false));
        }
        let result = self.call_values(handler, &[left, right], caller)?.first();
        Ok(truth(result))
    }

    /// Evaluates `left < right`; none if they cannot be compared.
    pub(super) fn less(&mut self, left: Value, right: Value, caller: Caller) -> OperatorResult {
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => Ok(Some(Value::Bool(left < right))),
            (Value::Str(_), Value::Str(_)) => Ok(Some(Value::Bool(self.text_less(left, right)?))),
            _ => self.same_handler(Event::Lt, left, right, caller),
        }
    }

    fn less_or_equal(&mut self, left: Value, right: Value, caller: Caller) -> OperatorResult {
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => Ok(Some(Value::Bool(left <= right))),
            (Value::Str(_), Value::Str(_)) => Ok(Some(Value::Bool(!self.text_less(right, left)?))),
            _ => match self.same_handler(Event::Le, left, right, caller)? {
                Some(result) => Ok(Some(result)),
                None => Ok(self
                    .same_handler(Event::Lt, right, left, caller)?
                    .map(|result| match result {
                        Value::Bool(less) => Value::Bool(!less),
                        unknown => unknown,
                    })),
            },
        }
    }

    fn text_less(&mut self, left: Value, right: Value) -> Result<bool, EvalError> {
        let (Value::Str(left), Value::Str(right)) = (left, right) else {
            return Ok(false);
        };
        let [left, right] = [left, right].map(|text| self.strings.get(text).clone());
        self.charge_bytes(left.len().min(right.len()))?;
        Ok(left < right)
    }

    /// Calls the handler of a comparison, which both operands must have.
    fn same_handler(
        &mut self,
        event: Event,
        left: Value,
        right: Value,
        caller: Caller,
    ) -> OperatorResult {
        let handler = self.metamethod(left, event);
        if handler.is_nil() || handler != self.metamethod(right, event) {
            return Ok(None);
        }
        let result = self.call_values(handler, &[left, right], caller)?.first();
        Ok(Some(truth(result)))
    }

    // --- errors

    /// Returns the error for an operand of the wrong type. For an undefined global it may return an
    /// unknown instead, depending on the options.
    pub(super) fn bad_operand(
        &mut self,
        scope: &Scope,
        expr: &Expr,
        value: Value,
        action: &str,
        at: u32,
    ) -> Result<Value, EvalError> {
        if let Some(unknown) = self.undefined_global(scope, expr, value) {
            return Ok(unknown);
        }
        let kind = self.type_name(value);
        let message = match self.name_of(scope, expr) {
            Some(name) => format!("attempt to {action} {name} (a {kind} value)"),
            None => format!("attempt to {action} a {kind} value"),
        };
        let span = self.span_of(Location {
            chunk: scope.chunk.index,
            at,
        });
        Err(self.error_at(span, message.as_bytes()))
    }

    pub(super) fn bad_operands(
        &mut self,
        scope: &Scope,
        binary: &Binary,
        left: Value,
        right: Value,
    ) -> Result<Value, EvalError> {
        for (expr, value) in [(&binary.left, left), (&binary.right, right)] {
            if let Some(unknown) = self.undefined_global(scope, expr, value) {
                return Ok(unknown);
            }
        }
        match binary.op {
            Op::Concat => {
                let fits = matches!(left, Value::Str(_) | Value::Number(_));
                let (expr, value) = if fits {
                    (&binary.right, right)
                } else {
                    (&binary.left, left)
                };
                self.bad_operand(scope, expr, value, "concatenate", binary.at)
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le => self.bad_comparison(scope, left, right, binary.at),
            Op::Gt | Op::Ge => self.bad_comparison(scope, right, left, binary.at),
            _ => {
                let fits = self.read_number(left).is_some();
                let (expr, value) = if fits {
                    (&binary.right, right)
                } else {
                    (&binary.left, left)
                };
                self.bad_operand(scope, expr, value, "perform arithmetic on", binary.at)
            }
        }
    }

    fn bad_comparison(
        &mut self,
        scope: &Scope,
        left: Value,
        right: Value,
        at: u32,
    ) -> Result<Value, EvalError> {
        let message = self.comparison_message(left, right);
        let span = self.span_of(Location {
            chunk: scope.chunk.index,
            at,
        });
        Err(self.error_at(span, message.as_bytes()))
    }

    pub(super) fn comparison_message(&self, left: Value, right: Value) -> String {
        let (left, right) = (self.type_name(left), self.type_name(right));
        if left == right {
            format!("attempt to compare two {left} values")
        } else {
            format!("attempt to compare {left} with {right}")
        }
    }

    /// Returns the unknown for an undefined global that is used, if the options allow it.
    pub(super) fn undefined_global(
        &mut self,
        scope: &Scope,
        expr: &Expr,
        value: Value,
    ) -> Option<Value> {
        let Expr::Global { name, at } = expr else {
            return None;
        };
        if !value.is_nil() || self.options.undefined == UndefinedPolicy::Error {
            return None;
        }
        let name = scope.chunk.strings[*name as usize];
        let location = Location {
            chunk: scope.chunk.index,
            at: *at,
        };
        Some(self.report_undefined(name, location))
    }

    /// Returns the name of an operand in the form of Lua's messages.
    fn name_of(&self, scope: &Scope, expr: &Expr) -> Option<String> {
        let written = |at: u32| {
            let span = self.span_of(Location {
                chunk: scope.chunk.index,
                at,
            })?;
            let bytes = scope.chunk.chunk.source().bytes();
            let name = bytes.get(span.start as usize..span.end as usize)?;
            Some(String::from_utf8_lossy(name).into_owned())
        };
        match expr {
            Expr::Global { at, .. } => Some(format!("global '{}'", written(*at)?)),
            Expr::Local { at, .. } => Some(format!("local '{}'", written(*at)?)),
            Expr::Upvalue { at, .. } => Some(format!("upvalue '{}'", written(*at)?)),
            Expr::Index(index) => match index.key {
                Expr::Str(key) => {
                    let key = self.strings.get(scope.chunk.strings[key as usize]);
                    Some(format!("field '{}'", String::from_utf8_lossy(key)))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Returns the result of a handler as a boolean. An unknown is returned unchanged.
fn truth(value: Value) -> Value {
    match value {
        Value::Unknown(_) => value,
        value => Value::Bool(value.is_true()),
    }
}
