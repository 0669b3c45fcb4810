//! Parses a file with full_moon, within limits.

use std::panic::{AssertUnwindSafe, catch_unwind};

use defgen::{
    diagnostics::Diagnostic, limits::Limits, source::Sources, stack::on_big_stack, syntax,
};
use full_moon::{LuaVersion, ast::Ast};
use thiserror::Error;

/// The largest file that is analysed, in bytes.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// The reason why a file could not be analysed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScriptError {
    /// The file has a syntax error, so the sim cannot load it. The message names the line.
    #[error("{0}")]
    Syntax(String),
    /// The file is larger than [`MAX_BYTES`].
    #[error("it is larger than {} MiB, so it was not analysed", MAX_BYTES >> 20)]
    TooLarge,
    /// The parser failed on a file that the sim may be able to load.
    #[error("the parser does not support something in it, so it was not analysed")]
    NotUnderstood,
}

/// Returns the first syntax error of the file, if it has one.
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

/// Parses a file and calls `analyse` with its tree. The tree is as deep as the file's nesting, so
/// both run on a large stack.
pub(super) fn with_ast<T: Send>(
    bytes: &[u8],
    analyse: impl FnOnce(&Ast) -> T + Send,
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
            Ok(Ok(ast)) => Ok(analyse(&ast)),
            _ => Err(ScriptError::NotUnderstood),
        }
    })
}

/// Returns the file as a text that the parser accepts, with every byte at the same offset. The
/// parser supports only UTF-8, and neither a byte order mark, nor a first line with `#`, nor a lone
/// CR as a line end.
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
        // The parser supports a line end behind a backslash only if it is one byte.
        b'\\' if rest(at).starts_with(b"\\\r\n") => ' ',
        b'\r' if bytes[..at].ends_with(b"\\") && rest(at).starts_with(b"\r\n") => '\\',
        b'\r' if !rest(at).starts_with(b"\r\n") => '\n',
        0 => ' ',
        0x80.. => '_',
        _ => char::from(byte),
    };
    bytes.iter().enumerate().map(character).collect()
}
