//! The boards on the disk.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use tempfile::NamedTempFile;
use walkdir::WalkDir;

use super::name::BoardName;
use crate::page::answer::tag_of;
use crate::page::limits::{MAX_BOARD, MAX_BOARDS};

/// The folder of the boards.
#[derive(Debug)]
pub(in crate::page) struct Boards {
    /// `None` if the system names no folder for the user's data.
    folder: Option<PathBuf>,
    /// Held from the check of a condition to the end of a change.
    change: Mutex<()>,
}

/// A board as it is saved.
#[derive(Debug)]
pub(in crate::page) struct Board {
    pub(in crate::page) text: Bytes,
    pub(in crate::page) tag: String,
}

/// The condition for a change. It keeps two pages from overwriting each other's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) enum Condition {
    None,
    /// There is no board of this name yet.
    IsNew,
    /// There is a board of this name.
    Exists,
    /// The saved board has one of these tags.
    HasTag(Vec<String>),
}

/// The answer to `/api/boards`.
#[derive(Debug, Default, Serialize)]
pub(in crate::page) struct BoardList {
    boards: Vec<BoardEntry>,
}

#[derive(Debug, Serialize)]
struct BoardEntry {
    name: String,
    aircraft: Option<String>,
    bytes: usize,
    /// The reason why the file is not a board.
    error: Option<String>,
}

/// The reason why a board cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub(in crate::page) enum BoardError {
    #[error("there is no board of this name")]
    Missing,
    #[error("another page has changed this board in the meantime; load it again")]
    Changed,
    #[error("there are {MAX_BOARDS} boards already; delete one first")]
    TooMany,
    #[error("a board has at most {MAX_BOARD} bytes")]
    TooLarge,
    #[error("{} is a folder, a link or another special file; move it away", .0.display())]
    NotAFile(PathBuf),
    #[error("this is not a board: {0}")]
    NotABoard(String),
    #[error("the system names no folder for your data, so boards cannot be kept")]
    NoFolder,
    #[error("{path} cannot be {action}: {error}", path = path.display())]
    Io {
        path: PathBuf,
        action: &'static str,
        error: io::Error,
    },
}

