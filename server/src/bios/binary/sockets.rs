//! The sockets of the gateway.
//!
//! A DCS-BIOS that still runs in the sim sends the same stream, and may have the port for commands
//! first. Then nothing is sent where it sends, and the port is tried until it is free.

use std::net::{SocketAddr, SocketAddrV4};
use std::time::Duration;

use ipnet::IpNet;
use serde_json::Value;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::{info, warn};

use super::config::Network;
use super::connections::Connections;
use super::rival::Rival;
use super::tcp;
use crate::bios::sockets::{self, BindError};
use crate::bios::target::Target;
use crate::net::{PeerFilter, PortOwner};

/// The beginning of the names of the options.
const OPTION: &str = "--dcs-bios";
/// The time between two attempts to get the port for commands.
const RETRY: Duration = Duration::from_secs(2);
/// The way to serve panels from here instead of a DCS-BIOS in the sim.
const REMEDY: &str = "To serve panels from here, put -- in front of the line with BIOS.lua in \
                      Scripts/Export.lua and start the mission again";

/// The sockets of the gateway.
#[derive(Debug)]
pub(super) struct Sockets {
    network: Network,
    targets: Vec<Target>,
    to_panels: UdpSocket,
    commands: CommandPort,
    /// The DCS-BIOS in the sim.
    rival: Rival,
    allow: Vec<IpNet>,
    peers: PeerFilter,
    connections: Connections,
}

/// The port for commands, by UDP and TCP.
#[derive(Debug)]
enum CommandPort {
    /// Datagrams come in, and a task accepts programs by TCP until this is dropped.
    Open {
        datagrams: UdpSocket,
        _accepting: JoinSet<()>,
    },
    /// Another program has it. It is tried again at this time.
    Taken(Instant),
}

impl Sockets {
    /// Opens the sockets; that for commands later if another program has its port. Must be called
    /// within a runtime.
    pub(super) fn bind(
        network: Network,
        allow: Vec<IpNet>,
        connections: Connections,
    ) -> Result<Self, BindError> {
        let mut sockets = Self {
            targets: network.targets.iter().copied().map(Target::new).collect(),
            to_panels: sockets::exporter(OPTION, network.interface)?,
            commands: CommandPort::Taken(Instant::now()),
            rival: Rival::default(),
            peers: PeerFilter::new(allow.clone()),
            network,
            allow,
            connections,
        };
        match sockets.open_commands() {
            Err(BindError::InUse {
                transport, address, ..
            }) => sockets.wait_for_port(transport, address)?,
            opened => opened?,
        }
        Ok(sockets)
    }

    /// Opens the port for commands.
    fn open_commands(&mut self) -> Result<(), BindError> {
        let mut address = self.network.import;
        let datagrams = sockets::importer(OPTION, address)?;
        address.set_port(datagrams.local_addr()?.port());
        let programs = tcp::listen(address);
        let programs =
            programs.map_err(|error| BindError::of_import(OPTION, "TCP", address, error))?;
        let (connections, allow) = (self.connections.clone(), self.allow.clone());
        let mut accepting = JoinSet::new();
        accepting.spawn(tcp::accept(programs, connections, allow));
        self.commands = CommandPort::Open {
            datagrams,
            _accepting: accepting,
        };
        announce(&self.network, address);
        Ok(())
    }

    /// Begins to wait for the port, which another program uses. Fails if that is a dcs-master.
    fn wait_for_port(
        &mut self,
        transport: &'static str,
        address: SocketAddrV4,
    ) -> Result<(), BindError> {
        let port = address.port();
        let owner = PortOwner::find_any(port);
        if let Some(owner) = owner.as_ref().filter(|owner| owner.is_dcs_master()) {
            return Err(BindError::InUseByServer {
                option: OPTION,
                transport,
                address,
                owner: owner.to_string(),
            });
        }
        warn_of_owner(owner, transport, port);
        self.commands = CommandPort::Taken(Instant::now() + RETRY);
        Ok(())
    }

