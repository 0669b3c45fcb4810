//! The names of boards, which can be names of files on every system. Pure.

use std::fmt;

/// The most characters of a name.
const MAX_NAME: usize = 60;

/// The names that Windows reserves for devices, with any extension.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// The beginnings of further such names, which end in a digit, even a raised one.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];

/// The name of a board. Two names that differ only in upper and lower case are the same.
#[derive(Debug, Clone)]
pub(in crate::page) struct BoardName(String);

/// The reason why a text cannot be the name of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::page) enum NameError {
    #[error("the name of a board has 1 to {MAX_NAME} characters")]
    Length,
    #[error("the name of a board has only letters, digits, blanks, - _ and .")]
    Character,
    #[error("the name of a board begins and ends with a letter, a digit, - or _")]
    Edge,
    #[error("Windows reserves this name; choose another one for the board")]
    Device,
}

impl BoardName {
    /// Checks a name.
    ///
    /// # Errors
    /// When it cannot be the name of a file everywhere.
    pub(in crate::page) fn new(name: &str) -> Result<Self, NameError> {
        let is_allowed = |c: char| c.is_alphanumeric() || " -_.".contains(c);
        if name.is_empty() || name.chars().count() > MAX_NAME {
            Err(NameError::Length)
        } else if !name.chars().all(is_allowed) {
            Err(NameError::Character)
        } else if name.starts_with([' ', '.']) || name.ends_with([' ', '.']) {
            Err(NameError::Edge)
        } else if is_device(name) {
            Err(NameError::Device)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// Returns whether both are the same name.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }

    /// Returns the name of its file.
    pub(super) fn file(&self) -> String {
        format!("{self}.json")
    }

    /// Returns the name of the board in this file; `None` if it is not the file of a board.
    pub(super) fn of_file(file: &str) -> Option<Self> {
        Self::new(file.strip_suffix(".json")?).ok()
    }
}

impl fmt::Display for BoardName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns whether Windows treats a name as that of a device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    let is_numbered = |device: &str| {
        let digit = stem.strip_prefix(device).unwrap_or_default();
        matches!(
            digit,
            "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
        )
    };
    DEVICES.contains(&&*stem) || NUMBERED_DEVICES.iter().any(|device| is_numbered(device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<NameError>) {
        assert_eq!(BoardName::new(name).err(), expected, "{name:?}");
    }

    #[test]
    fn names_that_people_choose() {
        for name in [
            "Left",
            "Front panel 2",
            "F-16C_50.v2",
            "Übung",
            "x",
            "COM10",
            "CONSOLE",
        ] {
            check(name, None);
        }
        assert!(
            BoardName::new("Übung")
                .unwrap()
                .is(&BoardName::new("übung").unwrap())
        );
    }

    #[test]
    fn names_that_are_paths_or_devices_are_refused() {
        check("", Some(NameError::Length));
        check(&"x".repeat(61), Some(NameError::Length));
        for name in [
            "a/b",
            "a\\b",
            "C:",
            "a\0",
            "a\nb",
            "../x",
            "a*",
            "a\u{202e}b",
            "a%2fb",
        ] {
            check(name, Some(NameError::Character));
        }
        for name in ["..", ".hidden", "dot.", " x", "x "] {
            check(name, Some(NameError::Edge));
        }
        for name in [
            "CON",
            "con",
            "nul.txt",
            "Com1",
            "LPT9.json",
            "aux .x",
            "COM¹",
            "lpt³.a",
        ] {
            check(name, Some(NameError::Device));
        }
    }

    #[test]
    fn files_of_boards_are_recognized() {
        let name = |file| BoardName::of_file(file).map(|name| name.to_string());
        assert_eq!(name("Left.json").as_deref(), Some("Left"));
        for file in ["Left", ".json", "Left.json.tmp", ".tmpAb12", "CON.json"] {
            assert_eq!(name(file), None, "{file}");
        }
    }
}
