//! Adds our line to the bytes of the user's `Export.lua`, and removes it.
//!
//! `Export.lua` belongs to the user and to other tools. So every other byte is kept, in any
//! encoding and with any line ends, and removing the line restores the original bytes. The
//! information needed for that is in the line's own comment, so it cannot get lost. If a line
//! contains our text in a form that install does not write, the change is refused and the line is
//! shown. No file is read or written here.

use std::ops::Range;

use thiserror::Error;

use super::lua::{Ending, Reach, Script, ScriptError};
use crate::quote::printable_reason;

/// The statement that the sim runs. `pcall` keeps an error in our scripts from stopping the scripts
/// of other tools.
const CALL: &str =
    r#"pcall(function() dofile(require("lfs").writedir() .. "Scripts/dcs-master/export.lua") end)"#;
/// The comment by which the line is recognised.
const MARK: &str = r#"-- dcs-master: this line was added by "dcs-master install""#;
/// The suffix of the mark when the file did not end with a line end, so that install had to add one
/// before our line.
const NO_LINE_END: &str = " (the line before had no end)";
/// The suffix of the mark when install created the file.
const NO_FILE: &str = " (with this file)";

/// The reason why the sim cannot load a file that begins with a byte order mark. Lua 5.1 takes the
/// mark for a name that is not allowed there.
const BYTE_ORDER_MARK: &str =
    "line 1: it begins with a byte order mark; save it as UTF-8 without BOM, or as ANSI";

/// The reason why `Export.lua` is not changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportLuaError {
    /// The file is in UTF-16, which the sim's Lua cannot read.
    #[error("it is in UTF-16, which the sim cannot read; save it as UTF-8 or ANSI")]
    Utf16,
    /// A line contains our text and something else that may be the user's.
    #[error(
        "line {number} contains the text of dcs-master and something else, so you have to change it \
         yourself: {text}\nRemove \"{MARK}\" and its statement from that line, then try again"
    )]
    EditedLine {
        /// The line, from 1.
        number: usize,
        /// Its text, printable.
        text: String,
    },
    /// There is no place in the file where the line would run.
    #[error(
        "{0} ends the file, and the line of dcs-master cannot be put before it; move it to a line of \
         its own, then try again"
    )]
    NoPlace(Ending),
    /// The last statement has no end, so the line would become a part of it.
    #[error("its last statement has no end, so the sim cannot load it; mend it, then try again")]
    Unfinished,
}

/// The result of removing our line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// The file does not contain our line.
    Unchanged,
    /// The file has these bytes now.
    Bytes(Vec<u8>),
    /// The file is to be deleted: install created it, and nothing else is in it.
    Delete,
}

/// The state of our line in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineState {
    /// The file does not contain our line.
    Missing,
    /// The file contains our line more than once.
    Duplicated,
    /// The line is in a comment.
    Commented,
    /// The line is inside a block or a function.
    Nested,
    /// The line never runs: this statement ends the file before it.
    Unreachable(Ending),
    /// The line may not run: this statement may end the file before it.
    MaybeUnreachable(Ending),
    /// The file contains the line, but it is unknown whether it runs.
    Unknown(ScriptError),
    /// The line runs.
    Reached,
}

/// Adds our line to the file, or updates the existing one.
///
/// The line is added at the end, so that it can chain the callbacks that other tools set. If a
/// statement ends or may end the file earlier, the line is added before the first such statement.
///
/// # Errors
/// When the file cannot be changed without touching what is the user's, or when the line would not
/// run.
pub fn with_line(original: Option<&[u8]>) -> Result<Vec<u8>, ExportLuaError> {
    let Some(original) = original else {
        return Ok(format!("{CALL} {MARK}{NO_FILE}\r\n").into_bytes());
    };
    refuse_utf16(original)?;
    let lines = our_lines(original)?;
    if lines.is_empty() {
        return added(original);
    }
    let updated = updated(original, &lines);
    match state_behind_mark(&updated)? {
        LineState::Reached | LineState::Unknown(_) => Ok(updated),
        _ => added(&without(original, &lines)),
    }
}

