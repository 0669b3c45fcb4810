//! The scripts, which are embedded in the program.

use std::collections::BTreeMap;

use include_dir::{Dir, DirEntry, include_dir};

static SCRIPTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../lua");

/// The files to install, by their path in the write folder with `/`.
#[derive(Debug, Clone, Default)]
pub struct Payload(BTreeMap<String, Vec<u8>>);

impl Payload {
    /// Returns the scripts of this version.
    pub fn embedded() -> Self {
        let mut payload = Self::default();
        payload.add(&SCRIPTS);
        payload
    }

    fn add(&mut self, folder: &Dir<'_>) {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(folder) => self.add(folder),
                DirEntry::File(file) => {
                    let name = file.path().to_string_lossy().replace('\\', "/");
                    self.0.insert(name, file.contents().to_vec());
                }
            }
        }
    }

    /// Returns the path and the bytes of every file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// Returns whether there is a file with that path.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Payload {
    fn from(files: [(&str, &str); N]) -> Self {
        let file = |(name, text): (&str, &str)| (name.to_owned(), text.as_bytes().to_vec());
        Self(files.into_iter().map(file).collect())
    }
}
