//! Converts chains of calls and indices such as `a.b[c]:d(e)`, with the places of their parts.

use full_moon::ast::{self as moon, punctuated::Punctuated, span::ContainedSpan};

use super::{Converter, Result, syntax_error};
use crate::syntax::ast::*;

/// The range of the part of a chain that is converted already.
struct ChainRange {
    from: u32,
    end: u32,
}

impl Converter<'_> {
    pub(super) fn call_chain(&mut self, call: &moon::FunctionCall) -> Result<Expr> {
        self.chain(call.prefix(), call.suffixes())
    }

    pub(super) fn chain<'m>(
        &mut self,
        prefix: &moon::Prefix,
        suffixes: impl Iterator<Item = &'m moon::Suffix>,
    ) -> Result<Expr> {
        let from = self.prefix_start(prefix);
        let mut range = ChainRange { from, end: 0 };
        let mut object = match prefix {
            moon::Prefix::Name(token) => {
                range.end = self.end(token);
                self.named(token)?
            }
            moon::Prefix::Expression(expression) => {
                if let moon::Expression::Parentheses { contained, .. } = &**expression {
                    range.end = self.end(contained.tokens().1);
                }
                self.expr(expression)?
            }
            _ => return syntax_error("unexpected symbol", from),
        };
        let mut levels = 0;
        for suffix in suffixes {
            levels += 1;
            self.scopes.function().enter();
            object = self.suffix(object, suffix, &mut range)?;
        }
        (0..levels).for_each(|_| self.scopes.function().leave());
        Ok(object)
    }

    fn suffix(
        &mut self,
        object: Expr,
        suffix: &moon::Suffix,
        range: &mut ChainRange,
    ) -> Result<Expr> {
        match suffix {
            moon::Suffix::Index(moon::Index::Dot { name, .. }) => {
                range.end = self.end(name);
                let (key, at) = (Expr::Str(self.name(name)), self.start(name));
                Ok(Expr::Index(Box::new(Index { object, key, at })))
            }
            moon::Suffix::Index(moon::Index::Brackets {
                brackets,
                expression,
            }) => {
                let at = self.start(brackets.tokens().0);
                range.end = self.end(brackets.tokens().1);
                let key = self.expr(expression)?;
                Ok(Expr::Index(Box::new(Index { object, key, at })))
            }
            moon::Suffix::Call(moon::Call::AnonymousCall(args)) => {
                self.call(object, None, args, range)
            }
            moon::Suffix::Call(moon::Call::MethodCall(call)) => {
                range.end = self.end(call.name());
                let method = Some(self.name(call.name()));
                self.call(object, method, call.args(), range)
            }
            _ => syntax_error("unexpected symbol", range.end),
        }
    }

    fn call(
        &mut self,
        function: Expr,
        method: Option<StrId>,
        args: &moon::FunctionArgs,
        range: &mut ChainRange,
    ) -> Result<Expr> {
        let callee_end = range.end;
        let (args, count) = self.arguments(args, range)?;
        let site = self.tree.sites.len() as u32;
        self.tree.sites.push(Site {
            start: range.from,
            callee_end,
            end: range.end,
            method: method.is_some(),
            first_arg: self.tree.arg_ranges.len() as u32 - count,
            args: count,
        });
        Ok(Expr::Call(Box::new(Call {
            function,
            method,
            args,
            site,
        })))
    }

    /// Converts the arguments of a call and records their places, after those of the calls nested
    /// in them. Returns the arguments and the number of their places.
    fn arguments(
        &mut self,
        args: &moon::FunctionArgs,
        range: &mut ChainRange,
    ) -> Result<(Vec<Expr>, u32)> {
        let callee_end = range.end;
        match args {
            moon::FunctionArgs::Parentheses {
                parentheses,
                arguments,
            } => {
                self.check_same_line(callee_end, self.start(parentheses.tokens().0))?;
                range.end = self.end(parentheses.tokens().1);
                let args = self.exprs(arguments)?;
                Ok((args, self.record_args(parentheses, arguments)))
            }
            moon::FunctionArgs::String(token) => {
                let from = self.start(token);
                range.end = self.end(token);
                let text = Expr::Str(self.literal(token));
                self.tree.arg_ranges.push((from, range.end));
                Ok((vec![text], 1))
            }
            moon::FunctionArgs::TableConstructor(table) => {
                let (open, close) = table.braces().tokens();
                range.end = self.end(close);
                let range = (self.start(open), self.end(close));
                let table = self.table(table)?;
                self.tree.arg_ranges.push(range);
                Ok((vec![table], 1))
            }
            _ => syntax_error("unexpected symbol", callee_end),
        }
    }

    /// Rejects a bracket on a new line, as Lua 5.1 does: it could begin a call or a new statement.
    /// As in Lua, a bracket that was read ahead is accepted.
    fn check_same_line(&self, callee_end: u32, bracket: u32) -> Result<()> {
        if callee_end == self.peeked {
            return Ok(());
        }
        let between = &self.bytes[callee_end as usize..bracket as usize];
        match memchr::memchr2(b'\n', b'\r', between) {
            Some(_) => syntax_error("ambiguous syntax (function call x new statement)", bracket),
            None => Ok(()),
        }
    }

    pub(super) fn prefix_start(&self, prefix: &moon::Prefix) -> u32 {
        match prefix {
            moon::Prefix::Name(token) => self.start(token),
            moon::Prefix::Expression(expression) => match &**expression {
                moon::Expression::Parentheses { contained, .. } => self.start(contained.tokens().0),
                _ => 0,
            },
            _ => 0,
        }
    }

    /// Records the places of arguments in parentheses, and returns their number.
    fn record_args(
        &mut self,
        parentheses: &ContainedSpan,
        arguments: &Punctuated<moon::Expression>,
    ) -> u32 {
        let (open, close) = parentheses.tokens();
        let mut from = self.end(open);
        for pair in arguments.pairs() {
            let to = self.start(pair.punctuation().unwrap_or(close));
            self.tree.arg_ranges.push((from, to));
            from = to + 1;
        }
        arguments.len() as u32
    }
}
