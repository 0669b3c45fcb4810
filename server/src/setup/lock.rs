//! A lock that allows one install or uninstall at a time in a folder.
//!
//! It is a lock of the operating system, which releases it when the process ends in any way. It
//! leaves no file.

use std::{
    fs::File,
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// The time between two attempts.
const RETRY: Duration = Duration::from_millis(20);

/// Keeps other installs and uninstalls out of a folder until it is dropped.
pub(super) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Waits for the lock; returns `None` if another process holds it for all of `patience`.
    pub(super) fn acquire(folder: &Path, patience: Duration) -> Option<Self> {
        let deadline = Instant::now() + patience;
        loop {
            match system::try_lock(folder) {
                Ok(file) => return Some(Self { _file: Some(file) }),
                Err(error) if !system::is_held(&error) => {
                    // Some network drives do not support locks. Two installs at once are rare.
                    return Some(Self { _file: None });
                }
                Err(_) if Instant::now() >= deadline => return None,
                Err(_) => thread::sleep(RETRY),
            }
        }
    }
}

#[cfg(unix)]
mod system {
    use super::{File, Path, io};

    /// Locks the folder itself.
    pub(super) fn try_lock(folder: &Path) -> io::Result<File> {
        let folder = File::open(folder)?;
        folder.try_lock()?;
        Ok(folder)
    }

    pub(super) fn is_held(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::WouldBlock
    }
}

#[cfg(windows)]
mod system {
    use std::{fs::OpenOptions, os::windows::fs::OpenOptionsExt};

    use super::{File, Path, io};

    const GENERIC_WRITE: u32 = 0x4000_0000;
    const DELETE: u32 = 0x0001_0000;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const ERROR_ACCESS_DENIED: i32 = 5;
    const ERROR_SHARING_VIOLATION: i32 = 32;

    /// Creates a file that no other process can open and that is deleted when it is closed.
    pub(super) fn try_lock(folder: &Path) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .create(true)
            .access_mode(GENERIC_WRITE | DELETE)
            .share_mode(0)
            .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
            .open(folder.join(".dcs-master-lock"))
    }

    /// Opening a file that is about to be deleted fails with "access denied".
    pub(super) fn is_held(error: &io::Error) -> bool {
        let held = [ERROR_SHARING_VIOLATION, ERROR_ACCESS_DENIED];
        error
            .raw_os_error()
            .is_some_and(|code| held.contains(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = Lock::acquire(folder.path(), Duration::ZERO);
        assert!(lock.is_some());
        assert!(Lock::acquire(folder.path(), Duration::ZERO).is_none());
        drop(lock);
        assert!(Lock::acquire(folder.path(), Duration::ZERO).is_some());
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 0);
    }
}
