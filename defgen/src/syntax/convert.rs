//! From full_moon's tree to ours, in one pass, linear in the size of the tree.

use std::borrow::Cow;

use full_moon::{
    ast::{self as moon, punctuated::Punctuated, span::ContainedSpan},
    tokenizer::{Symbol, TokenReference, TokenType},
};
use hashbrown::HashMap;

use super::{
    ast::*,
    literal,
    scope::{Place, Scope, TooMany},
};
use crate::guard::Checked;

/// What full_moon takes and Lua 5.1 does not.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) message: &'static str,
    pub(super) at: u32,
}

type Result<T> = std::result::Result<T, Refused>;

/// Converts the tree of a file, given the file's bytes and what the guard read in it.
pub(super) fn convert(bytes: &[u8], ast: &moon::Ast, checked: &Checked) -> Result<Tree> {
    let mut converter = Converter {
        bytes,
        tree: Tree::default(),
        strings: HashMap::new(),
        scope: Scope::default(),
        cost: 0,
        exits: 0,
        peeked: 0,
    };
    converter.scope.open_function();
    converter.scope.function().vararg = true;
    let body = converter.block(ast.nodes())?;
    if converter.exits != checked.exits {
        return refused(
            "this must be the last statement of a block",
            checked.last_exit,
        );
    }
    converter.close_function(0, body);
    Ok(converter.tree)
}

struct Converter<'a> {
    bytes: &'a [u8],
    tree: Tree,
    strings: HashMap<Cow<'a, [u8]>, StrId>,
    scope: Scope,
    /// Nodes of the present block so far.
    cost: u32,
    /// `return` and `break` so far.
    exits: u32,
    /// The end of the name that begins the present list item of a table: Lua looks at the token
    /// behind it in advance.
    peeked: u32,
}

fn start(token: &TokenReference) -> u32 {
    token.token().start_position().bytes() as u32
}

fn end(token: &TokenReference) -> u32 {
    token.token().end_position().bytes() as u32
}

fn refused<T>(message: &'static str, at: u32) -> Result<T> {
    Err(Refused { message, at })
}

impl<'a> Converter<'a> {
    // --- names and strings

    fn string(&mut self, bytes: Cow<'a, [u8]>) -> StrId {
        if let Some(&id) = self.strings.get(&bytes) {
            return id;
        }
        let id = self.tree.strings.len() as StrId;
        self.tree.strings.push(bytes.as_ref().into());
        self.strings.insert(bytes, id);
        id
    }

    fn name(&mut self, token: &TokenReference) -> StrId {
        let bytes = self.bytes;
        self.string(Cow::Borrowed(
            &bytes[start(token) as usize..end(token) as usize],
        ))
    }

    fn literal(&mut self, token: &TokenReference) -> StrId {
        let bytes = self.bytes;
        self.string(literal::string(&bytes[start(token) as usize..]))
    }

    fn number(&self, token: &TokenReference) -> f64 {
        let text = &self.bytes[start(token) as usize..];
        let len = literal::number_len(text);
        literal::number(&text[..len]).unwrap_or(f64::NAN)
    }

    fn declare(&mut self, token: &TokenReference) -> Result<u16> {
        let name = self.name(token);
        let at = start(token);
        self.scope
            .declare(name)
            .map_err(|TooMany(message)| Refused { message, at })
    }

    fn place(&mut self, token: &TokenReference) -> Result<(Place, StrId)> {
        let name = self.name(token);
        let at = start(token);
        let place = self
            .scope
            .resolve(name)
            .map_err(|TooMany(message)| Refused { message, at })?;
        Ok((place, name))
    }

    // --- blocks and functions

    fn block(&mut self, block: &moon::Block) -> Result<Block> {
        let outer_cost = std::mem::take(&mut self.cost);
        let mark = self.scope.mark();
        let result = self.open_block(block);
        self.scope.release(mark);
        self.cost = outer_cost;
        result
    }

