//! The folders that the sim names in its hello.

use std::path::{Component, Path, PathBuf, Prefix};

use defgen::files::resolve_case;

use crate::quote::printable_reason;

/// The sim's own names of its folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimFolders {
    /// The folder of DCS World.
    pub install: Option<String>,
    /// The folder that it writes to, in Saved Games.
    pub write: Option<String>,
}

/// The reason why the sim's scripts cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FolderProblem {
    #[error("the sim did not report where it is installed")]
    Unknown,
    #[error("the sim is installed in {0}, which is not a folder on a disk of this computer")]
    NotLocal(String),
    #[error("the sim is installed in {0}, but there is no such folder")]
    Missing(String),
}

impl SimFolders {
    /// Returns the folders with modules, in order of priority: the one in Saved Games, if it has
    /// mods, then the install.
    pub(super) fn with_modules(&self) -> Result<Vec<PathBuf>, FolderProblem> {
        let install = self.install.as_deref().ok_or(FolderProblem::Unknown)?;
        let shown = || printable_reason(install);
        let install = local(install).ok_or_else(|| FolderProblem::NotLocal(shown()))?;
        if !install.is_dir() {
            return Err(FolderProblem::Missing(shown()));
        }
        let has_mods = |folder: &PathBuf| resolve_case(&folder.join("Mods/aircraft")).is_dir();
        let write = self.write.as_deref().and_then(local);
        let folders = write.filter(has_mods).into_iter();
        Ok(folders.chain([install]).collect())
    }

    /// Returns the folder of DCS-BIOS in Saved Games, if there is one.
    pub(super) fn dcs_bios(&self) -> Option<PathBuf> {
        let write = self.write.as_deref().and_then(local)?;
        let folder = resolve_case(&write.join("Scripts/DCS-BIOS"));
        folder.is_dir().then_some(folder)
    }
}

/// Returns the path if it is on a disk of this computer. Network paths are not trusted.
fn local(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let is_network = match path.components().next() {
        Some(Component::Prefix(prefix)) => {
            !matches!(prefix.kind(), Prefix::Disk(_) | Prefix::VerbatimDisk(_))
        }
        _ => false,
    };
    (path.is_absolute() && !is_network).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn saved_games_come_first_if_there_are_mods() {
        let disk = tempfile::tempdir().unwrap();
        let [install, write] = ["install", "write"].map(|name| disk.path().join(name));
        fs::create_dir(&install).unwrap();
        fs::create_dir(&write).unwrap();
        let name = |path: &Path| Some(path.to_string_lossy().into_owned());
        let folders = SimFolders {
            install: name(&install),
            write: name(&write),
        };
        assert_eq!(folders.with_modules(), Ok(vec![install.clone()]));
        fs::create_dir_all(write.join("mods/Aircraft")).unwrap();
        assert_eq!(folders.with_modules(), Ok(vec![write, install.clone()]));
        fs::remove_dir(&install).unwrap();
        let gone = FolderProblem::Missing(install.to_string_lossy().into_owned());
        assert_eq!(folders.with_modules(), Err(gone));
    }

    #[test]
    fn only_disks_of_this_computer_are_read() {
        for path in ["", "relative", "//server/share\0", r"\\server\share", "~"] {
            let folders = SimFolders {
                install: Some(path.to_owned()),
                write: None,
            };
            assert!(folders.with_modules().is_err(), "{path}");
        }
        let not_told = SimFolders::default().with_modules();
        assert_eq!(not_told, Err(FolderProblem::Unknown));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_of_another_system_is_not_on_this_computer() {
        let folders = SimFolders {
            install: Some(r"C:\DCS World\".to_owned()),
            write: None,
        };
        let message = folders.with_modules().unwrap_err().to_string();
        assert!(
            message.contains("not a folder on a disk of this computer"),
            "{message}"
        );
    }

    #[cfg(windows)]
    #[test]
    fn a_network_path_is_not_on_this_computer() {
        assert_eq!(local(r"\\server\share\DCS"), None);
        assert_eq!(local(r"\\.\pipe\x"), None);
        assert!(local(r"C:\DCS World\").is_some());
    }
}
