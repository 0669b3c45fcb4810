//! Strings of bytes, each kept once: equal strings are equal handles.

use std::{hash::BuildHasher, sync::LazyLock};

use hashbrown::{DefaultHashBuilder, HashTable};

/// A string of bytes, of the [`Strings`] it came from; equal handles are equal strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Str(pub(crate) u32);

/// The strings, in one buffer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strings {
    bytes: Vec<u8>,
    /// Where each ends; it begins where the one before it ends.
    ends: Vec<u32>,
    hashes: Vec<u64>,
    index: HashTable<u32>,
}

/// One for all: a hash is good wherever the string goes.
static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

/// How long a string is, about.
const USUAL_BYTES: usize = 16;

impl Strings {
    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, strings: usize) {
        self.bytes.reserve(strings * USUAL_BYTES);
        self.ends.reserve(strings);
        self.hashes.reserve(strings);
        let rehash = |&id: &u32| self.hashes[id as usize];
        self.index.reserve(strings, rehash);
    }

    pub(crate) fn get(&self, string: Str) -> &[u8] {
        slice(&self.bytes, &self.ends, string.0)
    }

    /// The handle of a string, if there is such a string.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Str> {
        self.find_hashed(bytes, HASHER.hash_one(bytes))
    }

    /// The handle of a string, and whether it is new.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> (Str, bool) {
        self.add_hashed(bytes, HASHER.hash_one(bytes))
    }

    /// The handles here of all strings there, in their order.
    pub(crate) fn add_all(&mut self, others: &Self) -> Vec<Str> {
        let rehash = |&id: &u32| self.hashes[id as usize];
        self.index.reserve(others.hashes.len(), rehash);
        let strings = others.hashes.iter().enumerate();
        let add = |(id, hash): (usize, &u64)| {
            let bytes = slice(&others.bytes, &others.ends, id as u32);
            self.add_hashed(bytes, *hash).0
        };
        strings.map(add).collect()
    }

    fn find_hashed(&self, bytes: &[u8], hash: u64) -> Option<Str> {
        let same = |&id: &u32| slice(&self.bytes, &self.ends, id) == bytes;
        self.index.find(hash, same).map(|&id| Str(id))
    }

    fn add_hashed(&mut self, bytes: &[u8], hash: u64) -> (Str, bool) {
        if let Some(known) = self.find_hashed(bytes, hash) {
            return (known, false);
        }
        let id = self.ends.len() as u32;
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len() as u32);
        self.hashes.push(hash);
        let rehash = |&id: &u32| self.hashes[id as usize];
        self.index.insert_unique(hash, id, rehash);
        (Str(id), true)
    }
}

fn slice<'a>(bytes: &'a [u8], ends: &[u32], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = id.checked_sub(1).map_or(0, |before| ends[before] as usize);
    &bytes[start..ends[id] as usize]
}
