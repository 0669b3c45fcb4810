//! Reads the tokens of Lua 5.1, as Lua's own lexer does.

use std::borrow::Cow;

use super::number::{is_word, number, number_len};
use crate::{diagnostics::Diagnostic, source::Source};

/// The kind of a token, and the value of a literal.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind<'a> {
    Name,
    Keyword,
    Number(f64),
    String(Cow<'a, [u8]>),
    Symbol,
    End,
}

/// A token and its range in the file.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The bytes of the token.
    pub(super) text: &'a [u8],
}

/// The error of text that is not a token.
#[derive(Debug)]
pub(super) struct TokenError {
    pub(super) message: &'static str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The beginning of the unfinished string or comment, if that is elsewhere.
    pub(super) from: Option<usize>,
}

impl TokenError {
    pub(super) fn to_diagnostic(&self, source: &Source) -> Diagnostic {
        let end = self.end.min(source.bytes().len()).max(self.start);
        let at = source.span(self.start as u32, end as u32);
        let diagnostic = Diagnostic::error("syntax", self.message).at(at);
        match self.from {
            Some(from) => {
                diagnostic.label(source.span(from as u32, from as u32 + 1), "it begins here")
            }
            None => diagnostic,
        }
    }
}

/// A lexer: reads one token after the other.
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    /// The offset of the first unread byte.
    pub(super) at: usize,
}

pub(super) type Result<T> = std::result::Result<T, TokenError>;

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], start: usize) -> Self {
        Self { bytes, at: start }
    }

    /// Returns the next token, which is [`Kind::End`] at the end of the file.
    pub(super) fn next(&mut self) -> Result<Token<'a>> {
        self.skip_blanks()?;
        let start = self.at;
        let kind = match self.peek(0) {
            None => Kind::End,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word(),
            Some(b'0'..=b'9') => self.number()?,
            Some(b'.') if self.peek(1).is_some_and(|b| b.is_ascii_digit()) => self.number()?,
            Some(quote @ (b'"' | b'\'')) => Kind::String(self.quoted(quote)?),
            Some(b'[') if self.long_bracket(start).is_some() => Kind::String(self.long_string()?),
            Some(_) => self.symbol()?,
        };
        Ok(Token {
            kind,
            start,
            end: self.at,
            text: &self.bytes[start..self.at],
        })
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    pub(super) fn error(&self, message: &'static str, start: usize) -> TokenError {
        TokenError {
            message,
            start,
            end: self.at.max(start + 1),
            from: None,
        }
    }

    fn skip_blanks(&mut self) -> Result<()> {
        loop {
            let rest = &self.bytes[self.at..];
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
            let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
            self.at += blanks;
            if !rest[blanks..].starts_with(b"--") {
                return Ok(());
            }
            self.comment()?;
        }
    }

    fn comment(&mut self) -> Result<()> {
        let body = self.at + 2;
        if self.long_bracket(body).is_some() {
            self.at = body;
            return self.long_brackets("unfinished long comment").map(|_| ());
        }
        let rest = &self.bytes[body..];
        self.at = body + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        Ok(())
    }

    fn word(&mut self) -> Kind<'a> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let len = rest.iter().take_while(|&&byte| is_word(byte)).count();
        self.at += len;
        if is_keyword(&rest[..len]) {
            Kind::Keyword
        } else {
            Kind::Name
        }
    }

    fn number(&mut self) -> Result<Kind<'a>> {
        let start = self.at;
        self.at += number_len(&self.bytes[start..]);
        match number(&self.bytes[start..self.at]) {
            Some(value) => Ok(Kind::Number(value)),
            None => Err(self.error("malformed number", start)),
        }
    }

    fn symbol(&mut self) -> Result<Kind<'a>> {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += match rest {
            [b'.', b'.', b'.', ..] => 3,
            [b'.', b'.', ..] | [b'=' | b'~' | b'<' | b'>', b'=', ..] => 2,
            [b'[', b'=', ..] => {
                return Err(self.error("invalid long string delimiter", start));
            }
            [
                b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'#' | b'<' | b'>' | b'=',
                ..,
            ]
            | [
                b'(' | b')' | b'{' | b'}' | b'[' | b']' | b';' | b':' | b',' | b'.',
                ..,
            ] => 1,
            _ => return Err(self.error("unexpected symbol", start)),
        };
        Ok(Kind::Symbol)
    }
}

fn is_keyword(word: &[u8]) -> bool {
    matches!(
        word,
        b"and"
            | b"break"
            | b"do"
            | b"else"
            | b"elseif"
            | b"end"
            | b"false"
            | b"for"
            | b"function"
            | b"if"
            | b"in"
            | b"local"
            | b"nil"
            | b"not"
            | b"or"
            | b"repeat"
            | b"return"
            | b"then"
            | b"true"
            | b"until"
            | b"while"
    )
}
