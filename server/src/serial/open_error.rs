//! The reasons why a serial port could not be opened.

use std::io::{self, ErrorKind};

use thiserror::Error;

/// The reason why a port could not be opened. Its text continues a sentence that begins with the
/// port's name.
#[derive(Debug, Error)]
pub(super) enum OpenError {
    /// There is no such port.
    #[error("was not found; plug the panel in, or name another port with --serial")]
    Missing,
    /// Another program has opened it.
    #[error(
        "is in use by another program; close what has it open (the Arduino IDE's serial monitor, \
         another dcs-master)"
    )]
    InUse,
    /// The user may not open it.
    #[error(
        "cannot be opened without permission; on Linux join its group, usually with \"sudo usermod -aG dialout \
         $USER\", and log in again"
    )]
    NotAllowed,
    /// It is not a serial port.
    #[error("is not a serial port; use a name such as COM5 or /dev/ttyUSB0")]
    NotSerial,
    /// The port does not support this speed.
    #[error("does not support {baud} baud: {error}; choose another speed with baud=…")]
    Baud {
        /// The speed asked for.
        baud: u32,
        /// The system's reason.
        error: io::Error,
    },
    /// Something else.
    #[error("cannot be opened: {0}")]
    Other(io::Error),
}

impl OpenError {
    /// Returns the reason for an error of the system.
    pub(super) fn of_system(error: io::Error) -> Self {
        /// `EBUSY`, or on Windows `ERROR_ACCESS_DENIED`, which it returns for a port that is open
        /// already.
        const IN_USE: i32 = if cfg!(windows) { 5 } else { 16 };
        /// `ENOTTY`.
        const NOT_A_TERMINAL: i32 = 25;
        match (error.kind(), error.raw_os_error()) {
            (_, Some(IN_USE)) => OpenError::InUse,
            (ErrorKind::NotFound, _) => OpenError::Missing,
            (ErrorKind::PermissionDenied, _) => OpenError::NotAllowed,
            (_, Some(NOT_A_TERMINAL)) if cfg!(unix) => OpenError::NotSerial,
            _ => OpenError::Other(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_tell_the_cure() {
        let text = |code| OpenError::of_system(io::Error::from_raw_os_error(code)).to_string();
        if cfg!(unix) {
            assert!(text(2).contains("plug the panel in"));
            assert!(text(13).contains("dialout"));
            assert!(text(16).contains("in use by another program"));
            assert!(text(25).contains("not a serial port"));
        } else {
            assert!(text(2).contains("plug the panel in"));
            assert!(text(5).contains("in use by another program"));
        }
    }
}
