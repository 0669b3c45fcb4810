//! The names of subscriptions. A name is stored once, however many subscriptions have it.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

/// A name that is stored once. Two names of one [`Names`] are equal if they are the same piece of
/// memory, so the time to compare them does not depend on their length.
#[derive(Debug, Clone)]
pub(super) struct Name(Arc<str>);

/// The names that are stored. They are in a tree because a hash table has to be rebuilt as it
/// grows.
#[derive(Debug, Default)]
pub(super) struct Names {
    all: BTreeSet<Arc<str>>,
}

impl Name {
    fn address(&self) -> *const u8 {
        self.0.as_ptr()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.address().cmp(&other.address())
    }
}

impl std::hash::Hash for Name {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}

impl Names {
    /// Stores a name for one more owner, and returns it.
    pub(super) fn keep(&mut self, name: &str) -> Name {
        if let Some(kept) = self.find(name) {
            return kept;
        }
        let name: Arc<str> = name.into();
        self.all.insert(Arc::clone(&name));
        Name(name)
    }

    /// Returns a name if it is stored.
    pub(super) fn find(&self, name: &str) -> Option<Name> {
        self.all.get(name).cloned().map(Name)
    }

    /// Releases a name for one owner. It is removed with its last owner.
    pub(super) fn release(&mut self, name: Name) {
        // One owner here, one in the set.
        if Arc::strong_count(&name.0) == 2 {
            self.all.remove(&name.0);
        }
        drop(name);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_kept_once_until_the_last_one_goes() {
        let mut names = Names::default();
        let (one, other) = (names.keep("Fuel"), names.keep("Fuel"));
        assert!(one == other && names.len() == 1);
        names.release(one);
        assert_eq!(names.len(), 1);
        names.release(other);
        assert_eq!(names.len(), 0);
    }
}
