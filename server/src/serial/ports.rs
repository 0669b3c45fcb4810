//! The serial ports of the system.

use std::path::Path;

use serial2_tokio::SerialPort;
use serialport::{SerialPortType, UsbPortInfo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::board::{Board, PortInfo};
use super::claim::ClaimedPort;
use super::open_error::OpenError;
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
