//! Collects diagnostics: each is kept once, and their number is limited.

use aircraft_defs::counted_are;
use hashbrown::HashSet;

use super::{Diagnostic, Severity};
use crate::source::Span;

/// The identity of a diagnostic: its code, message and main place.
type Key = (&'static str, String, Option<Span>);

/// A bounded list of diagnostics.
#[derive(Debug)]
pub struct DiagnosticSink {
    kept: Vec<Diagnostic>,
    keys: HashSet<Key>,
    limit: usize,
    left_out: usize,
    codes_without_place: &'static [&'static str],
}

impl DiagnosticSink {
    /// Returns a sink that keeps at most `limit` diagnostics, and every error.
    pub fn new(limit: usize) -> Self {
        Self {
            kept: Vec::new(),
            keys: HashSet::new(),
            limit,
            left_out: 0,
            codes_without_place: &[],
        }
    }

    /// Keeps diagnostics with these codes once for all places, instead of once for each.
    #[must_use]
    pub fn once(mut self, codes: &'static [&'static str]) -> Self {
        self.codes_without_place = codes;
        self
    }

    /// Adds a diagnostic, unless it is there already. Above the limit, warnings and notes are only
    /// counted.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        let key = self.key(&diagnostic);
        if self.keys.contains(&key) {
            return;
        }
        if self.kept.len() >= self.limit && diagnostic.severity < Severity::Error {
            self.left_out += 1;
            return;
        }
        self.keys.insert(key);
        self.kept.push(diagnostic);
    }

    fn key(&self, diagnostic: &Diagnostic) -> Key {
        let has_place = !self.codes_without_place.contains(&diagnostic.code);
        let label = diagnostic.labels.first().filter(|_| has_place);
        let place = label.map(|label| label.span);
        (diagnostic.code, diagnostic.message.clone(), place)
    }

    /// Returns the diagnostics that are kept.
    pub fn kept(&self) -> &[Diagnostic] {
        &self.kept
    }

    /// Takes the diagnostics that are kept, and a note with the number of those left out.
    pub fn take(&mut self) -> Vec<Diagnostic> {
        let left_out = std::mem::take(&mut self.left_out);
        self.keys.clear();
        let mut kept = std::mem::take(&mut self.kept);
        if left_out > 0 {
            let text = format!("{} left out", counted_are(left_out, "more message"));
            kept.push(Diagnostic::note("more", text));
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_kept_once_and_errors_always() {
        let mut sink = DiagnosticSink::new(2).once(&["everywhere"]);
        let source = crate::source::Sources::default();
        let source = source.add("a.lua", b"abc".to_vec(), &crate::limits::Limits::default());
        let span = |at: u32| source.as_ref().expect("plain text").span(at, at + 1);
        for at in [0, 1, 0] {
            sink.add(Diagnostic::warning("place", "x").at(span(at)));
        }
        sink.add(Diagnostic::warning("place", "y").at(span(0)));
        sink.add(Diagnostic::error("error", "z"));
        let codes = sink.kept().iter().map(|kept| kept.code);
        assert_eq!(codes.collect::<Vec<_>>(), ["place", "place", "error"]);
        let more = sink.take().pop().expect("a note").message;
        assert_eq!(more, "1 more message is left out");

        for at in [0, 1] {
            sink.add(Diagnostic::warning("everywhere", "x").at(span(at)));
        }
        assert_eq!(sink.take().len(), 1);
    }
}
