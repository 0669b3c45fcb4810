//! What is wrong with a file, as values: severity, code, message, byte ranges, notes.
//!
//! Every stage returns or collects these; nothing here prints.

use std::borrow::Cow;

use crate::source::{Sources, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, nothing is lost.
    Note,
    /// Something is left out of the tables or may be wrong in them.
    Warning,
    /// The file or chunk ended here.
    Error,
}

/// A place in a file and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The bytes it is about.
    pub span: Span,
    /// What is said there; may be empty.
    pub message: String,
}

/// One thing that is wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A short stable name of the kind, such as `syntax` or `limit-steps`.
    pub code: &'static str,
    /// One line for people.
    pub message: String,
    /// The places it is about; the first is the main one, callers follow.
    pub labels: Vec<Label>,
    /// What can be done about it, and other remarks.
    pub notes: Vec<String>,
}

/// The longest message; names and texts in it may be of any length.
const MOST_BYTES: usize = 1000;

/// How much of a name or text of the scripts' is shown in a message, in bytes.
const MOST_SHOWN: usize = 80;

/// A name or text of the scripts' as it stands in a message: of a long one the beginning.
pub fn shown(text: &str) -> Cow<'_, str> {
    beginning(text, MOST_SHOWN)
}

fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at));
    format!("{}…", &text[..end.unwrap_or(0)]).into()
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// A note without a place.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, mut message: String) -> Self {
        // A copy, as what is cut would keep its memory.
        if let Cow::Owned(shown) = beginning(&message, MOST_BYTES) {
            message = shown;
        }
        Self {
            severity,
            code,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The message and its first place: `no licence (Mods/aircraft/X/entry.lua:2)`.
    pub fn in_words(&self, sources: &Sources) -> String {
        let place = self.labels.first().and_then(|label| {
            let source = sources.get(label.span.file)?;
            let line = source.line(label.span.start);
            Some(format!(" ({}:{line})", source.name()))
        });
        self.message.clone() + &place.unwrap_or_default()
    }

    /// Makes an error a warning: what it ended is not needed.
    pub fn soften(&mut self) {
        self.severity = self.severity.min(Severity::Warning);
    }

    /// Adds a place without words.
    #[must_use]
    pub fn at(self, span: Span) -> Self {
        self.label(span, "")
    }

    /// Adds a place and what is to be said about it.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
