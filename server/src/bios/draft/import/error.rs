//! The errors of the import stream.

use std::sync::Arc;

use thiserror::Error;

use super::payload::PayloadError;
use crate::control::PositionError;

/// The reason why a message, or bytes that are not a message, cannot be executed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ImportError {
    /// No control has this type.
    #[error("{0} has no control of this type; `dcs-master bios-types {0}` lists them")]
    UnknownType(Arc<str>),
    /// The type belongs to the export stream.
    #[error("this type is only exported; it cannot be set")]
    Exported,
    /// No aircraft is controlled, so there are no controls.
    #[error("no aircraft is controlled")]
    NoAircraft,
    /// The payload of `SYNC` is neither `E` nor `I`.
    #[error("SYNC takes E (send everything) or I")]
    Sync,
    /// The payload is not a command for a control.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The control has no such position.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// The actions come faster than the sim can carry them out.
    #[error("more actions than the sim can perform within a second; the rest is dropped")]
    TooFast,
    /// The bytes are binary data.
    #[error(
        "binary data, as of today's DCS-BIOS export; this port takes text: a type in capitals, a \
         blank, a value, and a line break"
    )]
    Binary,
    /// The bytes are not in the form of a message.
    #[error(
        "not a message; send a type in capitals, a space and a value if it takes one, and a line break"
    )]
    Damaged,
    /// The end of a message has been missing for too long.
    #[error("an incomplete message, with no line break at its end")]
    Unfinished,
}

impl ImportError {
    /// Returns the key under which the error is logged once per sender: the type `name`, or the
    /// kind of the error if it does not concern one type.
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
