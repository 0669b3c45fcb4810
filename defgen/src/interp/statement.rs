//! Evaluates statements.

use super::{
    Machine, Returns, Table, Value,
    call::{Flow, Scope},
    error::EvalError,
    machine::{Caller, Closure, Slot},
    table::Location,
};
use crate::syntax::ast::{Arm, Block, Capture, Expr, GenericFor, Index, NumericFor, Stmt, Target};

/// The table and key of an assignment target; none for a local, which Lua reads only when it
/// assigns.
struct TargetParts {
    object: Option<Value>,
    key: Option<Value>,
}

impl Machine {
    pub(super) fn block(&mut self, scope: &Scope, block: &Block) -> Result<Flow, EvalError> {
        for statement in &block.statements {
            match self.statement(scope, statement)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Normal)
    }

    fn statement(&mut self, scope: &Scope, statement: &Stmt) -> Result<Flow, EvalError> {
        self.charge(1)?;
        match statement {
            Stmt::Set { target, value } => self.assign_one(scope, target, value)?,
            Stmt::Call(call) => drop(self.call_expr(scope, call)?),
            Stmt::Local {
                first,
                count,
                values,
            } => self.local(scope, *first, *count, values)?,
            Stmt::LocalFunction { slot, proto } => {
                self.stack[scope.base + *slot as usize] = Slot::Value(Value::Nil);
                let function = self.closure(scope, *proto)?;
                self.set_local(scope, *slot, function);
            }
            Stmt::Assign { targets, values } => {
                self.assign(scope, targets, values)?;
            }
            Stmt::Do(block) => return self.block(scope, block),
            Stmt::While { condition, body } => return self.while_loop(scope, condition, body),
            Stmt::Repeat { body, condition } => return self.repeat_loop(scope, body, condition),
            Stmt::If { arms, otherwise } => {
                return self.if_statement(scope, arms, otherwise.as_ref());
            }
            Stmt::NumericFor(numeric) => return self.numeric_for(scope, numeric),
            Stmt::GenericFor(generic) => return self.generic_for(scope, generic),
            Stmt::Return(values) => return self.return_values(scope, values),
            Stmt::Break => return Ok(Flow::Break),
        }
        Ok(Flow::Normal)
    }

    fn return_values(&mut self, scope: &Scope, values: &[Expr]) -> Result<Flow, EvalError> {
        Ok(Flow::Return(match values {
            [] => Returns::None,
            [Expr::Call(call)] => self.call_expr(scope, call)?,
            [single] if !single.is_multiple() => Returns::One(self.expr(scope, single)?),
            many => {
                let base = self.stack.len();
                self.push_exprs(scope, many)?;
                Returns::Many(
                    (base..self.stack.len())
                        .map(|index| self.slot(index))
                        .collect(),
                )
            }
        }))
    }

    fn if_statement(
        &mut self,
        scope: &Scope,
        arms: &[Arm],
        otherwise: Option<&Block>,
    ) -> Result<Flow, EvalError> {
        for arm in arms {
            if self.expr(scope, &arm.condition)?.is_true() {
                return self.block(scope, &arm.body);
            }
        }
        otherwise.map_or(Ok(Flow::Normal), |block| self.block(scope, block))
    }

    // --- loops

    fn while_loop(
        &mut self,
        scope: &Scope,
        condition: &Expr,
        body: &Block,
    ) -> Result<Flow, EvalError> {
        while self.expr(scope, condition)?.is_true() {
            self.charge(1)?;
            match self.block(scope, body)? {
                Flow::Normal => {}
                Flow::Break => break,
                returned => return Ok(returned),
            }
        }
        Ok(Flow::Normal)
    }

    fn repeat_loop(
        &mut self,
        scope: &Scope,
        body: &Block,
        condition: &Expr,
    ) -> Result<Flow, EvalError> {
        loop {
            self.charge(1)?;
            match self.block(scope, body)? {
                Flow::Normal => {}
                Flow::Break => break,
                returned => return Ok(returned),
            }
            let until = self.expr(scope, condition)?;
            // An unknown condition would never become true, so the loop ends.
            if until.is_true() || until.as_unknown().is_some() {
                break;
            }
        }
        Ok(Flow::Normal)
    }

