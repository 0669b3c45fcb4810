//! The files of the page: those in the program, or those of a folder while the page is developed.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use include_dir::{Dir, include_dir};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/web");

/// The largest file that is read from a folder.
const MAX_FILE: u64 = 16 << 20;

/// A file of the page.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) bytes: Bytes,
    pub(super) kind: &'static str,
}

/// Returns the file with this path, if there is one.
pub(super) async fn find(folder: Option<&Path>, path: &str) -> Option<Asset> {
    let kind = kind_of(path)?;
    if !is_public(path) {
        return None;
    }
    let bytes = match folder {
        None => Bytes::from_static(FILES.get_file(path)?.contents()),
        Some(folder) => {
            let file: PathBuf = folder.join(path);
            tokio::task::spawn_blocking(move || read(&file))
                .await
                .ok()??
        }
    };
    Some(Asset { bytes, kind })
}

fn read(file: &Path) -> Option<Bytes> {
    let metadata = std::fs::metadata(file).ok()?;
    let is_readable = metadata.is_file() && metadata.len() <= MAX_FILE;
    is_readable
        .then(|| std::fs::read(file).ok())?
        .map(Bytes::from)
}

/// Returns whether a path stays below the folder, and leads to no test and no hidden file.
fn is_public(path: &str) -> bool {
    path.split('/').all(|part| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(is_plain)
            && !matches!(part, "test" | "tests")
    })
}

/// Returns the media type by the end of the name; `None` if no file of the page has such a name.
fn kind_of(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_the_program_is_one_of_the_page() {
        let mut folders = vec![&FILES];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                let path = file.path().to_string_lossy().replace('\\', "/");
                assert!(is_public(&path) && kind_of(&path).is_some(), "{path}");
                assert!(!path.ends_with(".json"), "{path}");
                count += 1;
            }
        }
        assert!(count > 0);
    }

    #[test]
    fn only_plain_paths_are_served() {
        for path in ["index.html", "views/find-1.js", "a_b/c.d.css"] {
            assert!(is_public(path), "{path}");
        }
        for path in [
            "",
            "..",
            "../main.rs",
            "a/../b.js",
            "a//b.js",
            "/etc/passwd",
            ".gitkeep",
            "a/.hidden.js",
            "tests/scale.js",
            "test/x.mjs",
            "a\\b.js",
            "C:x.js",
            "%2e%2e/x.js",
            "a b.js",
        ] {
            assert!(!is_public(path), "{path}");
        }
        assert_eq!(kind_of("x.rs"), None);
        assert_eq!(kind_of("x"), None);
    }
}
