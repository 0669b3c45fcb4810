//! Converts expressions, apart from calls and indices.

use full_moon::{
    ast::{self as moon, punctuated::Punctuated},
    tokenizer::{Symbol, TokenReference, TokenType},
};

use super::{Converter, Result, syntax_error};
use crate::syntax::{ast::*, scope::Variable};

impl Converter<'_> {
    pub(super) fn exprs(&mut self, list: &Punctuated<moon::Expression>) -> Result<Vec<Expr>> {
        list.iter()
            .map(|expression| self.expr(expression))
            .collect()
    }

    pub(super) fn expr(&mut self, expression: &moon::Expression) -> Result<Expr> {
        self.scopes.function().enter();
        let expr = self.bare_expr(expression)?;
        self.scopes.function().leave();
        Ok(expr)
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
                let at = self.start(unop.token());
                Ok(match unop {
                    moon::UnOp::Not(_) => Expr::Not(Box::new(operand)),
                    moon::UnOp::Hash(_) => Expr::Length(Box::new(Unary { operand, at })),
                    _ => self.negate(operand, at),
                })
            }
            moon::Expression::Function(function) => {
                let at = self.start(function.function_token());
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
            _ => syntax_error("Lua 5.1 has no such expression", 0),
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
            _ if self.scopes.function().vararg => Ok(Expr::Vararg),
            _ => syntax_error(
                "cannot use '...' outside a vararg function",
                self.start(token),
            ),
        }
    }

    pub(super) fn named(&mut self, token: &TokenReference) -> Result<Expr> {
        let at = self.start(token);
        Ok(match self.resolve(token)? {
            (Variable::Local(slot), _) => Expr::Local { slot, at },
            (Variable::Upvalue(index), _) => Expr::Upvalue { index, at },
            (Variable::Global, name) => Expr::Global { name, at },
        })
    }

    fn binary(
        &mut self,
        lhs: &moon::Expression,
        binop: &moon::BinOp,
        rhs: &moon::Expression,
    ) -> Result<Expr> {
        let at = self.start(binop.token());
        let (left, right) = (self.expr(lhs)?, self.expr(rhs)?);
        let op = match binop {
            moon::BinOp::And(_) => return Ok(Expr::And(Box::new(Pair { left, right }))),
            moon::BinOp::Or(_) => return Ok(Expr::Or(Box::new(Pair { left, right }))),
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
            _ => return syntax_error("Lua 5.1 has no such operator", at),
        };
        Ok(Expr::Binary(Box::new(Binary {
            op,
            left,
            right,
            at,
        })))
    }

    pub(super) fn table(&mut self, table: &moon::TableConstructor) -> Result<Expr> {
        let at = self.start(table.braces().tokens().0);
        let mut items = Vec::new();
        for field in table.fields() {
            let item = match field {
                moon::Field::NoKey(value) => {
                    self.peeked = self.first_name_end(value);
                    Item::Positional(self.expr(value)?)
                }
                moon::Field::NameKey { key, value, .. } => {
                    let (name, at) = (self.name(key), self.start(key));
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
                    let at = self.start(brackets.tokens().0);
                    Item::Keyed {
                        key: self.expr(key)?,
                        value: self.expr(value)?,
                        at,
                    }
                }
                _ => return syntax_error("Lua 5.1 has no such table field", at),
            };
            items.push(item);
        }
        Ok(Expr::Table(Box::new(TableExpr { items, at })))
    }

    /// Converts a negation. As in Lua, `-1` is a literal.
    fn negate(&mut self, operand: Expr, at: u32) -> Expr {
        match operand {
            Expr::Number(number) => Expr::Number(-number),
            operand => Expr::Negate(Box::new(Unary { operand, at })),
        }
    }

    /// Returns the end of the name at the beginning of an expression, or 0 if it begins with
    /// something else.
    fn first_name_end(&self, mut expression: &moon::Expression) -> u32 {
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
                moon::Prefix::Name(token) => self.end(token),
                _ => 0,
            };
        }
    }
}
