//! Changes to files as a transaction: each file is written whole or not at all, and when one change
//! fails, those before it are rolled back.
//!
//! A journal exists while changes are made. If a run is killed, the next run reads in it which
//! files were involved. Temporary files have a recognisable name, so that the next run can remove
//! them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;
use walkdir::{DirEntry, WalkDir};

use super::disk::{Disk, TEMPORARY_PREFIX, TEMPORARY_RANDOM, TEMPORARY_SUFFIX};
use crate::quote::printable_reason;

/// The error when a file or folder cannot be read or changed.
#[derive(Debug, Error)]
#[error("cannot {action} {}: {reason}{}", printable_reason(&.path.to_string_lossy()), advice(.reason))]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug, Error)]
enum Reason {
    #[error("it is read-only")]
    ReadOnly,
    #[error("it is a link to {}, which does not exist", printable_reason(&.0.to_string_lossy()))]
    DanglingLink(PathBuf),
    #[error("it is a hard link: the file has a second name, under which it would not change")]
    HardLink,
    #[error("it is not a regular file")]
    NotAFile,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Windows' error codes for "the process cannot access the file because it is being used by another
/// process" and "… has locked a portion of the file".
const IN_USE: [i32; 2] = [32, 33];

fn advice(reason: &Reason) -> &'static str {
    match reason {
        Reason::ReadOnly => {
            "; allow writing to it (Windows: Properties, untick Read-only), then try again"
        }
        Reason::DanglingLink(_) => "; create that file or remove the link, then try again",
        Reason::HardLink => "; replace it with a copy or a symbolic link, then try again",
        Reason::NotAFile => "; move it away, then try again",
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
        Reason::Io(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            "; a file or a broken link has that name: move it away, then try again"
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

fn refused(action: &'static str, path: &Path, reason: Reason) -> FileError {
    FileError {
        action,
        path: path.to_owned(),
        reason,
    }
}

/// Returns the path of a file in a folder, given its name with `/`. The case of existing files and
/// folders does not matter, as in the sim.
pub(super) fn in_folder(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_owned(), |folder, part| {
        let exact = folder.join(part);
        if exact.symlink_metadata().is_ok() {
            return exact;
        }
        let same = |name: &std::ffi::OsString| name.eq_ignore_ascii_case(part);
        let names = entries(&folder).map(|entry| entry.file_name().to_owned());
        let found = names.filter(same).min();
        found.map_or(exact, |name| folder.join(name))
    })
}

/// Returns the entries of a folder, except those that cannot be read. Links are not followed.
pub(super) fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    let entries = WalkDir::new(folder).min_depth(1).max_depth(1);
    entries.into_iter().flatten()
}

/// Reads a file; returns `None` if it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::metadata(path) {
        // Reading a pipe would block.
        Ok(metadata) if !metadata.is_file() => Err(refused("read", path, Reason::NotAFile)),
        Ok(_) => fs::read(path).map(Some).map_err(failed("read", path)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Returns whether the error means that the file does not exist. Its folder may be missing, too, or
/// there may be a file in the folder's place.
fn is_missing(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// The reverse of a change.
enum Undo {
    Write(PathBuf, Vec<u8>),
    Remove(PathBuf),
    RemoveFolder(PathBuf),
    CreateFolder(PathBuf),
}

/// The changes made so far. They are rolled back on drop, unless [`commit`](Self::commit) is
/// called.
pub(super) struct Changes<'a> {
    disk: &'a dyn Disk,
    journal: Journal,
    undo: Vec<Undo>,
}

/// A file that exists while changes are in progress.
pub(super) struct Journal {
    path: PathBuf,
    contents: Vec<u8>,
    /// True if the file exists; a run that was killed may have left it.
    exists: bool,
    /// True if the file has these contents.
    is_current: bool,
}

impl Journal {
    /// Creates a journal that is written before the first change and removed after the last.
    pub(super) fn new(path: PathBuf, contents: Vec<u8>) -> Self {
        Self {
            exists: path.exists(),
            is_current: false,
            path,
            contents,
        }
    }
}

impl<'a> Changes<'a> {
    /// Creates a transaction without changes.
    pub(super) fn new(disk: &'a dyn Disk, journal: Journal) -> Self {
        Self {
            disk,
            journal,
            undo: Vec::new(),
        }
    }

    /// Creates the folder and its parents.
    pub(super) fn create_folders(&mut self, folder: &Path) -> Result<(), FileError> {
        let missing = folder.ancestors().take_while(|folder| !folder.is_dir());
        let missing: Vec<&Path> = missing.collect();
        for folder in missing.into_iter().rev() {
            self.begin()?;
            let created = self.disk.create_dir(folder);
            created.map_err(failed("create", folder))?;
            self.undo.push(Undo::RemoveFolder(folder.to_owned()));
        }
        Ok(())
    }

    /// Writes these bytes to the file; returns whether that changed it.
    pub(super) fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
        let before = read(path)?;
        if before.as_deref() == Some(bytes) {
            return Ok(false);
        }
        refuse_dangling_link(path)?;
        refuse_read_only(path)?;
        self.begin()?;
        replace(self.disk, path, bytes).map_err(failed("write", path))?;
        self.undo.push(match before {
            Some(before) => Undo::Write(path.to_owned(), before),
            None => Undo::Remove(path.to_owned()),
        });
        Ok(true)
    }

    /// Removes the file; returns whether it existed.
    pub(super) fn remove(&mut self, path: &Path) -> Result<bool, FileError> {
        let Some(before) = read(path)? else {
            return Ok(false);
        };
        refuse_read_only(path)?;
        self.begin()?;
        let removed = self.disk.remove_file(path);
        removed.map_err(failed("remove", path))?;
        self.undo.push(Undo::Write(path.to_owned(), before));
        Ok(true)
    }

    /// Removes the folder if it exists and is empty.
    pub(super) fn remove_empty_folder(&mut self, folder: &Path) -> Result<(), FileError> {
        let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
        if empty {
            self.begin()?;
            let removed = self.disk.remove_dir(folder);
            removed.map_err(failed("remove", folder))?;
            self.undo.push(Undo::CreateFolder(folder.to_owned()));
        }
        Ok(())
    }

    /// Makes the changes final: they are not rolled back any more.
    pub(super) fn commit(mut self) -> Result<(), FileError> {
        self.remove_journal()?;
        self.undo.clear();
        Ok(())
    }

    /// Writes the journal before the first change.
    fn begin(&mut self) -> Result<(), FileError> {
        if !self.journal.is_current {
            let path = &self.journal.path;
            replace(self.disk, path, &self.journal.contents).map_err(failed("write", path))?;
            (self.journal.exists, self.journal.is_current) = (true, true);
        }
        Ok(())
    }

    fn remove_journal(&mut self) -> Result<(), FileError> {
        if self.journal.exists {
            let path = &self.journal.path;
            let removed = self.disk.remove_file(path);
            removed.map_err(failed("remove", path))?;
            self.journal.exists = false;
        }
        Ok(())
    }

    fn roll_back(&self, undo: Undo) -> io::Result<()> {
        match undo {
            Undo::Write(path, bytes) => replace(self.disk, &path, &bytes),
            Undo::Remove(path) => self.disk.remove_file(&path),
            Undo::RemoveFolder(folder) => self.disk.remove_dir(&folder),
            Undo::CreateFolder(folder) => self.disk.create_dir(&folder),
        }
    }
}

impl Drop for Changes<'_> {
    fn drop(&mut self) {
        let mut complete = true;
        for undo in std::mem::take(&mut self.undo).into_iter().rev() {
            complete &= self.roll_back(undo).is_ok();
        }
        if complete {
            // The failure that caused the rollback is reported already. If the journal cannot be
            // removed, the next run finds it.
            let _ = self.remove_journal();
        }
    }
}

