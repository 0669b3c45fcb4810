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

/// Checks a file and makes the text for the parser. Linear in the size of the file.
///
/// # Errors
/// A malformed token, brackets or blocks that do not match, more levels than
/// `limits.nesting`, a longer chain than `limits.chain`.
pub fn check(source: &Source, limits: &Limits) -> Result<String, Diagnostic> {
    let bytes = source.bytes();
    let mut text = vec![b' '; bytes.len()];
    let mut tokens = Tokens::new(bytes, source.text_start());
    let mut nesting = Nesting::new(source, limits);
    loop {
        let token = tokens.next().map_err(|error| error.explain(source))?;
        nesting.step(token)?;
        let written = match token.kind {
            Kind::End => break,
            Kind::String => &b"\"\""[..],
            Kind::Number => b"1",
            _ => &bytes[token.start..token.end],
        };
        text[token.start..token.start + written.len()].copy_from_slice(written);
    }
    // Only ASCII was written.
    Ok(String::from_utf8(text).unwrap_or_default())
}

#[cfg(test)]
mod tests;
