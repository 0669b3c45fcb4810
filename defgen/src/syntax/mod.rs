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

use full_moon::LuaVersion;

use crate::{
    diagnostic::Diagnostic,
    guard::{self, Checked},
    limits::Limits,
    source::Source,
};

/// Of the errors the parser finds after the first, as many are told.
const MAX_ERRORS: usize = 3;

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

/// Parses a file, after the guard. To be called [on a big stack](crate::stack::on_big_stack).
///
/// # Errors
/// What the guard refuses, and what is no Lua 5.1.
pub fn parse(source: &Arc<Source>, limits: &Limits) -> Result<Arc<Chunk>, Vec<Diagnostic>> {
    let checked = guard::check(source, limits).map_err(|refusal| vec![refusal])?;
    let ast = parse_text(source, &checked)?;
    let tree = convert::convert(source.bytes(), &checked, &ast).map_err(|refused| {
        let at = source.span(refused.at, refused.at + 1);
        vec![Diagnostic::error("syntax", refused.message).at(at)]
    })?;
    Ok(Arc::new(Chunk {
        source: source.clone(),
        tree,
    }))
}

/// full_moon recovers from errors, and has panicked in doing so: such a file is broken too.
fn parse_text(source: &Source, checked: &Checked) -> Result<full_moon::ast::Ast, Vec<Diagnostic>> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        full_moon::parse_fallible(&checked.text, LuaVersion::lua51()).into_result()
    }));
    match parsed {
        Ok(Ok(ast)) => Ok(ast),
        Ok(Err(errors)) => Err(errors
            .iter()
            .take(MAX_ERRORS)
            .map(|error| explain(source, checked, error))
            .collect()),
        Err(_) => {
            let message = "the file is broken in a way the parser cannot tell";
            Err(vec![
                Diagnostic::error("syntax", message).at(source.span(0, 0)),
            ])
        }
    }
}

fn explain(source: &Source, checked: &Checked, error: &full_moon::Error) -> Diagnostic {
    let (start, end) = error.range();
    let start = checked.start(start.bytes());
    let end = checked.end(end.bytes()).max(start);
    Diagnostic::error("syntax", error.error_message().into_owned()).at(source.span(start, end))
}
