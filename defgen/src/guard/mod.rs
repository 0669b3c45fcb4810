//! Reads the tokens of a file once, before the parser does: refuses what is no token of Lua
//! 5.1, brackets and blocks that do not match, and nesting that would overflow a stack.
//!
//! Gives the parser a text that says the same in as few bytes as can be: names are one letter,
//! literals are empty, what stands between tokens is gone. The parser spends most of its time
//! on those, and what they were is read from the file, by the places kept here.

mod nesting;
mod token;

use std::ops::Range;

use crate::{diagnostic::Diagnostic, limits::Limits, source::Source};
use nesting::Nesting;
use token::{Kind, Token, Tokens};

/// What the guard has read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// The text for the parser: ASCII.
    pub text: String,
    /// For each byte of the text, and for its end, where its token is in the file.
    places: Vec<(u32, u32)>,
    /// Where statements of the file itself are certain to begin in the text.
    cuts: Vec<u32>,
    /// How many `return` and `break` there are, of which the parser has been seen to lose some.
    pub exits: u32,
    /// The last of them.
    pub last_exit: u32,
}

impl Checked {
    /// Where in the file a token begins, given where it begins in the text.
    pub fn start(&self, at: usize) -> u32 {
        self.places.get(at).map_or(0, |place| place.0)
    }

    /// Where in the file a token ends, given where it ends in the text.
    pub fn end(&self, at: usize) -> u32 {
        let last = self.places.get(at.wrapping_sub(1));
        last.map_or(0, |place| place.1)
    }

    /// The text in pieces of whole statements of the file, of at least so many bytes where it
    /// can be cut.
    pub fn pieces(&self, bytes: usize) -> impl Iterator<Item = Range<usize>> {
        let mut cuts = self.cuts.iter().map(|&cut| cut as usize);
        let mut next = Some(0);
        std::iter::from_fn(move || {
            let start = next?;
            next = cuts.find(|cut| cut - start >= bytes);
            Some(start..next.unwrap_or(self.text.len()))
        })
    }

    /// Appends a token of the file as the parser shall see it, with a blank where it would
    /// become one with the last.
    fn push(&mut self, token: Token, written: &str) {
        let last = self.text.bytes().next_back();
        if last.is_some_and(|last| joins(last, written)) {
            self.text.push(' ');
        }
        self.text.push_str(written);
        let place = (token.start as u32, token.end as u32);
        self.places.resize(self.text.len(), place);
        if token.kind == Kind::End {
            self.places.push(place);
        }
    }
}

/// Whether a token would be read as a part of the one before, given the last byte of that.
fn joins(last: u8, next: &str) -> bool {
    let first = next.bytes().next().unwrap_or_default();
    match last {
        b'.' => b".1".contains(&first),
        b'-' | b'[' | b'=' | b'<' | b'>' | b':' => b"-[=:".contains(&first),
        b'1' => first.is_ascii_alphanumeric() || first == b'.',
        last => last.is_ascii_alphabetic() && first.is_ascii_alphanumeric(),
    }
}

/// Checks a file and makes the text for the parser. Linear in the size of the file.
///
/// # Errors
/// A malformed token, brackets or blocks that do not match, more levels than
/// `limits.nesting`, a longer chain than `limits.chain`.
pub fn check(source: &Source, limits: &Limits) -> Result<Checked, Diagnostic> {
    let bytes = source.bytes();
    let mut tokens = Tokens::new(bytes, source.text_start());
    let mut nesting = Nesting::new(source, limits);
    let mut checked = Checked::default();
    loop {
        let token = tokens.next().map_err(|error| error.explain(source))?;
        if nesting.begins_statement(token) {
            checked.cuts.push(checked.text.len() as u32);
        }
        nesting.step(token)?;
        if token.kind == Kind::Keyword && matches!(token.text, b"return" | b"break") {
            checked.exits += 1;
            checked.last_exit = token.start as u32;
        }
        let written = match token.kind {
            Kind::End => "",
            Kind::String => "\"\"",
            Kind::Number => "1",
            Kind::Name => "a",
            // Both are ASCII.
            Kind::Keyword | Kind::Symbol => str::from_utf8(token.text).unwrap_or_default(),
        };
        checked.push(token, written);
        if token.kind == Kind::End {
            return Ok(checked);
        }
    }
}

#[cfg(test)]
mod tests;
