//! Changing files so that nothing is left half done: each file is written whole or not at all,
//! and when one of several changes fails, the ones before it are taken back.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// A file or folder could not be changed.
#[derive(Debug, Error)]
#[error("cannot {action} {}: {reason}{}", .path.display(), cure(.reason))]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug, Error)]
enum Reason {
    #[error("it is read-only")]
    ReadOnly,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Windows' "the process cannot access the file because it is being used by another process" and
/// "… has locked a portion of the file".
const IN_USE: [i32; 2] = [32, 33];

fn cure(reason: &Reason) -> &'static str {
    match reason {
        Reason::ReadOnly => {
            "; allow writing to it (Windows: Properties, untick Read-only), then try again"
        }
        Reason::Io(error)
            if error
                .raw_os_error()
                .is_some_and(|code| IN_USE.contains(&code)) =>
        {
            "; another program has it open: end DCS World and editors, then try again"
        }
        Reason::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            "; run this as the user who flies, and allow that user to write there"
        }
        Reason::Io(_) => "",
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |error| FileError {
        action,
        path,
        reason: Reason::Io(error),
    }
}

/// The bytes of a file, `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

enum Undo {
    Write(PathBuf, Vec<u8>),
    Remove(PathBuf),
    RemoveFolder(PathBuf),
    CreateFolder(PathBuf),
}

/// Changes made so far; dropped without [`keep`](Self::keep) they are taken back.
#[derive(Default)]
pub(super) struct Changes {
    undo: Vec<Undo>,
}

impl Changes {
    /// Creates the folder and those above it; answers with the ones that were not there.
    pub(super) fn create_folders(&mut self, folder: &Path) -> Result<Vec<PathBuf>, FileError> {
        let missing = folder.ancestors().take_while(|folder| !folder.is_dir());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        missing.reverse();
        for folder in &missing {
            fs::create_dir(folder).map_err(failed("create", folder))?;
            self.undo.push(Undo::RemoveFolder(folder.clone()));
        }
        Ok(missing)
    }

    /// Gives the file these bytes; answers whether that changed anything.
    pub(super) fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
        let before = read(path)?;
        if before.as_deref() == Some(bytes) {
            return Ok(false);
        }
        refuse_read_only(path)?;
        replace(path, bytes).map_err(failed("write", path))?;
        self.undo.push(match before {
            Some(before) => Undo::Write(path.to_owned(), before),
            None => Undo::Remove(path.to_owned()),
        });
        Ok(true)
    }

    /// Removes the file; answers whether it was there.
    pub(super) fn remove(&mut self, path: &Path) -> Result<bool, FileError> {
        let Some(before) = read(path)? else {
            return Ok(false);
        };
        refuse_read_only(path)?;
        fs::remove_file(path).map_err(failed("remove", path))?;
        self.undo.push(Undo::Write(path.to_owned(), before));
        Ok(true)
    }

    /// Removes the folder if it is there and empty; answers whether it did.
    pub(super) fn remove_empty_folder(&mut self, folder: &Path) -> Result<bool, FileError> {
        let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        if empty {
            fs::remove_dir(folder).map_err(failed("remove", folder))?;
            self.undo.push(Undo::CreateFolder(folder.to_owned()));
        }
        Ok(empty)
    }

    /// From now on nothing is taken back.
    pub(super) fn keep(mut self) {
        self.undo.clear();
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        for undo in self.undo.drain(..).rev() {
            // Nobody is left to tell: what made us go back is being reported already.
            let _ = match undo {
                Undo::Write(path, bytes) => replace(&path, &bytes),
                Undo::Remove(path) => fs::remove_file(path),
                Undo::RemoveFolder(folder) => fs::remove_dir(folder),
                Undo::CreateFolder(folder) => fs::create_dir(folder),
            };
        }
    }
}

/// People protect `Export.lua` that way from other programs: it is theirs to lift.
fn refuse_read_only(path: &Path) -> Result<(), FileError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => Err(FileError {
            action: "change",
            path: path.to_owned(),
            reason: Reason::ReadOnly,
        }),
        _ => Ok(()),
    }
}

/// Writes beside the file, then renames: no reader and no power cut sees a part of it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Through a link, so that it stays one.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dcs-master-");
    if let Some(permissions) = permissions_for(&path) {
        builder.permissions(permissions);
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn permissions_for(path: &Path) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let of_file = fs::metadata(path).map(|metadata| metadata.permissions());
    Some(of_file.unwrap_or_else(|_| fs::Permissions::from_mode(0o644)))
}

/// On Windows a file takes them from its folder.
#[cfg(not(unix))]
fn permissions_for(_: &Path) -> Option<fs::Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_open_elsewhere_is_told_with_the_cure() {
        let error = failed("write", Path::new("Export.lua"))(io::Error::from_raw_os_error(32));
        let text = error.to_string();
        assert!(text.starts_with("cannot write Export.lua: "), "{text}");
        assert!(
            text.ends_with("end DCS World and editors, then try again"),
            "{text}"
        );
    }
}
