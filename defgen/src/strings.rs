//! Interned strings of bytes: equal strings have equal handles.

use std::sync::Arc;

use hashbrown::DefaultHashBuilder;
use indexmap::IndexSet;

/// The handle of a string in its [`Strings`]. Equal handles are equal strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Str(pub(crate) u32);

/// The strings of a file or of a Lua state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strings(IndexSet<Arc<[u8]>, DefaultHashBuilder>);

impl Strings {
    pub(crate) fn get(&self, string: Str) -> &Arc<[u8]> {
        &self.0[string.0 as usize]
    }

    /// Returns the handle of a string, if it is there.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Str> {
        self.0.get_index_of(bytes).map(|index| Str(index as u32))
    }

    /// Adds a string if it is not there yet. Returns its handle, and true if it is new.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> (Str, bool) {
        match self.find(bytes) {
            Some(known) => (known, false),
            None => (self.share(&bytes.into()), true),
        }
    }

    /// Adds all strings of `others`, sharing their bytes, and returns their handles in order.
    pub(crate) fn add_all(&mut self, others: &Self) -> Vec<Str> {
        others.0.iter().map(|string| self.share(string)).collect()
    }

    fn share(&mut self, string: &Arc<[u8]>) -> Str {
        Str(self.0.insert_full(string.clone()).0 as u32)
    }
}
