//! `--mdns`: the server is found in the network without its address.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;

use dcs_master_tests::client::Client;
use dcs_master_tests::rig::Rig;
use dcs_master_tests::{TIMEOUT, eventually};
use mdns_sd::{IfKind, Receiver, ResolvedService, ServiceDaemon, ServiceEvent};
use socket2::SockRef;

const SERVICE_TYPE: &str = "_dcs-master._tcp.local.";

/// Looks for servers, over loopback only, so that nothing is asked in the real network.
struct Browser {
    thread: ServiceDaemon,
    events: Receiver<ServiceEvent>,
    found: Vec<ResolvedService>,
}

impl Browser {
    /// Returns a browser, or none on a machine without multicast over loopback.
    fn new() -> Option<Self> {
        if let Err(error) = check_multicast() {
            println!("skipped: no multicast over loopback on this machine ({error})");
            return None;
        }
        let thread = ServiceDaemon::new().expect("a thread");
        let over_loopback = thread
            .disable_interface(IfKind::All)
            .and_then(|()| thread.enable_interface(IfKind::LoopbackV4));
        over_loopback.expect("a running thread");
        let events = thread.browse(SERVICE_TYPE).expect("a running thread");
        Some(Self {
            thread,
            events,
            found: Vec::new(),
        })
    }

    /// Waits for the server with this port.
    fn find(&mut self, port: u16) -> ResolvedService {
        eventually(&format!("the service with port {port}"), || {
            self.found
                .extend(self.events.try_iter().filter_map(|event| match event {
                    ServiceEvent::ServiceResolved(service) => Some(*service),
                    _ => None,
                }));
            self.found.iter().find(|it| it.port == port).cloned()
        })
    }

    /// Waits until the service of this name is withdrawn.
    fn wait_for_end(&self, name: &str) {
        eventually(&format!("the end of {name}"), || {
            match self.events.recv_timeout(TIMEOUT) {
                Ok(ServiceEvent::ServiceRemoved(_, removed)) => (removed == name).then_some(()),
                _ => None,
            }
        });
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.thread.shutdown();
    }
}

/// Sends a datagram to the group of mDNS over loopback, on another port, and receives it.
fn check_multicast() -> std::io::Result<()> {
    const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST)?;
    SockRef::from(&socket).set_multicast_if_v4(&Ipv4Addr::LOCALHOST)?;
    socket.send_to(b"TEST", (GROUP, socket.local_addr()?.port()))?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    match socket.recv(&mut [0; 8]) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Err(ErrorKind::TimedOut.into()),
        result => result.map(drop),
    }
}

#[test]
fn a_panel_finds_the_server_without_its_address() {
    let Some(mut browser) = Browser::new() else {
        return;
    };
    let rig = Rig::bare();
    let mut server = rig.serve(&["--mdns"]);
    let service = browser.find(rig.port);
    let name = service.fullname.trim_end_matches(".local.");
    server.wait_for(0, &format!("announced in the network as {name}"));
    let addresses: Vec<IpAddr> = service.addresses.iter().map(|it| it.to_ip_addr()).collect();
    assert_eq!(addresses, [IpAddr::from(Ipv4Addr::LOCALHOST)]);
    let fact = |key| service.txt_properties.get_property_val_str(key);
    assert_eq!(fact("version"), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(fact("source"), Some("sim"));
    drop(Client::connect(service.port));
    server.interrupt();
    browser.wait_for_end(&service.fullname);
    assert!(server.wait().success(), "{}", server.output());
}

#[test]
fn two_servers_of_one_computer_have_different_names() {
    let Some(mut browser) = Browser::new() else {
        return;
    };
    let rigs = [Rig::bare(), Rig::bare()];
    let servers = rigs.each_ref().map(|rig| rig.serve(&["--mdns"]));
    let names = rigs.each_ref().map(|rig| browser.find(rig.port).fullname);
    assert_ne!(names[0], names[1]);
    for (server, name) in servers.iter().zip(&names) {
        let name = name.trim_end_matches(".local.");
        server.wait_for(0, &format!("announced in the network as {name}"));
    }
}
