//! The module files of a DCS-BIOS folder. Nothing outside that folder is read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::HostError;

/// What begins the names that DCS-BIOS gives `require`.
const PREFIX: &str = "Scripts.DCS-BIOS.";

/// The folder `Scripts/DCS-BIOS` of an installed DCS-BIOS.
#[derive(Debug, Clone)]
pub(crate) struct ModuleFiles {
    root: PathBuf,
    max_size: u64,
}

impl ModuleFiles {
    /// Finds the folder, which may also be given as the Saved Games folder it is in.
    pub(crate) fn find(folder: &Path, max_size: u64) -> Result<Self, HostError> {
        let candidates = [
            folder.to_path_buf(),
            folder.join("DCS-BIOS"),
            folder.join("Scripts/DCS-BIOS"),
        ];
        candidates
            .into_iter()
            .filter(|candidate| candidate.join("BIOS.lua").is_file())
            .find_map(|candidate| candidate.canonicalize().ok())
            .map(|root| Self { root, max_size })
            .ok_or_else(|| not_found(folder))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Reads the file with this name in `require`.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.path(name)?;
        let path = path.canonicalize().map_err(|error| error.to_string())?;
        if !path.starts_with(&self.root) {
            return Err("it is outside the folder of DCS-BIOS".into());
        }
        let size = fs::metadata(&path).map_err(|error| error.to_string())?;
        if !size.is_file() || size.len() > self.max_size {
            return Err(format!(
                "it is not a file of at most {} bytes",
                self.max_size
            ));
        }
        fs::read(&path).map_err(|error| error.to_string())
    }

    fn path(&self, name: &str) -> Result<PathBuf, String> {
        let rest = name.strip_prefix(PREFIX);
        let rest = rest.ok_or_else(|| format!("only names that begin with {PREFIX} are files"))?;
        let is_part = |part: &str| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "_- ".contains(c);
            !part.is_empty() && part.chars().all(allowed)
        };
        if !rest.split('.').all(is_part) {
            return Err("its name has characters that are not allowed".into());
        }
        Ok(self.root.join(format!("{}.lua", rest.replace('.', "/"))))
    }
}

/// Returns the reason why a folder is not that of a DCS-BIOS.
fn not_found(folder: &Path) -> HostError {
    let path = folder.to_path_buf();
    let mut parts = ["Scripts", "Config", "Logs"].into_iter();
    let is_saved_games = parts.any(|name| folder.join(name).is_dir());
    if !folder.is_dir() {
        HostError::NoFolder(path)
    } else if is_saved_games {
        HostError::NotInstalled(path)
    } else {
        HostError::NoBios(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_dcs_bios_is_refused_with_the_reason() {
        let place = tempfile::tempdir().expect("a folder");
        let place = place.path();
        let saved_games = place.join("DCS");
        fs::create_dir_all(saved_games.join("Logs")).expect("a folder");
        let reason = |folder: &Path| {
            let error = ModuleFiles::find(folder, 1000).expect_err("no DCS-BIOS");
            error.to_string()
        };
        let missing = reason(&place.join("nope"));
        assert!(missing.starts_with("there is no folder "), "{missing}");
        let empty = reason(&saved_games);
        assert!(empty.contains("has no folder Scripts/DCS-BIOS"), "{empty}");
        let other = reason(place);
        assert!(other.contains("it has no BIOS.lua"), "{other}");
    }
}
