//! The one line in the user's `Export.lua`, as a change of bytes.
//!
//! `Export.lua` belongs to the user and to other tools: every byte that is not ours stays,
//! whatever its encoding and line ends, and taking the line out gives back the bytes that were
//! there before. What has to be remembered for that stands in the line's own comment, so no
//! record can get lost or out of step. A line that holds our text in a way that install does not
//! write is refused and shown. No file is touched here.

use std::ops::Range;

use thiserror::Error;

use super::lua::{Ending, Reach, Script, ScriptError};
use crate::quote::printable_reason;

/// The statement that the sim runs. A failure of ours must not end the scripts of other tools.
const CALL: &str =
    r#"pcall(function() dofile(require("lfs").writedir() .. "Scripts/dcs-master/export.lua") end)"#;
/// The comment by which the line is found again.
const MARK: &str = r#"-- dcs-master: this line was added by "dcs-master install""#;
/// The mark's ending when the file did not end with a line end: the one before our line is ours.
const NO_LINE_END: &str = " (the line before had no end)";
/// The mark's ending when there was no file.
const NO_FILE: &str = " (with this file)";

/// Why `Export.lua` is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportLuaError {
    /// Text of two bytes per character, which the sim's Lua cannot read.
    #[error("it is in UTF-16, which the sim cannot read; save it as UTF-8 or ANSI")]
    Utf16,
    /// A line holds our text and something else that may be the user's.
    #[error(
        "line {number} holds the text of dcs-master and something else, so it is for you to \
         change: {text}\nTake \"{MARK}\" and what belongs to it out of that line, then try again"
    )]
    EditedLine {
        /// The line, from 1.
        number: usize,
        /// Its text, printable.
        text: String,
    },
    /// The line would not run, wherever it is put.
    #[error(
        "{0} ends the file, and the line of dcs-master cannot stand before it; change that line, \
         then try again"
    )]
    NoPlace(Ending),
}

/// The file that is left when our line is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Our line was not in it.
    Unchanged,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing: the file came with our line.
    Delete,
}

/// The state of our line in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineState {
    /// There is no line of ours.
    Missing,
    /// It stands twice, or is not as this version writes it.
    Different,
    /// It is a comment, or a part of one.
    Commented,
    /// It stands in a block or in a function.
    Nested,
    /// The file ends before it.
    Unreachable(Ending),
    /// The file may end before it.
    MaybeUnreachable(Ending),
    /// The line is there; whether it runs is not known.
    NotExamined(ScriptError),
    /// As it should be.
    Current,
}

/// Puts our line into the file, or brings the one that is there up to date.
///
/// The line goes to the end, so that it sees the callbacks of everybody else and can chain them.
/// If the file ends earlier, or may end, it goes before the first statement that ends it.
///
/// # Errors
/// The file cannot be changed without touching what is the user's, or the line would not run.
pub fn with_line(original: Option<&[u8]>) -> Result<Vec<u8>, ExportLuaError> {
    let Some(original) = original else {
        return Ok(format!("{CALL} {MARK}{NO_FILE}\r\n").into_bytes());
    };
    refuse_utf16(original)?;
    let lines = our_lines(original)?;
    if lines.is_empty() {
        return added(original);
    }
    let updated = up_to_date(original, &lines);
    match line_state(&updated)? {
        LineState::Current | LineState::NotExamined(_) => Ok(updated),
        _ => added(&without(original, &lines)),
    }
}

/// Takes our line out again.
///
/// # Errors
/// The line is not as install writes it.
pub fn without_line(bytes: &[u8]) -> Result<Removal, ExportLuaError> {
    let lines = our_lines(bytes)?;
    let rest = without(bytes, &lines);
    let came_with_us = lines.iter().any(|line| line.suffix == NO_FILE);
    Ok(match (lines.is_empty(), rest.is_empty() && came_with_us) {
        (true, _) => Removal::Unchanged,
        (_, true) => Removal::Delete,
        _ => Removal::Bytes(rest),
    })
}

/// Looks for our line.
///
/// # Errors
/// The line is not as install writes it.
pub fn line_state(bytes: &[u8]) -> Result<LineState, ExportLuaError> {
    let lines = our_lines(bytes)?;
    let line = match lines.as_slice() {
        [] => return Ok(LineState::Missing),
        [line] => line,
        _ => return Ok(LineState::Different),
    };
    let script = match Script::parse(bytes) {
        Ok(script) => script,
        Err(error) => return Ok(LineState::NotExamined(error)),
    };
    let call = line.call.clone().unwrap_or(line.text.clone());
    Ok(if script.is_in_comment(call.start) {
        LineState::Commented
    } else if !script.is_outermost(&call) {
        LineState::Nested
    } else {
        match script.reach(call.start) {
            Reach::Certain => LineState::Current,
            Reach::Possible(ending) => LineState::MaybeUnreachable(ending),
            Reach::Never(ending) => LineState::Unreachable(ending),
        }
    })
}

