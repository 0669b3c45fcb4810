//! From a source to a chunk: the tree the evaluator walks, with names resolved and literals
//! decoded. The only module that names full_moon.

mod convert;
mod literal;
mod scope;

pub(crate) mod ast;
pub(crate) use literal::{is_space, number, number_len};

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use convert::Converter;
use full_moon::LuaVersion;

use crate::{
    diagnostic::Diagnostic,
    guard::{self, Checked},
    limits::Limits,
    source::Source,
    stack,
};

/// Of the errors the parser finds after the first, as many are told.
const MAX_ERRORS: usize = 3;

/// How much of the guard's text the parser is given at a time: its tree is many times as large
/// as the text, and a small one stays in the processor's caches.
const PIECE_BYTES: usize = 256;

/// The depth of a tree that is dropped on any thread; a deeper one needs a big stack.
const MAX_DROP_DEPTH: u32 = 2_000;

/// A parsed file: immutable, shared between aircraft and threads.
#[derive(Debug)]
pub struct Chunk {
    source: Arc<Source>,
    pub(crate) tree: ast::Tree,
}

impl Chunk {
    /// The file it was parsed from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        let depth = self.tree.protos.iter().map(|proto| proto.depth).max();
        if depth.is_some_and(|depth| depth > MAX_DROP_DEPTH) {
            let tree = std::mem::take(&mut self.tree);
            match stack::workers(1) {
                Ok(worker) => worker.install(|| drop(tree)),
                // Lost memory is better than an overflowing stack.
                Err(_) => std::mem::forget(tree),
            }
        }
    }
}

/// Parses a file, after the guard. To be called [on a big stack](crate::stack::on_big_stack).
///
/// # Errors
/// What the guard refuses, and what is no Lua 5.1.
pub fn parse(source: &Arc<Source>, limits: &Limits) -> Result<Arc<Chunk>, Vec<Diagnostic>> {
    parse_in_pieces(source, limits, PIECE_BYTES)
}

/// [`parse`] that gives the parser about so many bytes at a time, which makes no difference to
/// what comes of it, except that of several errors another one may be told first.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_in_pieces(
    source: &Arc<Source>,
    limits: &Limits,
    bytes: usize,
) -> Result<Arc<Chunk>, Vec<Diagnostic>> {
    let checked = guard::check(source, limits).map_err(|refusal| vec![refusal])?;
    let mut converter = Converter::new(source.bytes(), &checked);
    for piece in checked.pieces(bytes) {
        let start = piece.start;
        let ast = parse_piece(&checked.text[piece])
            .map_err(|errors| explain(source, &checked, start, &errors))?;
        let converted = converter.piece(start, &ast);
        converted.map_err(|refused| vec![refused.explain(source)])?;
    }
    let tree = converter.finish();
    Ok(Arc::new(Chunk {
        source: source.clone(),
        tree: tree.map_err(|refused| vec![refused.explain(source)])?,
    }))
}

/// full_moon recovers from errors, and has panicked in doing so: such a text is broken too, and
/// has no errors here.
fn parse_piece(text: &str) -> Result<full_moon::ast::Ast, Vec<full_moon::Error>> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        full_moon::parse_fallible(text, LuaVersion::lua51()).into_result()
    }));
    parsed.unwrap_or_else(|_| Err(Vec::new()))
}

/// The errors in the piece that starts there in the text.
fn explain(
    source: &Source,
    checked: &Checked,
    piece: usize,
    errors: &[full_moon::Error],
) -> Vec<Diagnostic> {
    if errors.is_empty() {
        let message = "the file is broken here or below, in a way the parser cannot tell";
        let start = checked.start(piece);
        return vec![Diagnostic::error("syntax", message).at(source.span(start, start))];
    }
    let explain = |error: &full_moon::Error| {
        let (start, end) = error.range();
        let start = checked.start(piece + start.bytes());
        let end = checked.end(piece + end.bytes()).max(start);
        Diagnostic::error("syntax", error.error_message()).at(source.span(start, end))
    };
    errors.iter().take(MAX_ERRORS).map(explain).collect()
}
