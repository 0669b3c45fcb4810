//! The tokens of Lua 5.1, as its own lexer reads them.

use crate::{diagnostic::Diagnostic, source::Source};

/// What sort of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Keyword,
    Number,
    String,
    Symbol,
    End,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a [u8],
}

/// What is no token.
#[derive(Debug)]
pub(super) struct TokenError {
    message: &'static str,
    start: usize,
    end: usize,
    /// Where the string, comment or number began, if that is elsewhere.
    from: Option<usize>,
}

impl TokenError {
    pub(super) fn explain(&self, source: &Source) -> Diagnostic {
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

/// Reads tokens one after the other.
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Result<T> = std::result::Result<T, TokenError>;

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8], start: usize) -> Self {
        Self { bytes, at: start }
    }

    /// The next token; [`Kind::End`] at the end of the file.
    pub(super) fn next(&mut self) -> Result<Token<'a>> {
        self.skip_blanks()?;
        let start = self.at;
        let kind = match self.peek(0) {
            None => Kind::End,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word(),
            Some(b'0'..=b'9') => self.number()?,
            Some(b'.') if self.peek(1).is_some_and(|b| b.is_ascii_digit()) => self.number()?,
            Some(quote @ (b'"' | b'\'')) => self.quoted(quote)?,
            Some(b'[') if self.long_bracket(start).is_some() => {
                self.long_string(start, "unfinished long string")?;
                Kind::String
            }
            Some(_) => self.symbol()?,
        };
        Ok(Token {
            kind,
            start,
            end: self.at,
            text: &self.bytes[start..self.at],
        })
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn error(&self, message: &'static str, start: usize) -> TokenError {
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
            return self.long_string(body, "unfinished long comment");
        }
        let rest = &self.bytes[body..];
        self.at = body + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        Ok(())
    }

    /// The level of the long bracket that opens at `at`, such as 1 for `[=[`.
    fn long_bracket(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?.strip_prefix(b"[")?;
        let level = rest.iter().take_while(|&&byte| byte == b'=').count();
        (rest.get(level) == Some(&b'[')).then_some(level)
    }

    fn long_string(&mut self, start: usize, unfinished: &'static str) -> Result<()> {
        let level = self.long_bracket(start).unwrap_or(0);
        self.at = start + level + 2;
        while let Some(found) = memchr::memchr2(b']', b'[', &self.bytes[self.at..]) {
            self.at += found;
            if self.peek(0) == Some(b'[') {
                if level == 0 && self.long_bracket(self.at) == Some(0) {
                    return Err(self.error("nesting of [[...]] is deprecated", self.at));
                }
                self.at += 1;
                continue;
            }
            let rest = &self.bytes[self.at + 1..];
            let closing = rest.iter().take_while(|&&byte| byte == b'=').count();
            self.at += 1 + closing;
            if closing == level && rest.get(closing) == Some(&b']') {
                self.at += 1;
                return Ok(());
            }
        }
        self.at = self.bytes.len();
        Err(TokenError {
            message: unfinished,
            start: self.at,
            end: self.at,
            from: Some(start),
        })
    }

    fn word(&mut self) -> Kind {
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

    fn number(&mut self) -> Result<Kind> {
        let start = self.at;
        let len = crate::syntax::number_len(&self.bytes[start..]);
        self.at += len;
        let text = &self.bytes[start..self.at];
        let plain = text.iter().all(u8::is_ascii_digit);
        match plain || crate::syntax::number(text).is_some() {
            true => Ok(Kind::Number),
            false => Err(self.error("malformed number", start)),
        }
    }

    fn quoted(&mut self, quote: u8) -> Result<Kind> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek(0) {
                None | Some(b'\n' | b'\r') => {
                    return Err(TokenError {
                        message: "unfinished string",
                        start,
                        end: self.at,
                        from: None,
                    });
                }
                Some(b'\\') => self.escape()?,
                Some(byte) => {
                    self.at += 1;
                    if byte == quote {
                        return Ok(Kind::String);
                    }
                }
            }
        }
    }

    /// Any byte may follow the backslash; up to three digits are a byte's number.
    fn escape(&mut self) -> Result<()> {
        let start = self.at;
        let digits = &self.bytes[start + 1..];
        let count = digits
            .iter()
            .take(3)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let value = digits[..count]
            .iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        if value > 255 {
            self.at += 1 + count;
            return Err(self.error("escape sequence too large", start));
        }
        let pair = matches!(digits.get(..2), Some(b"\r\n" | b"\n\r"));
        self.at += 1 + count.max(if pair { 2 } else { 1 });
        self.at = self.at.min(self.bytes.len());
        Ok(())
    }

    fn symbol(&mut self) -> Result<Kind> {
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

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
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
