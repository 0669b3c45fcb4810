//! The choice of a write folder among those that were found, with a remedy when there is none or
//! more than one.
//!
//! The write folder is what the sim's scripts call `lfs.writedir()`: `Saved Games/DCS`, or
//! `Saved Games/DCS.<variant>` for an install that says so in its `dcs_variant.txt`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use thiserror::Error;
use walkdir::DirEntry;

use super::files::entries;
use crate::quote::printable_reason;

/// Folders that the sim creates in its write folder.
const TYPICAL_FOLDERS: [&str; 5] = ["Config", "Logs", "Scripts", "Mods", "MissionEditor"];

/// The folders of the sim on this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GameFolders {
    /// The user's "Saved Games" folders.
    pub saved_games: Vec<PathBuf>,
    /// The folders of the sim itself.
    pub installs: Vec<PathBuf>,
}

/// The reason why no write folder could be chosen.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum FolderError {
    /// The user named a path that is not a folder.
    #[error(
        "{}: there is no such folder; name the one that DCS writes to, such as \
         C:\\Users\\you\\Saved Games\\DCS",
        shown(.0)
    )]
    NotThere(PathBuf),
    /// The user named a folder that is not a write folder and contains none.
    #[error(
        "{}: DCS writes neither to this folder nor to one in it; start DCS once so that it creates \
         its folder, or name that folder, such as C:\\Users\\you\\Saved Games\\DCS",
        shown(.0)
    )]
    NoneIn(PathBuf),
    /// Nothing was found.
    #[error(
        "no folder that DCS writes to was found{}; start DCS once so that it creates one, or name \
         it with --saved-games DIR",
        looked_in(.0)
    )]
    NoneFound(Vec<PathBuf>),
    /// More than one was found.
    #[error(
        "there are several folders that DCS writes to; choose one:\n{}",
        choices(.0)
    )]
    Several(Vec<PathBuf>),
}

fn looked_in(folders: &[PathBuf]) -> String {
    if folders.is_empty() {
        return String::new();
    }
    let folders: Vec<String> = folders.iter().map(|folder| shown(folder)).collect();
    format!(" in {}", folders.join(", "))
}

fn shown(folder: &Path) -> String {
    printable_reason(&folder.to_string_lossy())
}

fn choices(folders: &[PathBuf]) -> String {
    let choice = |folder: &PathBuf| format!("  --saved-games \"{}\"", shown(folder));
    folders.iter().map(choice).collect::<Vec<_>>().join("\n")
}

/// Returns the write folder: the one that the user named, or the only one that was found.
///
/// # Errors
/// When there is none, or more than one.
pub fn write_folder(named: Option<&Path>, game: &GameFolders) -> Result<PathBuf, FolderError> {
    if let Some(named) = named {
        return in_named(named);
    }
    let all = write_folders(game);
    let of_installs = all.iter().filter(|folder| game.has_install_for(folder));
    let of_installs: Vec<PathBuf> = of_installs.cloned().collect();
    // A folder that no install uses any more, such as that of an old beta, is not a candidate.
    let found = if of_installs.len() == 1 {
        of_installs
    } else {
        all
    };
    only(found, || FolderError::NoneFound(game.saved_games.clone()))
}

/// Returns every write folder on this computer.
pub fn write_folders(game: &GameFolders) -> Vec<PathBuf> {
    let roots = game.saved_games.iter();
    roots.flat_map(|root| write_folders_in(root)).collect()
}

fn in_named(named: &Path) -> Result<PathBuf, FolderError> {
    if !named.is_dir() {
        return Err(FolderError::NotThere(named.to_owned()));
    }
    if is_write_folder(named) {
        return Ok(named.to_owned());
    }
    only(write_folders_in(named), || {
        FolderError::NoneIn(named.to_owned())
    })
}

fn only(
    mut found: Vec<PathBuf>,
    none: impl FnOnce() -> FolderError,
) -> Result<PathBuf, FolderError> {
    match found.len() {
        0 => Err(none()),
        1 => Ok(found.remove(0)),
        _ => Err(FolderError::Several(found)),
    }
}

fn write_folders_in(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = entries(root)
        .map(DirEntry::into_path)
        .filter(|path| path.is_dir() && is_named_dcs(path))
        .collect();
    folders.sort();
    folders
}

fn is_write_folder(path: &Path) -> bool {
    is_named_dcs(path) || TYPICAL_FOLDERS.iter().any(|name| path.join(name).is_dir())
}

