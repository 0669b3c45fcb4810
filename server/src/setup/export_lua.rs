//! The one line in the user's `Export.lua`, as a change of bytes.
//!
//! `Export.lua` belongs to the user and to other tools: every byte that is not ours stays,
//! whatever its encoding and line ends, and taking the line out gives back the bytes that were
//! there before. What has to be remembered for that stands in the line's own comment, so no
//! record can get lost or out of step. No file is touched here.

use std::ops::Range;

use thiserror::Error;

/// What the sim executes. A failure of ours must not end the scripts of other tools.
const CALL: &str =
    r#"pcall(function() dofile(require("lfs").writedir() .. "Scripts/dcs-master/export.lua") end)"#;
/// By this the line is found again, whatever stands before it.
const MARK: &str = r#"-- dcs-master: this line was added by "dcs-master install""#;
/// The file did not end with a line end: the one before our line is ours too.
const NO_LINE_END: &str = " (the line before had no end)";
/// There was no file.
const NO_FILE: &str = " (with this file)";

/// Why `Export.lua` is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ExportLuaError {
    /// Text of two bytes per character, which the sim's Lua cannot read.
    #[error("it is in UTF-16, which the sim cannot read; save it as UTF-8 or ANSI")]
    Utf16,
}

/// What remains of a file when our line is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restored {
    /// Our line was not in it.
    Unchanged,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing: the file came with our line.
    Delete,
}

/// What was found of ours in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// There is no line of ours.
    Missing,
    /// There is one, but it says something else: an older version, or switched off by hand.
    Different,
    /// The line stands in the file, but what comes before it ends the script.
    Unreachable,
    /// As it should be.
    Current,
}

/// Puts our line into the file, or brings the one that is there up to date.
///
/// `parses` says whether the bytes are a Lua script. The line goes to the end, so that it sees
/// the callbacks of everybody else and can chain them; where the script ends earlier by a
/// `return`, it goes to the beginning.
///
/// # Errors
/// The file is in UTF-16.
pub fn with_line(
    original: Option<&[u8]>,
    parses: impl Fn(&[u8]) -> bool,
) -> Result<Vec<u8>, ExportLuaError> {
    let Some(original) = original else {
        return Ok(format!("{CALL} {MARK}{NO_FILE}\r\n").into_bytes());
    };
    refuse_utf16(original)?;
    let lines = our_lines(original);
    Ok(match (lines.first(), without_line(original)) {
        (Some(first), Restored::Bytes(rest))
            if ends_early(&original[..first.whole.start], &parses) =>
        {
            added(&rest, &parses)
        }
        (Some(_), _) => up_to_date(original, &lines),
        (None, _) => added(original, &parses),
    })
}

/// The first of our lines as it should be, and no other.
fn up_to_date(original: &[u8], lines: &[OurLine]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for (index, line) in lines.iter().enumerate().rev() {
        if index == 0 {
            bytes.splice(line.text.clone(), our_text(line.suffix).into_bytes());
        } else {
            bytes.drain(line.whole.clone());
        }
    }
    bytes
}

/// Takes our line out again.
pub fn without_line(bytes: &[u8]) -> Restored {
    let lines = our_lines(bytes);
    let mut rest = bytes.to_vec();
    for line in lines.iter().rev() {
        let mut range = line.whole.clone();
        if line.suffix == NO_LINE_END && range.end == rest.len() {
            range.start -= line_end_before(&rest, range.start);
        }
        rest.drain(range);
    }
    let came_with_us = lines.iter().any(|line| line.suffix == NO_FILE);
    match (lines.is_empty(), rest.is_empty() && came_with_us) {
        (true, _) => Restored::Unchanged,
        (_, true) => Restored::Delete,
        _ => Restored::Bytes(rest),
    }
}