    fn numeric_for(&mut self, scope: &Scope, numeric: &NumericFor) -> Result<Flow, EvalError> {
        let start = self.expr(scope, &numeric.start)?;
        let end = self.expr(scope, &numeric.end)?;
        let step = match &numeric.step {
            Some(step) => self.expr(scope, step)?,
            None => Value::Number(1.0),
        };
        let location = scope.location(numeric.at);
        if let Some(unknown) = [start, end, step].into_iter().find_map(Value::as_unknown) {
            self.report_skipped_loop(unknown, location);
            return Ok(Flow::Normal);
        }
        let start = self.for_number(start, "initial value", location)?;
        let end = self.for_number(end, "limit", location)?;
        let step = self.for_number(step, "step", location)?;
        // As in Lua: subtracting and adding the step may change the number.
        let mut index = start - step;
        loop {
            index += step;
            let continues = if 0.0 < step {
                index <= end
            } else {
                end <= index
            };
            if !continues {
                return Ok(Flow::Normal);
            }
            self.charge(1)?;
            self.stack[scope.base + numeric.slot as usize] = Slot::Value(Value::Number(index));
            match self.block(scope, &numeric.body)? {
                Flow::Normal => {}
                Flow::Break => return Ok(Flow::Normal),
                returned => return Ok(returned),
            }
        }
    }

    fn for_number(
        &mut self,
        value: Value,
        what: &str,
        location: Location,
    ) -> Result<f64, EvalError> {
        match self.read_number(value) {
            Some(number) => Ok(number),
            None => {
                let span = self.span_of(location);
                let message = format!("'for' {what} must be a number");
                Err(self.error_at(span, message.as_bytes()))
            }
        }
    }

    fn generic_for(&mut self, scope: &Scope, generic: &GenericFor) -> Result<Flow, EvalError> {
        let base = self.stack.len();
        let values = &generic.values;
        self.push_exprs(scope, values)?;
        let [function, state, control] = [0, 1, 2].map(|index| self.slot(base + index));
        self.stack.truncate(base);
        let undefined = match values.first() {
            Some(iterator) => self.undefined_global(scope, iterator, function),
            None => None,
        };
        if let Value::Unknown(unknown) = undefined.unwrap_or(function) {
            let location = scope.location(generic.at);
            self.report_skipped_loop(unknown, location);
            return Ok(Flow::Normal);
        }
        if let (Value::Function(function), Value::Table(table)) = (function, state)
            && control.is_nil()
            && self.next == Some(function)
        {
            return self.for_pairs(scope, generic, table);
        }
        self.for_calls(scope, generic, [function, state, control])
    }

    /// Runs `for k, v in pairs(table)` without looking up each key again.
    fn for_pairs(
        &mut self,
        scope: &Scope,
        generic: &GenericFor,
        table: Table,
    ) -> Result<Flow, EvalError> {
        let mut position = 0;
        while let Some(found) = self.next_entry(table, position)? {
            position = found.next;
            match self.iteration(scope, generic, &[found.key, found.value])? {
                Flow::Normal => {}
                Flow::Break => break,
                returned => return Ok(returned),
            }
        }
        Ok(Flow::Normal)
    }

    fn for_calls(
        &mut self,
        scope: &Scope,
        generic: &GenericFor,
        [function, state, mut control]: [Value; 3],
    ) -> Result<Flow, EvalError> {
        loop {
            self.charge(1)?;
            let base = self.stack.len();
            self.push(state);
            self.push(control);
            let caller = Caller::Loop(scope.location(generic.at));
            let results = self.invoke(function, base, caller)?;
            control = results.first();
            if control.is_nil() || control.as_unknown().is_some() {
                return Ok(Flow::Normal);
            }
            match self.iteration(scope, generic, results.as_slice())? {
                Flow::Normal => {}
                Flow::Break => return Ok(Flow::Normal),
                returned => return Ok(returned),
            }
        }
    }

    fn iteration(
        &mut self,
        scope: &Scope,
        generic: &GenericFor,
        values: &[Value],
    ) -> Result<Flow, EvalError> {
        let first = scope.base + generic.first as usize;
        for index in 0..generic.count as usize {
            let value = values.get(index).copied().unwrap_or_default();
            self.stack[first + index] = Slot::Value(value);
        }
        self.block(scope, &generic.body)
    }

    // --- assignments

    fn local(
        &mut self,
        scope: &Scope,
        first: u16,
        count: u16,
        values: &[Expr],
    ) -> Result<(), EvalError> {
        let (first, count) = (scope.base + first as usize, count as usize);
        if let [value] = values
            && count == 1
        {
            let value = self.expr(scope, value)?;
            self.stack[first] = Slot::Value(value);
            return Ok(());
        }
        let base = self.stack.len();
        self.push_exprs(scope, values)?;
        for index in 0..count {
            let value = self.slot(base + index);
            self.stack[first + index] = Slot::Value(value);
        }
        self.stack.truncate(base);
        Ok(())
    }

    fn assign_one(
        &mut self,
        scope: &Scope,
        target: &Target,
        value: &Expr,
    ) -> Result<(), EvalError> {
        if let Target::Index(index) = target
            && let index = index
            && let Expr::Str(key) = index.key
        {
            let key = Value::Str(scope.chunk.strings[key as usize]);
            let early = self.expr_unless_local(scope, &index.object)?;
            let value = self.expr(scope, value)?;
            let object = self.or_read_local(scope, early, &index.object);
            return self.store_index(scope, index, object, key, value);
        }
        let parts = self.parts(scope, target)?;
        let value = self.expr(scope, value)?;
        self.store(scope, target, &parts, value)
    }

