//! A fault in the settings file, with its cure.

use std::fmt;

use serde::Serialize;

/// A fault in the settings file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The number of the line, from 1.
    pub line: Option<usize>,
    /// The name of the option in that line.
    pub name: Option<String>,
    /// The reason why the line cannot be used.
    pub message: String,
    /// The remedy.
    pub remedy: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}
