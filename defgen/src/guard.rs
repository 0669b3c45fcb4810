//! Refuses what would overflow the parser's stack: a linear scan over the tokens.

use crate::{diagnostic::Diagnostic, limits::Limits, source::Source};

/// Checks the nesting of a file before it is parsed.
///
/// # Errors
/// More levels than `limits.nesting`, or a longer chain than `limits.chain`.
pub fn check(source: &Source, limits: &Limits) -> Result<(), Diagnostic> {
    let _ = (source, limits);
    unimplemented!()
}
