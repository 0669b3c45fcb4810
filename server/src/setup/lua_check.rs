//! Whether some bytes are a Lua script, asked of defgen's parser.

use defgen::{
    diagnostic::Diagnostic, limits::Limits, source::Sources, stack::on_big_stack, syntax,
};

/// Whether the sim could load it.
pub(super) fn parses(bytes: &[u8]) -> bool {
    error(bytes).is_none()
}

/// Why the sim cannot load it: what is wrong, and in which line.
pub(super) fn error(bytes: &[u8]) -> Option<String> {
    let sources = Sources::default();
    let limits = Limits::default();
    let source = match sources.add("Export.lua", bytes.to_vec(), &limits) {
        Ok(source) => source,
        Err(diagnostic) => return Some(diagnostic.message),
    };
    let diagnostics = on_big_stack(|| syntax::parse(&source, &limits)).err()?;
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