fn our_text(suffix: &str) -> String {
    format!("{CALL} {MARK}{suffix}")
}

fn refuse_utf16(bytes: &[u8]) -> Result<(), ExportLuaError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ExportLuaError::Utf16);
    }
    Ok(())
}

/// The first of our lines as it should be, and no other.
fn up_to_date(original: &[u8], lines: &[OurLine]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for line in lines.iter().skip(1).rev() {
        bytes.drain(line.removed());
    }
    if let Some(first) = lines.first().filter(|line| line.alone) {
        bytes.splice(first.content.clone(), our_text(first.suffix).into_bytes());
    }
    bytes
}

fn without(bytes: &[u8], lines: &[OurLine]) -> Vec<u8> {
    let mut rest = bytes.to_vec();
    for line in lines.iter().rev() {
        let mut range = line.removed();
        if line.alone && line.suffix == NO_LINE_END && range.end == rest.len() {
            range.start -= line_end_before(&rest, range.start);
        }
        // The line end that was ours may have been that of another line of ours.
        range.end = range.end.min(rest.len());
        rest.drain(range);
    }
    rest
}

/// The file with our line at the first place where it always runs.
fn added(original: &[u8]) -> Result<Vec<u8>, ExportLuaError> {
    let appended = appended(original);
    let Ok(script) = Script::parse(original) else {
        return Ok(appended);
    };
    let runs = |bytes: &Vec<u8>| {
        let state = line_state(bytes);
        matches!(
            state,
            Ok(LineState::Current | LineState::NotExamined(ScriptError::TooLarge))
        )
    };
    if runs(&appended) {
        return Ok(appended);
    }
    let starts = script.starts_before_endings().into_iter();
    let places = starts.map(|start| line_start(original, start));
    // A line may begin in the middle of a statement or a comment.
    let between = |at: &usize| script.is_between_statements(*at);
    let first = first_place(original);
    let mut candidates = places
        .filter(between)
        .chain([first])
        .map(|at| inserted(original, at));
    match (candidates.find(runs), script.reach(original.len())) {
        (Some(bytes), _) => Ok(bytes),
        (None, Reach::Never(ending) | Reach::Possible(ending)) => {
            Err(ExportLuaError::NoPlace(ending))
        }
        (None, Reach::Certain) => Ok(appended),
    }
}

fn appended(original: &[u8]) -> Vec<u8> {
    let line_end = line_end_of(original);
    let whole_lines = original
        .last()
        .is_none_or(|last| matches!(last, b'\n' | b'\r'));
    let mut bytes = original.to_vec();
    if whole_lines {
        bytes.extend_from_slice(our_text("").as_bytes());
    } else {
        bytes.extend_from_slice(line_end);
        bytes.extend_from_slice(our_text(NO_LINE_END).as_bytes());
    }
    bytes.extend_from_slice(line_end);
    bytes
}

/// The file with our line before the line that starts at `at`.
fn inserted(original: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = original[..at].to_vec();
    bytes.extend_from_slice(our_text("").as_bytes());
    bytes.extend_from_slice(line_end_of(original));
    bytes.extend_from_slice(&original[at..]);
    bytes
}

/// The place after a byte order mark and a first line that starts with `#`.
fn first_place(original: &[u8]) -> usize {
    let start = text_start(original);
    match original.get(start) {
        Some(b'#') => lines(original).first().map_or(start, |first| first.end),
        _ => start,
    }
}

/// The start of the line that `at` is in.
fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at];
    let line_end = memchr::memrchr2(b'\r', b'\n', before);
    line_end.map_or(0, |end| end + 1).max(first_place(bytes))
}

/// The line end that the file uses; Windows' own where it has none.
fn line_end_of(bytes: &[u8]) -> &'static [u8] {
    match memchr::memrchr(b'\n', bytes) {
        Some(at) if at == 0 || bytes[at - 1] != b'\r' => b"\n",
        _ => b"\r\n",
    }
}

