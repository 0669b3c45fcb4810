//! The boards on the disk.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
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
    /// The saved board has this tag.
    HasTag(String),
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
        let metadata = fs::metadata(&path).map_err(failed)?;
        if !metadata.is_file() || metadata.len() > MAX_BOARD as u64 {
            return Err(BoardError::TooLarge);
        }
        let text = fs::read(&path).map_err(failed)?;
        Ok(Board {
            tag: tag_of(&text),
            text: text.into(),
        })
    }

    /// Saves a board, whole or not at all. Returns it as it is saved, and whether it is new.
    ///
    /// # Errors
    /// When it is not a board, when the condition does not hold, or when it cannot be written.
    pub(in crate::page) fn save(
        &self,
        name: &BoardName,
        text: &[u8],
        condition: &Condition,
    ) -> Result<(Board, bool), BoardError> {
        let board = parsed(text)?;
        aircraft_of(&board)?;
        let text = serde_json::to_string_pretty(&board);
        let text = text.map_err(|error| BoardError::NotABoard(error.to_string()))? + "\n";
        if text.len() > MAX_BOARD {
            return Err(BoardError::TooLarge);
        }
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let existing = self.existing(name);
        self.check(name, existing.is_some(), condition)?;
        if existing.is_none() && self.names().len() >= MAX_BOARDS {
            return Err(BoardError::TooMany);
        }
        let is_new = existing.is_none();
        self.write(existing, name, text.as_bytes())?;
        let tag = tag_of(text.as_bytes());
        Ok((
            Board {
                text: text.into(),
                tag,
            },
            is_new,
        ))
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
            Condition::HasTag(tag) => exists && self.read(name)?.tag == *tag,
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
        match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let names = self.names();
                let found = names.iter().find(|existing| existing.is(name))?;
                Some(folder.join(found.file()))
            }
            _ => Some(path),
        }
    }
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
mod tests {
    use serde_json::json;

    use super::*;

    fn name(text: &str) -> BoardName {
        BoardName::new(text).unwrap()
    }

    struct Rig {
        disk: tempfile::TempDir,
        boards: Boards,
    }

    impl Rig {
        fn new() -> Self {
            let disk = tempfile::tempdir().unwrap();
            let boards = Boards::new(Some(disk.path().join("boards")));
            Self { disk, boards }
        }

        fn save(&self, board: &str, text: &str, condition: &Condition) -> Result<String, String> {
            let saved = self.boards.save(&name(board), text.as_bytes(), condition);
            saved
                .map(|(board, _)| board.tag)
                .map_err(|error| error.to_string())
        }

        fn files(&self) -> Vec<String> {
            let files = WalkDir::new(self.disk.path().join("boards")).min_depth(1);
            let names = files.sort_by_file_name().into_iter().flatten();
            names
                .map(|file| file.file_name().to_string_lossy().into_owned())
                .collect()
        }
    }

    #[test]
    fn a_board_is_saved_listed_read_and_deleted() {
        let rig = Rig::new();
        assert_eq!(json!(rig.boards.list()), json!({"boards": []}));
        let tag = rig.save(
            "Left",
            r#"{"aircraft":"Kestrel_T1","items":[1]}"#,
            &Condition::IsNew,
        );
        let board = rig.boards.read(&name("left")).unwrap();
        assert_eq!(Ok(&board.tag), tag.as_ref());
        let list = json!(rig.boards.list());
        assert_eq!(list["boards"][0]["name"], "Left");
        assert_eq!(list["boards"][0]["aircraft"], "Kestrel_T1");
        rig.boards
            .delete(&name("LEFT"), &Condition::HasTag(board.tag))
            .unwrap();
        assert!(matches!(
            rig.boards.read(&name("Left")),
            Err(BoardError::Missing)
        ));
        assert_eq!(rig.files(), [""; 0]);
    }

    #[test]
    fn two_pages_do_not_overwrite_each_other() {
        let rig = Rig::new();
        let first = rig.save("Left", "{}", &Condition::IsNew).unwrap();
        let changed = Err(BoardError::Changed.to_string());
        assert_eq!(rig.save("LEFT", "{}", &Condition::IsNew), changed);
        let of_first = Condition::HasTag(first);
        let second = rig.save("Left", r#"{"items":[]}"#, &of_first).unwrap();
        assert_eq!(rig.save("Left", r#"{"items":[7]}"#, &of_first), changed);
        let deleted = rig.boards.delete(&name("Left"), &of_first);
        assert!(matches!(deleted, Err(BoardError::Changed)));
        assert_eq!(rig.boards.read(&name("Left")).unwrap().tag, second);
        // Other spellings are the same board, in the same file.
        rig.save("lEFT", "{}", &Condition::None).unwrap();
        assert_eq!(rig.files(), ["Left.json"]);
    }

    #[test]
    fn what_is_no_board_is_not_saved() {
        let rig = Rig::new();
        for text in [
            "",
            "[]",
            "1",
            "{",
            r#"{"aircraft":1}"#,
            "{}x",
            &"[".repeat(100_000),
        ] {
            let saved = rig.save("Left", text, &Condition::None);
            assert!(
                saved.unwrap_err().starts_with("this is not a board"),
                "{text:.20}"
            );
        }
        let large = json!({ "items": "x".repeat(MAX_BOARD) }).to_string();
        let saved = rig
            .boards
            .save(&name("Left"), large.as_bytes(), &Condition::None);
        assert!(matches!(saved, Err(BoardError::TooLarge)));
        assert_eq!(rig.files(), [""; 0]);
    }

    #[test]
    fn foreign_files_are_named_or_left_out() {
        let rig = Rig::new();
        rig.save("Good", "{}", &Condition::None).unwrap();
        let folder = rig.disk.path().join("boards");
        fs::write(folder.join("Broken.json"), "no board").unwrap();
        fs::write(folder.join("notes.txt"), "x").unwrap();
        fs::create_dir(folder.join("folder.json")).unwrap();
        let list = json!(rig.boards.list());
        let names = list["boards"]
            .as_array()
            .unwrap()
            .iter()
            .map(|board| &board["name"]);
        assert_eq!(names.collect::<Vec<_>>(), ["Broken", "Good"]);
        assert!(list["boards"][0]["error"].is_string(), "{list}");
    }

    #[test]
    fn there_are_not_too_many() {
        let rig = Rig::new();
        let folder = rig.disk.path().join("boards");
        fs::create_dir(&folder).unwrap();
        for number in 0..MAX_BOARDS {
            fs::write(folder.join(format!("{number}.json")), "{}").unwrap();
        }
        assert_eq!(
            rig.save("x", "{}", &Condition::None),
            Err(BoardError::TooMany.to_string())
        );
        rig.save("7", "{}", &Condition::None).unwrap();
    }

    #[test]
    fn without_a_folder_there_are_none() {
        let boards = Boards::new(None);
        let saved = boards.save(&name("x"), b"{}", &Condition::None);
        assert!(matches!(saved, Err(BoardError::NoFolder)));
        assert_eq!(json!(boards.list()), json!({"boards": []}));
    }
}
