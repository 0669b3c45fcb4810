//! Reads the tokens of a file: decodes the literals, checks the nesting, and prepares the text for
//! the parser.
//!
//! Owns the definition of the tokens of Lua 5.1. Rejects text that is not a token, brackets and
//! blocks that do not match, and nesting that would overflow a stack. Knows nothing of the grammar.

mod nesting;
mod number;
mod string;
mod token;

pub(crate) use number::{is_space, is_word, number};

use std::borrow::Cow;

use crate::{diagnostics::Diagnostic, limits::Limits, source::Source};
use nesting::Nesting;
use token::{Kind, Lexer, Token};

/// A literal of a file.
#[derive(Debug, Clone, PartialEq)]
enum Literal<'a> {
    Number(f64),
    String(Cow<'a, [u8]>),
}

/// The text of a file as the parser gets it, and its literals, which the parser does not decode.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParserInput<'a> {
    /// ASCII text as long as the file, with each token at its own offset. Comments, line ends and
    /// the contents of strings are replaced by blanks.
    pub text: String,
    /// The literals with the offsets at which they begin, in the order of the file.
    literals: Vec<(u32, Literal<'a>)>,
    /// The number of `return` and `break` in the file. full_moon drops one that is not the last
    /// statement of its block, so its tree has fewer of them.
    pub exits: u32,
    /// The offset of the last `return` or `break`.
    pub last_exit: u32,
    /// The number of tokens.
    pub tokens: usize,
}

impl<'a> ParserInput<'a> {
    /// Reads the tokens of a file in linear time.
    ///
    /// # Errors
    /// When a token is malformed, brackets or blocks do not match, or the file is over
    /// `limits.nesting` or `limits.chain`.
    pub fn new(source: &'a Source, limits: &Limits) -> Result<Self, Diagnostic> {
        let bytes = source.bytes();
        let mut lexer = Lexer::new(bytes, source.text_start());
        let mut nesting = Nesting::new(source, limits);
        let mut text = vec![b' '; bytes.len()];
        let mut input = Self::default();
        loop {
            let token = lexer.next().map_err(|error| error.to_diagnostic(source))?;
            nesting.add(&token)?;
            if token.kind == Kind::End {
                break;
            }
            write_token(&token, &mut text[token.start..token.end]);
            input.add(token);
        }
        // The text is ASCII, so this cannot fail.
        input.text = String::from_utf8(text).unwrap_or_default();
        Ok(input)
    }

    /// Records a token.
    fn add(&mut self, token: Token<'a>) {
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

    /// Returns the number that begins at `start`.
    pub fn number(&self, start: u32) -> Option<f64> {
        match self.literal(start)? {
            Literal::Number(number) => Some(*number),
            Literal::String(_) => None,
        }
    }

    /// Returns the decoded string that begins at `start`.
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

/// Writes a token in a form that full_moon accepts. A string becomes blanks in double quotes. A
/// hexadecimal number becomes a zero, as full_moon rejects one with an exponent.
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

/// Returns the ranges of the tokens of a file, if all of its text is tokens.
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
