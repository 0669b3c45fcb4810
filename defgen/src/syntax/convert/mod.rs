//! Converts full_moon's tree to the tree of this crate, in one pass and in linear time.
//!
//! This file converts names, blocks and functions. The others convert statements, expressions, and
//! chains of calls and indices.

mod chain;
mod expression;
mod statement;

use super::{
    ast::*,
    scope::{LimitError, Scopes, Variable},
};
use crate::{diagnostics::Diagnostic, lex::ParserInput, source::Source, strings::Str};
use full_moon::{ast as moon, tokenizer::TokenReference};

/// An error in a file that full_moon accepts and Lua 5.1 does not.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) message: &'static str,
    pub(super) at: u32,
}

type Result<T> = std::result::Result<T, SyntaxError>;

impl SyntaxError {
    pub(super) fn to_diagnostic(&self, source: &Source) -> Diagnostic {
        let at = source.span(self.at, self.at + 1);
        Diagnostic::error("syntax", self.message).at(at)
    }
}

/// The converter of one file.
pub(super) struct Converter<'a> {
    bytes: &'a [u8],
    input: &'a ParserInput<'a>,
    tree: Tree,
    scopes: Scopes,
    /// The number of `return` and `break` so far.
    exits: u32,
    /// The end of the name at the beginning of the current list item of a table. There, Lua has
    /// read one more token ahead.
    peeked: u32,
}

fn syntax_error<T>(message: &'static str, at: u32) -> Result<T> {
    Err(SyntaxError { message, at })
}

impl<'a> Converter<'a> {
    pub(super) fn new(bytes: &'a [u8], input: &'a ParserInput<'a>) -> Self {
        let mut converter = Self {
            bytes,
            input,
            tree: Tree::default(),
            scopes: Scopes::default(),
            exits: 0,
            peeked: 0,
        };
        converter.scopes.open_function();
        converter.scopes.function().vararg = true;
        converter.scopes.function().enter();
        converter
    }

    /// Converts the whole file.
    pub(super) fn file(mut self, ast: &moon::Ast) -> Result<Tree> {
        let statements = self.statements(ast.nodes())?;
        if self.exits != self.input.exits {
            return syntax_error(
                "this must be the last statement of a block",
                self.input.last_exit,
            );
        }
        self.scopes.function().leave();
        let body = Block { statements };
        self.close_function(0, body);
        Ok(self.tree)
    }

    /// Returns the offset at which a token begins.
    fn start(&self, token: &TokenReference) -> u32 {
        token.token().start_position().bytes() as u32
    }

    /// Returns the offset at which a token ends.
    fn end(&self, token: &TokenReference) -> u32 {
        token.token().end_position().bytes() as u32
    }

    /// Returns the bytes of a token in the file.
    fn text(&self, token: &TokenReference) -> &'a [u8] {
        let range = self.start(token) as usize..self.end(token) as usize;
        self.bytes.get(range).unwrap_or_default()
    }

    fn string(&mut self, bytes: &[u8]) -> StrId {
        let (Str(id), _) = self.tree.strings.add(bytes);
        id
    }

    fn name(&mut self, token: &TokenReference) -> StrId {
        self.string(self.text(token))
    }

    fn literal(&mut self, token: &TokenReference) -> StrId {
        self.string(self.input.string(self.start(token)).unwrap_or_default())
    }

    fn number(&self, token: &TokenReference) -> f64 {
        self.input.number(self.start(token)).unwrap_or(f64::NAN)
    }

    fn declare(&mut self, token: &TokenReference) -> Result<u16> {
        let name = self.name(token);
        let at = self.start(token);
        self.scopes
            .declare(name)
            .map_err(|LimitError(message)| SyntaxError { message, at })
    }

    fn resolve(&mut self, token: &TokenReference) -> Result<(Variable, StrId)> {
        let name = self.name(token);
        let at = self.start(token);
        let place = self
            .scopes
            .resolve(name)
            .map_err(|LimitError(message)| SyntaxError { message, at })?;
        Ok((place, name))
    }

    fn block(&mut self, block: &moon::Block) -> Result<Block> {
        let mark = self.scopes.mark();
        let block = self.open_block(block)?;
        self.scopes.release(mark);
        Ok(block)
    }

    /// Converts a block whose locals stay visible until the caller releases them.
    fn open_block(&mut self, block: &moon::Block) -> Result<Block> {
        self.scopes.function().enter();
        let statements = self.statements(block)?;
        self.scopes.function().leave();
        Ok(Block { statements })
    }

    fn statements(&mut self, block: &moon::Block) -> Result<Vec<Stmt>> {
        let mut statements = Vec::new();
        for statement in block.stmts() {
            statements.push(self.statement(statement)?);
        }
        if let Some(last) = block.last_stmt() {
            statements.push(self.last_statement(last)?);
        }
        Ok(statements)
    }

    fn loop_block(&mut self, block: &moon::Block) -> Result<Block> {
        self.scopes.function().loops += 1;
        let body = self.block(block)?;
        self.scopes.function().loops -= 1;
        Ok(body)
    }

    fn close_function(&mut self, params: u16, body: Block) -> u32 {
        let function = self.scopes.close_function();
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
        self.scopes.open_function();
        if method {
            let name = self.string(b"self");
            self.scopes
                .declare(name)
                .map_err(|LimitError(message)| SyntaxError { message, at })?;
        }
        for parameter in body.parameters() {
            match parameter {
                moon::Parameter::Name(name) => {
                    self.declare(name)?;
                }
                moon::Parameter::Ellipsis(_) => self.scopes.function().vararg = true,
                _ => return syntax_error("unexpected parameter", at),
            }
        }
        let params = self.scopes.mark();
        let block = self.block(body.block())?;
        Ok(self.close_function(params, block))
    }
}
