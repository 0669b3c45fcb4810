//! Diagnostics as values: severity, code, message, labelled places, notes.

use std::borrow::Cow;

use crate::source::{SourceError, SourceProblem, Sources, Span};

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Information; the tables are complete.
    Note,
    /// Something is left out of the tables or may be wrong in them.
    Warning,
    /// The evaluation of the file ended here, or its table could not be made.
    Error,
}

/// A place in a file, with a message about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The bytes to point at.
    pub span: Span,
    /// The message; may be empty.
    pub message: String,
}

/// A message about the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The severity.
    pub severity: Severity,
    /// The kind of message: a short name that does not change, such as `syntax` or `limit-steps`.
    pub code: &'static str,
    /// One line for the user.
    pub message: String,
    /// The main place first, then related ones such as the callers.
    pub labels: Vec<Label>,
    /// Further remarks, such as what the user can do.
    pub notes: Vec<String>,
}

/// The longest message, in bytes. Scripts choose the names and texts in it.
const MAX_MESSAGE: usize = 1000;

/// The longest name or text of a script that a message shows whole, in bytes.
const MAX_EXCERPT: usize = 80;

/// Returns a name or text of a script for use in a message, on one line and cut short if it is
/// long.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    match cut(text, MAX_EXCERPT) {
        text if text.contains('\n') => text.replace('\n', "?").into(),
        text => text,
    }
}

/// Returns a text of at most `max` bytes, or its beginning and an ellipsis.
fn cut(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return text.into();
    }
    let end = (0..=max).rev().find(|at| text.is_char_boundary(*at));
    format!("{}…", &text[..end.unwrap_or(0)]).into()
}

impl Diagnostic {
    /// Returns an error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// Returns a warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// Returns a note without a place.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, mut message: String) -> Self {
        // The copy frees the memory of the part that is cut off.
        if let Cow::Owned(copy) = cut(&message, MAX_MESSAGE) {
            message = copy;
        }
        Self {
            severity,
            code,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Returns the message and its main place: `no licence (Mods/aircraft/X/entry.lua:2)`.
    pub fn summary(&self, sources: &Sources) -> String {
        let place = self.labels.first().and_then(|label| {
            let source = sources.get(label.span.file)?;
            let line = source.line(label.span.start);
            Some(format!(" ({}:{line})", source.name()))
        });
        self.message.clone() + &place.unwrap_or_default()
    }

    /// Turns an error into a warning, for code whose failure does no harm.
    pub fn downgrade(&mut self) {
        self.severity = self.severity.min(Severity::Warning);
    }

    /// Adds a place without a message.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        self.label(span, "")
    }

    /// Adds a place and a message about it.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl From<SourceError> for Diagnostic {
    fn from(error: SourceError) -> Self {
        let (code, note) = match error.problem {
            SourceProblem::TooLarge { .. } => (
                "limit-source-bytes",
                "cockpit scripts are far smaller: is this one really Lua?",
            ),
            SourceProblem::Bytecode => (
                "bytecode",
                "the authors of the module have compiled it to protect it",
            ),
            SourceProblem::Utf16 => ("utf-16", "save it as UTF-8"),
        };
        Self::error(code, error.problem.to_string())
            .with_note(note)
            .at(error.span)
    }
}
