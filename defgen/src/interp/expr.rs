//! Evaluates expressions.

use super::{
    Machine, Returns, Value,
    call::Scope,
    error::EvalError,
    event::Event,
    machine::{Caller, Slot},
};
use crate::syntax::ast::{Binary, Expr, Index, Item, Op, TableExpr, Unary};

/// The number of list items in a constructor that are set together, as in Lua. Until then they wait
/// on the stack. An item with a key is set as soon as it is evaluated.
const ITEMS_PER_FLUSH: usize = 50;

impl Machine {
    /// Evaluates an expression to one value, the first if there are several.
    #[inline(always)] // Most expressions are leaves, for which a call would be most of the work.
    pub(super) fn expr(&mut self, scope: &Scope, expr: &Expr) -> Result<Value, EvalError> {
        match expr {
            Expr::Number(number) => Ok(Value::Number(*number)),
            Expr::Str(string) => Ok(Value::Str(scope.chunk.strings[*string as usize])),
            Expr::Local { slot, .. } => Ok(self.local_value(scope, *slot)),
            expr => self.branch(scope, expr),
        }
    }

    pub(super) fn local_value(&self, scope: &Scope, slot: u16) -> Value {
        match self.stack[scope.base + slot as usize] {
            Slot::Value(value) => value,
            Slot::Cell(cell) => self.cells[cell as usize],
        }
    }

    fn branch(&mut self, scope: &Scope, expr: &Expr) -> Result<Value, EvalError> {
        self.charge(1)?;
        Ok(match expr {
            Expr::Nil => Value::Nil,
            Expr::True => Value::Bool(true),
            Expr::False => Value::Bool(false),
            Expr::Number(_) | Expr::Str(_) | Expr::Local { .. } => return self.expr(scope, expr),
            Expr::Upvalue { index, .. } => self.cells[scope.cells[*index as usize] as usize],
            Expr::Global { name, at } => return self.global_expr(scope, *name, *at),
            Expr::Index(index) => return self.index_expr(scope, index),
            Expr::Call(call) => match self.call_expr(scope, call)? {
                Returns::One(value) => value,
                other => other.first(),
            },
            Expr::Function(proto) => return self.closure(scope, *proto),
            Expr::Binary(binary) => return self.binary(scope, binary),
            Expr::And(pair) => match self.expr(scope, &pair.left)? {
                left if left.is_true() => return self.expr(scope, &pair.right),
                left => left,
            },
            Expr::Or(pair) => match self.expr(scope, &pair.left)? {
                left if left.is_true() => left,
                _ => return self.expr(scope, &pair.right),
            },
            Expr::Not(operand) => match self.expr(scope, operand)? {
                unknown @ Value::Unknown(_) => unknown,
                operand => Value::Bool(!operand.is_true()),
            },
            Expr::Negate(unary) => return self.negate(scope, unary),
            Expr::Length(unary) => return self.length_expr(scope, unary),
            Expr::Table(table) => return self.table_expr(scope, table),
            Expr::Paren(inner) => return self.expr(scope, inner),
            Expr::Vararg if scope.varargs.is_empty() => Value::Nil,
            Expr::Vararg => self.slot(scope.varargs.start),
        })
    }

    fn global_expr(&mut self, scope: &Scope, name: u32, at: u32) -> Result<Value, EvalError> {
        let name = scope.chunk.strings[name as usize];
        let globals = self.data(self.globals);
        let value = globals.get_str(name);
        if !value.is_nil() || globals.metatable.is_none() {
            return Ok(value);
        }
        let caller = Caller::Operator(scope.location(at));
        let value = self.index(Value::Table(self.globals), Value::Str(name), caller)?;
        Ok(value.unwrap_or_default())
    }

    fn index_expr(&mut self, scope: &Scope, index: &Index) -> Result<Value, EvalError> {
        let (object, key) = if index.key.is_leaf() {
            let object = self.expr(scope, &index.object)?;
            (object, self.expr(scope, &index.key)?)
        } else {
            let object = self.expr_unless_local(scope, &index.object)?;
            let key = self.expr(scope, &index.key)?;
            (self.or_read_local(scope, object, &index.object), key)
        };
        if let (Value::Table(table), Value::Str(name)) = (object, key) {
            let data = self.data(table);
            let value = data.get_str(name);
            if !value.is_nil() || data.metatable.is_none() {
                return Ok(value);
            }
        }
        let caller = Caller::Operator(scope.location(index.at));
        match self.index(object, key, caller)? {
            Some(value) => Ok(value),
            None => self.bad_operand(scope, &index.object, object, "index", index.at),
        }
    }

