//! The file of a recording: the one that the user names, or one with the date in a folder.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::RecordError;

/// The most recordings of one second in a folder.
const MAX_OF_SECOND: u32 = 100;

/// The user's choice of a file for a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChoice {
    /// This file, or a file with the date in this folder if it is one.
    Path(PathBuf),
    /// A file with the date in this folder, which is made if it is missing.
    Folder(PathBuf),
}

impl FileChoice {
    /// Makes the file. `date` is the local time, as in `2026-11-22_18-05-31`.
    ///
    /// # Errors
    /// When it exists already, or cannot be made.
    pub(super) fn create(&self, date: &str) -> Result<(PathBuf, File), RecordError> {
        match self {
            Self::Path(path) if is_folder(path) => in_folder(path, date),
            Self::Path(path) => {
                let folder = path
                    .parent()
                    .filter(|folder| !folder.as_os_str().is_empty());
                if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                    return Err(RecordError::NoFolder(folder.to_owned()));
                }
                let file = create_new(path)?;
                Ok((path.clone(), file))
            }
            Self::Folder(path) => in_folder(path, date),
        }
    }
}

/// Returns whether a path is that of a folder, or is written as one.
fn is_folder(path: &Path) -> bool {
    let text = path.as_os_str().to_string_lossy();
    path.is_dir() || text.ends_with(std::path::is_separator)
}

fn in_folder(folder: &Path, date: &str) -> Result<(PathBuf, File), RecordError> {
    fs::create_dir_all(folder).map_err(|error| RecordError::Create {
        path: folder.to_owned(),
        error,
    })?;
    let name = |number| match number {
        1 => format!("dcs-master-{date}.mcap"),
        number => format!("dcs-master-{date}-{number}.mcap"),
    };
    let mut result = Err(RecordError::NoFolder(folder.to_owned()));
    for number in 1..=MAX_OF_SECOND {
        let path = folder.join(name(number));
        result = create_new(&path).map(|file| (path, file));
        if !matches!(result, Err(RecordError::Exists(_))) {
            break;
        }
    }
    result
}

fn create_new(path: &Path) -> Result<File, RecordError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => RecordError::Exists(path.to_owned()),
        _ => RecordError::Create {
            path: path.to_owned(),
            error,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "2026-11-22_18-05-31";

    #[test]
    fn a_file_is_never_overwritten() {
        let disk = tempfile::tempdir().unwrap();
        let choice = FileChoice::Path(disk.path().join("flight.mcap"));
        assert!(choice.create(DATE).is_ok());
        let error = choice.create(DATE).unwrap_err().to_string();
        assert!(
            error.contains("exists already and is not overwritten"),
            "{error}"
        );
        let missing = FileChoice::Path(disk.path().join("no/flight.mcap"));
        let error = missing.create(DATE).unwrap_err().to_string();
        assert!(error.starts_with("there is no folder "), "{error}");
    }

    #[test]
    fn files_in_a_folder_have_the_date_in_their_names() {
        let disk = tempfile::tempdir().unwrap();
        let name = |choice: FileChoice| {
            let (path, _) = choice.create(DATE).unwrap();
            let name = path.strip_prefix(disk.path()).unwrap();
            name.to_string_lossy().replace('\\', "/")
        };
        let path = |name: &str| disk.path().join(name);
        let first = name(FileChoice::Path(path("")));
        assert_eq!(first, format!("dcs-master-{DATE}.mcap"));
        let second = name(FileChoice::Path(path("")));
        assert_eq!(second, format!("dcs-master-{DATE}-2.mcap"));
        let made = name(FileChoice::Path(path("new/")));
        assert_eq!(made, format!("new/dcs-master-{DATE}.mcap"));
        let made = name(FileChoice::Folder(path("data/recordings")));
        assert_eq!(made, format!("data/recordings/dcs-master-{DATE}.mcap"));
    }
}