    /// A block whose locals stay visible; the caller releases them.
    fn open_block(&mut self, block: &moon::Block) -> Result<Block> {
        self.scope.function().enter();
        let mut statements = Vec::new();
        for statement in block.stmts() {
            self.cost += 1;
            statements.push(self.statement(statement)?);
        }
        if let Some(last) = block.last_stmt() {
            self.cost += 1;
            statements.push(self.last_statement(last)?);
        }
        self.scope.function().leave();
        Ok(Block {
            statements: statements.into(),
            cost: self.cost,
        })
    }

    fn loop_block(&mut self, block: &moon::Block) -> Result<Block> {
        self.scope.function().loops += 1;
        let body = self.block(block)?;
        self.scope.function().loops -= 1;
        Ok(body)
    }

    fn close_function(&mut self, params: u16, body: Block) -> u32 {
        let function = self.scope.close_function();
        self.tree.protos.push(Proto {
            params,
            vararg: function.vararg,
            slots: function.slots,
            captures: function.captures(),
            body,
            depth: function.max_depth,
        });
        self.tree.protos.len() as u32 - 1
    }

    fn function(&mut self, body: &moon::FunctionBody, method: bool, at: u32) -> Result<u32> {
        self.scope.open_function();
        let outer_cost = std::mem::take(&mut self.cost);
        if method {
            let name = self.string(Cow::Borrowed(b"self"));
            self.scope
                .declare(name)
                .map_err(|TooMany(message)| Refused { message, at })?;
        }
        for parameter in body.parameters() {
            match parameter {
                moon::Parameter::Name(name) => {
                    self.declare(name)?;
                }
                moon::Parameter::Ellipsis(_) => self.scope.function().vararg = true,
                _ => return refused("unexpected parameter", at),
            }
        }
        let params = self.scope.mark();
        let block = self.block(body.block())?;
        self.cost = outer_cost;
        Ok(self.close_function(params, block))
    }

    // --- statements

