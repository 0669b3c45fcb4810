//! The reasons why input of the import stream leads to nothing.

use std::sync::Arc;

use thiserror::Error;

use super::payload::PayloadError;
use crate::control::PositionError;

/// The reason why a message, or bytes that are none, lead to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ImportError {
    /// No control has this type.
    #[error("{0} has no control of this type; `dcs-master bios-types {0}` lists them")]
    UnknownType(Arc<str>),
    /// The type belongs to the export stream.
    #[error("this type is for the export, it cannot be set")]
    Exported,
    /// No aircraft is controlled, so there are no controls.
    #[error("no aircraft is controlled")]
    NoAircraft,
    /// The payload of `SYNC` is neither `E` nor `I`.
    #[error("SYNC takes E (send everything) or I")]
    Sync,
    /// The payload is nothing that a control takes.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The control has no such position.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// The actions come faster than the sim can carry them out.
    #[error("more than the sim can do within a second, the rest is dropped")]
    TooFast,
    /// The bytes are binary data.
    #[error(
        "binary data, as of today's DCS-BIOS export; this port takes text: a type in capitals, a \
         blank, a value, and a line break"
    )]
    Binary,
    /// The bytes are not in the form of a message.
    #[error("not a message: a type in capitals, perhaps a blank and a value, and a line break")]
    Damaged,
    /// The end of a message has not come for a while.
    #[error("no line break at the end of its message, which waits for the rest")]
    Unfinished,
}

impl ImportError {
    /// Returns what is logged once per sender: the type `name`, or the kind of error where it is
    /// not about one type.
    pub(super) fn log_key<'a>(&self, name: &'a str) -> &'a str {
        // Types hold no blanks and no small letters.
        match self {
            Self::TooFast => "too fast",
            Self::Binary => "binary",
            Self::Damaged => "damaged",
            Self::Unfinished => "unfinished",
            _ => name,
        }
    }
}
