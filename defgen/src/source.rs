//! The bytes of one file, and places in them.
//!
//! Owns names, bytes and line starts, and refuses what cannot be Lua text. Knows nothing of
//! Lua's syntax and reads no file.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::{diagnostic::Diagnostic, limits::Limits};

/// Which file of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// Some bytes of a file, counted in the file as it is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// One file.
#[derive(Debug)]
pub struct Source {
    id: FileId,
    name: String,
    bytes: Box<[u8]>,
    lines: OnceLock<Vec<u32>>,
}

/// Every file of a run, shared between threads. Ids stay valid as long as it lives.
#[derive(Debug, Default)]
pub struct Sources(RwLock<Vec<Arc<Source>>>);

impl Sources {
    /// Takes in a file. `name` is what messages call it, also those of Lua itself
    /// (`name:12: …`).
    ///
    /// # Errors
    /// A file too large, in UTF-16, or of precompiled Lua. The diagnostic names the file, of
    /// which nothing else is kept.
    pub fn add(
        &self,
        name: &str,
        bytes: Vec<u8>,
        limits: &Limits,
    ) -> Result<Arc<Source>, Diagnostic> {
        match refusal(&bytes, limits) {
            None => Ok(self.push(name, bytes)),
            Some(refusal) => {
                let source = self.push(name, Vec::new());
                Err(refusal.at(source.span(0, 0)))
            }
        }
    }

    /// The file with that id.
    pub fn get(&self, id: FileId) -> Option<Arc<Source>> {
        let files = self.0.read().unwrap_or_else(PoisonError::into_inner);
        files.get(id.0 as usize).cloned()
    }

    /// All files.
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
    /// Its id.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes as they are on disk.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line with that byte, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_column(offset).0
    }

    /// Line and column of a byte, both counted from 1, the column in bytes.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.lines.get_or_init(|| line_starts(&self.bytes));
        let line = starts.partition_point(|&start| start <= offset);
        let start = starts.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        (line as u32, offset - start + 1)
    }

    /// The bytes from `start` up to `end`.
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span {
            file: self.id,
            start,
            end,
        }
    }

    /// Where Lua's text begins: after a byte order mark and a first line with `#`.
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

fn refusal(bytes: &[u8], limits: &Limits) -> Option<Diagnostic> {
    if bytes.len() > limits.source_bytes {
        let message = format!(
            "the file has {} bytes; more than {} are not read",
            bytes.len(),
            limits.source_bytes
        );
        return Some(
            Diagnostic::error("limit-source-bytes", message)
                .with_note("cockpit scripts are far smaller: is this one really Lua?"),
        );
    }
    if bytes.starts_with(b"\x1bLua") {
        let message = "the file is precompiled Lua, which cannot be read";
        return Some(Diagnostic::error("bytecode", message).with_note("the module protects it"));
    }
    if is_utf16(bytes) {
        let message = "the file is in UTF-16, which Lua cannot read either";
        return Some(Diagnostic::error("utf-16", message).with_note("save it as UTF-8"));
    }
    None
}

/// A byte order mark, or a zero as the first or second byte.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]
    )
}

/// Lines end as Lua counts them: LF, CR, CR LF or LF CR.
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

    fn add(bytes: &[u8]) -> Result<Arc<Source>, Diagnostic> {
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
    fn what_is_no_text_is_refused() {
        let code = |bytes: &[u8]| add(bytes).expect_err("refused").code;
        assert_eq!(code(b"\x1bLuaQ"), "bytecode");
        assert_eq!(code(b"\xff\xfex\0"), "utf-16");
        assert_eq!(code(b"x\0=\x001\0"), "utf-16");
        assert_eq!(
            code(&vec![b' '; Limits::default().source_bytes + 1]),
            "limit-source-bytes"
        );
    }
}
