//! Boards on USB: the known makers, and the recognition of a board that is plugged in again.

/// A serial port of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PortInfo {
    /// The name by which it is opened, such as `COM5`.
    pub(super) name: String,
    /// The board behind it, if it is on USB.
    pub(super) board: Option<Board>,
}

/// The identity of a board as USB reports it, and the place where it is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Board {
    /// The maker's number.
    pub(super) maker: u16,
    /// The product's number.
    pub(super) product: u16,
    /// The serial number, if it has one. Cheap boards have none.
    pub(super) serial_number: Option<String>,
    /// The product's name.
    pub(super) title: Option<String>,
    /// The USB socket, if the system reports it.
    pub(super) socket: Option<String>,
}

/// The makers of boards and of the serial chips on them, by their USB numbers.
const MAKERS: [(u16, &str); 14] = [
    (0x2341, "Arduino"),
    (0x2A03, "Arduino"),
    (0x1A86, "WCH (CH340)"),
    (0x0403, "FTDI"),
    (0x10C4, "Silicon Labs (CP210x)"),
    (0x067B, "Prolific"),
    (0x16C0, "PJRC (Teensy)"),
    (0x1B4F, "SparkFun"),
    (0x239A, "Adafruit"),
    (0x2886, "Seeed"),
    (0x2E8A, "Raspberry Pi"),
    (0x303A, "Espressif"),
    (0x1FFB, "Pololu"),
    (0x04D8, "Microchip"),
];

impl Board {
    /// Returns the maker's name, if it is one of [`MAKERS`].
    pub(super) fn known_maker(&self) -> Option<&'static str> {
        MAKERS
            .iter()
            .find(|(number, _)| *number == self.maker)
            .map(|(_, name)| *name)
    }

    /// Returns whether this is the same board as `other`: by the serial number or, if it has none,
    /// by the USB socket.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let kind = |board: &Self| (board.maker, board.product);
        kind(self) == kind(other)
            && match (&self.serial_number, &other.serial_number) {
                (Some(own), Some(others)) => own == others,
                (None, None) => self.socket == other.socket,
                _ => false,
            }
    }
}

impl PortInfo {
    /// Returns the name for people: `COM5 (Arduino Uno)`.
    pub(super) fn describe(&self) -> String {
        let title = self.board.as_ref().and_then(|board| {
            let maker = board.known_maker().map(str::to_owned);
            board.title.clone().or(maker)
        });
        match title {
            Some(title) => format!("{} ({})", self.name, crate::quote::printable(&title)),
            None => self.name.clone(),
        }
    }
}

/// Returns the port to open for a panel: the one that has its board now or, if its board is not
/// known, the one with its name.
pub(super) fn find<'a>(
    ports: &'a [PortInfo],
    name: &str,
    board: Option<&Board>,
) -> Option<&'a PortInfo> {
    match board {
        Some(board) => ports
            .iter()
            .find(|port| port.board.as_ref().is_some_and(|it| it.is_same(board))),
        None => ports.iter().find(|port| is_name(&port.name, name)),
    }
}

/// Returns whether two names mean the same port. On Windows they are compared without regard to
/// case.
pub(super) fn is_name(left: &str, right: &str) -> bool {
    if cfg!(windows) {
        left.eq_ignore_ascii_case(right)
    } else {
        left == right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, serial_number: Option<&str>, socket: &str) -> PortInfo {
        PortInfo {
            name: name.into(),
            board: Some(Board {
                maker: 0x2341,
                product: 0x0043,
                serial_number: serial_number.map(str::to_owned),
                title: None,
                socket: Some(socket.into()),
            }),
        }
    }

    #[test]
    fn a_board_is_known_by_its_serial_number_under_another_name_and_socket() {
        let before = port("COM5", Some("A1"), "1-1");
        let ports = [
            port("COM5", Some("B2"), "1-1"),
            port("COM9", Some("A1"), "2-3"),
        ];
        let found = find(&ports, "COM5", before.board.as_ref());
        assert_eq!(found.map(|it| it.name.as_str()), Some("COM9"));
    }

    #[test]
    fn a_board_without_serial_number_is_known_by_its_socket() {
        let before = port("COM5", None, "1-1");
        let ports = [port("COM5", None, "1-2"), port("COM9", None, "1-1")];
        let found = find(&ports, "COM5", before.board.as_ref());
        assert_eq!(found.map(|it| it.name.as_str()), Some("COM9"));
        assert!(find(&ports[..1], "COM5", before.board.as_ref()).is_none());
    }

    #[test]
    fn a_port_whose_board_is_not_known_is_found_by_its_name() {
        let ports = [PortInfo {
            name: "COM1".into(),
            board: None,
        }];
        assert!(find(&ports, "COM1", None).is_some());
        assert!(find(&ports, "COM2", None).is_none());
    }
}
