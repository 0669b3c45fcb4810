//! Lua files of the user, read and never run: is it a script, which statements does it reach,
//! which table does it return. Only this folder names full_moon and defgen's parser.

mod flow;
mod settings;

use std::{
    collections::BTreeMap,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use defgen::{
    diagnostic::Diagnostic, limits::Limits, source::Sources, stack::on_big_stack, syntax,
};
use full_moon::{
    LuaVersion,
    ast::{Ast, Stmt},
    node::Node,
    tokenizer::Token,
    visitors::Visitor,
};
use thiserror::Error;

pub use self::flow::Ending;
use self::flow::{Flow, Paths};
pub(super) use self::settings::{Setting, returned_settings};

/// The most bytes of a file that is looked into.
const MAX_BYTES: usize = 1 << 20;

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

/// A statement at the outermost level of a file.
#[derive(Debug)]
struct Statement {
    bytes: Range<usize>,
    paths: Paths,
}

/// What is known of a file that the sim can load. Positions are bytes of the file.
#[derive(Debug)]
pub(super) struct Script {
    statements: Vec<Statement>,
    /// The calls that are statements, at any level: start and end.
    calls: BTreeMap<usize, usize>,
    comments: Vec<Range<usize>>,
}

/// Says whether a statement is reached when the file runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// Always.
    Certain,
    /// The file may end before it.
    Possible(Ending),
    /// The file ends before it.
    Never(Ending),
}

impl Script {
    /// Parses a file.
    ///
    /// # Errors
    /// When it is no script, or cannot be looked into.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ScriptError> {
        on_parsed(bytes, |ast| {
            let mut calls = Calls::default();
            calls.visit_ast(ast);
            let mut flow = Flow::default();
            Self {
                statements: flow.statements(ast.nodes()),
                calls: calls.calls,
                comments: calls.comments,
            }
        })
    }

    /// Says whether exactly these bytes are a call that stands as a statement.
    pub(super) fn is_call(&self, bytes: &Range<usize>) -> bool {
        self.calls.get(&bytes.start) == Some(&bytes.end)
    }

    /// Says whether exactly these bytes are a statement outside of every block and function.
    pub(super) fn is_outermost(&self, bytes: &Range<usize>) -> bool {
        let same = |statement: &Statement| statement.bytes == *bytes;
        self.statements.iter().any(same)
    }

    /// Says whether a new line at `at` would be a statement of its own.
    pub(super) fn is_between_statements(&self, at: usize) -> bool {
        let covers = |range: &Range<usize>| range.start < at && at < range.end;
        !self.comments.iter().any(covers) && !self.statements.iter().any(|it| covers(&it.bytes))
    }

    /// Says whether the byte at `at` is part of a comment.
    pub(super) fn is_in_comment(&self, at: usize) -> bool {
        self.comments.iter().any(|comment| comment.contains(&at))
    }

    /// Says whether the file's statements before `at` let it get there.
    pub(super) fn reach(&self, at: usize) -> Reach {
        let mut possible = None;
        for statement in self.statements.iter().filter(|it| it.bytes.start < at) {
            match (&statement.paths.ending, statement.paths.continues) {
                (Some(ending), false) => return Reach::Never(*ending),
                (Some(ending), true) => possible = possible.or(Some(*ending)),
                (None, _) => {}
            }
        }
        possible.map_or(Reach::Certain, Reach::Possible)
    }

    /// The starts of the statements that come before the file can have ended, the last one first.
    pub(super) fn starts_before_endings(&self) -> Vec<usize> {
        let ends = |statement: &Statement| statement.paths.ending.is_some();
        let first = self.statements.iter().position(ends);
        let reached = first.map_or(self.statements.len(), |first| first + 1);
        let reached = self.statements[..reached].iter().rev();
        reached.map(|statement| statement.bytes.start).collect()
    }
}

/// The error that keeps the sim from loading the file, if it has one.
fn syntax_error(bytes: &[u8]) -> Option<String> {
    let sources = Sources::default();
    let limits = Limits::default();
    let source = match sources.add("Export.lua", bytes.to_vec(), &limits) {
        Ok(source) => source,
        Err(diagnostic) => return Some(diagnostic.message),
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
fn on_parsed<T: Send>(bytes: &[u8], look: impl FnOnce(&Ast) -> T + Send) -> Result<T, ScriptError> {
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

/// Collects calls and comments.
#[derive(Default)]
struct Calls {
    calls: BTreeMap<usize, usize>,
    comments: Vec<Range<usize>>,
}

impl Calls {
    fn add_comment(&mut self, token: &Token) {
        let range = token.start_position().bytes()..token.end_position().bytes();
        self.comments.push(range);
    }
}

impl Visitor for Calls {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if let (Stmt::FunctionCall(_), Some((start, end))) = (statement, statement.range()) {
            self.calls.insert(start.bytes(), end.bytes());
        }
    }

    fn visit_single_line_comment(&mut self, token: &Token) {
        self.add_comment(token);
    }

    fn visit_multi_line_comment(&mut self, token: &Token) {
        self.add_comment(token);
    }
}

#[cfg(test)]
mod tests;