impl Boards {
    /// Returns the boards in a folder, which need not exist yet.
    pub(in crate::page) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            change: Mutex::default(),
        }
    }

    /// Returns all boards, sorted by name.
    pub(in crate::page) fn list(&self) -> BoardList {
        let names = self.names();
        let entry = |name: BoardName| {
            let board = self.read(&name);
            let bytes = board.as_ref().map_or(0, |board| board.text.len());
            let aircraft = board.and_then(|board| aircraft_of(&parsed(&board.text)?));
            let (aircraft, error) = match aircraft {
                Ok(aircraft) => (aircraft, None),
                Err(error) => (None, Some(error.to_string())),
            };
            BoardEntry {
                name: name.to_string(),
                aircraft,
                bytes,
                error,
            }
        };
        BoardList {
            boards: names.into_iter().take(MAX_BOARDS).map(entry).collect(),
        }
    }

    /// Returns the board of this name.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(in crate::page) fn read(&self, name: &BoardName) -> Result<Board, BoardError> {
        let path = self.existing(name).ok_or(BoardError::Missing)?;
        let failed = |error| BoardError::Io {
            path: path.clone(),
            action: "read",
            error,
        };
        // Not through a link, which may lead to any file of the user.
        let metadata = fs::symlink_metadata(&path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(BoardError::NotAFile(path));
        }
        if metadata.len() > MAX_BOARD as u64 {
            return Err(BoardError::TooLarge);
        }
        let text = fs::read(&path).map_err(failed)?;
        Ok(Board {
            tag: tag_of(&text),
            text: text.into(),
        })
    }

    /// Saves a board as it was sent, whole or not at all. Returns it as it is saved, and whether it is
    /// new.
    ///
    /// # Errors
    /// When it is not a board, when the condition does not hold, or when it cannot be written.
    pub(in crate::page) fn save(
        &self,
        name: &BoardName,
        text: &[u8],
        condition: &Condition,
    ) -> Result<(Board, bool), BoardError> {
        aircraft_of(&parsed(text)?)?;
        if text.len() > MAX_BOARD {
            return Err(BoardError::TooLarge);
        }
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let existing = self.existing(name);
        self.check(name, existing.is_some(), condition)?;
        if let Some(path) = existing.as_ref().filter(|path| !is_plain_file(path)) {
            return Err(BoardError::NotAFile(path.clone()));
        }
        if existing.is_none() && self.names().len() >= MAX_BOARDS {
            return Err(BoardError::TooMany);
        }
        let is_new = existing.is_none();
        self.write(existing, name, text)?;
        let board = Board {
            tag: tag_of(text),
            text: Bytes::copy_from_slice(text),
        };
        Ok((board, is_new))
    }

    /// Deletes a board.
    ///
    /// # Errors
    /// When there is none, when the condition does not hold, or when it cannot be deleted.
    pub(in crate::page) fn delete(
        &self,
        name: &BoardName,
        condition: &Condition,
    ) -> Result<(), BoardError> {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.existing(name).ok_or(BoardError::Missing)?;
        self.check(name, true, condition)?;
        fs::remove_file(&path).map_err(|error| BoardError::Io {
            path,
            action: "deleted",
            error,
        })
    }

    fn check(
        &self,
        name: &BoardName,
        exists: bool,
        condition: &Condition,
    ) -> Result<(), BoardError> {
        let holds = match condition {
            Condition::None => true,
            Condition::IsNew => !exists,
            Condition::Exists => exists,
            Condition::HasTag(tags) => exists && tags.contains(&self.read(name)?.tag),
        };
        if holds {
            Ok(())
        } else {
            Err(BoardError::Changed)
        }
    }

    fn write(
        &self,
        existing: Option<PathBuf>,
        name: &BoardName,
        text: &[u8],
    ) -> Result<(), BoardError> {
        let folder = self.folder.as_ref().ok_or(BoardError::NoFolder)?;
        let path = existing.unwrap_or_else(|| folder.join(name.file()));
        let write = || {
            fs::create_dir_all(folder)?;
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(text)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)
        };
        write().map(drop).map_err(|error| BoardError::Io {
            path: path.clone(),
            action: "written",
            error,
        })
    }

    /// Returns the names of the boards, sorted.
    fn names(&self) -> Vec<BoardName> {
        let Some(folder) = &self.folder else {
            return Vec::new();
        };
        let entries = WalkDir::new(folder).min_depth(1).max_depth(1).into_iter();
        let files = entries
            .flatten()
            .filter(|entry| entry.file_type().is_file());
        let names = files.filter_map(|file| BoardName::of_file(file.file_name().to_str()?));
        let mut names: Vec<BoardName> = names.collect();
        names.sort_by_cached_key(|name| name.to_string().to_lowercase());
        names
    }

    /// Returns the file of a board, whose name may differ in upper and lower case.
    fn existing(&self, name: &BoardName) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let path = folder.join(name.file());
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let names = self.names();
                let found = names.iter().find(|existing| existing.is(name))?;
                Some(folder.join(found.file()))
            }
            _ => Some(path),
        }
    }
}

fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Parses a board: a JSON object.
fn parsed(text: &[u8]) -> Result<Value, BoardError> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let value: Result<Value, _> = serde_json::from_slice(text);
    let value = value.map_err(|error| BoardError::NotABoard(error.to_string()))?;
    match value.is_object() {
        true => Ok(value),
        false => Err(BoardError::NotABoard("it must be a JSON object".to_owned())),
    }
}

/// Returns the aircraft that a board is for; `None` if it is for all.
fn aircraft_of(board: &Value) -> Result<Option<String>, BoardError> {
    match board.get("aircraft") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(aircraft)) => Ok(Some(aircraft.clone())),
        Some(_) => Err(BoardError::NotABoard(
            "its field \"aircraft\" must be a text or null".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests;