    /// Tries to get the port for commands, if another program has it and it is time.
    pub(super) fn retry(&mut self) {
        let now = Instant::now();
        if let CommandPort::Taken(next) = self.commands
            && now >= next
        {
            self.commands = CommandPort::Taken(now + RETRY);
            if self.open_commands().is_ok() {
                info!("DCS-BIOS: the port is free; panels are served from here");
            }
        }
    }

    /// Takes the reading of the addresses that a DCS-BIOS in the sim sends to.
    pub(super) fn set_rival(&mut self, reading: &Value) {
        let own = self.targets.iter().map(Target::address);
        if !self.rival.set(reading, own) {
            return;
        }
        match self.rival.targets().first() {
            Some(target) => warn!(
                "DCS-BIOS: a DCS-BIOS runs in the sim and sends to {target}, so nothing is sent there \
                 from here. {REMEDY}"
            ),
            None => info!("DCS-BIOS: the DCS-BIOS in the sim has ended"),
        }
    }

    /// Waits for datagrams of panels. Cancel-safe.
    pub(super) async fn readable(&self) {
        match &self.commands {
            CommandPort::Open { datagrams, .. } => drop(datagrams.readable().await),
            CommandPort::Taken(_) => std::future::pending().await,
        }
    }

    /// Reads a datagram, if there is one. Returns its length and its sender.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let CommandPort::Open { datagrams, .. } = &self.commands else {
            return None;
        };
        // This fails when no datagram is left, or for a reason that concerns only one datagram.
        datagrams.try_recv_from(buffer).ok()
    }

    /// Returns whether a sender may send to the cockpit. Logs some of those that may not.
    pub(super) fn is_allowed(&mut self, from: SocketAddr) -> bool {
        let is_allowed = self.peers.is_allowed(from.ip());
        if !is_allowed && self.peers.may_log() {
            warn!("DCS-BIOS: {from} is not in --allow; its messages are ignored");
        }
        is_allowed
    }

    /// Returns whether updates are sent by UDP now.
    pub(super) fn is_sending(&self) -> bool {
        let is_open = matches!(self.commands, CommandPort::Open { .. });
        is_open && self.targets.iter().any(|target| !self.is_rival(target))
    }

    fn is_rival(&self, target: &Target) -> bool {
        self.rival.targets().contains(&target.address())
    }

    /// Sends updates to all addresses but those that a DCS-BIOS in the sim sends to.
    pub(super) async fn send(&mut self, updates: &[Vec<u8>]) {
        let taken = self.rival.targets();
        for target in &mut self.targets {
            if !taken.contains(&target.address()) {
                target.send(&self.to_panels, updates).await;
            }
        }
    }
}

/// Logs which program has the port for commands, if the system reveals it, and what to do. A program
/// that is not revealed may be the sim.
fn warn_of_owner(owner: Option<PortOwner>, transport: &str, port: u16) {
    if let Some(owner) = owner.as_ref().filter(|owner| !owner.is_sim()) {
        warn!(
            "DCS-BIOS: another program, {owner}, uses {transport} port {port}. Nothing is sent to panels \
             by UDP, and no commands are taken from them, until the port is free. End that program, \
             or choose another port with {OPTION}-import"
        );
        return;
    }
    let owner = owner.map_or_else(|| "another program".into(), |owner| owner.to_string());
    warn!(
        "DCS-BIOS: {owner} uses {transport} port {port}, most likely for a DCS-BIOS in the sim. Panels \
         keep working through that; nothing is sent to them from here, and no commands are taken, \
         until the port is free. {REMEDY}"
    );
}

/// Logs the addresses of the gateway.
fn announce(network: &Network, import: SocketAddrV4) {
    for target in &network.targets {
        match (target.ip().is_multicast(), network.interface) {
            (true, Some(interface)) => info!("DCS-BIOS stream: to {target}, from {interface}"),
            _ => info!("DCS-BIOS stream: to {target}"),
        }
    }
    info!("DCS-BIOS panels: UDP and TCP on {import}");
}
