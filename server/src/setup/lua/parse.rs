//! From the bytes of a file to full_moon's tree, within limits.

use std::panic::{AssertUnwindSafe, catch_unwind};

use defgen::{
    diagnostics::Diagnostic, limits::Limits, source::Sources, stack::on_big_stack, syntax,
};
use full_moon::{LuaVersion, ast::Ast};
use thiserror::Error;

/// The most bytes of a file that is looked into.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// A file that could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScriptError {
    /// The sim cannot load it: the message names the line.
    #[error("{0}")]
    Syntax(String),
    /// It may be right or wrong.
    #[error("it is larger than {} MiB, so it was not looked into", MAX_BYTES >> 20)]
    TooLarge,
    /// The parser gave up on a file that the sim may well load.
    #[error("its statements could not be told apart, so it was not looked into")]
    NotUnderstood,
}

/// The error that keeps the sim from loading the file, if it has one.
fn syntax_error(bytes: &[u8]) -> Option<String> {
    let sources = Sources::default();
    let limits = Limits::default();
    let source = match sources.add("Export.lua", bytes.to_vec(), &limits) {
        Ok(source) => source,
        Err(error) => return Some(error.to_string()),
    };
    let diagnostics = syntax::parse(&source, &limits).err()?;
    diagnostics.first().map(|first| in_line(first, &sources))
}

fn in_line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.labels.first().map(|label| label.span);
    let line = place.and_then(|span| Some(sources.get(span.file)?.line(span.start)));
    match line {
        Some(line) => format!("line {line}: {}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// Parses a file and looks at its tree, which is as deep as the file nests: on a stack with room.
pub(super) fn on_parsed<T: Send>(
    bytes: &[u8],
    look: impl FnOnce(&Ast) -> T + Send,
) -> Result<T, ScriptError> {
    if bytes.len() > MAX_BYTES {
        return Err(ScriptError::TooLarge);
    }
    on_big_stack(|| {
        if let Some(error) = syntax_error(bytes) {
            return Err(ScriptError::Syntax(error));
        }
        let text = parser_text(bytes);
        // full_moon recovers from errors, and has panicked in doing so.
        let parsed = catch_unwind(AssertUnwindSafe(|| {
            full_moon::parse_fallible(&text, LuaVersion::lua51()).into_result()
        }));
        match parsed {
            Ok(Ok(ast)) => Ok(look(&ast)),
            _ => Err(ScriptError::NotUnderstood),
        }
    })
}

/// The file as the parser takes it, byte for byte at the same place: it knows UTF-8 only, no mark
/// at the beginning, no first line with `#`, and no line end of a lone CR.
fn parser_text(bytes: &[u8]) -> String {
    let text_start = if bytes.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let skipped = match bytes.get(text_start) {
        Some(b'#') => memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len()),
        _ => text_start,
    };
    let rest = |at: usize| &bytes[at..];
    let character = |(at, &byte): (usize, &u8)| match byte {
        _ if at < skipped => ' ',
        // It knows a line end behind a backslash only as one byte.
        b'\\' if rest(at).starts_with(b"\\\r\n") => ' ',
        b'\r' if bytes[..at].ends_with(b"\\") && rest(at).starts_with(b"\r\n") => '\\',
        b'\r' if !rest(at).starts_with(b"\r\n") => '\n',
        0 => ' ',
        0x80.. => '_',
        _ => char::from(byte),
    };
    bytes.iter().enumerate().map(character).collect()
}
