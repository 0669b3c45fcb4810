//! The three message forms of the DCS-BIOS draft, both directions.
//!
//! ```text
//! TYPE\n
//! TYPE text\n
//! TYPE b len payload \n      (without the blanks; len is one byte)
//! ```
//!
//! A type is `[A-Z][A-Z0-9_]*`, so the byte behind it determines the form: a line
//! feed, a blank or a small `b`. Pure: this module knows neither sockets, nor
//! the clock, nor what any type means.
//!
//! Bytes that are not a message are *damaged*. They are always handled in the same
//! way: the bytes from the start of the broken message up to and including the first
//! line feed are dropped, and reading continues behind it. So a wrong `b` or length
//! cannot swallow the following lines, unless a line feed happens to be exactly where
//! the wrong payload would end.

use std::str;

use memchr::memchr;
use thiserror::Error;

/// The longest message that is read or written, including the line feed. It is also the longest
/// datagram, which holds whole messages.
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
    /// No payload: the message is the type alone.
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
    #[error("a message type may contain only A-Z, 0-9 and _, and must start with a letter")]
    Name,
    /// A text payload cannot contain a line feed.
    #[error("a text payload cannot contain a line break")]
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
    /// Appends the message to `out`. On an error, `out` is unchanged.
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

/// The counters of a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecodeCounters {
    /// Whole messages.
    pub messages: u64,
    /// The number of times that bytes were dropped because they were not a message.
    pub damaged: u64,
    /// The number of times that bytes were dropped because a message exceeded [`MAX_MESSAGE`].
    pub too_long: u64,
}

/// Reads messages from a stream that arrives in pieces of any size.
///
/// It buffers at most twice [`MAX_MESSAGE`] bytes.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// True if the bytes up to the next line feed are the rest of a broken message.
    skipping: bool,
    counters: DecodeCounters,
}

impl Decoder {
    /// Reads the next piece of the stream and calls `each` with every message that is complete now.
    pub fn decode(&mut self, piece: &[u8], mut each: impl FnMut(Message<'_>)) {
        for part in piece.chunks(MAX_MESSAGE) {
            self.buffer.extend_from_slice(part);
            self.read_buffer(&mut each);
        }
    }

    /// Returns the counters.
    pub fn counters(&self) -> DecodeCounters {
        self.counters
    }

    /// Returns whether the buffer holds the start of a message.
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
    /// More bytes are needed.
    Incomplete,
    /// An empty line of this length.
    EmptyLine(usize),
    /// A message and its length.
    Message(Message<'a>, usize),
    /// Bytes that are not a message.
    Damaged,
    /// A message that exceeds the limit.
    TooLong,
}

/// Parses at most [`MAX_MESSAGE`] bytes, so that the result does not depend on the number of bytes
/// behind them.
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
        // The line end of a terminal. In a text payload, the CR is part of the payload.
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
