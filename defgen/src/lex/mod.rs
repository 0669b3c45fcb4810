//! Reads the tokens of a file: decodes its literals, checks its nesting, and makes the text for
//! the parser.
//!
//! Owns what a token of Lua 5.1 is. Refuses text that is no token, brackets and blocks that do
//! not match, and nesting that would overflow a stack. Knows no grammar and no parser.

mod nesting;
mod number;
mod string;
mod token;

pub(crate) use number::{is_space, number};

use std::borrow::Cow;

use crate::{diagnostic::Diagnostic, limits::Limits, source::Source};
use nesting::Nesting;
use token::{Kind, Lexer, Token};

/// A literal of a file.
#[derive(Debug, Clone, PartialEq)]
enum Literal<'a> {
    Number(f64),
    String(Cow<'a, [u8]>),
}

/// A file as the parser gets it, and the literals, which the parser does not read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParserInput<'a> {
    /// ASCII text as long as the file, with each token at its own offset. Blanks stand for
    /// comments, line ends and the inside of strings.
    pub text: String,
    /// Each literal and the offset at which it begins, in the order of the file.
    literals: Vec<(u32, Literal<'a>)>,
    /// The number of `return` and `break` in the file, some of which full_moon loses.
    pub exits: u32,
    /// The offset of the last of them.
    pub last_exit: u32,
    /// The number of tokens.
    pub tokens: usize,
}

impl<'a> ParserInput<'a> {
    /// Reads the tokens of a file, in time linear in its size.
    ///
    /// # Errors
    /// A malformed token, brackets or blocks that do not match, more levels than
    /// `limits.nesting`, a longer chain than `limits.chain`.
    pub fn new(source: &'a Source, limits: &Limits) -> Result<Self, Diagnostic> {
        let bytes = source.bytes();
        let mut lexer = Lexer::new(bytes, source.text_start());
        let mut nesting = Nesting::new(source, limits);
        let mut text = vec![b' '; bytes.len()];
        let mut input = Self::default();
        loop {
            let token = lexer.next().map_err(|error| error.to_diagnostic(source))?;
            nesting.step(&token)?;
            if token.kind == Kind::End {
                break;
            }
            write_token(&token, &mut text[token.start..token.end]);
            input.take(token);
        }
        // All of it is ASCII.
        input.text = String::from_utf8(text).unwrap_or_default();
        Ok(input)
    }

    fn take(&mut self, token: Token<'a>) {
        self.tokens += 1;
        let start = token.start as u32;
        match token.kind {
            Kind::Number(number) => self.literals.push((start, Literal::Number(number))),
            Kind::String(string) => self.literals.push((start, Literal::String(string))),
            Kind::Keyword if matches!(token.text, b"return" | b"break") => {
                self.exits += 1;
                self.last_exit = start;
            }
            _ => {}
        }
    }

    /// The number that begins at `start`.
    pub fn number(&self, start: u32) -> Option<f64> {
        match self.literal(start)? {
            Literal::Number(number) => Some(*number),
            Literal::String(_) => None,
        }
    }

    /// The string that begins at `start`, decoded.
    pub fn string(&self, start: u32) -> Option<&[u8]> {
        match self.literal(start)? {
            Literal::String(string) => Some(string),
            Literal::Number(_) => None,
        }
    }

    fn literal(&self, start: u32) -> Option<&Literal<'a>> {
        let at = self
            .literals
            .binary_search_by_key(&start, |literal| literal.0);
        Some(&self.literals[at.ok()?].1)
    }
}

/// Writes a token as full_moon takes it. A string becomes one of blanks in double quotes; a
/// hexadecimal number becomes a zero, as full_moon takes none with an exponent.
fn write_token(token: &Token, text: &mut [u8]) {
    match token.kind {
        Kind::String(_) => {
            text[0] = b'"';
            text[token.text.len() - 1] = b'"';
        }
        Kind::Number(_) if matches!(token.text, [b'0', b'x' | b'X', ..]) => {
            text.fill(b'0');
            text[1] = b'x';
        }
        _ => text.copy_from_slice(token.text),
    }
}

/// Where the tokens of a file begin and end, if all of it is tokens.
#[cfg(test)]
pub(crate) fn token_ranges(source: &Source) -> Option<Vec<(usize, usize)>> {
    let mut lexer = Lexer::new(source.bytes(), source.text_start());
    let mut ranges = Vec::new();
    loop {
        let token = lexer.next().ok()?;
        if token.kind == Kind::End {
            return Some(ranges);
        }
        ranges.push((token.start, token.end));
    }
}

#[cfg(test)]
mod tests;
