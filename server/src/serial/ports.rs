//! The serial ports of the system.

use std::io::{self, ErrorKind};
use std::path::Path;

use serial2_tokio::SerialPort;
use serialport::{SerialPortType, UsbPortInfo};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};

use super::board::{Board, PortInfo};
use super::claim::ClaimedPort;
use super::options::LineOptions;

/// The serial ports of the system or of a test.
pub(super) trait Ports: Clone + Send + 'static {
    /// An open port.
    type Port: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Returns the ports that the computer has. Blocks.
    fn list(&self) -> Vec<PortInfo>;

    /// Opens a port. Blocks until its driver has set it up. Must be called within the runtime.
    fn open(&self, name: &str, line: &LineOptions) -> Result<Self::Port, OpenError>;
}

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

/// The ports of this computer.
#[derive(Debug, Clone, Copy)]
pub(super) struct SystemPorts;

impl Ports for SystemPorts {
    type Port = ClaimedPort;

    fn list(&self) -> Vec<PortInfo> {
        // Without this folder, as in some containers, listing the ports would panic.
        if cfg!(target_os = "linux") && !Path::new("/sys/class/tty").is_dir() {
            return Vec::new();
        }
        let ports = serialport::available_ports().unwrap_or_default();
        ports
            .into_iter()
            .map(|port| PortInfo {
                name: port.port_name,
                board: match port.port_type {
                    SerialPortType::UsbPort(usb) => Some(board(usb)),
                    _ => None,
                },
            })
            .collect()
    }

    fn open(&self, name: &str, line: &LineOptions) -> Result<ClaimedPort, OpenError> {
        let mut is_open = false;
        let port = SerialPort::open(name, |mut settings: serial2_tokio::Settings| {
            is_open = true;
            settings.set_raw();
            settings.set_baud_rate(line.baud)?;
            Ok(settings)
        })
        .map_err(|error| match is_open {
            true => OpenError::Baud {
                baud: line.baud,
                error,
            },
            false => OpenError::of_system(error),
        })?;
        let claimed = ClaimedPort::new(name, port)?;
        let port = claimed.port();
        // These fail on a pseudo-terminal, which has no such lines.
        let _ = port.set_dtr(line.dtr);
        let _ = port.set_rts(line.rts);
        let _ = port.discard_input_buffer();
        Ok(claimed)
    }
}

fn board(usb: UsbPortInfo) -> Board {
    Board {
        maker: usb.vid,
        product: usb.pid,
        serial_number: usb.serial_number.filter(|number| !number.is_empty()),
        title: usb.product.or(usb.manufacturer),
        socket: usb.location.map(|location| format!("{location:?}")),
    }
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
