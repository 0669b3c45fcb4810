//! Reads the tokens of a file once, before the parser does: refuses what is no token of Lua
//! 5.1, brackets and blocks that do not match, and nesting that would overflow a stack.
//!
//! Gives the parser a text of the same length in which every token stands at its place and
//! all else is blank: literals and comments are ours, the parser never sees a byte that is
//! not ASCII.

mod nesting;
mod token;

use crate::{diagnostic::Diagnostic, limits::Limits, source::Source};
use nesting::Nesting;
use token::{Kind, Tokens};

/// What the guard has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The text for the parser.
    pub text: String,
    /// How many `return` and `break` there are, of which the parser has been seen to lose some.
    pub exits: u32,
    /// The last of them.
    pub last_exit: u32,
}

/// Checks a file and makes the text for the parser. Linear in the size of the file.
///
/// # Errors
/// A malformed token, brackets or blocks that do not match, more levels than
/// `limits.nesting`, a longer chain than `limits.chain`.
pub fn check(source: &Source, limits: &Limits) -> Result<Checked, Diagnostic> {
    let bytes = source.bytes();
    let mut text = vec![b' '; bytes.len()];
    let mut tokens = Tokens::new(bytes, source.text_start());
    let mut nesting = Nesting::new(source, limits);
    let (mut exits, mut last_exit) = (0, 0);
    loop {
        let token = tokens.next().map_err(|error| error.explain(source))?;
        nesting.step(token)?;
        if token.kind == Kind::Keyword && matches!(token.text, b"return" | b"break") {
            exits += 1;
            last_exit = token.start as u32;
        }
        let written = match token.kind {
            Kind::End => break,
            Kind::String => &b"\"\""[..],
            // Right behind a name a digit would belong to it.
            Kind::Number if token.text.starts_with(b".") => b".1",
            Kind::Number => b"1",
            _ => &bytes[token.start..token.end],
        };
        text[token.start..token.start + written.len()].copy_from_slice(written);
    }
    // Only ASCII was written.
    Ok(Checked {
        text: String::from_utf8(text).unwrap_or_default(),
        exits,
        last_exit,
    })
}

#[cfg(test)]
mod tests;
