//! Converts statements.

use full_moon::ast as moon;

use super::{Converter, Result, syntax_error};
use crate::syntax::{ast::*, scope::Variable};

/// The most variables of an assignment, as in Lua.
const MAX_TARGETS: usize = 200;

impl Converter<'_> {
    pub(super) fn statement(&mut self, statement: &moon::Stmt) -> Result<Stmt> {
        match statement {
            moon::Stmt::Assignment(assignment) => self.assignment(assignment),
            moon::Stmt::Do(block) => Ok(Stmt::Do(self.block(block.block())?)),
            moon::Stmt::FunctionCall(call) => match self.call_chain(call)? {
                Expr::Call(call) => Ok(Stmt::Call(call)),
                _ => syntax_error("syntax error", 0),
            },
            moon::Stmt::FunctionDeclaration(declaration) => self.declaration(declaration),
            moon::Stmt::GenericFor(generic) => self.generic_for(generic),
            moon::Stmt::If(chosen) => self.if_statement(chosen),
            moon::Stmt::LocalAssignment(local) => self.local(local),
            moon::Stmt::LocalFunction(function) => {
                let slot = self.declare(function.name())?;
                let at = self.start(function.function_token());
                Ok(Stmt::LocalFunction {
                    slot,
                    proto: self.function(function.body(), false, at)?,
                })
            }
            moon::Stmt::NumericFor(numeric) => self.numeric_for(numeric),
            moon::Stmt::Repeat(repeat) => self.repeat(repeat),
            moon::Stmt::While(repeated) => {
                let condition = self.expr(repeated.condition())?;
                Ok(Stmt::While {
                    condition,
                    body: self.loop_block(repeated.block())?,
                })
            }
            _ => syntax_error("Lua 5.1 has no such statement", 0),
        }
    }

    pub(super) fn last_statement(&mut self, last: &moon::LastStmt) -> Result<Stmt> {
        self.exits += 1;
        match last {
            moon::LastStmt::Break(token) if self.scopes.function().loops == 0 => {
                syntax_error("no loop to break", self.start(token))
            }
            moon::LastStmt::Break(_) => Ok(Stmt::Break),
            moon::LastStmt::Return(values) => Ok(Stmt::Return(self.exprs(values.returns())?)),
            _ => syntax_error("Lua 5.1 has no such statement", 0),
        }
    }

    fn local(&mut self, local: &moon::LocalAssignment) -> Result<Stmt> {
        let values = self.exprs(local.expressions())?;
        let first = self.scopes.mark();
        for name in local.names() {
            self.declare(name)?;
        }
        Ok(Stmt::Local {
            first,
            count: self.scopes.mark() - first,
            values,
        })
    }

    fn assignment(&mut self, assignment: &moon::Assignment) -> Result<Stmt> {
        let mut targets = Vec::new();
        if assignment.variables().len() > MAX_TARGETS {
            let at = self.start(assignment.equal_token());
            return syntax_error("more than 200 variables in assignment", at);
        }
        for variable in assignment.variables() {
            let target = self.target(variable)?;
            if let Target::Local(slot) = target {
                for earlier in &mut targets {
                    read_early(earlier, slot);
                }
            }
            targets.push(target);
        }
        let mut values = self.exprs(assignment.expressions())?;
        if targets.len() == 1
            && values.len() == 1
            && let (Some(target), Some(value)) = (targets.pop(), values.pop())
        {
            return Ok(Stmt::Set { target, value });
        }
        Ok(Stmt::Assign { targets, values })
    }

    fn target(&mut self, variable: &moon::Var) -> Result<Target> {
        match variable {
            moon::Var::Name(token) => {
                let at = self.start(token);
                Ok(match self.resolve(token)? {
                    (Variable::Local(slot), _) => Target::Local(slot),
                    (Variable::Upvalue(index), _) => Target::Upvalue(index),
                    (Variable::Global, name) => Target::Global { name, at },
                })
            }
            moon::Var::Expression(expression) => {
                match self.chain(expression.prefix(), expression.suffixes())? {
                    Expr::Index(index) => Ok(Target::Index(index)),
                    _ => syntax_error(
                        "cannot assign to this",
                        self.prefix_start(expression.prefix()),
                    ),
                }
            }
            _ => syntax_error("cannot assign to this", 0),
        }
    }

    /// Converts `function a.b.c:d() … end`.
    fn declaration(&mut self, declaration: &moon::FunctionDeclaration) -> Result<Stmt> {
        let name = declaration.name();
        let mut names = name.names().iter();
        let Some(first) = names.next() else {
            return syntax_error(
                "function name expected",
                self.start(declaration.function_token()),
            );
        };
        let mut object = self.named(first)?;
        let mut at = self.start(first);
        for field in names.chain(name.method_name()) {
            at = self.start(field);
            let key = Expr::Str(self.name(field));
            object = Expr::Index(Box::new(Index { object, key, at }));
        }
        let target = match object {
            Expr::Local { slot, .. } => Target::Local(slot),
            Expr::Upvalue { index, .. } => Target::Upvalue(index),
            Expr::Global { name, at } => Target::Global { name, at },
            Expr::Index(index) => Target::Index(index),
            _ => return syntax_error("function name expected", at),
        };
        let is_method = name.method_name().is_some();
        let proto = self.function(
            declaration.body(),
            is_method,
            self.start(declaration.function_token()),
        )?;
        Ok(Stmt::Set {
            target,
            value: Expr::Function(proto),
        })
    }

    fn if_statement(&mut self, chosen: &moon::If) -> Result<Stmt> {
        let mut arms = vec![self.arm(chosen.condition(), chosen.block())?];
        for arm in chosen.else_if().into_iter().flatten() {
            arms.push(self.arm(arm.condition(), arm.block())?);
        }
        let otherwise = chosen
            .else_block()
            .map(|block| self.block(block))
            .transpose()?;
        Ok(Stmt::If { arms, otherwise })
    }

    fn arm(&mut self, condition: &moon::Expression, body: &moon::Block) -> Result<Arm> {
        Ok(Arm {
            condition: self.expr(condition)?,
            body: self.block(body)?,
        })
    }

    fn repeat(&mut self, repeat: &moon::Repeat) -> Result<Stmt> {
        let mark = self.scopes.mark();
        self.scopes.function().loops += 1;
        let body = self.open_block(repeat.block())?;
        self.scopes.function().loops -= 1;
        // The locals of the body are visible in the condition.
        let condition = self.expr(repeat.until())?;
        self.scopes.release(mark);
        Ok(Stmt::Repeat { body, condition })
    }

    fn numeric_for(&mut self, numeric: &moon::NumericFor) -> Result<Stmt> {
        let start_value = self.expr(numeric.start())?;
        let end_value = self.expr(numeric.end())?;
        let step = numeric.step().map(|step| self.expr(step)).transpose()?;
        let mark = self.scopes.mark();
        let slot = self.declare(numeric.index_variable())?;
        let body = self.loop_block(numeric.block())?;
        self.scopes.release(mark);
        let at = self.start(numeric.for_token());
        Ok(Stmt::NumericFor(Box::new(NumericFor {
            slot,
            start: start_value,
            end: end_value,
            step,
            body,
            at,
        })))
    }

    fn generic_for(&mut self, generic: &moon::GenericFor) -> Result<Stmt> {
        let values = self.exprs(generic.expressions())?;
        let first = self.scopes.mark();
        for name in generic.names() {
            self.declare(name)?;
        }
        let count = self.scopes.mark() - first;
        let body = self.loop_block(generic.block())?;
        self.scopes.release(first);
        let at = self.start(generic.for_token());
        Ok(Stmt::GenericFor(Box::new(GenericFor {
            first,
            count,
            values,
            body,
            at,
        })))
    }
}

/// Marks the local `slot` in a target to be read early, since another target of the statement
/// assigns it.
fn read_early(target: &mut Target, slot: u16) {
    let Target::Index(index) = target else {
        return;
    };
    for part in [&mut index.object, &mut index.key] {
        if matches!(part, Expr::Local { slot: used, .. } if *used == slot) {
            let local = std::mem::replace(part, Expr::Nil);
            *part = Expr::Paren(Box::new(local));
        }
    }
}
