//! The operations that change the disk. Tests replace them with a disk that fails.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

/// The beginning of the names of temporary files.
pub(super) const TEMPORARY_PREFIX: &str = ".dcs-master-";
/// The end of the names of temporary files.
pub(super) const TEMPORARY_SUFFIX: &str = ".tmp";
/// The number of random letters and digits between the two.
pub(super) const TEMPORARY_RANDOM: usize = 6;

/// A disk that can be changed.
pub(super) trait Disk {
    /// Writes a temporary file into the folder of `path`, with the permissions of `path`, and
    /// returns its path.
    fn write_beside(&self, path: &Path, bytes: &[u8]) -> io::Result<PathBuf>;
    /// Renames a file. A file that already has the new name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Creates a folder in an existing one.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
}

/// This computer's disk.
pub(super) struct RealDisk;

impl Disk for RealDisk {
    fn write_beside(&self, path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder
            .prefix(TEMPORARY_PREFIX)
            .suffix(TEMPORARY_SUFFIX)
            .rand_bytes(TEMPORARY_RANDOM);
        if let Some(permissions) = permissions_for(path) {
            builder.permissions(permissions);
        }
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file.into_temp_path().keep()?)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
}

#[cfg(unix)]
fn permissions_for(path: &Path) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let of_file = fs::metadata(path).map(|metadata| metadata.permissions());
    Some(of_file.unwrap_or_else(|_| fs::Permissions::from_mode(0o644)))
}

/// On Windows a file inherits the permissions of its folder.
#[cfg(not(unix))]
fn permissions_for(_: &Path) -> Option<fs::Permissions> {
    None
}
