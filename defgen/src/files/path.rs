//! The paths that cockpit scripts write, as data.
//!
//! A script's path is text with `/` or `\`, with `.` and `..` in it, relative to
//! the install. Here it becomes a list of names below the install, or a refusal.
//! This module does not know the disk.

use std::fmt;

use thiserror::Error;

/// Where a file is below the install: names without separators, never `.` or `..`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GamePath(Vec<String>);

/// Why a text is not the path of a file that may be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// More `..` than folders.
    #[error("`{0}` climbs out of the install")]
    ClimbsOut(String),
    /// A drive, a network share or a path from the root of the disk.
    #[error("`{0}` is not relative to the install")]
    Absolute(String),
    /// Control characters, or nothing at all.
    #[error("{0:?} is not the path of a file")]
    NotAPath(String),
}

impl GamePath {
    /// The folder of the install itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a path as a script writes it.
    ///
    /// # Errors
    /// When the path climbs out of the install, is absolute, or is no path.
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

    /// This path with one more name at its end.
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

    /// The names from the install down.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The last name; none for the install itself.
    pub fn file_name(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// What is left of this path below `folder`, the case of letters aside.
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

/// Whether two names are one file on a disk that does not tell upper from lower case.
pub fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || folded(a) == folded(b)
}

/// A name in lower case: equal for names that differ in case only.
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
    fn separators_and_dots_are_read_away() {
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
    fn what_leaves_the_install_is_refused() {
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
