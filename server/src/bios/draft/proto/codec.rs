//! The three message forms of the DCS-BIOS draft, both directions.
//!
//! ```text
//! TYPE\n
//! TYPE text\n
//! TYPE b len payload \n      (without the blanks; len is one byte)
//! ```
//!
//! A type is `[A-Z][A-Z0-9_]*`, so the first byte behind it tells the form: a
//! line feed, a blank or a small `b`. Pure: no socket, no clock, no knowledge of
//! what a type means.
//!
//! What is not a message is *damage*. One rule covers every kind of it: the
//! bytes up to and including the first line feed since the start of the broken
//! message are dropped, and reading starts anew behind it. A false `b` or length
//! can therefore not swallow the lines behind it, unless a line feed happens to
//! stand exactly where the false payload would end.

use std::str;

use memchr::memchr;
use thiserror::Error;

/// The longest message, line feed included, that is read or written; a datagram holds whole
/// messages and is no longer than this.
pub const MAX_MESSAGE: usize = 2048;

/// The longest binary payload: its length is one byte.
pub const MAX_BINARY: usize = 255;

/// One message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// The type, `[A-Z][A-Z0-9_]*`.
    pub name: &'a str,
    /// The payload.
    pub payload: Payload<'a>,
}

/// The payload of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload<'a> {
    /// The type alone.
    None,
    /// Any bytes but line feeds.
    Text(&'a [u8]),
    /// Up to 255 bytes of any value.
    Binary(&'a [u8]),
}

/// The reason why a message cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The type is not `[A-Z][A-Z0-9_]*`.
    #[error("a message type holds only A-Z, 0-9 and _ and starts with a letter")]
    Name,
    /// A text payload cannot hold a line feed.
    #[error("a text payload cannot hold a line break")]
    LineFeed,
    /// A binary payload is at most 255 bytes, a message at most [`MAX_MESSAGE`].
    #[error("the message is too long")]
    TooLong,
}

/// Returns whether `name` can be a message type.
pub fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(is_type_byte)
}

fn is_type_byte(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

impl Message<'_> {
    /// Appends the message to `out`, which is left as it was on an error.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if !is_type(self.name) {
            return Err(EncodeError::Name);
        }
        let (payload, extra) = match self.payload {
            Payload::None => (&[][..], 1),
            Payload::Text(text) if memchr(b'\n', text).is_some() => {
                return Err(EncodeError::LineFeed);
            }
            Payload::Text(text) => (text, 2),
            Payload::Binary(bytes) => (bytes, 3),
        };
        if self.name.len() + payload.len() + extra > MAX_MESSAGE {
            return Err(EncodeError::TooLong);
        }
        let length = u8::try_from(payload.len());
        let lead = match (self.payload, length) {
            (Payload::None, _) => &[][..],
            (Payload::Text(_), _) => b" ",
            (Payload::Binary(_), Ok(length)) => &[b'b', length],
            (Payload::Binary(_), Err(_)) => return Err(EncodeError::TooLong),
        };
        for part in [self.name.as_bytes(), lead, payload, b"\n"] {
            out.extend_from_slice(part);
        }
        Ok(())
    }
}

/// What a decoder has read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecodeCounters {
    /// Whole messages.
    pub messages: u64,
    /// Times that bytes were dropped because they were no message.
    pub damaged: u64,
    /// Times that bytes were dropped because a message exceeded [`MAX_MESSAGE`].
    pub too_long: u64,
}

/// Reads messages out of a stream that comes in pieces of any size.
///
/// Keeps at most two times [`MAX_MESSAGE`] bytes.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Whether the bytes up to the next line feed are the rest of a broken message.
    skipping: bool,
    counters: DecodeCounters,
}

