//! Reads and decodes strings in quotes and in long brackets.

use std::borrow::Cow;

use super::token::{Lexer, Result, TokenError};

impl<'a> Lexer<'a> {
    /// Reads a string in quotes and returns it decoded.
    pub(super) fn quoted(&mut self, quote: u8) -> Result<Cow<'a, [u8]>> {
        let start = self.at;
        self.at += 1;
        let mut decoded = Vec::new();
        // The offset of the first byte that is not in `decoded` yet.
        let mut plain = self.at;
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
                Some(b'\\') => {
                    decoded.extend_from_slice(&self.bytes[plain..self.at]);
                    decoded.push(self.escape()?);
                    plain = self.at;
                }
                Some(byte) if byte == quote => break,
                Some(_) => self.at += 1,
            }
        }
        let rest = &self.bytes[plain..self.at];
        self.at += 1;
        // Each escape adds a byte, so nothing decoded means that there are no escapes.
        if decoded.is_empty() {
            return Ok(Cow::Borrowed(rest));
        }
        decoded.extend_from_slice(rest);
        Ok(Cow::Owned(decoded))
    }

    /// Reads an escape and returns its byte. Any byte may follow the backslash; up to three digits
    /// are the number of a byte.
    fn escape(&mut self) -> Result<u8> {
        let start = self.at;
        self.at += 1;
        let Some(first) = self.peek(0) else {
            return Ok(b'\\');
        };
        if first.is_ascii_digit() {
            return self.escaped_number(start);
        }
        if matches!(first, b'\n' | b'\r') {
            self.at += newline(&self.bytes[self.at..]);
            return Ok(b'\n');
        }
        self.at += 1;
        Ok(match first {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            other => other,
        })
    }

    /// Reads the digits of an escape that begins at `start`.
    fn escaped_number(&mut self, start: usize) -> Result<u8> {
        let digits = self.bytes[self.at..].iter().take(3);
        let mut value = 0_u32;
        for digit in digits.take_while(|byte| byte.is_ascii_digit()) {
            value = value * 10 + u32::from(digit - b'0');
            self.at += 1;
        }
        u8::try_from(value).map_err(|_| self.error("escape sequence too large", start))
    }

    /// Returns the level of the long bracket that opens at `at`, such as 1 for `[=[`.
    pub(super) fn long_bracket(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?.strip_prefix(b"[")?;
        let level = rest.iter().take_while(|&&byte| byte == b'=').count();
        (rest.get(level) == Some(&b'[')).then_some(level)
    }

    /// Reads a string in long brackets and returns it decoded.
    pub(super) fn long_string(&mut self) -> Result<Cow<'a, [u8]>> {
        self.long_brackets("unfinished long string")
            .map(decode_long)
    }

    /// Reads a string or comment in long brackets and returns the text between them.
    pub(super) fn long_brackets(&mut self, unfinished: &'static str) -> Result<&'a [u8]> {
        let start = self.at;
        let level = self.long_bracket(start).unwrap_or(0);
        let body = start + level + 2;
        self.at = body;
        while let Some(found) = memchr::memchr2(b']', b'[', &self.bytes[self.at..]) {
            self.at += found;
            if self.peek(0) == Some(b'[') {
                if level == 0 && self.long_bracket(self.at) == Some(0) {
                    return Err(self.error("nesting of [[...]] is deprecated", self.at));
                }
                self.at += 1;
                continue;
            }
            let close = self.at;
            let rest = &self.bytes[close + 1..];
            let closing = rest.iter().take_while(|&&byte| byte == b'=').count();
            self.at += 1 + closing;
            if closing == level && rest.get(closing) == Some(&b']') {
                self.at += 1;
                return Ok(&self.bytes[body..close]);
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
}

/// Decodes the text between long brackets: drops a line end right after the opening bracket, and
/// makes every other line end a line feed.
fn decode_long(body: &[u8]) -> Cow<'_, [u8]> {
    let mut body = &body[newline(body)..];
    if memchr::memchr(b'\r', body).is_none() {
        return Cow::Borrowed(body);
    }
    let mut decoded = Vec::with_capacity(body.len());
    while let Some(&byte) = body.first() {
        let skip = newline(body);
        decoded.push(if skip > 0 { b'\n' } else { byte });
        body = &body[skip.max(1)..];
    }
    Cow::Owned(decoded)
}

/// Returns the length of the line end at the beginning of a text, or 0.
fn newline(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] | [b'\n', b'\r', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    }
}
