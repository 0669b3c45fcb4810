//! Checks the matching of brackets and blocks, and bounds the recursion of the parser and
//! evaluator.

use super::token::{Kind, Token};
use crate::{diagnostics::Diagnostic, limits::Limits, source::Source};

/// The kind of an open bracket or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opener {
    File,
    Paren,
    Brace,
    Bracket,
    Do,
    Function,
    If,
    Repeat,
    /// A `while` or `for` before its `do`.
    Loop,
}

/// An open bracket or block.
#[derive(Debug, Clone, Copy)]
struct Level {
    opener: Opener,
    start: u32,
    len: u32,
    /// The depth of the current expression's tree: the number of its operators and suffixes so far,
    /// or one more than the depth of an expression in its brackets, if that is greater.
    chain: u32,
    /// The greatest `chain` of the earlier expressions of this level.
    deepest: u32,
    /// The number of `..` in a row, which nest to the right.
    concats: u32,
    /// The number of unary operators and `^` in a row, which nest to the right too.
    unaries: u32,
}

/// The brackets and blocks that are open at a token.
pub(super) struct Nesting<'a> {
    source: &'a Source,
    limits: &'a Limits,
    levels: Vec<Level>,
    /// The sum of `concats` and `unaries` of the open levels.
    right_nested: u32,
    /// True if the last token ends an operand, so that an operator after it is binary.
    operand: bool,
}

type Result = std::result::Result<(), Diagnostic>;

impl<'a> Nesting<'a> {
    pub(super) fn new(source: &'a Source, limits: &'a Limits) -> Self {
        let mut nesting = Self {
            source,
            limits,
            levels: Vec::new(),
            right_nested: 0,
            operand: false,
        };
        nesting.push(Opener::File, 0, 0);
        nesting
    }

    /// Adds the next token of the file.
    pub(super) fn add(&mut self, token: &Token) -> Result {
        match token.kind {
            Kind::End => return self.close(token, &[Opener::File]),
            Kind::Keyword => self.keyword(token)?,
            Kind::Symbol => self.symbol(token)?,
            Kind::Name if self.operand => self.reset(),
            Kind::String(_) if self.operand => self.extend_chain(),
            Kind::Name | Kind::Number(_) | Kind::String(_) => {}
        }
        self.operand = ends_operand(token);
        self.check(token)
    }

    fn keyword(&mut self, token: &Token) -> Result {
        match token.text {
            b"not" => return self.unary(),
            b"and" | b"or" => return self.binary(true),
            b"nil" | b"true" | b"false" => return Ok(()),
            b"function" => self.open(Opener::Function, token),
            b"if" => self.open(Opener::If, token),
            b"repeat" => self.open(Opener::Repeat, token),
            b"while" | b"for" => self.open(Opener::Loop, token),
            b"do" if self.top().opener == Opener::Loop => self.top().opener = Opener::Do,
            b"do" => self.open(Opener::Do, token),
            b"end" => return self.close(token, &[Opener::Do, Opener::Function, Opener::If]),
            b"until" => return self.close(token, &[Opener::Repeat]),
            _ => {}
        }
        self.reset();
        Ok(())
    }

    fn symbol(&mut self, token: &Token) -> Result {
        match token.text {
            b"(" | b"{" | b"[" => {
                if self.operand {
                    self.extend_chain();
                }
                let opener = match token.text {
                    b"(" => Opener::Paren,
                    b"{" => Opener::Brace,
                    _ => Opener::Bracket,
                };
                self.open(opener, token);
                Ok(())
            }
            b")" => self.close(token, &[Opener::Paren]),
            b"}" => self.close(token, &[Opener::Brace]),
            b"]" => self.close(token, &[Opener::Bracket]),
            b"," | b";" | b"=" => {
                self.reset();
                Ok(())
            }
            b"." | b":" => {
                self.extend_chain();
                Ok(())
            }
            b"..." => Ok(()),
            b"#" => self.unary(),
            b"-" if !self.operand => self.unary(),
            b"^" => {
                self.extend_chain();
                self.unary()
            }
            b".." => {
                self.binary(false)?;
                self.top().concats += 1;
                self.right_nested += 1;
                Ok(())
            }
            b"==" | b"~=" | b"<" | b"<=" | b">" | b">=" => self.binary(true),
            _ => self.binary(false),
        }
    }

