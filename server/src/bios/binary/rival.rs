//! Another program on this computer that sends the stream, such as a DCS-BIOS that still runs in the
//! sim.
//!
//! The group is listened to for a moment after an aircraft has appeared, and not longer, since some
//! programs for DCS-BIOS want its port for themselves.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::Instant;
use tracing::{debug, info, warn};

/// The time for which the group is listened to.
const WINDOW: Duration = Duration::from_secs(2);
/// The silence after which the other program counts as gone.
const SILENCE: Duration = Duration::from_secs(5);
/// The bytes that begin an update.
const SYNC: [u8; 4] = [0x55; 4];

/// What is known about another program.
#[derive(Debug, Default)]
enum State {
    /// Nobody listens.
    #[default]
    Idle,
    /// The group is listened to, until then.
    Listening(UdpSocket, Instant),
    /// Another program sends. It was last heard then.
    Heard(UdpSocket, Instant),
}

/// Notices another program that sends the stream.
#[derive(Debug)]
pub(super) struct RivalWatch {
    group: SocketAddrV4,
    interface: Ipv4Addr,
    /// The port that the own stream comes from.
    own_port: u16,
    state: State,
}

impl RivalWatch {
    /// Creates a watch for the first of these addresses that is a group.
    pub(super) fn new(
        targets: &[SocketAddrV4],
        interface: Option<Ipv4Addr>,
        own_port: u16,
    ) -> Option<Self> {
        let group = targets.iter().find(|target| target.ip().is_multicast())?;
        Some(Self {
            group: *group,
            interface: interface.unwrap_or(Ipv4Addr::UNSPECIFIED),
            own_port,
            state: State::Idle,
        })
    }

    /// Listens for a moment.
    pub(super) fn begin(&mut self) {
        if let State::Idle = self.state {
            match listen(self.group, self.interface) {
                Ok(socket) => self.state = State::Listening(socket, Instant::now() + WINDOW),
                Err(error) => debug!("DCS-BIOS: {} cannot be listened to: {error}", self.group),
            }
        }
    }

    /// Returns whether another program sends.
    pub(super) fn is_heard(&self) -> bool {
        matches!(self.state, State::Heard(..))
    }

    /// Reads what has come, and notes the time.
    pub(super) fn tick(&mut self) {
        let now = Instant::now();
        let is_sent = self.hears_rival();
        self.state = match std::mem::take(&mut self.state) {
            State::Listening(socket, _) if is_sent => {
                warn!(
                    "DCS-BIOS: another program on this computer sends to {}, most likely DCS-BIOS in \
                     the sim; nothing is sent there now. To use its modules here, put -- in front \
                     of its line in Scripts/Export.lua and start the mission again",
                    self.group
                );
                State::Heard(socket, now)
            }
            State::Listening(_, until) if now >= until => State::Idle,
            State::Heard(socket, _) if is_sent => State::Heard(socket, now),
            State::Heard(_, last) if now >= last + SILENCE => {
                info!("DCS-BIOS: the other program is silent; the stream is sent again");
                State::Idle
            }
            state => state,
        };
    }

    fn hears_rival(&self) -> bool {
        let (State::Listening(socket, _) | State::Heard(socket, _)) = &self.state else {
            return false;
        };
        let mut buffer = [0; 2048];
        let mut is_heard = false;
        while let Ok((length, from)) = socket.try_recv_from(&mut buffer) {
            is_heard |= buffer[..length].starts_with(&SYNC) && self.is_rival(from);
        }
        is_heard
    }

    /// Returns whether a sender is another program on this computer.
    fn is_rival(&self, from: SocketAddr) -> bool {
        from.port() != self.own_port && is_own(from.ip())
    }
}

/// Returns whether an address is one of this computer.
fn is_own(address: IpAddr) -> bool {
    // A network without any other interface gives no address.
    if address.is_loopback() || address.is_unspecified() {
        return true;
    }
    let own = if_addrs::get_if_addrs().unwrap_or_default();
    own.iter().any(|interface| interface.ip() == address)
}

fn listen(group: SocketAddrV4, interface: Ipv4Addr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, group.port()).into())?;
    socket.join_multicast_v4(group.ip(), &interface)?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(239, 255, 50, 10), 5010);

    #[test]
    fn only_groups_are_listened_to() {
        let unicast = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5010);
        assert!(RivalWatch::new(&[unicast], None, 1).is_none());
        let watch = RivalWatch::new(&[unicast, GROUP], None, 1).unwrap();
        assert_eq!(watch.group, GROUP);
    }

    #[test]
    fn the_own_stream_and_other_computers_are_no_rivals() {
        let watch = RivalWatch::new(&[GROUP], None, 40_000).unwrap();
        let is_rival = |from: &str| watch.is_rival(from.parse().unwrap());
        assert!(is_rival("127.0.0.1:40001"));
        assert!(!is_rival("127.0.0.1:40000"));
        assert!(!is_rival("192.0.2.7:40001"));
    }
}
