//! Static analysis of the user's Lua files, which are parsed and never run: syntax errors, the
//! statements that are reached, the table that is returned. Only this folder uses full_moon and
//! defgen's parser.

mod flow;
mod parse;
mod settings;

use std::{collections::BTreeMap, ops::Range};

use full_moon::{ast::Stmt, node::Node, tokenizer::Token, visitors::Visitor};

pub(super) use self::settings::{Setting, returned_settings};
pub use self::{flow::Ending, parse::ScriptError};
use self::{
    flow::{Flow, Statement},
    parse::with_ast,
};

/// A parsed file. Positions are byte offsets in the file.
#[derive(Debug)]
pub(super) struct Script {
    statements: Vec<Statement>,
    /// The calls that are statements, at any level: their ends by their starts.
    calls: BTreeMap<usize, usize>,
    comments: Vec<Range<usize>>,
}

/// The certainty with which a statement is reached when the file runs.
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
    /// When the file has a syntax error, or cannot be analysed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ScriptError> {
        with_ast(bytes, |ast| {
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

    /// Returns whether exactly these bytes are a call that is a statement.
    pub(super) fn is_call(&self, bytes: &Range<usize>) -> bool {
        self.calls.get(&bytes.start) == Some(&bytes.end)
    }

    /// Returns whether exactly these bytes are a statement outside of every block and function.
    pub(super) fn is_top_level(&self, bytes: &Range<usize>) -> bool {
        let same = |statement: &Statement| statement.bytes == *bytes;
        self.statements.iter().any(same)
    }

    /// Returns whether `at` is outside of every statement and comment.
    pub(super) fn is_between_statements(&self, at: usize) -> bool {
        let covers = |range: &Range<usize>| range.start < at && at < range.end;
        !self.comments.iter().any(covers) && !self.statements.iter().any(|it| covers(&it.bytes))
    }

    /// Returns whether the byte at `at` is part of a comment.
    pub(super) fn is_in_comment(&self, at: usize) -> bool {
        self.comments.iter().any(|comment| comment.contains(&at))
    }

    /// Returns whether the statement at `at` is reached, given the statements before it.
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

    /// Returns the starts of the statements up to the first that may end the file, last one first.
    pub(super) fn starts_before_endings(&self) -> Vec<usize> {
        let ends = |statement: &Statement| statement.paths.ending.is_some();
        let first = self.statements.iter().position(ends);
        let reached = first.map_or(self.statements.len(), |first| first + 1);
        let reached = self.statements[..reached].iter().rev();
        reached.map(|statement| statement.bytes.start).collect()
    }
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