impl Decoder {
    /// Takes the next piece of the stream and hands each message that is complete now to `each`.
    pub fn decode(&mut self, piece: &[u8], mut each: impl FnMut(Message<'_>)) {
        for part in piece.chunks(MAX_MESSAGE) {
            self.buffer.extend_from_slice(part);
            self.read_buffer(&mut each);
        }
    }

    /// Returns what was read so far.
    pub fn counters(&self) -> DecodeCounters {
        self.counters
    }

    /// Returns whether the start of a message waits for its end.
    pub fn is_unfinished(&self) -> bool {
        !self.buffer.is_empty()
    }

    fn read_buffer(&mut self, each: &mut impl FnMut(Message<'_>)) {
        let mut at = 0;
        while at < self.buffer.len() {
            let rest = &self.buffer[at..];
            if self.skipping {
                let line_end = memchr(b'\n', rest);
                self.skipping = line_end.is_none();
                at += line_end.map_or(rest.len(), |end| end + 1);
                continue;
            }
            match parse(rest) {
                Parse::Incomplete => break,
                Parse::EmptyLine(length) => at += length,
                Parse::Message(message, length) => {
                    self.counters.messages += 1;
                    each(message);
                    at += length;
                }
                Parse::Damaged => {
                    self.counters.damaged += 1;
                    self.skipping = true;
                }
                Parse::TooLong => {
                    self.counters.too_long += 1;
                    self.skipping = true;
                }
            }
        }
        self.buffer.drain(..at);
    }
}

/// The outcome of parsing the start of the buffer.
#[derive(Debug)]
enum Parse<'a> {
    /// There are too few bytes to tell.
    Incomplete,
    /// An empty line of this length.
    EmptyLine(usize),
    /// A message and its length.
    Message(Message<'a>, usize),
    /// No message.
    Damaged,
    /// A message that exceeds the limit.
    TooLong,
}

/// Parses no more than the length of the longest message, so that the outcome does not depend on
/// how much has come in beyond it.
fn parse(rest: &[u8]) -> Parse<'_> {
    let window = &rest[..rest.len().min(MAX_MESSAGE)];
    match parse_window(window) {
        Parse::Incomplete if window.len() == MAX_MESSAGE => Parse::TooLong,
        parse => parse,
    }
}

fn parse_window(window: &[u8]) -> Parse<'_> {
    let name_end = window.iter().position(|&byte| !is_type_byte(byte));
    let Ok(name) = str::from_utf8(&window[..name_end.unwrap_or(window.len())]) else {
        return Parse::Damaged;
    };
    if !name.is_empty() && !is_type(name) {
        return Parse::Damaged;
    }
    let Some(at) = name_end else {
        return Parse::Incomplete;
    };
    match (name, &window[at..]) {
        ("", [b'\n', ..]) => Parse::EmptyLine(1),
        ("", [b'\r', b'\n', ..]) => Parse::EmptyLine(2),
        (_, [b'\r']) => Parse::Incomplete,
        ("", _) => Parse::Damaged,
        (_, [b'\n', ..]) => message(name, Payload::None, at + 1),
        // A terminal's line ending; a text payload keeps its own.
        (_, [b'\r', b'\n', ..]) => message(name, Payload::None, at + 2),
        (_, [b' ', text @ ..]) => match memchr(b'\n', text) {
            Some(end) => message(name, Payload::Text(&text[..end]), at + 2 + end),
            None => Parse::Incomplete,
        },
        (_, [b'b']) => Parse::Incomplete,
        (_, [b'b', length, rest @ ..]) => binary(name, usize::from(*length), rest, at + 2),
        _ => Parse::Damaged,
    }
}

fn message<'a>(name: &'a str, payload: Payload<'a>, length: usize) -> Parse<'a> {
    Parse::Message(Message { name, payload }, length)
}

/// Parses a binary message; `rest` begins with the payload, at `start` of the window.
fn binary<'a>(name: &'a str, length: usize, rest: &'a [u8], start: usize) -> Parse<'a> {
    match rest.get(length) {
        None => Parse::Incomplete,
        Some(b'\n') => message(name, Payload::Binary(&rest[..length]), start + length + 1),
        Some(_) => Parse::Damaged,
    }
}

#[cfg(test)]
mod tests;
