//! The folders that scripts may read, and the search for a script's path in them.
//!
//! Every name is looked up in the listing of its folder, ignoring case; a folder is listed once. A
//! file is opened only if it is in a listing, is a plain file, and, with links followed, lies below
//! one of the given folders.

use std::fs::{self, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;
use thiserror::Error;

use super::listing::Listing;
use super::path::{GamePath, PathError};

/// A folder on the disk, and its path in the install.
#[derive(Debug, Clone)]
pub struct Root {
    at: GamePath,
    folder: PathBuf,
}

/// A file or folder that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Its path in the install, spelled as on the disk.
    pub path: GamePath,
    /// Its path on the disk with links followed, which is the same for all paths to one file.
    pub real: PathBuf,
}

/// The error of a file that cannot be found or read.
#[derive(Debug, Error)]
pub enum FileError {
    /// The text is not a path in the install.
    #[error(transparent)]
    Path(#[from] PathError),
    /// There is no such file in the given folders.
    #[error("there is no `{0}`")]
    Missing(GamePath),
    /// A link leads out of the given folders.
    #[error("`{path}` is a link to {}, which is outside of the given folders; give that folder too", .real.display())]
    LinkOut {
        /// The link.
        path: GamePath,
        /// The target of the link.
        real: PathBuf,
    },
    /// It is a folder, a pipe or a device.
    #[error("`{path}` is {kind}, not a file")]
    NotAFile {
        /// The path.
        path: GamePath,
        /// The kind of thing it is.
        kind: &'static str,
    },
    /// It is larger than a script may be.
    #[error("`{path}` has more than {limit} bytes, and cockpit scripts are far smaller")]
    TooLarge {
        /// The file.
        path: GamePath,
        /// The limit in bytes.
        limit: u64,
    },
    /// The system cannot read it.
    #[error("`{path}` cannot be read: {error}")]
    Io {
        /// The file.
        path: GamePath,
        /// The error of the system.
        error: Arc<io::Error>,
    },
}

/// The listing of a folder, or the error of listing it.
type ListingResult = Result<Arc<Listing>, Arc<io::Error>>;

/// The folders that scripts may read, and the files found in them so far.
#[derive(Debug, Default)]
pub struct Roots {
    roots: Vec<Root>,
    allowed: Vec<PathBuf>,
    listings: Mutex<HashMap<PathBuf, ListingResult>>,
    /// The files by their exact paths, so that other spellings take no memory.
    found: Mutex<HashMap<GamePath, FoundFile>>,
}

impl Root {
    /// Opens a folder that the user gave, with the path `at` in the install.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be opened.
    pub fn open(at: GamePath, folder: &Path) -> io::Result<Self> {
        let folder = fs::canonicalize(folder)?;
        Ok(Self { at, folder })
    }

    /// Returns the folder on the disk, with links followed.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Returns a path with the case of each name corrected to that on the disk.
pub fn resolve_case(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path {
        let exact = resolved.join(part);
        let here = if resolved.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &resolved
        };
        let other = || Some(Listing::read(here).ok()?.find(part.to_str()?)?.text.clone());
        let other = if exact.exists() { None } else { other() };
        resolved = other.map_or(exact, |name| resolved.join(name));
    }
    resolved
}

impl Roots {
    /// Returns the folders `roots`, searched in this order. Links may also lead to `allowed`.
    pub fn new(roots: Vec<Root>, allowed: &[PathBuf]) -> Self {
        let mut allowed = allowed.to_vec();
        allowed.extend(roots.iter().map(|root| root.folder.clone()));
        Self {
            roots,
            allowed,
            listings: Mutex::default(),
            found: Mutex::default(),
        }
    }

    /// Finds the file or folder at `path`.
    ///
    /// # Errors
    /// When it is in none of the folders, or is reached by a link out of them.
    pub fn find(&self, path: &GamePath) -> Result<FoundFile, FileError> {
        let known = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(path) {
            return Ok(found.clone());
        }
        for root in &self.roots {
            if let Some(names) = path.below(&root.at)
                && let Some(found) = self.find_in(root, names)?
            {
                known().insert(found.path.clone(), found.clone());
                return Ok(found);
            }
        }
        Err(FileError::Missing(path.clone()))
    }