    fn statement(&mut self, statement: &moon::Stmt) -> Result<Stmt> {
        match statement {
            moon::Stmt::Assignment(assignment) => self.assignment(assignment),
            moon::Stmt::Do(block) => Ok(Stmt::Do(self.block(block.block())?)),
            moon::Stmt::FunctionCall(call) => match self.call_chain(call)? {
                Expr::Call(call) => Ok(Stmt::Call(call)),
                _ => refused("syntax error", 0),
            },
            moon::Stmt::FunctionDeclaration(declaration) => self.declaration(declaration),
            moon::Stmt::GenericFor(generic) => self.generic_for(generic),
            moon::Stmt::If(chosen) => self.if_statement(chosen),
            moon::Stmt::LocalAssignment(local) => self.local(local),
            moon::Stmt::LocalFunction(function) => {
                let slot = self.declare(function.name())?;
                let at = start(function.function_token());
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
            _ => refused("a statement Lua 5.1 does not have", 0),
        }
    }

    fn last_statement(&mut self, last: &moon::LastStmt) -> Result<Stmt> {
        self.exits += 1;
        match last {
            moon::LastStmt::Break(token) if self.scope.function().loops == 0 => {
                refused("no loop to break", start(token))
            }
            moon::LastStmt::Break(_) => Ok(Stmt::Break),
            moon::LastStmt::Return(values) => Ok(Stmt::Return(self.exprs(values.returns())?)),
            _ => refused("a statement Lua 5.1 does not have", 0),
        }
    }

    fn local(&mut self, local: &moon::LocalAssignment) -> Result<Stmt> {
        let values = self.exprs(local.expressions())?;
        let first = self.scope.mark();
        for name in local.names() {
            self.declare(name)?;
        }
        Ok(Stmt::Local {
            first,
            count: self.scope.mark() - first,
            values,
        })
    }

    fn assignment(&mut self, assignment: &moon::Assignment) -> Result<Stmt> {
        let mut targets = Vec::with_capacity(assignment.variables().len());
        for variable in assignment.variables() {
            let target = self.target(variable)?;
            if let Target::Local(slot) = target {
                targets
                    .iter_mut()
                    .for_each(|earlier| read_early(earlier, slot));
            }
            targets.push(target);
        }
        if targets.len() == 1
            && assignment.expressions().len() == 1
            && let Some(value) = assignment.expressions().first()
            && let Some(target) = targets.pop()
        {
            return Ok(Stmt::Set {
                target,
                value: self.expr(value.value())?,
            });
        }
        let values = self.exprs(assignment.expressions())?;
        Ok(Stmt::Assign {
            targets: targets.into(),
            values,
        })
    }

    fn target(&mut self, variable: &moon::Var) -> Result<Target> {
        match variable {
            moon::Var::Name(token) => {
                let at = start(token);
                Ok(match self.place(token)? {
                    (Place::Local(slot), _) => Target::Local(slot),
                    (Place::Upvalue(index), _) => Target::Upvalue(index),
                    (Place::Global, name) => Target::Global { name, at },
                })
            }
            moon::Var::Expression(expression) => {
                match self.chain(expression.prefix(), expression.suffixes())? {
                    Expr::Index(index) => Ok(Target::Index(index)),
                    _ => refused("cannot assign to this", prefix_start(expression.prefix())),
                }
            }
            _ => refused("cannot assign to this", 0),
        }
    }

    /// `function a.b.c:d() … end`
    fn declaration(&mut self, declaration: &moon::FunctionDeclaration) -> Result<Stmt> {
        let name = declaration.name();
        let mut names = name.names().iter();
        let Some(first) = names.next() else {
            return refused(
                "function name expected",
                start(declaration.function_token()),
            );
        };
        let mut object = self.named(first)?;
        let mut at = start(first);
        for field in names.chain(name.method_name()) {
            at = start(field);
            let key = Expr::Str(self.name(field));
            object = Expr::Index(Box::new(Index { object, key, at }));
        }
        let target = match object {
            Expr::Local { slot, .. } => Target::Local(slot),
            Expr::Upvalue { index, .. } => Target::Upvalue(index),
            Expr::Global { name, at } => Target::Global { name, at },
            Expr::Index(index) => Target::Index(index),
            _ => return refused("function name expected", at),
        };
        let is_method = name.method_name().is_some();
        let proto = self.function(
            declaration.body(),
            is_method,
            start(declaration.function_token()),
        )?;
        Ok(Stmt::Set {
            target,
            value: Expr::Function(proto),
        })
    }

    fn if_statement(&mut self, chosen: &moon::If) -> Result<Stmt> {
        let mut arms = vec![(self.expr(chosen.condition())?, self.block(chosen.block())?)];
        for arm in chosen.else_if().into_iter().flatten() {
            arms.push((self.expr(arm.condition())?, self.block(arm.block())?));
        }
        let otherwise = chosen
            .else_block()
            .map(|block| self.block(block))
            .transpose()?;
        Ok(Stmt::If {
            arms: arms.into(),
            otherwise,
        })
    }

    fn repeat(&mut self, repeat: &moon::Repeat) -> Result<Stmt> {
        let outer_cost = std::mem::take(&mut self.cost);
        let mark = self.scope.mark();
        self.scope.function().loops += 1;
        let body = self.open_block(repeat.block())?;
        self.scope.function().loops -= 1;
        self.cost = outer_cost;
        // The condition sees the locals of the body.
        let condition = self.expr(repeat.until())?;
        self.scope.release(mark);
        Ok(Stmt::Repeat { body, condition })
    }

    fn numeric_for(&mut self, numeric: &moon::NumericFor) -> Result<Stmt> {
        let start_value = self.expr(numeric.start())?;
        let end_value = self.expr(numeric.end())?;
        let step = numeric.step().map(|step| self.expr(step)).transpose()?;
        let mark = self.scope.mark();
        let slot = self.declare(numeric.index_variable())?;
        let body = self.loop_block(numeric.block())?;
        self.scope.release(mark);
        let at = start(numeric.for_token());
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
        let first = self.scope.mark();
        for name in generic.names() {
            self.declare(name)?;
        }
        let count = self.scope.mark() - first;
        let body = self.loop_block(generic.block())?;
        self.scope.release(first);
        let at = start(generic.for_token());
        Ok(Stmt::GenericFor(Box::new(GenericFor {
            first,
            count,
            values,
            body,
            at,
        })))
    }

    // --- expressions

    fn exprs(&mut self, list: &Punctuated<moon::Expression>) -> Result<Box<[Expr]>> {
        list.iter()
            .map(|expression| self.expr(expression))
            .collect()
    }

    fn expr(&mut self, expression: &moon::Expression) -> Result<Expr> {
        self.cost += 1;
        self.scope.function().enter();
        let result = self.bare_expr(expression);
        self.scope.function().leave();
        result
    }

    fn bare_expr(&mut self, expression: &moon::Expression) -> Result<Expr> {
        match expression {
            moon::Expression::BinaryOperator { lhs, binop, rhs } => self.binary(lhs, binop, rhs),
            moon::Expression::Parentheses { expression, .. } => {
                let inner = self.expr(expression)?;
                Ok(if inner.is_multiple() {
                    Expr::Paren(Box::new(inner))
                } else {
                    inner
                })
            }
            moon::Expression::UnaryOperator { unop, expression } => {
                let operand = self.expr(expression)?;
                let at = start(unop.token());
                Ok(match unop {
                    moon::UnOp::Not(_) => Expr::Not(Box::new(operand)),
                    moon::UnOp::Hash(_) => Expr::Length(Box::new(Unary { operand, at })),
                    _ => negate(operand, at),
                })
            }
            moon::Expression::Function(function) => {
                let at = start(function.function_token());
                Ok(Expr::Function(self.function(function.body(), false, at)?))
            }
            moon::Expression::FunctionCall(call) => self.call_chain(call),
            moon::Expression::TableConstructor(table) => self.table(table),
            moon::Expression::Number(token) => Ok(Expr::Number(self.number(token))),
            moon::Expression::String(token) => Ok(Expr::Str(self.literal(token))),
            moon::Expression::Symbol(token) => self.symbol(token),
            moon::Expression::Var(moon::Var::Name(token)) => self.named(token),
            moon::Expression::Var(moon::Var::Expression(expression)) => {
                self.chain(expression.prefix(), expression.suffixes())
            }
            _ => refused("an expression Lua 5.1 does not have", 0),
        }
    }

    fn symbol(&mut self, token: &TokenReference) -> Result<Expr> {
        match token.token_type() {
            TokenType::Symbol {
                symbol: Symbol::True,
            } => Ok(Expr::True),
            TokenType::Symbol {
                symbol: Symbol::False,
            } => Ok(Expr::False),
            TokenType::Symbol {
                symbol: Symbol::Nil,
            } => Ok(Expr::Nil),
            _ if self.scope.function().vararg => Ok(Expr::Vararg),
            _ => refused("cannot use '...' outside a vararg function", start(token)),
        }
    }

    fn named(&mut self, token: &TokenReference) -> Result<Expr> {
        let at = start(token);
        Ok(match self.place(token)? {
            (Place::Local(slot), _) => Expr::Local { slot, at },
            (Place::Upvalue(index), _) => Expr::Upvalue { index, at },
            (Place::Global, name) => Expr::Global { name, at },
        })
    }

    fn binary(
        &mut self,
        lhs: &moon::Expression,
        binop: &moon::BinOp,
        rhs: &moon::Expression,
    ) -> Result<Expr> {
        let at = start(binop.token());
        let (left, right) = (self.expr(lhs)?, self.expr(rhs)?);
        let op = match binop {
            moon::BinOp::And(_) => return Ok(Expr::And(Box::new((left, right)))),
            moon::BinOp::Or(_) => return Ok(Expr::Or(Box::new((left, right)))),
            moon::BinOp::Plus(_) => Op::Add,
            moon::BinOp::Minus(_) => Op::Sub,
            moon::BinOp::Star(_) => Op::Mul,
            moon::BinOp::Slash(_) => Op::Div,
            moon::BinOp::Percent(_) => Op::Mod,
            moon::BinOp::Caret(_) => Op::Pow,
            moon::BinOp::TwoDots(_) => Op::Concat,
            moon::BinOp::TwoEqual(_) => Op::Eq,
            moon::BinOp::TildeEqual(_) => Op::Ne,
            moon::BinOp::LessThan(_) => Op::Lt,
            moon::BinOp::LessThanEqual(_) => Op::Le,
            moon::BinOp::GreaterThan(_) => Op::Gt,
            moon::BinOp::GreaterThanEqual(_) => Op::Ge,
            _ => return refused("an operator Lua 5.1 does not have", at),
        };
        Ok(Expr::Binary(Box::new(Binary {
            op,
            left,
            right,
            at,
        })))
    }

    fn table(&mut self, table: &moon::TableConstructor) -> Result<Expr> {
        let at = start(table.braces().tokens().0);
        let mut items = Vec::with_capacity(table.fields().len());
        for field in table.fields() {
            items.push(match field {
                moon::Field::NoKey(value) => {
                    self.peeked = first_name_end(value);
                    Item::Positional(self.expr(value)?)
                }
                moon::Field::NameKey { key, value, .. } => {
                    let (name, at) = (self.name(key), start(key));
                    Item::Named {
                        name,
                        value: self.expr(value)?,
                        at,
                    }
                }
                moon::Field::ExpressionKey {
                    brackets,
                    key,
                    value,
                    ..
                } => {
                    let at = start(brackets.tokens().0);
                    Item::Keyed {
                        key: self.expr(key)?,
                        value: self.expr(value)?,
                        at,
                    }
                }
                _ => return refused("a table field Lua 5.1 does not have", at),
            });
        }
        Ok(Expr::Table(Box::new(TableExpr {
            items: items.into(),
            at,
        })))
    }

    // --- calls and indexing

    fn call_chain(&mut self, call: &moon::FunctionCall) -> Result<Expr> {
        self.chain(call.prefix(), call.suffixes())
    }

    fn chain<'m>(
        &mut self,
        prefix: &moon::Prefix,
        suffixes: impl Iterator<Item = &'m moon::Suffix>,
    ) -> Result<Expr> {
        let from = prefix_start(prefix);
        let mut done = Done { from, end: 0 };
        let mut object = match prefix {
            moon::Prefix::Name(token) => {
                done.end = end(token);
                self.named(token)?
            }
            moon::Prefix::Expression(expression) => {
                if let moon::Expression::Parentheses { contained, .. } = &**expression {
                    done.end = end(contained.tokens().1);
                }
                self.expr(expression)?
            }
            _ => return refused("unexpected symbol", from),
        };
        let mut levels = 0;
        for suffix in suffixes {
            levels += 1;
            self.scope.function().enter();
            self.cost += 1;
            object = self.suffix(object, suffix, &mut done)?;
        }
        (0..levels).for_each(|_| self.scope.function().leave());
        Ok(object)
    }

