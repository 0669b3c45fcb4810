//! The bytes of source files, and places in them.
//!
//! Owns the names, bytes and line starts of files, and rejects files that cannot be Lua text.
//! Knows nothing of Lua's syntax and does not read the disk.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use thiserror::Error;

use crate::limits::Limits;

/// The identifier of a file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in a file, counted as on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

/// A source file.
#[derive(Debug)]
pub struct Source {
    id: FileId,
    name: String,
    bytes: Box<[u8]>,
    lines: OnceLock<Vec<u32>>,
}

/// The source files of a run, shared between threads. A [`FileId`] is valid as long as its list
/// exists.
#[derive(Debug, Default)]
pub struct Sources(RwLock<Vec<Arc<Source>>>);

/// The error of adding a file that cannot be Lua text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct SourceError {
    /// The beginning of the file.
    pub span: Span,
    /// The reason.
    pub problem: SourceProblem,
}

/// The reason why a file cannot be Lua text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceProblem {
    /// The file is larger than the limit.
    #[error("the file has {size} bytes; at most {limit} are allowed")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The file is precompiled.
    #[error("the file is precompiled Lua, which cannot be read")]
    Bytecode,
    /// The file is in UTF-16.
    #[error("the file is in UTF-16, which Lua cannot read either")]
    Utf16,
}

impl Sources {
    /// Adds a file. `name` is its name in messages, also in those of Lua itself (`name:12: …`).
    ///
    /// # Errors
    /// When the file is too large, in UTF-16, or precompiled Lua. Its name is kept for the
    /// message, its bytes are not.
    pub fn add(
        &self,
        name: &str,
        bytes: Vec<u8>,
        limits: &Limits,
    ) -> Result<Arc<Source>, SourceError> {
        match check(&bytes, limits) {
            Ok(()) => Ok(self.push(name, bytes)),
            Err(problem) => {
                let span = self.push(name, Vec::new()).span(0, 0);
                Err(SourceError { span, problem })
            }
        }
    }

    /// Returns the file with an id.
    pub fn get(&self, id: FileId) -> Option<Arc<Source>> {
        let files = self.0.read().unwrap_or_else(PoisonError::into_inner);
        files.get(id.0 as usize).cloned()
    }

    /// Returns all files.
    pub fn all(&self) -> Vec<Arc<Source>> {
        let files = self.0.read().unwrap_or_else(PoisonError::into_inner);
        files.clone()
    }

    fn push(&self, name: &str, bytes: Vec<u8>) -> Arc<Source> {
        let mut files = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let source = Arc::new(Source {
            id: FileId(u32::try_from(files.len()).unwrap_or(u32::MAX)),
            name: name.to_owned(),
            bytes: bytes.into_boxed_slice(),
            lines: OnceLock::new(),
        });
        files.push(source.clone());
        source
    }
}

impl Source {
    /// Returns its identifier.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Returns its name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its bytes as on the disk.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the number of the line of a byte, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_column(offset).0
    }

    /// Returns the line and column of a byte, both counted from 1, the column in bytes.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.lines.get_or_init(|| line_starts(&self.bytes));
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        (line as u32, offset - start + 1)
    }

    /// Returns the span from `start` up to `end`.
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span {
            file: self.id,
            start,
            end,
        }
    }

    /// Returns the offset at which the Lua text begins: after a byte order mark and a first line
    /// with `#`.
    pub(crate) fn text_start(&self) -> usize {
        let mark = if self.bytes.starts_with(UTF8_MARK) {
            UTF8_MARK.len()
        } else {
            0
        };
        let rest = &self.bytes[mark..];
        if rest.first() != Some(&b'#') {
            return mark;
        }
        mark + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }
}

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Checks that a file can be Lua text.
fn check(bytes: &[u8], limits: &Limits) -> Result<(), SourceProblem> {
    if bytes.len() > limits.source_bytes {
        return Err(SourceProblem::TooLarge {
            size: bytes.len(),
            limit: limits.source_bytes,
        });
    }
    if bytes.starts_with(b"\x1bLua") {
        return Err(SourceProblem::Bytecode);
    }
    match is_utf16(bytes) {
        true => Err(SourceProblem::Utf16),
        false => Ok(()),
    }
}

/// Returns true if a file begins with a byte order mark of UTF-16, or has a zero as its first or
/// second byte.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]
    )
}

/// Returns the offsets at which lines start. Lines end as in Lua: with LF, CR, CR LF or LF CR.
fn line_starts(bytes: &[u8]) -> Vec<u32> {
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'\n', b'\r', &bytes[at..]) {
        at += found;
        let pair = matches!(bytes.get(at..at + 2), Some(b"\r\n" | b"\n\r"));
        at += if pair { 2 } else { 1 };
        starts.push(at as u32);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(bytes: &[u8]) -> Result<Arc<Source>, SourceError> {
        Sources::default().add("test.lua", bytes.to_vec(), &Limits::default())
    }

    #[test]
    fn lines_end_as_lua_counts_them() {
        let source = add(b"a\nb\r\nc\rd\n\re").expect("plain text");
        let places: Vec<_> = [0, 2, 5, 7, 10].map(|at| source.line_column(at)).into();
        assert_eq!(places, [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]);
    }

    #[test]
    fn text_starts_after_mark_and_hash_line() {
        let start = |bytes: &[u8]| add(bytes).expect("plain text").text_start();
        assert_eq!(start(b"x = 1"), 0);
        assert_eq!(start(b"\xef\xbb\xbfx = 1"), 3);
        assert_eq!(start(b"#!lua\nx = 1"), 5);
        assert_eq!(start(b"\xef\xbb\xbf# only"), 9);
    }

    #[test]
    fn files_that_are_not_text_are_rejected() {
        let problem = |bytes: &[u8]| add(bytes).expect_err("not text").problem;
        assert_eq!(problem(b"\x1bLuaQ"), SourceProblem::Bytecode);
        assert_eq!(problem(b"\xff\xfex\0"), SourceProblem::Utf16);
        assert_eq!(problem(b"x\0=\x001\0"), SourceProblem::Utf16);
        let limit = Limits::default().source_bytes;
        let size = limit + 1;
        assert_eq!(
            problem(&vec![b' '; size]),
            SourceProblem::TooLarge { size, limit }
        );
    }
}