    fn find_in(&self, root: &Root, names: &[String]) -> Result<Option<FoundFile>, FileError> {
        let mut found = FoundFile {
            path: root.at.clone(),
            real: root.folder.clone(),
        };
        for name in names {
            let io = |error| FileError::Io {
                path: found.path.clone(),
                error,
            };
            let listing = self.listing(&found.real).map_err(io)?;
            let Some(name) = listing.find(name) else {
                return Ok(None);
            };
            found.path.push(&name.text);
            found.real.push(&name.text);
            if name.is_link {
                found.real = self.follow(&found)?;
            }
        }
        Ok(Some(found))
    }

    /// Returns the target of a link.
    ///
    /// # Errors
    /// When the target is outside of the given folders.
    fn follow(&self, found: &FoundFile) -> Result<PathBuf, FileError> {
        let io = |error| FileError::Io {
            path: found.path.clone(),
            error: Arc::new(error),
        };
        let real = fs::canonicalize(&found.real).map_err(io)?;
        if self.allowed.iter().any(|folder| real.starts_with(folder)) {
            return Ok(real);
        }
        Err(FileError::LinkOut {
            path: found.path.clone(),
            real,
        })
    }

    /// Returns the listing of a folder, which is read from the disk the first time.
    fn listing(&self, folder: &Path) -> ListingResult {
        let mut listings = self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listing) = listings.get(folder) {
            return listing.clone();
        }
        let listing = Listing::read(folder).map(Arc::new).map_err(Arc::new);
        listings.insert(folder.to_owned(), listing.clone());
        listing
    }

    /// Returns the sorted names in the folder at `path`, of the first root only.
    pub fn names_in(&self, path: &GamePath) -> Vec<String> {
        let root = self.roots.first();
        let found = root.and_then(|root| self.find_in(root, path.below(&root.at)?).ok()?);
        let listing = found.and_then(|found| self.listing(&found.real).ok());
        let names = listing.iter().flat_map(|listing| listing.names());
        names.map(str::to_owned).collect()
    }
}

impl FoundFile {
    /// Reads the whole file, of at most `limit` bytes.
    ///
    /// # Errors
    /// When it is not a plain file, too large, or cannot be read.
    pub fn read(&self, limit: u64) -> Result<Vec<u8>, FileError> {
        let io = |error| FileError::Io {
            path: self.path.clone(),
            error: Arc::new(error),
        };
        // Check before opening, since opening a pipe would wait for ever.
        let metadata = fs::metadata(&self.real).map_err(io)?;
        if !metadata.is_file() {
            let (path, kind) = (self.path.clone(), kind(metadata.file_type()));
            return Err(FileError::NotAFile { path, kind });
        }
        // One byte more than expected, so that the end is seen without growing the buffer.
        let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize + 1);
        let file = fs::File::open(&self.real).map_err(io)?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > limit {
            let path = self.path.clone();
            return Err(FileError::TooLarge { path, limit });
        }
        Ok(bytes)
    }
}

