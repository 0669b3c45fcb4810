//! The listing of a folder, read once and looked up by name.
//!
//! On Windows `Lamps.lua` and `lamps.lua` are one file, and scripts rely on it. The exact name is
//! preferred; otherwise a name that differs only in case is found.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use walkdir::{DirEntry, Error, WalkDir};

use super::path::folded;
use crate::limits::FOLDER_ENTRIES;

/// A name in a folder.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: String,
    /// True for a symbolic link.
    pub(super) is_link: bool,
}

/// The sorted names in a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    names: Vec<Name>,
    /// For each name in lower case, the index of the first name that differs from it only in case.
    by_folded: HashMap<String, usize>,
}

impl Listing {
    /// Lists a folder; the listing of a file is empty. Names that are not Unicode are left out, as
    /// no script can write them.
    ///
    /// # Errors
    /// When the folder cannot be read, or has more than [`FOLDER_ENTRIES`] names.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let entries = WalkDir::new(folder).min_depth(1).max_depth(1);
        let mut names = Vec::new();
        for (count, entry) in entries.into_iter().enumerate() {
            if count == FOLDER_ENTRIES {
                return Err(too_many());
            }
            let entry = entry.map_err(cause)?;
            names.extend(Name::new(&entry));
        }
        names.sort_by(|a, b| a.text.cmp(&b.text));
        let mut by_folded = HashMap::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            by_folded.entry(folded(&name.text)).or_insert(at);
        }
        Ok(Self { names, by_folded })
    }

    /// Returns the sorted names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.text.as_str())
    }

    /// Finds a name, exactly or ignoring case.
    pub(super) fn find(&self, name: &str) -> Option<&Name> {
        let exact = self
            .names
            .binary_search_by(|other| other.text.as_str().cmp(name));
        let at = exact
            .ok()
            .or_else(|| self.by_folded.get(&folded(name)).copied());
        self.names.get(at?)
    }
}

impl Name {
    fn new(entry: &DirEntry) -> Option<Self> {
        Some(Self {
            is_link: entry.path_is_symlink(),
            text: entry.file_name().to_str()?.to_owned(),
        })
    }
}

/// Returns the error of the system, without the path.
fn cause(error: Error) -> io::Error {
    let error = error.into_io_error();
    error.unwrap_or_else(|| io::Error::other("it is a link to a folder that contains it"))
}

fn too_many() -> io::Error {
    let message = format!("it has more than {FOLDER_ENTRIES} names, which no folder of DCS has");
    io::Error::other(message)
}