fn line_end_before(bytes: &[u8], at: usize) -> usize {
    if bytes[..at].ends_with(b"\r\n") {
        2
    } else {
        usize::from(at > 0)
    }
}

/// A line that install wrote.
#[derive(Debug)]
struct OurLine {
    /// The line with its line end.
    whole: Range<usize>,
    /// The line without its line end.
    content: Range<usize>,
    /// Our text in it.
    text: Range<usize>,
    /// Our statement in the text; the user may have taken it out.
    call: Option<Range<usize>>,
    suffix: &'static str,
    /// There is nothing else in the line, except blanks and the dashes that switch it off.
    alone: bool,
}

impl OurLine {
    /// The bytes to take out: the line, or only our text where the line has something else too.
    fn removed(&self) -> Range<usize> {
        if self.alone {
            self.whole.clone()
        } else {
            self.text.clone()
        }
    }
}

/// Finds our lines.
fn our_lines(bytes: &[u8]) -> Result<Vec<OurLine>, ExportLuaError> {
    if memchr::memmem::find(bytes, MARK.as_bytes()).is_none() {
        return Ok(Vec::new());
    }
    let script = Script::parse(bytes).ok();
    let mut found = Vec::new();
    for (index, whole) in lines(bytes).into_iter().enumerate() {
        let edited = || ExportLuaError::EditedLine {
            number: index + 1,
            text: printable_reason(String::from_utf8_lossy(&bytes[whole.clone()]).trim()),
        };
        match our_line(bytes, &whole) {
            Content::Other => {}
            Content::Ours(line) if line.is_certain(script.as_ref()) => found.push(line),
            Content::Ours(_) | Content::Edited => return Err(edited()),
        }
    }
    Ok(found)
}

impl OurLine {
    /// Says whether taking it out changes nothing else: it is a statement or a comment.
    fn is_certain(&self, script: Option<&Script>) -> bool {
        let Some(script) = script else {
            return self.alone;
        };
        let is_statement = self.call.as_ref().is_some_and(|call| script.is_call(call));
        is_statement || script.is_in_comment(self.call.as_ref().unwrap_or(&self.text).start)
    }
}

/// What a line holds of ours.
enum Content {
    /// Nothing: it may speak of our mark, but that is all.
    Other,
    /// Our text at its end.
    Ours(OurLine),
    /// Our text, changed or with something behind it.
    Edited,
}

fn our_line(bytes: &[u8], whole: &Range<usize>) -> Content {
    let line = &bytes[whole.clone()];
    let Some(mark) = memchr::memmem::find(line, MARK.as_bytes()) else {
        return Content::Other;
    };
    let content = line.len()
        - line
            .iter()
            .rev()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
    let behind = line[mark + MARK.len()..content].trim_ascii_end();
    let suffix = ["", NO_LINE_END, NO_FILE]
        .into_iter()
        .find(|suffix| behind == suffix.as_bytes());
    let before = &line[..mark];
    let called = before.strip_suffix(b" ").unwrap_or(before);
    let call = called.strip_suffix(CALL.as_bytes()).map(<[u8]>::len);
    let text = call.unwrap_or(mark);
    match suffix {
        None if memchr::memmem::find(before, b"dofile").is_none() => Content::Other,
        None => Content::Edited,
        Some(_) if call.is_none() && !only_dashes(before) => Content::Edited,
        Some(suffix) => {
            let at = |offset: usize| whole.start + offset;
            Content::Ours(OurLine {
                whole: whole.clone(),
                content: at(0)..at(content),
                text: at(text)..at(mark + MARK.len() + suffix.len()),
                call: call.map(|start| at(start)..at(start + CALL.len())),
                suffix,
                alone: only_dashes(&line[..text]),
            })
        }
    }
}

/// Blanks, or what makes a comment of the rest of the line.
fn only_dashes(before: &[u8]) -> bool {
    let before = before.trim_ascii();
    let dashes = |byte: &u8| matches!(byte, b'-' | b' ' | b'\t');
    before.is_empty() || (before.starts_with(b"--") && before.iter().all(dashes))
}

/// A byte order mark is not part of the first line.
fn text_start(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    }
}

/// The lines with their line ends: LF, CR LF or a lone CR, as Lua counts them.
fn lines(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = text_start(bytes);
    while start < bytes.len() {
        let rest = &bytes[start..];
        let end = match memchr::memchr2(b'\r', b'\n', rest) {
            Some(at) if rest[at..].starts_with(b"\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        found.push(start..start + end);
        start += end;
    }
    found
}

#[cfg(test)]
mod tests;