/// Removes our line.
///
/// # Errors
/// When the line is not as install writes it.
pub fn without_line(bytes: &[u8]) -> Result<Removal, ExportLuaError> {
    let lines = our_lines(bytes)?;
    let rest = without(bytes, &lines);
    let is_created = lines.iter().any(|line| line.suffix == NO_FILE);
    Ok(match (lines.is_empty(), rest.is_empty() && is_created) {
        (true, _) => Removal::Unchanged,
        (_, true) => Removal::Delete,
        _ => Removal::Bytes(rest),
    })
}

/// Returns the state of our line.
///
/// # Errors
/// When the line is not as install writes it, or the file is in UTF-16.
pub fn line_state(bytes: &[u8]) -> Result<LineState, ExportLuaError> {
    let state = state_behind_mark(bytes)?;
    let is_marked = text_start(bytes) > 0 && !matches!(state, LineState::Missing);
    Ok(match is_marked {
        true => LineState::Unknown(ScriptError::Syntax(BYTE_ORDER_MARK.to_owned())),
        false => state,
    })
}

/// Returns the number of the first line that loads DCS-BIOS, from 1: it names the file `BIOS.lua`
/// outside of a comment.
pub(super) fn dcs_bios_line(bytes: &[u8]) -> Option<usize> {
    let script = Script::parse(bytes).ok();
    let lines = lines(bytes).into_iter();
    let loads = |line: &Range<usize>| {
        let text = &bytes[line.clone()];
        names_of_dcs_bios(text).any(|at| match &script {
            Some(script) => !script.is_in_comment(line.start + at),
            None => memchr::memmem::find(&text[..at], b"--").is_none(),
        })
    };
    lines
        .enumerate()
        .find(|(_, line)| loads(line))
        .map(|(index, _)| index + 1)
}

/// Returns the places of `BIOS.lua` in a line, in upper or lower case, as the last part of a path.
fn names_of_dcs_bios(line: &[u8]) -> impl Iterator<Item = usize> {
    let lower = line.to_ascii_lowercase();
    let places: Vec<usize> = memchr::memmem::find_iter(&lower, b"bios.lua").collect();
    let is_name = move |at: &usize| {
        !at.checked_sub(1)
            .is_some_and(|before| lower[before].is_ascii_alphanumeric())
    };
    places.into_iter().filter(is_name)
}

