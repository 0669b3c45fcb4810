//! Strings of bytes, each kept once: equal strings are equal handles.

use std::sync::Arc;

use hashbrown::DefaultHashBuilder;
use indexmap::IndexSet;

/// A string of bytes, of the [`Strings`] it came from; equal handles are equal strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Str(pub(crate) u32);

/// The strings of a file or a state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strings(IndexSet<Arc<[u8]>, DefaultHashBuilder>);

impl Strings {
    pub(crate) fn get(&self, string: Str) -> &Arc<[u8]> {
        &self.0[string.0 as usize]
    }

    /// The handle of a string, if there is such a string.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Str> {
        self.0.get_index_of(bytes).map(|index| Str(index as u32))
    }

    /// The handle of a string, and whether it is new.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> (Str, bool) {
        match self.find(bytes) {
            Some(known) => (known, false),
            None => (self.share(&bytes.into()), true),
        }
    }

    /// The handles here of all strings there, in their order. The bytes are shared.
    pub(crate) fn add_all(&mut self, others: &Self) -> Vec<Str> {
        others.0.iter().map(|string| self.share(string)).collect()
    }

    fn share(&mut self, string: &Arc<[u8]>) -> Str {
        Str(self.0.insert_full(string.clone()).0 as u32)
    }
}
