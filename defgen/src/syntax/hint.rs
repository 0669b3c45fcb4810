//! Adds notes to syntax errors that look like common mistakes.
//!
//! Looks only at the text at the place of the error, and leaves the parser's own message as it is.

use crate::diagnostics::Diagnostic;
use crate::source::Source;

/// The quotation marks that word processors and chat programs put in place of plain ones.
const FANCY_QUOTES: [&str; 8] = ["“", "”", "„", "‘", "’", "«", "»", "´"];

/// Operators of other languages, and the notes on what Lua has instead.
const MISTAKES: [(&str, &str); 6] = [
    ("==", "`==` compares; use a single `=` to assign"),
    ("!=", "in Lua, `~=` means unequal"),
    ("//", "in Lua a comment begins with `--`"),
    ("+=", "in Lua, write `x = x + 1`"),
    ("++", "in Lua, write `x = x + 1`"),
    ("&&", "in Lua, write `and`"),
];

/// Adds a note to a syntax error if the text there looks like a common mistake.
pub(super) fn add(diagnostic: Diagnostic, source: &Source) -> Diagnostic {
    let at = diagnostic
        .labels
        .first()
        .map(|label| label.span.start as usize);
    let text = at
        .and_then(|at| source.bytes().get(at..))
        .unwrap_or_default();
    match mistake(text) {
        Some(note) => diagnostic.with_note(note),
        None => diagnostic,
    }
}

/// Returns the note for the mistake that a text begins with, if it does.
fn mistake(text: &[u8]) -> Option<&'static str> {
    let starts = |sign: &&str| text.starts_with(sign.as_bytes());
    if FANCY_QUOTES.iter().any(starts) {
        return Some("Lua's quotes are \" and '; a word processor may have changed this one");
    }
    let (_, note) = MISTAKES.iter().find(|(sign, _)| starts(sign))?;
    Some(note)
}
