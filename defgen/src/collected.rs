//! Diagnostics as they come in: each is kept once, and no more than a limit allows.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Span;

/// What was said so far.
#[derive(Debug, Clone)]
pub struct Collected {
    kept: Vec<Diagnostic>,
    /// Where each is in `kept`.
    index: HashTable<usize>,
    hasher: DefaultHashBuilder,
    most: usize,
    left_out: usize,
    everywhere: &'static [&'static str],
}

impl Collected {
    /// Keeps at most so many, and every error besides.
    pub fn new(most: usize) -> Self {
        Self {
            kept: Vec::new(),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            most,
            left_out: 0,
            everywhere: &[],
        }
    }

    /// What has one of these codes is said once wherever it is, else once of each place.
    #[must_use]
    pub fn once(mut self, everywhere: &'static [&'static str]) -> Self {
        self.everywhere = everywhere;
        self
    }

    /// Adds a diagnostic, unless the same was said of the same place.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        let everywhere = self.everywhere;
        let new = key(&diagnostic, everywhere);
        let hash = self.hasher.hash_one(new);
        let same = |&at: &usize| key(&self.kept[at], everywhere) == new;
        if self.index.find(hash, same).is_some() {
            return;
        }
        if self.kept.len() >= self.most && diagnostic.severity < Severity::Error {
            self.left_out += 1;
            return;
        }
        let rehash = |&at: &usize| self.hasher.hash_one(key(&self.kept[at], everywhere));
        self.index.insert_unique(hash, self.kept.len(), rehash);
        self.kept.push(diagnostic);
    }

    /// What is kept so far.
    pub fn kept(&self) -> &[Diagnostic] {
        &self.kept
    }

    /// Takes what is kept, and a note of how many there were besides.
    pub fn take(&mut self) -> Vec<Diagnostic> {
        let left_out = std::mem::take(&mut self.left_out);
        self.index.clear();
        let mut kept = std::mem::take(&mut self.kept);
        if left_out > 0 {
            let text = format!("{left_out} more messages are left out");
            kept.push(Diagnostic::note("more", text));
        }
        kept
    }
}

/// Two diagnostics with equal keys say the same.
fn key<'a>(
    diagnostic: &'a Diagnostic,
    everywhere: &[&str],
) -> (&'static str, &'a str, Option<Span>) {
    let label = diagnostic.labels.first();
    let place = label.filter(|_| !everywhere.contains(&diagnostic.code));
    let message = diagnostic.message.as_str();
    (diagnostic.code, message, place.map(|label| label.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_kept_once_and_errors_always() {
        let mut collected = Collected::new(2).once(&["everywhere"]);
        let source = crate::source::Sources::default();
        let source = source.add("a.lua", b"abc".to_vec(), &crate::limits::Limits::default());
        let span = |at: u32| source.as_ref().expect("plain text").span(at, at + 1);
        for at in [0, 1, 0] {
            collected.add(Diagnostic::warning("place", "x").at(span(at)));
        }
        collected.add(Diagnostic::warning("place", "y").at(span(0)));
        collected.add(Diagnostic::error("error", "z"));
        let codes = collected.kept().iter().map(|kept| kept.code);
        assert_eq!(codes.collect::<Vec<_>>(), ["place", "place", "error"]);
        let more = collected.take().pop().expect("a note").message;
        assert_eq!(more, "1 more messages are left out");

        for at in [0, 1] {
            collected.add(Diagnostic::warning("everywhere", "x").at(span(at)));
        }
        assert_eq!(collected.take().len(), 1);
    }
}
