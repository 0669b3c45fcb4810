//! The kinds of names, and the error for a name that is unknown or ambiguous.

use std::fmt;

use crate::limits::MAX_CANDIDATES;

/// The kinds of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// An entry of `devices.json`.
    Device,
    /// An entry of `commands.json`.
    Command,
    /// An entry of `gauges.json`.
    Gauge,
    /// A control that `controls.json` describes.
    Control,
}

impl NameKind {
    /// Returns the file with the names of this kind.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Device => "devices.json",
            Self::Command => "commands.json",
            Self::Gauge => "gauges.json",
            Self::Control => "controls.json",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "device",
            Self::Command => "command",
            Self::Gauge => "gauge",
            Self::Control => "control",
        })
    }
}

/// The error for a name that has no entry or more than one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is no entry of this name.
    #[error("unknown {kind} \"{name}\"")]
    Unknown {
        /// The kind of name that was asked for.
        kind: NameKind,
        /// The name that was asked for.
        name: String,
    },
    /// Several entries fit the name.
    #[error("{kind} \"{name}\" could be {}", candidates.join(" or "))]
    Ambiguous {
        /// The kind of name that was asked for.
        kind: NameKind,
        /// The name that was asked for.
        name: String,
        /// The names of the first few entries that fit.
        candidates: Vec<String>,
    },
}

impl NameError {
    pub(crate) fn unknown(kind: NameKind, name: &str) -> Self {
        Self::Unknown {
            kind,
            name: name.to_owned(),
        }
    }

    pub(crate) fn ambiguous<'a>(
        kind: NameKind,
        name: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> Self {
        let candidates = candidates.take(MAX_CANDIDATES).map(str::to_owned).collect();
        Self::Ambiguous {
            kind,
            name: name.to_owned(),
            candidates,
        }
    }
}
