//! An index of entries by name that tolerates differences in case.
//!
//! The exact spelling is looked for first, then the name without regard to ASCII case. An entry is
//! identified by its position in a list that the caller owns.

use std::collections::HashMap;

/// Positions by name; several entries may have one name.
#[derive(Debug, Default)]
pub(crate) struct NameIndex {
    exact: HashMap<String, Vec<usize>>,
    folded: HashMap<String, Vec<usize>>,
}

impl NameIndex {
    /// Adds an entry.
    pub(crate) fn add(&mut self, name: &str, position: usize) {
        self.exact
            .entry(name.to_owned())
            .or_default()
            .push(position);
        self.folded
            .entry(name.to_ascii_lowercase())
            .or_default()
            .push(position);
    }

    /// Returns the entries of exactly this name, else those whose names differ in case only.
    pub(crate) fn find(&self, name: &str) -> &[usize] {
        self.exact
            .get(name)
            .or_else(|| self.folded.get(&name.to_ascii_lowercase()))
            .map_or(&[], Vec::as_slice)
    }
}
