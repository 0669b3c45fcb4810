//! A panel that speaks the DCS-BIOS draft protocol: it listens to the export group and sends to
//! the import port.

use std::net::{Ipv4Addr, UdpSocket};

use socket2::SockRef;

use crate::{TIMEOUT, eventually};

/// The group of the export stream.
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 50, 10);

/// The longest datagram that a panel has to accept.
const LONGEST: usize = 2048;

/// A listening panel, with the lines that it has received and not yet returned.
#[derive(Debug)]
pub struct Panel {
    socket: UdpSocket,
    port: u16,
    received: Vec<String>,
}

impl Panel {
    /// Joins the group over loopback, on a free port.
    ///
    /// # Panics
    /// When multicast over loopback does not work on this machine.
    #[must_use]
    pub fn join() -> Self {
        let socket = UdpSocket::bind("0.0.0.0:0").expect("a free UDP port");
        let port = socket.local_addr().expect("a bound socket").port();
        socket
            .join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST)
            .expect("multicast over loopback, which this test is about, cannot be joined here");
        let panel = Self {
            socket,
            port,
            received: Vec::new(),
        };
        panel.check_multicast();
        panel
    }

    /// Checks that multicast works on this machine, so that a failing test is not the machine's
    /// fault.
    fn check_multicast(&self) {
        SockRef::from(&self.socket)
            .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
            .expect("multicast over loopback cannot be sent here");
        let sent = self.socket.send_to(b"TEST\n", (GROUP, self.port));
        sent.expect("multicast over loopback cannot be sent here");
        let timeout = self.socket.set_read_timeout(Some(TIMEOUT));
        timeout.expect("a bound socket");
        self.socket.recv(&mut [0; 8]).expect(
            "multicast over loopback does not arrive on this machine: look at its firewall, and \
             at the multicast flag of its loopback interface",
        );
        self.socket.set_nonblocking(true).expect("a bound socket");
    }

    /// Returns the address to which the server is to send, for `--bios-export`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{GROUP}:{}", self.port)
    }

    /// Waits until it has received each of these lines, in any order. Returns all lines up to the
    /// last of them.
    ///
    /// # Panics
    /// When one does not come in time.
    pub fn wait_for(&mut self, lines: &[&str]) -> Vec<String> {
        eventually(&format!("{lines:?} on the export stream"), || {
            self.listen();
            let place = |line: &&str| self.received.iter().position(|received| received == line);
            let places: Option<Vec<usize>> = lines.iter().map(place).collect();
            let last = places?.into_iter().max()?;
            Some(self.received.drain(..=last).collect())
        })
    }

    fn listen(&mut self) {
        let mut datagram = [0; LONGEST + 1];
        while let Ok(length) = self.socket.recv(&mut datagram) {
            assert!(length <= LONGEST, "a datagram is too long");
            let text = String::from_utf8_lossy(&datagram[..length]).into_owned();
            assert!(text.ends_with('\n'), "a message is cut: {text:?}");
            self.received.extend(text.lines().map(str::to_owned));
        }
    }
}

/// Returns a socket that sends to the import port.
///
/// # Panics
/// Without a free UDP port.
#[must_use]
pub fn sender(import: u16) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free UDP port");
    socket
        .connect(("127.0.0.1", import))
        .expect("an address of this machine");
    socket
}
