//! The paths that scripts write.
//!
//! A script writes a path relative to the install, with `/` or `\`, and with `.` and `..` in it.
//! Here it becomes a list of names, or an error. This module does not read the disk.

use std::fmt;

use thiserror::Error;

/// The path of a file in the install: a list of names without separators, `.` and `..`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GamePath(Vec<String>);

/// The error of a path that a script may not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// It has more `..` than folders.
    #[error("`{0}` leads out of the install")]
    ClimbsOut(String),
    /// It begins at a drive, a network share or the root of the disk.
    #[error("`{0}` is not relative to the install")]
    Absolute(String),
    /// It is empty or has control characters.
    #[error("{0:?} is not the path of a file")]
    NotAPath(String),
}

impl GamePath {
    /// Returns the path of the install itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// Parses a path as a script writes it.
    ///
    /// # Errors
    /// When the path leads out of the install, is absolute, or is not a path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(PathError::NotAPath(text.to_owned()));
        }
        if text.starts_with(['/', '\\']) || text.contains(':') {
            return Err(PathError::Absolute(text.to_owned()));
        }
        let mut names = Vec::new();
        for name in text.split(['/', '\\']) {
            match name {
                "" | "." => {}
                ".." => {
                    names
                        .pop()
                        .ok_or_else(|| PathError::ClimbsOut(text.to_owned()))?;
                }
                name => names.push(name.to_owned()),
            }
        }
        Ok(Self(names))
    }

    /// Returns this path with one more name at its end.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let mut path = self.clone();
        path.push(name);
        path
    }

    /// Adds a name at the end.
    pub(super) fn push(&mut self, name: &str) {
        self.0.push(name.to_owned());
    }

    /// Returns its names, the outermost folder first.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Returns the last name; none for the install itself.
    pub fn file_name(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// Returns the names of this path below `folder`, ignoring case; none if it is elsewhere.
    pub fn below(&self, folder: &Self) -> Option<&[String]> {
        let (head, rest) = self.0.split_at_checked(folder.0.len())?;
        let same = head.iter().zip(&folder.0).all(|(a, b)| same_name(a, b));
        same.then_some(rest)
    }
}

impl fmt::Display for GamePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// Returns true if two names differ at most in case.
pub fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || folded(a) == folded(b)
}

/// Returns a name in lower case.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(GamePath::parse(text).unwrap().to_string(), expected);
    }

    #[test]
    fn separators_and_dots_are_resolved() {
        check(
            "./Mods/aircraft/X/Cockpit/Scripts//../../Views.lua",
            "Mods/aircraft/X/Views.lua",
        );
        check(
            r"Scripts\Aircrafts\_Common\Cockpit\\x.lua",
            "Scripts/Aircrafts/_Common/Cockpit/x.lua",
        );
        check("a/..", "");
    }

    #[test]
    fn paths_that_lead_out_of_the_install_are_refused() {
        let climbs = |t: &str| PathError::ClimbsOut(t.to_owned());
        let absolute = |t: &str| PathError::Absolute(t.to_owned());
        for (text, error) in [
            ("..", climbs("..")),
            (r"a\..\..\b", climbs(r"a\..\..\b")),
            ("/etc/passwd", absolute("/etc/passwd")),
            (r"\\server\share\x", absolute(r"\\server\share\x")),
            ("C:/x.lua", absolute("C:/x.lua")),
            ("x.lua:stream", absolute("x.lua:stream")),
            ("", PathError::NotAPath(String::new())),
            ("a\0b", PathError::NotAPath("a\0b".to_owned())),
        ] {
            assert_eq!(GamePath::parse(text), Err(error));
        }
    }

    #[test]
    fn below_ignores_case() {
        let file = GamePath::parse("mods/Aircraft/x/Cockpit/a.lua").unwrap();
        let folder = GamePath::parse("Mods/aircraft/X").unwrap();
        assert_eq!(file.below(&folder).unwrap().join("/"), "Cockpit/a.lua");
        assert_eq!(folder.below(&file), None);
    }
}