/// Returns the state of our line as it would be without a byte order mark.
fn state_behind_mark(bytes: &[u8]) -> Result<LineState, ExportLuaError> {
    refuse_utf16(bytes)?;
    let lines = our_lines(bytes)?;
    let line = match lines.as_slice() {
        [] => return Ok(LineState::Missing),
        [line] => line,
        _ => return Ok(LineState::Duplicated),
    };
    let script = match Script::parse(bytes) {
        Ok(script) => script,
        Err(error) => return Ok(LineState::Unknown(error)),
    };
    let call = line.call.clone().unwrap_or(line.text.clone());
    Ok(if script.is_in_comment(call.start) {
        LineState::Commented
    } else if !script.is_top_level(&call) {
        LineState::Nested
    } else {
        match script.reach(call.start) {
            Reach::Certain => LineState::Reached,
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

/// Returns the file with the first of our lines updated and the others removed.
fn updated(original: &[u8], lines: &[OurLine]) -> Vec<u8> {
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
        // The line end may be gone already, removed together with a later one of our lines.
        range.end = range.end.min(rest.len());
        rest.drain(range);
    }
    rest
}

/// Returns the file with our line added at a place where it always runs.
fn added(original: &[u8]) -> Result<Vec<u8>, ExportLuaError> {
    let appended = appended(original);
    let Ok(script) = Script::parse(original) else {
        return match our_lines(&appended) {
            Ok(_) => Ok(appended),
            Err(_) => Err(ExportLuaError::Unfinished),
        };
    };
    let runs = |bytes: &Vec<u8>| {
        let state = state_behind_mark(bytes);
        matches!(
            state,
            Ok(LineState::Reached | LineState::Unknown(ScriptError::TooLarge))
        )
    };
    if runs(&appended) {
        return Ok(appended);
    }
    let starts = script.starts_before_endings().into_iter();
    let places = starts.map(|start| line_start(original, start));
    // A line may start inside a statement or a comment.
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

/// Returns the file with our line inserted before the line that starts at `at`.
fn inserted(original: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = original[..at].to_vec();
    bytes.extend_from_slice(our_text("").as_bytes());
    bytes.extend_from_slice(line_end_of(original));
    bytes.extend_from_slice(&original[at..]);
    bytes
}

/// Returns the position after a byte order mark and a first line that starts with `#`.
fn first_place(original: &[u8]) -> usize {
    let start = text_start(original);
    match original.get(start) {
        Some(b'#') => lines(original).first().map_or(start, |first| first.end),
        _ => start,
    }
}

/// Returns the start of the line that contains `at`.
fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at];
    let line_end = memchr::memrchr2(b'\r', b'\n', before);
    line_end.map_or(0, |end| end + 1).max(first_place(bytes))
}

/// Returns the line end that the file uses; CR LF if it has none.
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

/// A line in the file that contains our text.
#[derive(Debug)]
struct OurLine {
    /// The line with its line end.
    whole: Range<usize>,
    /// The line without its line end.
    content: Range<usize>,
    /// Our text in the line.
    text: Range<usize>,
    /// Our statement in the text, unless the user has removed it.
    call: Option<Range<usize>>,
    suffix: &'static str,
    /// True if the line contains nothing else, except blanks and dashes that comment it out.
    alone: bool,
}

impl OurLine {
    /// Returns the bytes to remove: the line, or only our text if the line contains something else.
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
            Content::Ours(line) if line.is_removable(script.as_ref()) => found.push(line),
            Content::Ours(_) | Content::Edited => return Err(edited()),
        }
    }
    Ok(found)
}

impl OurLine {
    /// Returns whether our text can be removed without changing other code: it is a statement or a
    /// comment.
    fn is_removable(&self, script: Option<&Script>) -> bool {
        let Some(script) = script else {
            return self.alone;
        };
        let is_statement = self.call.as_ref().is_some_and(|call| script.is_call(call));
        is_statement || script.is_in_comment(self.call.as_ref().unwrap_or(&self.text).start)
    }
}

/// The relation of a line to our text.
enum Content {
    /// The line is not ours; at most it mentions the mark.
    Other,
    /// The line ends with our text.
    Ours(OurLine),
    /// The line contains our text, changed or followed by something else.
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
        Some(_) if call.is_none() && !is_blank_or_dashes(before) => Content::Edited,
        Some(suffix) => {
            let at = |offset: usize| whole.start + offset;
            Content::Ours(OurLine {
                whole: whole.clone(),
                content: at(0)..at(content),
                text: at(text)..at(mark + MARK.len() + suffix.len()),
                call: call.map(|start| at(start)..at(start + CALL.len())),
                suffix,
                alone: is_blank_or_dashes(&line[..text]),
            })
        }
    }
}

/// Returns whether these bytes are only blanks, or only dashes and blanks that start a comment.
fn is_blank_or_dashes(before: &[u8]) -> bool {
    let before = before.trim_ascii();
    let dashes = |byte: &u8| matches!(byte, b'-' | b' ' | b'\t');
    before.is_empty() || (before.starts_with(b"--") && before.iter().all(dashes))
}

/// Returns the start of the text, behind a byte order mark.
fn text_start(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    }
}

/// Returns the lines with their line ends: LF, CR LF or a lone CR, as in Lua.
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
