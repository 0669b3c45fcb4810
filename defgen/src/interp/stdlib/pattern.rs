//! Matches Lua patterns, without access to the machine.
//!
//! Follows the matcher of Lua 5.1, in which a pattern ends at its first zero byte.

use super::super::meter::BYTES_PER_STEP;

/// The most captures of one pattern.
const MAX_CAPTURES: usize = 32;
/// The deepest recursion of a match.
const MAX_DEPTH: u32 = 2_000;

/// An error of matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatternError {
    /// The pattern is malformed, with Lua's message.
    Malformed(&'static str),
    /// The match takes more steps than are left.
    Steps,
}

type Result<T> = std::result::Result<T, PatternError>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Unfinished,
    Position,
    Bytes(usize),
}

/// The contents of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capture {
    /// The range of bytes from the first number up to the second.
    Bytes(usize, usize),
    /// A position in the text, counted from 1.
    Position(usize),
}

/// A matcher of one pattern on one text.
pub(super) struct Matcher<'a> {
    text: &'a [u8],
    pattern: &'a [u8],
    captures: [(usize, Length); MAX_CAPTURES],
    level: usize,
    depth: u32,
    /// The number of steps left.
    pub(super) steps: u64,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(text: &'a [u8], pattern: &'a [u8], steps: u64) -> Self {
        let end = memchr::memchr(0, pattern).unwrap_or(pattern.len());
        Self {
            text,
            pattern: &pattern[..end],
            captures: [(0, Length::Unfinished); MAX_CAPTURES],
            level: 0,
            depth: 0,
            steps,
        }
    }

    /// Matches at `start`, and returns the end of the match.
    pub(super) fn match_at(&mut self, start: usize) -> Result<Option<usize>> {
        self.level = 0;
        self.depth = 0;
        self.run(start, 0)
    }

    /// Returns the captures of the last match, from `start` to `end`. The whole match is the
    /// capture of a pattern without captures.
    pub(super) fn captures(&self, start: usize, end: usize) -> Result<Vec<Capture>> {
        (0..self.level.max(1))
            .map(|index| self.capture(index, start, end))
            .collect()
    }

    /// Returns the number of captures.
    pub(super) fn level(&self) -> usize {
        self.level
    }

    /// Returns one capture, counted from 0.
    pub(super) fn capture(&self, index: usize, start: usize, end: usize) -> Result<Capture> {
        if index >= self.level {
            return match index {
                0 => Ok(Capture::Bytes(start, end)),
                _ => Err(PatternError::Malformed("invalid capture index")),
            };
        }
        let (from, length) = self.captures[index];
        match length {
            Length::Unfinished => Err(PatternError::Malformed("unfinished capture")),
            Length::Position => Ok(Capture::Position(from + 1)),
            Length::Bytes(bytes) => Ok(Capture::Bytes(from, from + bytes)),
        }
    }

    /// Returns a byte of the pattern, or 0 past its end.
    fn at(&self, index: usize) -> u8 {
        self.pattern.get(index).copied().unwrap_or(0)
    }

    fn step(&mut self) -> Result<()> {
        self.charge(1)
    }

    /// Counts steps, if that many are left.
    fn charge(&mut self, steps: usize) -> Result<()> {
        self.steps = self
            .steps
            .checked_sub(steps as u64)
            .ok_or(PatternError::Steps)?;
        Ok(())
    }

    /// Calls [`Matcher::items`] one level deeper.
    fn run(&mut self, s: usize, p: usize) -> Result<Option<usize>> {
        self.step()?;
        if self.depth >= MAX_DEPTH {
            return Err(PatternError::Malformed("pattern too complex"));
        }
        self.depth += 1;
        let result = self.items(s, p);
        self.depth -= 1;
        result
    }

    /// Matches the pattern from `p` on against the text from `s` on.
    fn items(&mut self, mut s: usize, mut p: usize) -> Result<Option<usize>> {
        loop {
            match self.at(p) {
                0 => return Ok(Some(s)),
                b'(' if self.at(p + 1) == b')' => {
                    return self.start_capture(s, p + 2, Length::Position);
                }
                b'(' => return self.start_capture(s, p + 1, Length::Unfinished),
                b')' => return self.end_capture(s, p + 1),
                b'$' if self.at(p + 1) == 0 => return Ok((s == self.text.len()).then_some(s)),
                b'%' if self.at(p + 1) == b'b' => match self.balanced(s, p + 2)? {
                    Some(end) => (s, p) = (end, p + 4),
                    None => return Ok(None),
                },
                b'%' if self.at(p + 1) == b'f' => match self.frontier(s, p + 2)? {
                    Some(next) => p = next,
                    None => return Ok(None),
                },
                b'%' if self.at(p + 1).is_ascii_digit() => {
                    match self.back_reference(s, self.at(p + 1))? {
                        Some(end) => (s, p) = (end, p + 2),
                        None => return Ok(None),
                    }
                }
                _ => {
                    let end = self.class_end(p)?;
                    let fits = self.single(s, p, end)?;
                    match self.at(end) {
                        b'?' => {
                            if fits && let Some(found) = self.run(s + 1, end + 1)? {
                                return Ok(Some(found));
                            }
                            p = end + 1;
                        }
                        b'*' => return self.max_expand(s, p, end),
                        b'+' if fits => return self.max_expand(s + 1, p, end),
                        b'+' => return Ok(None),
                        b'-' => return self.min_expand(s, p, end),
                        _ if fits => (s, p) = (s + 1, end),
                        _ => return Ok(None),
                    }
                }
            }
            self.step()?;
        }
    }

    fn max_expand(&mut self, s: usize, p: usize, end: usize) -> Result<Option<usize>> {
        let mut count = 0;
        while self.single(s + count, p, end)? {
            self.step()?;
            count += 1;
        }
        for taken in (0..=count).rev() {
            if let Some(found) = self.run(s + taken, end + 1)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn min_expand(&mut self, mut s: usize, p: usize, end: usize) -> Result<Option<usize>> {
        loop {
            if let Some(found) = self.run(s, end + 1)? {
                return Ok(Some(found));
            }
            if !self.single(s, p, end)? {
                return Ok(None);
            }
            s += 1;
        }
    }

    fn start_capture(&mut self, s: usize, p: usize, length: Length) -> Result<Option<usize>> {
        let Some(capture) = self.captures.get_mut(self.level) else {
            return Err(PatternError::Malformed("too many captures"));
        };
        *capture = (s, length);
        self.level += 1;
        let found = self.run(s, p)?;
        if found.is_none() {
            self.level -= 1;
        }
        Ok(found)
    }

    fn end_capture(&mut self, s: usize, p: usize) -> Result<Option<usize>> {
        let open = self.captures[..self.level].iter();
        let open = open
            .rev()
            .position(|&(_, length)| length == Length::Unfinished);
        let Some(back) = open else {
            return Err(PatternError::Malformed("invalid pattern capture"));
        };
        let index = self.level - 1 - back;
        self.captures[index].1 = Length::Bytes(s - self.captures[index].0);
        let found = self.run(s, p)?;
        if found.is_none() {
            self.captures[index].1 = Length::Unfinished;
        }
        Ok(found)
    }

    /// Matches `%1`: the text of a capture again.
    fn back_reference(&mut self, s: usize, digit: u8) -> Result<Option<usize>> {
        let index = usize::from(digit).checked_sub(usize::from(b'1'));
        let capture = index.and_then(|index| self.captures[..self.level].get(index));
        let (from, bytes) = match capture {
            None | Some((_, Length::Unfinished)) => {
                return Err(PatternError::Malformed("invalid capture index"));
            }
            Some((_, Length::Position)) => return Ok(None),
            Some(&(from, Length::Bytes(bytes))) => (from, bytes),
        };
        self.charge(bytes / BYTES_PER_STEP)?;
        let same = self.text[s..].starts_with(&self.text[from..from + bytes]);
        Ok(same.then_some(s + bytes))
    }

    /// Matches `%bxy`: text between balanced delimiters.
    fn balanced(&mut self, s: usize, p: usize) -> Result<Option<usize>> {
        let (open, close) = (self.at(p), self.at(p + 1));
        if open == 0 || close == 0 {
            return Err(PatternError::Malformed("unbalanced pattern"));
        }
        if self.text.get(s) != Some(&open) {
            return Ok(None);
        }
        let mut depth = 1;
        for (ahead, &byte) in self.text[s + 1..].iter().enumerate() {
            self.step()?;
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(s + ahead + 2));
                }
            } else if byte == open {
                depth += 1;
            }
        }
        Ok(None)
    }

    /// Matches `%f[set]`: the text enters the set here. Returns the position in the pattern after
    /// it.
    fn frontier(&mut self, s: usize, p: usize) -> Result<Option<usize>> {
        if self.at(p) != b'[' {
            return Err(PatternError::Malformed("missing '[' after '%f' in pattern"));
        }
        let end = self.class_end(p)?;
        let before = s.checked_sub(1).map_or(0, |before| self.text[before]);
        let here = self.text.get(s).copied().unwrap_or(0);
        let enters = !self.in_set(before, p, end - 1)? && self.in_set(here, p, end - 1)?;
        Ok(enters.then_some(end))
    }

    /// Returns the position after the character class at `p`.
    fn class_end(&mut self, p: usize) -> Result<usize> {
        match self.at(p) {
            b'%' if p + 1 >= self.pattern.len() => {
                Err(PatternError::Malformed("malformed pattern (ends with '%')"))
            }
            b'%' => Ok(p + 2),
            b'[' => self.set_end(p + 1),
            _ => Ok(p + 1),
        }
    }

    fn set_end(&mut self, mut p: usize) -> Result<usize> {
        p += usize::from(self.at(p) == b'^');
        loop {
            self.step()?;
            let Some(&byte) = self.pattern.get(p) else {
                return Err(PatternError::Malformed("malformed pattern (missing ']')"));
            };
            p += 1;
            if byte == b'%' && p < self.pattern.len() {
                p += 1;
            }
            if self.at(p) == b']' {
                return Ok(p + 1);
            }
        }
    }

    fn single(&mut self, s: usize, p: usize, end: usize) -> Result<bool> {
        let Some(&byte) = self.text.get(s) else {
            return Ok(false);
        };
        match self.at(p) {
            b'.' => Ok(true),
            b'%' => Ok(in_class(byte, self.at(p + 1))),
            b'[' => self.in_set(byte, p, end - 1),
            literal => Ok(literal == byte),
        }
    }

    /// Returns true if a byte is in the set from `[` at `p` to `]` at `end`.
    fn in_set(&mut self, byte: u8, mut p: usize, end: usize) -> Result<bool> {
        let inverted = self.at(p + 1) == b'^';
        p += 1 + usize::from(inverted);
        while p < end {
            self.step()?;
            if self.at(p) == b'%' {
                p += 1;
                if in_class(byte, self.at(p)) {
                    return Ok(!inverted);
                }
            } else if self.at(p + 1) == b'-' && p + 2 < end {
                if (self.at(p)..=self.at(p + 2)).contains(&byte) {
                    return Ok(!inverted);
                }
                p += 2;
            } else if self.at(p) == byte {
                return Ok(!inverted);
            }
            p += 1;
        }
        Ok(inverted)
    }
}

/// Returns true if a byte is in a class such as `%a`. An upper-case letter inverts the class; a
/// byte that names no class matches itself.
fn in_class(byte: u8, class: u8) -> bool {
    let inside = match class.to_ascii_lowercase() {
        b'a' => byte.is_ascii_alphabetic(),
        b'c' => byte.is_ascii_control(),
        b'd' => byte.is_ascii_digit(),
        b'l' => byte.is_ascii_lowercase(),
        b'p' => byte.is_ascii_punctuation(),
        b's' => crate::lex::is_space(byte),
        b'u' => byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'x' => byte.is_ascii_hexdigit(),
        b'z' => byte == 0,
        _ => return class == byte,
    };
    inside == class.is_ascii_lowercase()
}

/// Returns true if a pattern has no special characters.
pub(super) fn is_plain(pattern: &[u8]) -> bool {
    let visible = pattern.split(|&byte| byte == 0).next().unwrap_or_default();
    !visible.iter().any(|byte| b"^$*+?.([%-".contains(byte))
}
