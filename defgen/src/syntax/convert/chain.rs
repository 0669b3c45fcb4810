//! Chains of calls and indices, `a.b[c]:d(e)`, and where their parts are written.

use full_moon::ast::{self as moon, punctuated::Punctuated, span::ContainedSpan};
use smallvec::{SmallVec, smallvec};

use super::{Converter, Result, refused};
use crate::syntax::ast::*;

/// Where each argument of a call is written.
type ArgRanges = SmallVec<[(u32, u32); 8]>;

/// The part of a chain that is converted: where it begins and ends.
struct Done {
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
        let mut done = Done { from, end: 0 };
        let mut object = match prefix {
            moon::Prefix::Name(token) => {
                done.end = self.end(token);
                self.named(token)?
            }
            moon::Prefix::Expression(expression) => {
                if let moon::Expression::Parentheses { contained, .. } = &**expression {
                    done.end = self.end(contained.tokens().1);
                }
                self.expr(expression)?
            }
            _ => return refused("unexpected symbol", from),
        };
        let mut levels = 0;
        for suffix in suffixes {
            levels += 1;
            self.scope.function().enter();
            object = self.suffix(object, suffix, &mut done)?;
        }
        (0..levels).for_each(|_| self.scope.function().leave());
        Ok(object)
    }

    fn suffix(&mut self, object: Expr, suffix: &moon::Suffix, done: &mut Done) -> Result<Expr> {
        match suffix {
            moon::Suffix::Index(moon::Index::Dot { name, .. }) => {
                done.end = self.end(name);
                let (key, at) = (Expr::Str(self.name(name)), self.start(name));
                Ok(Expr::Index(Box::new(Index { object, key, at })))
            }
            moon::Suffix::Index(moon::Index::Brackets {
                brackets,
                expression,
            }) => {
                let at = self.start(brackets.tokens().0);
                done.end = self.end(brackets.tokens().1);
                let key = self.expr(expression)?;
                Ok(Expr::Index(Box::new(Index { object, key, at })))
            }
            moon::Suffix::Call(moon::Call::AnonymousCall(args)) => {
                self.call(object, None, args, done)
            }
            moon::Suffix::Call(moon::Call::MethodCall(call)) => {
                done.end = self.end(call.name());
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
        let (args, ranges) = self.arguments(args, done)?;
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

    /// The arguments of a call and where they are written.
    fn arguments(
        &mut self,
        args: &moon::FunctionArgs,
        done: &mut Done,
    ) -> Result<(Vec<Expr>, ArgRanges)> {
        let callee_end = done.end;
        match args {
            moon::FunctionArgs::Parentheses {
                parentheses,
                arguments,
            } => {
                self.check_same_line(callee_end, self.start(parentheses.tokens().0))?;
                done.end = self.end(parentheses.tokens().1);
                Ok((
                    self.exprs(arguments)?,
                    self.arg_ranges(parentheses, arguments),
                ))
            }
            moon::FunctionArgs::String(token) => {
                let from = self.start(token);
                done.end = self.end(token);
                let text = Expr::Str(self.literal(token));
                Ok((vec![text], smallvec![(from, done.end)]))
            }
            moon::FunctionArgs::TableConstructor(table) => {
                let (open, close) = table.braces().tokens();
                done.end = self.end(close);
                let range = (self.start(open), self.end(close));
                let table = self.table(table)?;
                Ok((vec![table], smallvec![range]))
            }
            _ => refused("unexpected symbol", callee_end),
        }
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

    fn arg_ranges(
        &mut self,
        parentheses: &ContainedSpan,
        arguments: &Punctuated<moon::Expression>,
    ) -> ArgRanges {
        let (open, close) = parentheses.tokens();
        let mut from = self.end(open);
        let mut ranges = ArgRanges::new();
        for pair in arguments.pairs() {
            let to = self.start(pair.punctuation().unwrap_or(close));
            ranges.push((from, to));
            from = to + 1;
        }
        ranges
    }
}
