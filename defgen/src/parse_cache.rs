//! The cache of the parsed files of a run: each file is read, hashed and parsed once, and again
//! only if keeping all trees would take too much memory.
//!
//! The aircraft of a module share most of their files, and all modules share the install's common
//! scripts. Owns the sources, the trees and the hashes, and knows nothing of aircraft.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use sha2::{Digest, Sha256};

use crate::diagnostics::Diagnostic;
use crate::files::{FileError, FoundFile};
use crate::limits::Limits;
use crate::source::{FileId, Source, Sources};
use crate::syntax::{self, Chunk};

/// A file that was read and parsed.
#[derive(Debug)]
pub struct ParsedFile {
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub hash: String,
    /// Its tree, or its errors.
    pub chunk: Result<Arc<Chunk>, Vec<Diagnostic>>,
}

type Slot = Arc<OnceLock<Arc<ParsedFile>>>;

/// The parsed files of a run, shared between threads.
#[derive(Debug, Default)]
pub struct ParseCache {
    sources: Sources,
    /// The sources by path, so that a file which is parsed again keeps its id.
    known: Mutex<HashMap<PathBuf, Arc<Source>>>,
    limits: Limits,
    slots: Mutex<HashMap<PathBuf, Slot>>,
    /// The trees that are cached or in use.
    chunks: Mutex<HashMap<FileId, Weak<Chunk>>>,
    /// The bytes of the trees that are cached.
    cached_bytes: AtomicUsize,
    /// The bytes of all tables of the run.
    table_bytes: AtomicUsize,
    /// The time spent on reading, hashing and parsing, in nanoseconds.
    parse_nanos: AtomicU64,
}

impl ParseCache {
    /// Returns the sources of the files.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns the limits of a file and of its evaluation.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns a parsed file, which is read from the disk the first time.
    ///
    /// # Errors
    /// When the file cannot be read. Errors in its text are part of the result.
    pub fn get(&self, file: &FoundFile) -> Result<Arc<ParsedFile>, FileError> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if !slots.contains_key(&file.real) {
                self.make_room(&mut slots);
            }
            slots.entry(file.real.clone()).or_default().clone()
        };
        if let Some(parsed) = slot.get() {
            return Ok(parsed.clone());
        }
        let start = Instant::now();
        let bytes = file.read(self.limits.source_bytes as u64)?;
        let parsed = slot.get_or_init(|| Arc::new(self.parse(file, bytes)));
        let spent = start.elapsed().as_nanos() as u64;
        self.parse_nanos.fetch_add(spent, Ordering::Relaxed);
        Ok(parsed.clone())
    }

    /// Forgets the cached trees if they take too much memory. Those in use stay, and the others are
    /// parsed again when they are needed.
    fn make_room(&self, slots: &mut HashMap<PathBuf, Slot>) {
        if self.cached_bytes.load(Ordering::Relaxed) <= self.limits.cached_bytes {
            return;
        }
        slots.clear();
        self.cached_bytes.store(0, Ordering::Relaxed);
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.retain(|_, chunk| chunk.strong_count() > 0);
    }

    /// Returns the tree of a file that has been parsed and is in use.
    pub fn chunk(&self, file: FileId) -> Option<Arc<Chunk>> {
        let chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.get(&file).and_then(Weak::upgrade)
    }

    /// Counts a table of this size.
    ///
    /// # Errors
    /// When all tables of the run together would be over their limit. The table is not counted
    /// then.
    pub fn count_table(&self, bytes: usize) -> Result<(), Diagnostic> {
        let most = self.limits.run_bytes;
        let add = |sum: usize| sum.checked_add(bytes).filter(|sum| *sum <= most);
        let order = Ordering::Relaxed;
        let sum = self.table_bytes.fetch_update(order, order, add);
        sum.map(|_| ()).map_err(|_| {
            let most = most >> 20;
            let message =
                format!("the tables of all aircraft together would be larger than {most} MiB");
            Diagnostic::error("limit-run-bytes", message)
                .with_note("compile fewer modules at a time, or one aircraft with --aircraft")
        })
    }

    /// Returns the time spent on reading, hashing and parsing so far, summed over all threads.
    pub fn parse_time(&self) -> Duration {
        Duration::from_nanos(self.parse_nanos.load(Ordering::Relaxed))
    }

    fn parse(&self, file: &FoundFile, bytes: Vec<u8>) -> ParsedFile {
        let hash = hash(&bytes);
        let chunk = self
            .source(file, bytes)
            .and_then(|source| match self.chunk(source.id()) {
                Some(in_use) => Ok(in_use),
                None => self.parse_source(&source),
            });
        if let Ok(chunk) = &chunk {
            let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
            chunks.insert(chunk.source().id(), Arc::downgrade(chunk));
            self.cached_bytes
                .fetch_add(chunk.bytes(), Ordering::Relaxed);
        }
        ParsedFile { hash, chunk }
    }

    fn source(&self, file: &FoundFile, bytes: Vec<u8>) -> Result<Arc<Source>, Vec<Diagnostic>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = known.get(&file.real)
            && source.bytes() == bytes
        {
            return Ok(source.clone());
        }
        let source = self
            .sources
            .add(&file.path.to_string(), bytes, &self.limits)
            .map_err(|error| vec![error.into()])?;
        known.insert(file.real.clone(), source.clone());
        Ok(source)
    }

    fn parse_source(&self, source: &Arc<Source>) -> Result<Arc<Chunk>, Vec<Diagnostic>> {
        syntax::parse(source, &self.limits).map_err(|mut errors| {
            // Later errors mostly follow from the first one.
            errors.truncate(1);
            errors
        })
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
    use crate::files::{GamePath, Root, Roots};
    use crate::stack::on_big_stack;

    #[test]
    fn a_file_that_is_parsed_again_is_the_same_file() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.lua"), "x = 1").expect("a file");
        std::fs::write(folder.path().join("b.lua"), "y = 1").expect("a file");
        let root = Root::open(GamePath::root(), folder.path()).expect("a root");
        let roots = Roots::new(vec![root], &[]);
        let mut cache = ParseCache::default();
        cache.limits.cached_bytes = 0;
        let get = |name: &str| {
            let found = roots.find(&GamePath::parse(name).expect("a path"));
            let parsed = on_big_stack(|| cache.get(&found.expect("a file")));
            parsed.expect("text").chunk.clone().expect("Lua")
        };
        let first = get("a.lua");
        let id = first.source().id();
        get("b.lua");
        assert!(Arc::ptr_eq(&first, &get("a.lua")), "parsed again in use");
        drop(first);
        get("b.lua");
        assert!(cache.chunk(id).is_none(), "kept");
        assert_eq!(get("a.lua").source().id(), id);
    }

    #[test]
    fn a_table_over_the_limit_is_not_counted() {
        let cache = ParseCache::default();
        let most = cache.limits().run_bytes;
        assert_eq!(cache.count_table(most - 2), Ok(()));
        let refused = cache.count_table(3).expect_err("too much");
        let message = "the tables of all aircraft together would be larger than 512 MiB";
        assert_eq!(refused.message, message);
        assert!(cache.count_table(usize::MAX).is_err());
        assert_eq!(cache.count_table(2), Ok(()));
    }

    #[test]
    fn a_hash_has_all_its_digits() {
        let bytes = std::array::from_fn(|at| at as u8);
        let digits = (0..32).map(|byte| format!("{byte:02x}"));
        assert_eq!(hex(&bytes), digits.collect::<String>());
    }
}