    fn suffix(&mut self, object: Expr, suffix: &moon::Suffix, done: &mut Done) -> Result<Expr> {
        match suffix {
            moon::Suffix::Index(moon::Index::Dot { name, .. }) => {
                done.end = end(name);
                let (key, at) = (Expr::Str(self.name(name)), start(name));
                Ok(Expr::Index(Box::new(Index { object, key, at })))
            }
            moon::Suffix::Index(moon::Index::Brackets {
                brackets,
                expression,
            }) => {
                let at = start(brackets.tokens().0);
                done.end = end(brackets.tokens().1);
                let key = self.expr(expression)?;
                Ok(Expr::Index(Box::new(Index { object, key, at })))
            }
            moon::Suffix::Call(moon::Call::AnonymousCall(args)) => {
                self.call(object, None, args, done)
            }
            moon::Suffix::Call(moon::Call::MethodCall(call)) => {
                done.end = end(call.name());
                let method = Some(self.name(call.name()));
                self.call(object, method, call.args(), done)
            }
            _ => refused("unexpected symbol", done.end),
        }
    }

    fn call(
        &mut self,
        function: Expr,
        method: Option<StrId>,
        args: &moon::FunctionArgs,
        done: &mut Done,
    ) -> Result<Expr> {
        let callee_end = done.end;
        let (args, ranges) = match args {
            moon::FunctionArgs::Parentheses {
                parentheses,
                arguments,
            } => {
                self.check_same_line(callee_end, start(parentheses.tokens().0))?;
                done.end = end(parentheses.tokens().1);
                (self.exprs(arguments)?, arg_ranges(parentheses, arguments))
            }
            moon::FunctionArgs::String(token) => {
                let from = start(token);
                done.end = from + literal::string_len(&self.bytes[from as usize..]) as u32;
                (
                    Box::from([Expr::Str(self.literal(token))]),
                    vec![(from, done.end)],
                )
            }
            moon::FunctionArgs::TableConstructor(table) => {
                let (open, close) = table.braces().tokens();
                done.end = end(close);
                (
                    Box::from([self.table(table)?]),
                    vec![(start(open), end(close))],
                )
            }
            _ => return refused("unexpected symbol", callee_end),
        };
        let site = self.tree.sites.len() as u32;
        self.tree.sites.push(Site {
            start: done.from,
            callee_end,
            end: done.end,
            method: method.is_some(),
            first_arg: self.tree.arg_ranges.len() as u32,
            args: ranges.len() as u32,
        });
        self.tree.arg_ranges.extend(ranges);
        Ok(Expr::Call(Box::new(Call {
            function,
            method,
            args,
            site,
        })))
    }