    fn unary(&mut self) -> Result {
        self.top().unaries += 1;
        self.right_nested += 1;
        Ok(())
    }

    /// Adds a binary operator. It ends the operands of the unary operators before it, and if it
    /// binds more loosely than `..`, also those of `..`.
    fn binary(&mut self, loose: bool) -> Result {
        self.extend_chain();
        let level = self.top();
        let mut ended = std::mem::take(&mut level.unaries);
        if loose {
            ended += std::mem::take(&mut level.concats);
        }
        self.right_nested -= ended;
        Ok(())
    }

    /// Adds an operator or suffix to the current chain.
    fn extend_chain(&mut self) {
        self.top().chain += 1;
    }

    /// Begins a new expression or statement.
    fn reset(&mut self) {
        let level = self.top();
        level.deepest = level.deepest.max(level.chain);
        level.chain = 0;
        let ended = std::mem::take(&mut level.unaries) + std::mem::take(&mut level.concats);
        self.right_nested -= ended;
    }

    fn top(&mut self) -> &mut Level {
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn open(&mut self, opener: Opener, token: &Token) {
        self.push(opener, token.start, token.text.len());
    }

    fn push(&mut self, opener: Opener, start: usize, len: usize) {
        let (start, len) = (start as u32, len as u32);
        self.levels.push(Level {
            opener,
            start,
            len,
            chain: 0,
            deepest: 0,
            concats: 0,
            unaries: 0,
        });
    }

    fn close(&mut self, token: &Token, openers: &[Opener]) -> Result {
        self.reset();
        let level = *self.top();
        if !openers.contains(&level.opener) {
            return Err(self.mismatch(level, token));
        }
        if level.opener != Opener::File {
            self.levels.pop();
            let outer = self.top();
            outer.chain = outer.chain.max(level.deepest + 1);
        }
        Ok(())
    }

    fn mismatch(&self, level: Level, token: &Token) -> Diagnostic {
        let here = self.source.span(token.start as u32, token.end as u32);
        let found = match token.kind {
            Kind::End => "the end of the file".into(),
            _ => format!("`{}`", String::from_utf8_lossy(token.text)),
        };
        let expected = match level.opener {
            Opener::File => {
                let message = format!("{found} closes nothing");
                return Diagnostic::error("syntax", message)
                    .at(here)
                    .with_note("its opening is missing, or is closed already");
            }
            Opener::Paren => "`)`",
            Opener::Brace => "`}`",
            Opener::Bracket => "`]`",
            Opener::Do | Opener::Function | Opener::If => "`end`",
            Opener::Repeat => "`until`",
            Opener::Loop => "`do`",
        };
        let from = self.source.span(level.start, level.start + level.len);
        Diagnostic::error("syntax", format!("{expected} expected before {found}"))
            .at(here)
            .label(from, format!("this needs {expected}"))
    }

    fn check(&mut self, token: &Token) -> Result {
        let here = || self.source.span(token.start as u32, token.end as u32);
        if self.levels.len() as u32 - 1 + self.right_nested > self.limits.nesting {
            let message = format!("more than {} nested levels", self.limits.nesting);
            return Err(Diagnostic::error("limit-nesting", message)
                .at(here())
                .with_note("Lua rejects such a file too"));
        }
        let most = self.limits.chain;
        if self.top().chain > most {
            let message = format!("more than {most} operators or suffixes in one expression");
            return Err(Diagnostic::error("limit-chain", message).at(here()));
        }
        Ok(())
    }
}

fn ends_operand(token: &Token) -> bool {
    match token.kind {
        Kind::Name | Kind::Number(_) | Kind::String(_) => true,
        Kind::Keyword => matches!(token.text, b"nil" | b"true" | b"false" | b"end"),
        Kind::Symbol => matches!(token.text, b")" | b"]" | b"}" | b"..."),
        Kind::End => false,
    }
}
