//! Diagnostics as text for the user, with the lines of source that they point at.
//!
//! The only module that uses `codespan_reporting`. A hostile file cannot garble the terminal:
//! control characters and invalid UTF-8 are shown as `?`, and a very long line is cut to the part
//! around the place.

use std::collections::HashMap;
use std::ops::Range;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term;

use super::{Diagnostic, Label, Severity};
use crate::source::{FileId, Source, Sources, Span};

/// The longest line that is shown whole, in bytes.
const MAX_LINE: usize = 160;

/// The bytes that are shown before the place in a longer line.
const CONTEXT: usize = 60;

/// Returns a diagnostic as lines of text, with a newline at the end.
pub fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut texts = Texts::default();
    let labels: Vec<_> = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter_map(|(index, label)| texts.label(index == 0, label, sources))
        .collect();
    let report = codespan::Diagnostic::new(severity(diagnostic.severity))
        .with_code(diagnostic.code)
        .with_message(printable(&diagnostic.message))
        .with_labels(labels)
        .with_notes(
            diagnostic
                .notes
                .iter()
                .map(|note| printable(note))
                .collect(),
        );
    let config = term::Config::default();
    term::emit_into_string(&config, &texts, &report)
        .unwrap_or_else(|_| format!("{}: {}\n", diagnostic.code, printable(&diagnostic.message)))
}

/// Returns a text with `?` for every character that could move the cursor, apart from line feeds.
pub fn printable(text: &str) -> String {
    let replace = |c: char| if c.is_control() && c != '\n' { '?' } else { c };
    text.chars().map(replace).collect()
}

fn severity(severity: Severity) -> codespan::Severity {
    match severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Note => codespan::Severity::Note,
    }
}

/// The files that a diagnostic points at.
#[derive(Default)]
struct Texts(HashMap<FileId, Text>);

/// A file as it is shown: text with as many bytes as the file on the disk.
struct Text {
    name: String,
    text: String,
    /// The offsets at which lines start.
    starts: Vec<usize>,
    /// The part that is shown of each long line, by the index of the line.
    windows: HashMap<usize, Range<usize>>,
}

impl Texts {
    fn label(
        &mut self,
        first: bool,
        label: &Label,
        sources: &Sources,
    ) -> Option<codespan::Label<FileId>> {
        let file = label.span.file;
        let source = sources.get(file)?;
        let text = self.0.entry(file).or_insert_with(|| Text::new(&source));
        let range = text.point_at(label.span);
        let place = if first {
            codespan::Label::primary(file, range)
        } else {
            codespan::Label::secondary(file, range)
        };
        Some(place.with_message(printable(&label.message)))
    }

    fn get(&self, id: FileId) -> Result<&Text, Error> {
        self.0.get(&id).ok_or(Error::FileMissing)
    }
}

impl Text {
    fn new(source: &Source) -> Self {
        let text = to_text(source.bytes());
        let newlines = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            name: source.name().to_owned(),
            starts: std::iter::once(0).chain(newlines).collect(),
            windows: HashMap::new(),
            text,
        }
    }

    fn line_of(&self, at: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
    }

    fn line(&self, line: usize) -> Range<usize> {
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        let end = self
            .starts
            .get(line + 1)
            .map_or(self.text.len(), |next| next - 1);
        start..end.max(start)
    }

    /// Returns the part of a span that is shown. It lies in the first line of the span. A long line
    /// is shown only in a window around the first span in it, and the part lies in that window.
    fn point_at(&mut self, span: Span) -> Range<usize> {
        let start = self.boundary(span.start as usize);
        let number = self.line_of(start);
        let line = self.line(number);
        let mut window = self.windows.get(&number).cloned().unwrap_or(line.clone());
        if window.len() > MAX_LINE {
            let first = self.boundary(start.saturating_sub(CONTEXT).max(line.start));
            window = first..self.boundary((first + MAX_LINE).min(line.end));
            self.windows.insert(number, window.clone());
        }
        let start = start.clamp(window.start, window.end);
        start..self.boundary(span.end as usize).clamp(start, window.end)
    }

    /// Returns the start of the character that a byte belongs to.
    fn boundary(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        (0..=at)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0)
    }
}

/// Returns bytes as text of the same length.
fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\t' => text.push(c),
                '\r' => text.push(' '),
                c if c.is_control() => text.extend(std::iter::repeat_n('?', c.len_utf8())),
                c => text.push(c),
            }
        }
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

impl<'a> Files<'a> for Texts {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.get(id)?.name)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        Ok(&self.get(id)?.text)
    }

    fn line_index(&'a self, id: FileId, byte_index: usize) -> Result<usize, Error> {
        Ok(self.get(id)?.line_of(byte_index))
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        let text = self.get(id)?;
        let line = text.line(line_index);
        let window = text.windows.get(&line_index).cloned();
        Ok(
            window
                .unwrap_or_else(|| line.start..text.boundary(line.end.min(line.start + MAX_LINE))),
        )
    }

    fn column_number(&'a self, id: FileId, line: usize, at: usize) -> Result<usize, Error> {
        let text = self.get(id)?;
        let before = text.text.get(text.line(line).start..at).unwrap_or_default();
        Ok(before.chars().count() + 1)
    }
}