    /// Lua 5.1 takes a bracket on a new line for a mistake: is it a call or a statement? Not
    /// where it has looked at the bracket in advance.
    fn check_same_line(&self, callee_end: u32, bracket: u32) -> Result<()> {
        if callee_end == self.peeked {
            return Ok(());
        }
        let between = &self.bytes[callee_end as usize..bracket as usize];
        match memchr::memchr2(b'\n', b'\r', between) {
            Some(_) => refused("ambiguous syntax (function call x new statement)", bracket),
            None => Ok(()),
        }
    }
}

/// The part of a chain that is converted: where it begins and ends.
struct Done {
    from: u32,
    end: u32,
}

fn prefix_start(prefix: &moon::Prefix) -> u32 {
    match prefix {
        moon::Prefix::Name(token) => start(token),
        moon::Prefix::Expression(expression) => match &**expression {
            moon::Expression::Parentheses { contained, .. } => start(contained.tokens().0),
            _ => 0,
        },
        _ => 0,
    }
}

/// The end of the name an expression begins with; 0 if it begins with something else.
fn first_name_end(mut expression: &moon::Expression) -> u32 {
    loop {
        let prefix = match expression {
            moon::Expression::BinaryOperator { lhs, .. } => {
                expression = lhs;
                continue;
            }
            moon::Expression::FunctionCall(call) => call.prefix(),
            moon::Expression::Var(moon::Var::Expression(expression)) => expression.prefix(),
            _ => return 0,
        };
        return match prefix {
            moon::Prefix::Name(token) => end(token),
            _ => 0,
        };
    }
}

fn arg_ranges(
    parentheses: &ContainedSpan,
    arguments: &Punctuated<moon::Expression>,
) -> Vec<(u32, u32)> {
    let (open, close) = parentheses.tokens();
    let mut from = end(open);
    let mut ranges = Vec::with_capacity(arguments.len());
    for pair in arguments.pairs() {
        let to = pair.punctuation().map_or(start(close), start);
        ranges.push((from, to));
        from = to + 1;
    }
    ranges
}

/// `-1` is a literal, as in Lua.
fn negate(operand: Expr, at: u32) -> Expr {
    match operand {
        Expr::Number(number) => Expr::Number(-number),
        operand => Expr::Negate(Box::new(Unary { operand, at })),
    }
}

/// Where `slot` is assigned in the same statement, the target's own use of it comes first.
fn read_early(target: &mut Target, slot: u16) {
    let Target::Index(index) = target else {
        return;
    };
    for part in [&mut index.object, &mut index.key] {
        if matches!(part, Expr::Local { slot: used, .. } if *used == slot) {
            let read = std::mem::replace(part, Expr::Nil);
            *part = Expr::Paren(Box::new(read));
        }
    }
}
