//! Every string of a machine, each once: equal strings are equal handles.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::Str;

/// The strings, in one buffer.
#[derive(Debug, Default)]
pub(super) struct Strings {
    bytes: Vec<u8>,
    /// Where each ends; it begins where the one before it ends.
    ends: Vec<u32>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Strings {
    pub(super) fn get(&self, string: Str) -> &[u8] {
        slice(&self.bytes, &self.ends, string.0)
    }

    pub(super) fn len(&self, string: Str) -> usize {
        self.get(string).len()
    }

    /// The handle of a string, if there is such a string.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<Str> {
        let hash = self.hasher.hash_one(bytes);
        let same = |&id: &u32| slice(&self.bytes, &self.ends, id) == bytes;
        self.index.find(hash, same).map(|&id| Str(id))
    }

    /// The handle of a string, and whether it is new.
    pub(super) fn add(&mut self, bytes: &[u8]) -> (Str, bool) {
        let hash = self.hasher.hash_one(bytes);
        let same = |&id: &u32| slice(&self.bytes, &self.ends, id) == bytes;
        if let Some(&id) = self.index.find(hash, same) {
            return (Str(id), false);
        }
        let id = self.ends.len() as u32;
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len() as u32);
        let rehash = |&id: &u32| self.hasher.hash_one(slice(&self.bytes, &self.ends, id));
        self.index.insert_unique(hash, id, rehash);
        (Str(id), true)
    }
}

fn slice<'a>(bytes: &'a [u8], ends: &[u32], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = id.checked_sub(1).map_or(0, |before| ends[before] as usize);
    &bytes[start..ends[id] as usize]
}
