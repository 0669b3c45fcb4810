//! The names that subscriptions keep; each is kept once, however many have it.

use std::collections::HashSet;
use std::sync::Arc;

/// A name that is kept once. Equal names of one [`Names`] are the same piece of memory.
pub(super) type Name = Arc<str>;

/// The names that are kept.
#[derive(Debug, Default)]
pub(super) struct Names {
    all: HashSet<Name>,
}

impl Names {
    /// Returns the name, kept for one more owner.
    pub(super) fn keep(&mut self, name: &str) -> Name {
        if let Some(kept) = self.all.get(name) {
            return Arc::clone(kept);
        }
        let name = Name::from(name);
        self.all.insert(Arc::clone(&name));
        name
    }

    /// Returns a name if it is kept.
    pub(super) fn find(&self, name: &str) -> Option<Name> {
        self.all.get(name).cloned()
    }

    /// Gives up an owner's name; it is removed with its last owner.
    pub(super) fn release(&mut self, name: Name) {
        // One owner here, one in the set.
        if Arc::strong_count(&name) == 2 {
            self.all.remove(&name);
        }
        drop(name);
    }

    /// Removes the names that have no owner any more.
    pub(super) fn sweep(&mut self) {
        self.all.retain(|name| Arc::strong_count(name) > 1);
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
        assert!(Arc::ptr_eq(&one, &other) && names.len() == 1);
        names.release(one);
        assert_eq!(names.len(), 1);
        names.release(other);
        assert_eq!(names.len(), 0);
    }
}