/// Returns whether the folder is called `DCS` or `DCS.<variant>`, and not for example
/// `DCS-SimpleRadio-Standalone`.
fn is_named_dcs(path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let name = name.to_string_lossy().to_ascii_lowercase();
    name == "dcs" || name.starts_with("dcs.")
}

impl GameFolders {
    fn has_install_for(&self, folder: &Path) -> bool {
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().to_ascii_lowercase());
        self.installs.iter().any(|install| {
            let expected = match variant(install) {
                Some(variant) => format!("dcs.{variant}"),
                None => "dcs".to_owned(),
            };
            name.as_deref() == Some(expected.to_ascii_lowercase().as_str())
        })
    }
}

/// Returns the text of an install's `dcs_variant.txt`, if there is one.
fn variant(install: &Path) -> Option<String> {
    let bytes = fs::read(install.join("dcs_variant.txt")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A "Saved Games" with these folders in it, and installs with these variants.
    struct Disk {
        root: tempfile::TempDir,
        game: GameFolders,
    }

    fn disk(folders: &[&str], variants: &[Option<&str>]) -> Disk {
        let root = tempfile::tempdir().unwrap();
        let saved_games = root.path().join("Gespeicherte Spiele 保存");
        fs::create_dir(&saved_games).unwrap();
        for folder in folders {
            fs::create_dir_all(saved_games.join(folder)).unwrap();
        }
        let mut installs = Vec::new();
        for (number, variant) in variants.iter().enumerate() {
            let install = root.path().join(format!("install {number}"));
            fs::create_dir(&install).unwrap();
            if let Some(variant) = variant {
                fs::write(install.join("dcs_variant.txt"), variant).unwrap();
            }
            installs.push(install);
        }
        Disk {
            root,
            game: GameFolders {
                saved_games: vec![saved_games],
                installs,
            },
        }
    }

    impl Disk {
        #[track_caller]
        fn check(&self, expected: &str) {
            let folder = write_folder(None, &self.game).unwrap();
            assert_eq!(folder, self.game.saved_games[0].join(expected));
        }
    }

    #[test]
    fn the_only_write_folder_is_chosen() {
        disk(&["DCS", "DCS-SimpleRadio-Standalone", "Other"], &[]).check("DCS");
        disk(&["DCS.openbeta"], &[Some("openbeta")]).check("DCS.openbeta");
    }

    #[test]
    fn the_folder_that_an_install_writes_to_is_chosen() {
        disk(&["DCS", "DCS.openbeta"], &[None]).check("DCS");
        disk(&["DCS", "DCS.openbeta"], &[Some("openbeta\r\n")]).check("DCS.openbeta");
        disk(&["DCS", "DCS.openbeta", "DCS.server"], &[Some("server")]).check("DCS.server");
    }

    #[test]
    fn among_several_the_user_chooses() {
        let disk = disk(&["DCS", "DCS.openbeta"], &[None, Some("openbeta")]);
        let error = write_folder(None, &disk.game).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, FolderError::Several(_)));
        assert!(text.contains("DCS.openbeta\""), "{text}");
        let chosen = disk.game.saved_games[0].join("DCS");
        assert_eq!(write_folder(Some(&chosen), &disk.game), Ok(chosen));
    }

    #[test]
    fn the_user_may_name_the_parent_folder() {
        let disk = disk(&["DCS"], &[]);
        let above = disk.game.saved_games[0].clone();
        assert_eq!(
            write_folder(Some(&above), &GameFolders::default()),
            Ok(above.join("DCS"))
        );
    }

    #[test]
    fn a_write_folder_with_another_name_is_recognised_by_its_contents() {
        let disk = disk(&["My flights/Config"], &[]);
        let folder = disk.game.saved_games[0].join("My flights");
        assert_eq!(
            write_folder(Some(&folder), &GameFolders::default()),
            Ok(folder)
        );
    }

    #[test]
    fn paths_that_are_not_write_folders_are_refused() {
        let disk = disk(&["Other"], &[]);
        let saved_games = disk.game.saved_games[0].clone();
        let missing = disk.root.path().join("nowhere");
        let refused = |named: &Path| write_folder(Some(named), &disk.game);
        assert_eq!(
            refused(&missing),
            Err(FolderError::NotThere(missing.clone()))
        );
        assert_eq!(
            refused(&saved_games),
            Err(FolderError::NoneIn(saved_games.clone()))
        );
        let none = write_folder(None, &disk.game);
        assert_eq!(none, Err(FolderError::NoneFound(vec![saved_games])));
    }
}