    /// Evaluates the tables and keys, then the values; then sets the targets, the last one first.
    fn assign(
        &mut self,
        scope: &Scope,
        targets: &[Target],
        values: &[Expr],
    ) -> Result<(), EvalError> {
        let parts = targets.iter().map(|target| self.parts(scope, target));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let base = self.stack.len();
        self.push_exprs(scope, values)?;
        for (index, (target, parts)) in targets.iter().zip(&parts).enumerate().rev() {
            let value = self.slot(base + index);
            self.store(scope, target, parts, value)?;
        }
        self.stack.truncate(base);
        Ok(())
    }

    fn parts(&mut self, scope: &Scope, target: &Target) -> Result<TargetParts, EvalError> {
        let Target::Index(index) = target else {
            return Ok(TargetParts {
                object: None,
                key: None,
            });
        };
        let object = self.expr_unless_local(scope, &index.object)?;
        Ok(TargetParts {
            object,
            key: self.expr_unless_local(scope, &index.key)?,
        })
    }

    /// Evaluates an expression; none for a local, which is read when it is used.
    pub(super) fn expr_unless_local(
        &mut self,
        scope: &Scope,
        expr: &Expr,
    ) -> Result<Option<Value>, EvalError> {
        match expr {
            Expr::Local { .. } => Ok(None),
            expr => self.expr(scope, expr).map(Some),
        }
    }

    /// Returns the value from [`Machine::expr_unless_local`], or reads the local now.
    pub(super) fn or_read_local(&self, scope: &Scope, value: Option<Value>, expr: &Expr) -> Value {
        match (value, expr) {
            (Some(value), _) => value,
            (None, Expr::Local { slot, .. }) => self.local_value(scope, *slot),
            (None, _) => Value::Nil,
        }
    }

    fn store(
        &mut self,
        scope: &Scope,
        target: &Target,
        parts: &TargetParts,
        value: Value,
    ) -> Result<(), EvalError> {
        match target {
            Target::Local(slot) => self.set_local(scope, *slot, value),
            Target::Upvalue(index) => {
                self.cells[scope.cells[*index as usize] as usize] = value;
            }
            Target::Global { name, at } => {
                let key = Value::Str(scope.chunk.strings[*name as usize]);
                let location = scope.location(*at);
                let globals = self.globals;
                if self.data(globals).metatable.is_none() {
                    return self.set_entry(globals, key, value, location);
                }
                self.set_index(Value::Table(globals), key, value, location)?;
            }
            Target::Index(index) => {
                let object = self.or_read_local(scope, parts.object, &index.object);
                let key = self.or_read_local(scope, parts.key, &index.key);
                self.store_index(scope, index, object, key, value)?;
            }
        }
        Ok(())
    }

    fn store_index(
        &mut self,
        scope: &Scope,
        index: &Index,
        object: Value,
        key: Value,
        value: Value,
    ) -> Result<(), EvalError> {
        let location = scope.location(index.at);
        if let (Value::Table(table), Value::Str(_)) = (object, key)
            && self.data(table).metatable.is_none()
        {
            return self.set_entry(table, key, value, location);
        }
        if !self.set_index(object, key, value, location)? {
            self.bad_operand(scope, &index.object, object, "index", index.at)?;
        }
        Ok(())
    }

    pub(super) fn set_local(&mut self, scope: &Scope, slot: u16, value: Value) {
        match &mut self.stack[scope.base + slot as usize] {
            Slot::Cell(cell) => self.cells[*cell as usize] = value,
            location => *location = Slot::Value(value),
        }
    }

    // --- closures

    pub(super) fn closure(&mut self, scope: &Scope, proto: u32) -> Result<Value, EvalError> {
        let captures = &scope.tree.protos[proto as usize].captures;
        let cells = captures.iter().map(|capture| match *capture {
            Capture::Local(slot) => self.capture(scope.base + slot as usize),
            Capture::Upvalue(index) => scope.cells[index as usize],
        });
        let cells = cells.collect();
        let chunk = self.chunks[scope.chunk.index as usize].clone();
        Ok(self.new_closure(Closure {
            chunk,
            proto,
            cells,
        }))
    }

    /// Moves a local into a cell, unless it is in one already, and returns the index of its cell.
    fn capture(&mut self, index: usize) -> u32 {
        match self.stack[index] {
            Slot::Cell(cell) => cell,
            Slot::Value(value) => {
                let cell = self.new_cell(value);
                self.stack[index] = Slot::Cell(cell);
                cell
            }
        }
    }
}