    fn binary(&mut self, scope: &Scope, binary: &Binary) -> Result<Value, EvalError> {
        let (left, right) = match binary.op {
            // Lua copies the operands of `..`, so a local is read when it is reached. For other
            // operators the order matters only if the right operand runs code.
            op if op == Op::Concat || binary.right.is_leaf() => {
                let left = self.expr(scope, &binary.left)?;
                (left, self.expr(scope, &binary.right)?)
            }
            _ => {
                let left = self.expr_unless_local(scope, &binary.left)?;
                let right = self.expr(scope, &binary.right)?;
                (self.or_read_local(scope, left, &binary.left), right)
            }
        };
        if let (Value::Number(left), Value::Number(right)) = (left, right)
            && let Some(value) = super::operator::on_numbers(binary.op, left, right)
        {
            return Ok(value);
        }
        let caller = Caller::Operator(scope.location(binary.at));
        match self.operate(binary.op, left, right, caller)? {
            Some(value) => Ok(value),
            None => self.bad_operands(scope, binary, left, right),
        }
    }

    fn negate(&mut self, scope: &Scope, unary: &Unary) -> Result<Value, EvalError> {
        let operand = self.expr(scope, &unary.operand)?;
        if let Some(number) = self.read_number(operand) {
            return Ok(Value::Number(-number));
        }
        if operand.as_unknown().is_some() {
            return Ok(operand);
        }
        match self.metamethod(operand, Event::Negate) {
            Value::Nil => {
                let what = "perform arithmetic on";
                self.bad_operand(scope, &unary.operand, operand, what, unary.at)
            }
            handler => {
                let caller = Caller::Operator(scope.location(unary.at));
                Ok(self
                    .call_values(handler, &[operand, operand], caller)?
                    .first())
            }
        }
    }

    fn length_expr(&mut self, scope: &Scope, unary: &Unary) -> Result<Value, EvalError> {
        let operand = self.expr(scope, &unary.operand)?;
        match operand {
            Value::Str(string) => Ok(Value::Number(self.strings.get(string).len() as f64)),
            Value::Table(table) => Ok(Value::Number(self.data(table).length() as f64)),
            Value::Unknown(_) => Ok(operand),
            _ => self.bad_operand(scope, &unary.operand, operand, "get length of", unary.at),
        }
    }

    // --- constructors

    fn table_expr(&mut self, scope: &Scope, expr: &TableExpr) -> Result<Value, EvalError> {
        let table = self.new_table(scope.location(expr.at));
        let base = self.stack.len();
        let mut flushed = 0;
        let all = &expr.items;
        for (index, item) in all.iter().enumerate() {
            if self.stack.len() - base == ITEMS_PER_FLUSH {
                flushed = self.flush_items(table, base, flushed)?;
            }
            match item {
                Item::Positional(value) if index + 1 == all.len() => {
                    self.push_exprs(scope, std::slice::from_ref(value))?;
                }
                Item::Positional(value) => {
                    let value = self.expr(scope, value)?;
                    self.push(value);
                }
                Item::Named { name, value, at } => {
                    let key = Value::Str(scope.chunk.strings[*name as usize]);
                    let value = self.expr(scope, value)?;
                    let location = scope.location(*at);
                    self.set_entry(table, key, value, location)?;
                }
                Item::Keyed { key, value, at } => self.keyed(scope, table, key, value, *at)?,
            }
        }
        self.flush_items(table, base, flushed)?;
        Ok(Value::Table(table))
    }

    fn keyed(
        &mut self,
        scope: &Scope,
        table: super::Table,
        key: &Expr,
        value: &Expr,
        at: u32,
    ) -> Result<(), EvalError> {
        let early = self.expr_unless_local(scope, key)?;
        let value = self.expr(scope, value)?;
        let key = self.or_read_local(scope, early, key);
        let location = scope.location(at);
        self.check_key(key, location)?;
        self.set_unless_unknown(table, key, value, location)
    }

    /// Sets the list items that wait on the stack, from `base` on. `done` is the number of items
    /// that were set before; returns that number with the new ones added.
    fn flush_items(
        &mut self,
        table: super::Table,
        base: usize,
        done: usize,
    ) -> Result<usize, EvalError> {
        let count = self.stack.len() - base;
        for offset in 0..count {
            let value = self.slot(base + offset);
            self.change(table, |data| data.set_item(done + offset + 1, value));
        }
        self.stack.truncate(base);
        self.meter.count(count);
        self.check_entries(table)?;
        Ok(done + count)
    }
}