/// Refuses to change a file that has a second name: under that name it would keep the old bytes.
pub(super) fn refuse_hard_link(path: &Path) -> Result<(), FileError> {
    if names(path) > 1 {
        return Err(refused("change", path, Reason::HardLink));
    }
    Ok(())
}

#[cfg(unix)]
fn names(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).map_or(1, |metadata| metadata.nlink())
}

/// Stable Rust's library has no call for this number on Windows, so one name is assumed.
#[cfg(not(unix))]
fn names(_: &Path) -> u64 {
    1
}

fn refuse_dangling_link(path: &Path) -> Result<(), FileError> {
    match fs::read_link(path) {
        Ok(target) if !path.exists() => Err(refused("write", path, Reason::DanglingLink(target))),
        _ => Ok(()),
    }
}

/// Refuses to change a read-only file: people protect `Export.lua` from other programs that way.
fn refuse_read_only(path: &Path) -> Result<(), FileError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => {
            Err(refused("change", path, Reason::ReadOnly))
        }
        _ => Ok(()),
    }
}

/// Returns the target of a link, so that the link stays a link; else the path itself.
fn link_target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Writes a temporary file and renames it, so that nobody ever reads half a file, even after a
/// power cut.
fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = link_target(path);
    let temporary = disk.write_beside(&path, bytes)?;
    disk.rename(&temporary, &path).inspect_err(|_| {
        // The failure to rename is the one to report. The next run removes the temporary file.
        let _ = disk.remove_file(&temporary);
    })
}

/// Removes the temporary files that a killed run has left beside this file.
pub(super) fn remove_temporaries_beside(disk: &dyn Disk, path: &Path) -> Result<(), FileError> {
    let path = link_target(path);
    for entry in path.parent().into_iter().flat_map(entries) {
        let is_file = entry.file_type().is_file();
        if is_file && is_temporary(&entry.file_name().to_string_lossy()) {
            let removed = disk.remove_file(entry.path());
            removed.map_err(failed("remove", entry.path()))?;
        }
    }
    Ok(())
}

fn is_temporary(name: &str) -> bool {
    let random = name
        .strip_prefix(TEMPORARY_PREFIX)
        .and_then(|name| name.strip_suffix(TEMPORARY_SUFFIX));
    random.is_some_and(|random| {
        random.len() == TEMPORARY_RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_a_file_in_use_says_what_to_do() {
        let error = failed("write", Path::new("Export.lua"))(io::Error::from_raw_os_error(32));
        let text = error.to_string();
        assert!(text.starts_with("cannot write Export.lua: "), "{text}");
        assert!(
            text.ends_with("end DCS World and editors, then try again"),
            "{text}"
        );
    }

    #[test]
    fn only_our_own_temporary_files_are_recognised() {
        assert!(is_temporary(".dcs-master-a1B2c3.tmp"));
        for name in [
            ".dcs-master-a1B2c3",
            ".dcs-master-notes.tmp",
            "dcs-master-a1B2c3.tmp",
        ] {
            assert!(!is_temporary(name), "{name}");
        }
    }
}
