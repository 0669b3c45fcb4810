//! Adds notes to syntax errors that look like a common slip.
//!
//! Pure: looks at the text at the place of an error. The parser's own message stays.

use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// Quotes of word processors, and of chats.
const FANCY_QUOTES: [&str; 8] = ["“", "”", "„", "‘", "’", "«", "»", "´"];

/// What writers of other languages put where Lua has something else.
const SLIPS: [(&str, &str); 6] = [
    ("==", "`==` compares; a single `=` assigns"),
    ("!=", "Lua writes `~=` for unequal"),
    ("//", "a comment begins with `--` in Lua"),
    ("+=", "Lua writes `x = x + 1`"),
    ("++", "Lua writes `x = x + 1`"),
    ("&&", "Lua writes `and`"),
];

/// Adds a note to a syntax error if the text there looks like a common slip.
pub(crate) fn add(diagnostic: Diagnostic, source: &Source) -> Diagnostic {
    let at = diagnostic
        .labels
        .first()
        .map(|label| label.span.start as usize);
    let text = at
        .and_then(|at| source.bytes().get(at..))
        .unwrap_or_default();
    match slip(text) {
        Some(note) => diagnostic.with_note(note),
        None => diagnostic,
    }
}

fn slip(text: &[u8]) -> Option<&'static str> {
    let starts = |sign: &&str| text.starts_with(sign.as_bytes());
    if FANCY_QUOTES.iter().any(starts) {
        return Some(
            "this quote is not one of Lua's, which are \" and '; a word processor may have changed it",
        );
    }
    let (_, note) = SLIPS.iter().find(|(sign, _)| starts(sign))?;
    Some(note)
}
