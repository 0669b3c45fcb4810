//! The parsed files of a run: each is read, hashed and parsed once for all that include it.
//!
//! The aircraft of a module share most of their files, and all modules share the
//! install's common scripts. Owns the sources, the trees and the hashes; knows no
//! aircraft.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::files::{FileError, Found};
use crate::hint;
use crate::limits::Limits;
use crate::source::{FileId, Sources};
use crate::syntax::{self, Chunk};

/// A file that was read.
#[derive(Debug)]
pub struct Parsed {
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub hash: String,
    /// Its tree, or what is wrong with it.
    pub chunk: Result<Arc<Chunk>, Vec<Diagnostic>>,
}

type Slot = Arc<OnceLock<Arc<Parsed>>>;

/// All files of a run, shared between threads.
#[derive(Debug, Default)]
pub struct ParseCache {
    sources: Sources,
    limits: Limits,
    slots: Mutex<HashMap<PathBuf, Slot>>,
    chunks: Mutex<HashMap<FileId, Arc<Chunk>>>,
    /// Bytes of all tables.
    held: AtomicUsize,
    /// Nanoseconds spent on reading, hashing and parsing.
    spent: AtomicU64,
}

impl ParseCache {
    /// The texts, for messages.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What a file and its evaluation may cost.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The parsed file, from the disk the first time.
    ///
    /// # Errors
    /// When the file cannot be read; what is wrong in it is in the result.
    pub fn parsed(&self, file: &Found) -> Result<Arc<Parsed>, FileError> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.entry(file.real.clone()).or_default().clone()
        };
        if let Some(parsed) = slot.get() {
            return Ok(parsed.clone());
        }
        let start = Instant::now();
        let bytes = file.read(self.limits.source_bytes as u64)?;
        let parsed = slot.get_or_init(|| Arc::new(self.parse(file, bytes)));
        let spent = start.elapsed().as_nanos() as u64;
        self.spent.fetch_add(spent, Ordering::Relaxed);
        Ok(parsed.clone())
    }

    /// The tree of a file that was parsed.
    pub fn chunk(&self, file: FileId) -> Option<Arc<Chunk>> {
        let chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.get(&file).cloned()
    }

    /// Counts a table with so many bytes.
    ///
    /// # Errors
    /// When all tables of the run together have too many with it; it is not counted then.
    pub fn hold(&self, bytes: usize) -> Result<(), Diagnostic> {
        let most = self.limits.run_bytes;
        let with_it = |held: usize| held.checked_add(bytes).filter(|held| *held <= most);
        let order = Ordering::Relaxed;
        let held = self.held.fetch_update(order, order, with_it);
        held.map(|_| ()).map_err(|_| {
            let most = most >> 20;
            let message = format!("the tables of all aircraft would have more than {most} MiB");
            Diagnostic::error("limit-run-bytes", message)
                .with_note("give fewer modules at a time, or one aircraft with --aircraft")
        })
    }

    /// How long reading, hashing and parsing took so far, all threads together.
    pub fn parse_time(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    fn parse(&self, file: &Found, bytes: Vec<u8>) -> Parsed {
        let hash = hash(&bytes);
        let source = self
            .sources
            .add(&file.path.to_string(), bytes, &self.limits);
        let chunk = match source {
            Ok(source) => syntax::parse(&source, &self.limits).map_err(|mut errors| {
                // What comes after the first error is mostly its consequence.
                errors.truncate(1);
                let hinted = errors.into_iter().map(|error| hint::add(error, &source));
                hinted.collect()
            }),
            Err(diagnostic) => Err(vec![diagnostic]),
        };
        if let Ok(chunk) = &chunk {
            let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
            chunks.insert(chunk.source().id(), chunk.clone());
        }
        Parsed { hash, chunk }
    }
}

/// Returns the SHA-256 of a file's bytes, in lower-case hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes).into())
}

fn hex(bytes: &[u8; 32]) -> String {
    let (halves, _) = bytes.as_chunks();
    let half = |half: &[u8; 16]| format!("{:032x}", u128::from_be_bytes(*half));
    halves.iter().map(half).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_not_counted() {
        let cache = ParseCache::default();
        let most = cache.limits().run_bytes;
        assert_eq!(cache.hold(most - 2), Ok(()));
        let refused = cache.hold(3).expect_err("too much");
        let message = "the tables of all aircraft would have more than 512 MiB";
        assert_eq!(refused.message, message);
        assert!(cache.hold(usize::MAX).is_err());
        assert_eq!(cache.hold(2), Ok(()));
    }

    #[test]
    fn a_hash_has_all_its_digits() {
        let bytes = std::array::from_fn(|at| at as u8);
        let digits = (0..32).map(|byte| format!("{byte:02x}"));
        assert_eq!(hex(&bytes), digits.collect::<String>());
    }
}
