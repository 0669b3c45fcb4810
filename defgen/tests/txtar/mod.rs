//! Archives of text files in one file, in the txtar format of Go's tools.
//!
//! An archive is a comment followed by files. A line `-- path --` begins a file, which ends at the
//! next such line or at the end of the archive. Some files cannot be stored like this: those
//! without a line end at the end, with carriage returns, byte order marks or invalid UTF-8, or with
//! lines that look like the beginning of a file. They are escaped: `\n`, `\r`, `\\` and `\xNN`
//! stand for bytes, and line ends are ignored. A line `-- path (escaped) --` begins such a file.

use std::fs;
use std::path::Path;

const ESCAPED: &str = " (escaped)";

/// A comment, and files by their paths.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Archive {
    pub(crate) comment: String,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Archive {
    /// Reads an archive from the disk.
    pub(crate) fn read(path: &Path) -> Self {
        let text =
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&text)
    }

    /// Reads an archive from its text.
    pub(crate) fn parse(text: &str) -> Self {
        let mut archive = Self::default();
        let mut is_escaped = false;
        for line in text.split_inclusive('\n') {
            if let Some(path) = begun_file(line) {
                is_escaped = path.ends_with(ESCAPED);
                let path = path.strip_suffix(ESCAPED).unwrap_or(path);
                archive.files.push((path.to_owned(), Vec::new()));
                continue;
            }
            match archive.files.last_mut() {
                None => archive.comment.push_str(line),
                Some((_, bytes)) if is_escaped => unescape(line.trim_end(), bytes),
                Some((_, bytes)) => bytes.extend_from_slice(line.as_bytes()),
            }
        }
        archive
    }

    /// Returns the text of the archive.
    pub(crate) fn to_text(&self) -> String {
        let mut text = self.comment.clone();
        for (path, bytes) in &self.files {
            match plain(bytes) {
                Some(plain) => text += &format!("-- {path} --\n{plain}"),
                None => text += &format!("-- {path}{ESCAPED} --\n{}", escape(bytes)),
            }
        }
        text
    }

    /// Returns a file's bytes.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        let file = self.files.iter().find(|(name, _)| name == path)?;
        Some(&file.1)
    }

    /// Writes the files in a folder of the archive into a folder of the disk.
    pub(crate) fn unpack(&self, from: &str, to: &Path) {
        for (path, bytes) in &self.files {
            if let Some(path) = path
                .strip_prefix(from)
                .and_then(|path| path.strip_prefix('/'))
            {
                let path = to.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
    }
}

/// Returns the path of the file that a line begins, if it does.
fn begun_file(line: &str) -> Option<&str> {
    let path = line.trim_end().strip_prefix("-- ")?.strip_suffix(" --")?;
    Some(path.trim()).filter(|path| !path.is_empty())
}

/// Returns bytes as text for an archive, if they need no escapes.
fn plain(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_whole = text.is_empty() || text.ends_with('\n');
    let is_odd = |c: char| c == '\u{feff}' || c.is_control() && !['\n', '\t'].contains(&c);
    let begins_file = text.lines().any(|line| begun_file(line).is_some());
    (is_whole && !begins_file && !text.contains(is_odd)).then_some(text)
}

fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        let is_line_start = text.is_empty() || text.ends_with('\n');
        match byte {
            b'\n' => text += "\\n\n",
            b'\r' => text += "\\r",
            b'\\' => text += "\\\\",
            b' '..=b'~' if !(is_line_start && byte == b'-') && byte != b' ' => {
                text.push(byte.into());
            }
            b' ' if !is_line_start => text.push(' '),
            byte => text += &format!("\\x{byte:02x}"),
        }
    }
    if text.ends_with(' ') {
        text.pop();
        text += "\\x20";
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn unescape(line: &str, bytes: &mut Vec<u8>) {
    let mut rest = line.bytes();
    while let Some(byte) = rest.next() {
        let escaped = match byte {
            b'\\' => rest.next(),
            byte => {
                bytes.push(byte);
                continue;
            }
        };
        bytes.push(match escaped {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b'\\') => b'\\',
            Some(b'x') => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).unwrap_or_else(|_| panic!("\\x in {line:?}"))
            }
            other => panic!("\\{other:?} in {line:?}"),
        });
    }
}