/// Looks for our line.
pub fn line_state(bytes: &[u8], parses: impl Fn(&[u8]) -> bool) -> LineState {
    match our_lines(bytes).as_slice() {
        [] => LineState::Missing,
        [line] if bytes[line.text.clone()] == *our_text(line.suffix).as_bytes() => {
            if ends_early(&bytes[..line.whole.start], &parses) {
                LineState::Unreachable
            } else {
                LineState::Current
            }
        }
        _ => LineState::Different,
    }
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

fn added(original: &[u8], parses: &impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let appended = appended(original);
    let broken_by_us = parses(original) && !parses(&appended);
    if broken_by_us || ends_early(original, parses) {
        prepended(original)
    } else {
        appended
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

/// Before everything but a byte order mark and a first line that starts with `#`.
fn prepended(original: &[u8]) -> Vec<u8> {
    let mut at = text_start(original);
    if original.get(at) == Some(&b'#') {
        at = lines(original).first().map_or(at, |first| first.end);
    }
    let mut bytes = original[..at].to_vec();
    bytes.extend_from_slice(our_text("").as_bytes());
    bytes.extend_from_slice(line_end_of(original));
    bytes.extend_from_slice(&original[at..]);
    bytes
}

/// Whether the script before our line leaves for good: a `do return end` outside of every
/// function and block, as people write to switch the rest of a file off.
fn ends_early(before: &[u8], parses: &impl Fn(&[u8]) -> bool) -> bool {
    lines(before).into_iter().any(|line| {
        let text = String::from_utf8_lossy(&before[line.clone()]);
        let words: Vec<&str> = text.split_whitespace().take(2).collect();
        // Only at the outermost level is everything up to here a script of its own.
        matches!(words.as_slice(), ["do", "return" | "return;"]) && parses(&before[..line.end])
    })
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

struct OurLine {
    /// With its line end.
    whole: Range<usize>,
    /// Without.
    text: Range<usize>,
    suffix: &'static str,
}

fn our_lines(bytes: &[u8]) -> Vec<OurLine> {
    let parse = |whole: Range<usize>| {
        let line = &bytes[whole.clone()];
        let mut text = line.trim_ascii_end();
        let length = text.len();
        let suffix = [NO_LINE_END, NO_FILE]
            .into_iter()
            .find(|suffix| text.ends_with(suffix.as_bytes()))
            .unwrap_or("");
        text = &text[..length - suffix.len()];
        text.ends_with(MARK.as_bytes()).then(|| OurLine {
            text: whole.start..whole.start + length,
            whole,
            suffix,
        })
    };
    lines(bytes).into_iter().filter_map(parse).collect()
}

/// A byte order mark is not part of the first line.
fn text_start(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    }
}

/// Where the lines are, with their line ends: LF, CR LF or a lone CR, as Lua counts them.
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Close enough to Lua for these tests: a final `return` takes nothing behind it.
    fn parses(bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines().skip_while(|line| !line.starts_with("return"));
        lines.next();
        lines.all(|line| line.trim().is_empty()) && !text.contains("syntax error")
    }

    fn installed(original: &[u8]) -> Vec<u8> {
        with_line(Some(original), parses).unwrap()
    }

    #[track_caller]
    fn check(original: &str, expected: &str) {
        let expected = expected.replace("LINE", &our_text(""));
        let bytes = installed(original.as_bytes());
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
        assert_eq!(line_state(&bytes, parses), LineState::Current);
        assert_eq!(
            without_line(&bytes),
            Restored::Bytes(original.as_bytes().to_vec())
        );
    }

    #[test]
    fn goes_to_the_end_in_the_files_own_line_ends() {
        check("a\nb\n", "a\nb\nLINE\n");
        check("a\r\nb\r\n", "a\r\nb\r\nLINE\r\n");
        check("", "LINE\r\n");
        check("a\nb", "a\nb\nLINE (the line before had no end)\n");
        check("a", "a\r\nLINE (the line before had no end)\r\n");
        check("a\r", "a\rLINE\r\n");
    }

    #[test]
    fn goes_to_the_beginning_when_the_end_is_not_reached() {
        check("a\nreturn\n", "LINE\na\nreturn\n");
        check("\u{feff}a\nreturn x", "\u{feff}LINE\na\nreturn x");
        check("#!lua\nreturn", "#!lua\nLINE\nreturn");
        check("a\ndo return end\nb\n", "LINE\na\ndo return end\nb\n");
        check("  do return  end", "LINE\r\n  do return  end");
    }

    #[test]
    fn a_script_that_is_broken_anyway_is_left_in_its_order() {
        check(
            "a\nsyntax error\nreturn\n",
            "a\nsyntax error\nreturn\nLINE\n",
        );
    }

    #[test]
    fn a_file_that_was_not_there_is_not_there_again() {
        let bytes = with_line(None, parses).unwrap();
        assert_eq!(without_line(&bytes), Restored::Delete);
        let with_more = [&bytes[..], b"b\n"].concat();
        assert_eq!(without_line(&with_more), Restored::Bytes(b"b\n".to_vec()));
    }

    #[test]
    fn what_others_add_later_stays_a_line_of_its_own() {
        let bytes = [&installed(b"a")[..], b"b\n"].concat();
        assert_eq!(without_line(&bytes), Restored::Bytes(b"a\r\nb\n".to_vec()));
    }

    #[test]
    fn older_and_switched_off_lines_are_replaced_where_they_stand() {
        let old = format!("a\n-- dofile(old) {MARK}{NO_LINE_END}\nb\n-- {MARK}\n");
        assert_eq!(line_state(old.as_bytes(), parses), LineState::Different);
        let expected = format!("a\n{}\nb\n", our_text(NO_LINE_END));
        assert_eq!(installed(old.as_bytes()), expected.as_bytes());
    }

    #[test]
    fn a_line_behind_a_return_is_moved_to_the_beginning() {
        let bytes = format!("do return end\n{}\n", our_text(""));
        assert_eq!(line_state(bytes.as_bytes(), parses), LineState::Unreachable);
        let expected = format!("{}\ndo return end\n", our_text(""));
        assert_eq!(installed(bytes.as_bytes()), expected.as_bytes());
    }

    #[test]
    fn text_of_two_bytes_per_character_is_refused() {
        assert_eq!(
            with_line(Some(b"\xff\xfea\0"), parses),
            Err(ExportLuaError::Utf16)
        );
    }

    /// Pieces that matter: line ends of all kinds, bytes that are no UTF-8, code that ends early.
    fn export_lua() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop::sample::select(vec![
            &b"\n"[..],
            b"\r\n",
            b"\r",
            b"local x = 1",
            b"return",
            b"return x",
            b"do return end",
            b"-- ",
            b"\xe4\xff\0",
            b"\xef\xbb\xbf",
            b"#!",
            b"syntax error",
            b" ",
            b"\t",
            b"pcall(function() end) -- dcs-master",
        ]);
        let chosen = prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat());
        prop_oneof![chosen, prop::collection::vec(any::<u8>(), 0..80)]
    }

    proptest! {
        #[test]
        fn taking_the_line_out_restores_every_byte(original in export_lua()) {
            if let Ok(bytes) = with_line(Some(&original), parses) {
                prop_assert_eq!(without_line(&bytes), Restored::Bytes(original));
            }
        }

        #[test]
        fn a_second_install_changes_nothing(original in export_lua()) {
            if let Ok(bytes) = with_line(Some(&original), parses) {
                prop_assert_eq!(with_line(Some(&bytes), parses), Ok(bytes));
            }
        }

        #[test]
        fn every_other_line_is_kept_in_its_order(original in export_lua()) {
            if let Ok(bytes) = with_line(Some(&original), parses) {
                let ours = our_lines(&bytes).remove(0).whole;
                let rest = [&bytes[..ours.start], &bytes[ours.end..]].concat();
                prop_assert!(rest == original || rest.trim_ascii_end() == original.trim_ascii_end());
            }
        }
    }
}
