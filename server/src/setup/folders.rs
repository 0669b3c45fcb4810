//! Which write folder is meant: choosing among those that were found, and saying what to do when
//! there is none or more than one.
//!
//! The write folder is what the sim's scripts call `lfs.writedir()`: `Saved Games/DCS`, or
//! `Saved Games/DCS.<variant>` for an install that says so in its `dcs_variant.txt`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// Folders that the sim makes in its write folder.
const SIGNS: [&str; 5] = ["Config", "Logs", "Scripts", "Mods", "MissionEditor"];

/// Where to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The user's "Saved Games" folders.
    pub saved_games: Vec<PathBuf>,
    /// The folders of the sim itself.
    pub installs: Vec<PathBuf>,
}

/// No write folder could be chosen.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum FolderError {
    /// What the user named is no folder.
    #[error(
        "{}: there is no such folder; give the one that DCS writes to, such as \
         C:\\Users\\you\\Saved Games\\DCS",
        .0.display()
    )]
    NotThere(PathBuf),
    /// What the user named is neither a write folder nor contains one.
    #[error(
        "{}: this is not a folder that DCS writes to, and there is none in it; start DCS once so \
         that it makes one, or give its folder, such as C:\\Users\\you\\Saved Games\\DCS",
        .0.display()
    )]
    NoneIn(PathBuf),
    /// Nothing was found.
    #[error(
        "no folder that DCS writes to was found{}; start DCS once so that it makes one, or name it \
         with --saved-games DIR",
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
    let folders: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
    format!(" in {}", folders.join(", "))
}

fn choices(folders: &[PathBuf]) -> String {
    let choice = |folder: &PathBuf| format!("  --saved-games \"{}\"", folder.display());
    folders.iter().map(choice).collect::<Vec<_>>().join("\n")
}

/// The write folder: the one the user named, or the only one that was found.
///
/// # Errors
/// When there is none, or more than one.
pub fn write_folder(named: Option<&Path>, places: &Places) -> Result<PathBuf, FolderError> {
    if let Some(named) = named {
        return in_named(named);
    }
    let mut found: Vec<PathBuf> = places
        .saved_games
        .iter()
        .flat_map(|root| write_folders_in(root))
        .collect();
    let of_installs: Vec<PathBuf> = found
        .iter()
        .filter(|folder| places.belongs_to_an_install(folder))
        .cloned()
        .collect();
    if of_installs.len() == 1 {
        // A folder left over from a beta that is gone needs no decision.
        found = of_installs;
    }
    only(found, || FolderError::NoneFound(places.saved_games.clone()))
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
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && is_named_dcs(path))
        .collect();
    folders.sort();
    folders
}

fn is_write_folder(path: &Path) -> bool {
    is_named_dcs(path) || SIGNS.iter().any(|sign| path.join(sign).is_dir())
}

/// `DCS` or `DCS.<variant>`; not `DCS-SimpleRadio-Standalone`.
fn is_named_dcs(path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let name = name.to_string_lossy().to_ascii_lowercase();
    name == "dcs" || name.starts_with("dcs.")
}

impl Places {
    fn belongs_to_an_install(&self, folder: &Path) -> bool {
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().to_ascii_lowercase());
        self.installs.iter().any(|install| {
            let wanted = match variant(install) {
                Some(variant) => format!("dcs.{variant}"),
                None => "dcs".to_owned(),
            };
            name.as_deref() == Some(wanted.to_ascii_lowercase().as_str())
        })
    }
}

/// What an install's `dcs_variant.txt` says, if it has one.
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
        places: Places,
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
            places: Places {
                saved_games: vec![saved_games],
                installs,
            },
        }
    }

    impl Disk {
        #[track_caller]
        fn check(&self, expected: &str) {
            let folder = write_folder(None, &self.places).unwrap();
            assert_eq!(folder, self.places.saved_games[0].join(expected));
        }
    }

    #[test]
    fn the_only_one_is_taken() {
        disk(&["DCS", "DCS-SimpleRadio-Standalone", "Other"], &[]).check("DCS");
        disk(&["DCS.openbeta"], &[Some("openbeta")]).check("DCS.openbeta");
    }

    #[test]
    fn the_one_that_an_install_writes_to_is_taken() {
        disk(&["DCS", "DCS.openbeta"], &[None]).check("DCS");
        disk(&["DCS", "DCS.openbeta"], &[Some("openbeta\r\n")]).check("DCS.openbeta");
        disk(&["DCS", "DCS.openbeta", "DCS.server"], &[Some("server")]).check("DCS.server");
    }

    #[test]
    fn among_several_the_user_chooses() {
        let disk = disk(&["DCS", "DCS.openbeta"], &[None, Some("openbeta")]);
        let error = write_folder(None, &disk.places).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, FolderError::Several(_)));
        assert!(text.contains("DCS.openbeta\""), "{text}");
        let chosen = disk.places.saved_games[0].join("DCS");
        assert_eq!(write_folder(Some(&chosen), &disk.places), Ok(chosen));
    }

    #[test]
    fn what_the_user_names_may_be_the_folder_above() {
        let disk = disk(&["DCS"], &[]);
        let above = disk.places.saved_games[0].clone();
        assert_eq!(
            write_folder(Some(&above), &Places::default()),
            Ok(above.join("DCS"))
        );
    }

    #[test]
    fn a_write_folder_with_another_name_is_known_by_what_is_in_it() {
        let disk = disk(&["My flights/Config"], &[]);
        let folder = disk.places.saved_games[0].join("My flights");
        assert_eq!(write_folder(Some(&folder), &Places::default()), Ok(folder));
    }

    #[test]
    fn what_cannot_be_the_folder_is_refused() {
        let disk = disk(&["Other"], &[]);
        let saved_games = disk.places.saved_games[0].clone();
        let missing = disk.root.path().join("nowhere");
        let refused = |named: &Path| write_folder(Some(named), &disk.places);
        assert_eq!(
            refused(&missing),
            Err(FolderError::NotThere(missing.clone()))
        );
        assert_eq!(
            refused(&saved_games),
            Err(FolderError::NoneIn(saved_games.clone()))
        );
        let none = write_folder(None, &disk.places);
        assert_eq!(none, Err(FolderError::NoneFound(vec![saved_games])));
    }
}