/// Returns the name of a kind of file that is not a plain file.
fn kind(file: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file.is_fifo() {
            return "a pipe";
        }
        if file.is_socket() {
            return "a socket";
        }
    }
    if file.is_dir() {
        return "a folder";
    }
    "a device"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a folder with these files. The content of each is its path.
    fn folders(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    fn roots(folder: &Path) -> Roots {
        let root = |at: &str, name: &str| {
            Root::open(GamePath::parse(at).unwrap(), &folder.join(name)).unwrap()
        };
        Roots::new(
            vec![root("Mods/aircraft/X", "mod"), root(".", "install")],
            &[],
        )
    }

    fn check(roots: &Roots, path: &str, expected: &str) {
        let found = roots.find(&GamePath::parse(path).unwrap()).unwrap();
        let bytes = found.read(1000).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), expected, "{path}");
    }

    #[test]
    fn a_file_is_found_whatever_the_case() {
        let folder = folders(&[
            "mod/Cockpit/Lamps.lua",
            "mod/Cockpit/LAMPS.lua",
            "install/Scripts/Tools.lua",
        ]);
        let roots = roots(folder.path());
        check(
            &roots,
            "mods/AIRCRAFT/x/cockpit/LAMPS.lua",
            "mod/Cockpit/LAMPS.lua",
        );
        check(
            &roots,
            "Mods/aircraft/X/Cockpit/Lamps.lua",
            "mod/Cockpit/Lamps.lua",
        );
        check(&roots, r"scripts\tools.LUA", "install/Scripts/Tools.lua");
        let found = roots
            .find(&GamePath::parse("scripts/tools.LUA").unwrap())
            .unwrap();
        assert_eq!(found.path.to_string(), "Scripts/Tools.lua");
    }

    #[test]
    fn other_spellings_of_a_path_are_not_kept() {
        let folder = folders(&["mod/a.lua", "install/Scripts/Tools.lua"]);
        let roots = roots(folder.path());
        for path in [
            "SCRIPTS/tools.lua",
            "scripts/TOOLS.lua",
            "Scripts/Tools.lua",
        ] {
            check(&roots, path, "install/Scripts/Tools.lua");
        }
        assert_eq!(roots.found.lock().unwrap().len(), 1);
    }

    #[test]
    fn the_users_paths_are_found_whatever_the_case() {
        let folder = folders(&["Mods/aircraft/A/a.lua"]);
        let found = |path: &str| resolve_case(&folder.path().join(path)).exists();
        assert!(found("mods/AIRCRAFT/a/A.lua"));
        assert!(!found("mods/no/a"));
        assert!(resolve_case(Path::new("SRC/LIB.rs")).exists());
    }

    #[test]
    fn the_first_root_has_priority() {
        let folder = folders(&[
            "mod/a.lua",
            "install/Mods/aircraft/X/a.lua",
            "install/Mods/aircraft/X/b.lua",
        ]);
        let roots = roots(folder.path());
        check(&roots, "Mods/aircraft/X/a.lua", "mod/a.lua");
        check(
            &roots,
            "Mods/aircraft/X/b.lua",
            "install/Mods/aircraft/X/b.lua",
        );
        let names = roots.names_in(&GamePath::parse("Mods/aircraft/X").unwrap());
        assert_eq!(*names, ["a.lua"]);
    }

    #[test]
    fn a_folder_is_listed_once() {
        let folder = folders(&["mod/m.lua", "install/Scripts/a.lua"]);
        let roots = roots(folder.path());
        let find = |path: &str| roots.find(&GamePath::parse(path).unwrap());
        for number in 0..1000 {
            assert!(find(&format!("Scripts/no_{number}.lua")).is_err());
        }
        fs::write(folder.path().join("install/Scripts/no_1.lua"), "").unwrap();
        assert!(find("Scripts/no_1.lua").is_err(), "listed again");
        assert!(find("scripts/A.lua").is_ok());
        assert_eq!(roots.listings.lock().unwrap().len(), 2);
    }

    #[test]
    fn names_in_any_alphabet_are_found() {
        let folder = folders(&[
            "mod/m.lua",
            "install/Größe.lua",
            "install/x/b",
            "install/x/B",
        ]);
        let roots = roots(folder.path());
        check(
            &roots,
            "GRÖSSE.lua".replace("SS", "ß").as_str(),
            "install/Größe.lua",
        );
        check(&roots, "x/b", "install/x/b");
        check(&roots, "x/B", "install/x/B");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_read_is_an_error() {
        let folder = folders(&["mod/m.lua", "install/a.lua"]);
        let roots = roots(folder.path());
        fs::rename(folder.path().join("install"), folder.path().join("gone")).unwrap();
        let error = roots.find(&GamePath::parse("a.lua").unwrap()).unwrap_err();
        assert!(matches!(error, FileError::Io { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_files_are_opened() {
        let folder = folders(&["mod/m.lua", "install/a/b"]);
        let install = folder.path().join("install");
        let _socket = std::os::unix::net::UnixListener::bind(install.join("socket")).unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(install.join("pipe"))
            .status();
        assert!(pipe.unwrap().success());
        let roots = roots(folder.path());
        for (name, kind) in [
            ("a", "a folder"),
            ("socket", "a socket"),
            ("pipe", "a pipe"),
        ] {
            let found = roots.find(&GamePath::parse(name).unwrap()).unwrap();
            let message = found.read(1).unwrap_err().to_string();
            assert_eq!(message, format!("`{name}` is {kind}, not a file"));
        }
    }

    #[test]
    fn missing_and_too_large_files_are_errors() {
        let folder = folders(&["mod/a.lua", "install/b.lua", "c.lua"]);
        let roots = roots(folder.path());
        for path in ["c.lua", "a.lua", "b.lua/c", "Mods/aircraft/X/a.lua/b"] {
            let error = roots.find(&GamePath::parse(path).unwrap()).unwrap_err();
            assert!(matches!(error, FileError::Missing(_)), "{error}");
        }
        let found = roots.find(&GamePath::parse("b.lua").unwrap()).unwrap();
        assert!(matches!(found.read(3), Err(FileError::TooLarge { .. })));
    }
}
