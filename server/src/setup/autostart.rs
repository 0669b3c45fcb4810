//! The start with Windows: a value in the registry key of programs that Windows starts when this user
//! logs on. Nothing else of the registry is written.

use std::io;
use std::path::Path;

use thiserror::Error;

/// The key of this user's programs that Windows starts.
#[cfg_attr(not(windows), allow(dead_code))]
const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// The name of our value in that key.
const NAME: &str = "dcs-master";

/// The reason why dcs-master cannot be started with the system.
#[derive(Debug, Error)]
pub enum AutostartError {
    /// The system is not Windows.
    #[error(
        "only Windows can be asked to start dcs-master; elsewhere use the system's own way, such as \
             a systemd user service that runs dcs-master serve"
    )]
    #[cfg_attr(windows, allow(dead_code))]
    NotWindows,
    /// The registry does not let itself be read or written.
    #[error("the registry value {NAME} in HKEY_CURRENT_USER\\{KEY} cannot be read or written: {0}")]
    Registry(#[from] io::Error),
}

/// Returns the command that Windows runs when this user logs on, if it starts dcs-master.
///
/// # Errors
/// When the system is not Windows, or the registry cannot be read.
pub fn command() -> Result<Option<String>, AutostartError> {
    system::command()
}

/// Lets Windows start this program. Returns what was written.
///
/// # Errors
/// When the system is not Windows, or the registry cannot be written.
pub fn enable() -> Result<String, AutostartError> {
    let command = command_of(&std::env::current_exe()?);
    system::write(&command)?;
    Ok(format!(
        "wrote the value {NAME} into HKEY_CURRENT_USER\\{KEY}: Windows runs {command} when you log on\n"
    ))
}

/// Lets Windows no longer start dcs-master. Returns what was removed.
///
/// # Errors
/// When the system is not Windows, or the registry cannot be written.
pub fn disable() -> Result<String, AutostartError> {
    Ok(match system::remove()? {
        true => format!("removed the value {NAME} from HKEY_CURRENT_USER\\{KEY}\n"),
        false => "Windows does not start dcs-master, so nothing was changed\n".to_owned(),
    })
}

/// Lets Windows no longer start dcs-master, if it does. Returns what was removed.
///
/// # Errors
/// When the registry cannot be written.
pub fn disable_if_on() -> Result<Option<String>, AutostartError> {
    match command() {
        Ok(Some(_)) => disable().map(Some),
        Ok(None) | Err(_) => Ok(None),
    }
}

/// Returns the command that starts the server with this program: with its window minimized, and
/// without opening a browser.
fn command_of(program: &Path) -> String {
    let program = program.display();
    format!("cmd.exe /c start \"{NAME}\" /min \"{program}\" serve --no-open")
}

#[cfg(windows)]
mod system {
    use std::io::{self, ErrorKind};

    use winreg::RegKey;
    use winreg::enums::{HKEY_CURRENT_USER, KEY_SET_VALUE};

    use super::{AutostartError, KEY, NAME};

    pub(super) fn command() -> Result<Option<String>, AutostartError> {
        let value = RegKey::predef(HKEY_CURRENT_USER)
            .open_subkey(KEY)
            .and_then(|key| key.get_value(NAME));
        Ok(if_there(value)?)
    }

    pub(super) fn write(command: &str) -> Result<(), AutostartError> {
        let (key, _) = RegKey::predef(HKEY_CURRENT_USER).create_subkey(KEY)?;
        Ok(key.set_value(NAME, &command)?)
    }

    pub(super) fn remove() -> Result<bool, AutostartError> {
        let removed = RegKey::predef(HKEY_CURRENT_USER)
            .open_subkey_with_flags(KEY, KEY_SET_VALUE)
            .and_then(|key| key.delete_value(NAME));
        Ok(if_there(removed)?.is_some())
    }

    fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
        match result {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            result => result.map(Some),
        }
    }
}

#[cfg(not(windows))]
mod system {
    use super::AutostartError;

    pub(super) fn command() -> Result<Option<String>, AutostartError> {
        Err(AutostartError::NotWindows)
    }

    pub(super) fn write(_: &str) -> Result<(), AutostartError> {
        Err(AutostartError::NotWindows)
    }

    pub(super) fn remove() -> Result<bool, AutostartError> {
        Err(AutostartError::NotWindows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_stands_in_quotes_for_a_folder_with_blanks() {
        let command = command_of(Path::new("C:/Flug Übung/dcs-master.exe"));
        let expected = "\"C:/Flug Übung/dcs-master.exe\" serve --no-open";
        assert_eq!(
            command,
            format!("cmd.exe /c start \"dcs-master\" /min {expected}")
        );
    }

    #[cfg(not(windows))]
    #[test]
    fn other_systems_are_told_that_it_is_for_windows() {
        for result in [enable(), disable(), command().map(|_| String::new())] {
            let error = result.unwrap_err().to_string();
            assert!(error.contains("only Windows"), "{error}");
        }
    }
}
