//! The service as other computers see it: its names, port, facts and addresses. Pure.

use std::net::{IpAddr, SocketAddr};

/// The type of the service. Panels look for it.
pub(super) const SERVICE_TYPE: &str = "_dcs-master._tcp.local.";

/// The most bytes of a name's part between two dots (RFC 1035).
const MAX_LABEL: usize = 63;

/// The instance if the system does not know the computer's name.
const UNNAMED: &str = "dcs-master";

/// The port that needs no mention in a name.
const USUAL_PORT: u16 = 4242;

/// The end of the host name. The name before it is the computer's own, which its system may
/// announce by itself: two programs that announce one name disturb each other.
const HOST_SUFFIX: &str = "-dcs-master";

/// The service that is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Service {
    /// The name of this server among all in the network.
    pub(super) instance: String,
    /// The name that stands for the addresses.
    pub(super) host: String,
    /// The facts about the server: keys and values.
    pub(super) facts: Vec<(&'static str, &'static str)>,
    pub(super) listener: Listener,
}

/// The listening socket of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    /// An IPv6 socket that takes no connections by IPv4.
    pub(crate) is_ipv6_only: bool,
}

impl Service {
    /// Returns the service of the server on the computer of this name.
    pub(crate) fn new(computer: Option<&str>, listener: Listener, is_demo: bool) -> Self {
        let computer = computer.map_or_else(String::new, computer_name);
        Self {
            host: host_name(&computer),
            instance: instance_name(&computer, listener.address.port()),
            facts: vec![
                ("txtvers", "1"),
                ("version", env!("CARGO_PKG_VERSION")),
                ("source", if is_demo { "demo" } else { "sim" }),
            ],
            listener,
        }
    }
}

impl Listener {
    /// Tests if other computers can connect.
    pub(super) fn is_in_network(self) -> bool {
        !self.address.ip().is_loopback()
    }

    /// Tests if a client can connect to this address of the computer.
    pub(super) fn is_reached_by(self, address: IpAddr) -> bool {
        match self.address.ip() {
            ip if !ip.is_unspecified() => address == ip,
            _ if address.is_loopback() => false,
            IpAddr::V4(_) => address.is_ipv4(),
            IpAddr::V6(_) => address.is_ipv6() || !self.is_ipv6_only,
        }
    }
}

/// Returns the computer's name without its domain, in lower case, as Windows has it in capitals.
fn computer_name(computer: &str) -> String {
    let name = computer.split('.').next().unwrap_or_default();
    name.trim().to_lowercase()
}

/// Returns the computer's name, followed by the port unless it is the usual one, so that several
/// servers on one computer have names of their own.
fn instance_name(computer: &str, port: u16) -> String {
    let suffix = match port {
        USUAL_PORT => String::new(),
        port => format!(" {port}"),
    };
    match up_to(computer, MAX_LABEL - suffix.len()) {
        name if name.is_empty() => format!("{UNNAMED}{suffix}"),
        name => format!("{name}{suffix}"),
    }
}

/// Returns a host name made of letters, digits and hyphens.
fn host_name(computer: &str) -> String {
    let label: String = computer
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    match up_to(&label, MAX_LABEL - HOST_SUFFIX.len()).trim_matches('-') {
        "" => format!("{UNNAMED}.local."),
        label => format!("{label}{HOST_SUFFIX}.local."),
    }
}

/// Returns the beginning of the text that has at most so many bytes.
fn up_to(text: &str, bytes: usize) -> String {
    text.char_indices()
        .take_while(|(start, c)| start + c.len_utf8() <= bytes)
        .map(|(_, c)| c)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(address: &str) -> Listener {
        Listener {
            address: address.parse().expect("an address"),
            is_ipv6_only: false,
        }
    }

    #[track_caller]
    fn check_names(computer: Option<&str>, instance: &str, host: &str) {
        let service = Service::new(computer, listener("0.0.0.0:4242"), false);
        assert_eq!((&*service.instance, &*service.host), (instance, host));
    }

    #[test]
    fn the_service_has_the_name_of_the_computer() {
        check_names(
            Some("COCKPIT-PC"),
            "cockpit-pc",
            "cockpit-pc-dcs-master.local.",
        );
        check_names(Some("sim.example.org"), "sim", "sim-dcs-master.local.");
        check_names(Some("Jörgs PC"), "jörgs pc", "j-rgs-pc-dcs-master.local.");
        for unnamed in [None, Some(""), Some(" "), Some(".x")] {
            check_names(unnamed, "dcs-master", "dcs-master.local.");
        }
        check_names(Some("日本"), "日本", "dcs-master.local.");
    }

    #[test]
    fn names_are_no_longer_than_the_network_allows() {
        for computer in ["x".repeat(200), "ö".repeat(200)] {
            for address in ["0.0.0.0:4242", "0.0.0.0:65535"] {
                let service = Service::new(Some(&computer), listener(address), false);
                assert!((62..=63).contains(&service.instance.len()), "{service:?}");
                assert!(service.host.len() <= 63 + ".local.".len(), "{service:?}");
            }
        }
    }

    #[test]
    fn servers_on_other_ports_have_names_of_their_own() {
        let instance = |computer| Service::new(computer, listener("0.0.0.0:4343"), false).instance;
        assert_eq!(instance(Some("COCKPIT-PC")), "cockpit-pc 4343");
        assert_eq!(instance(None), "dcs-master 4343");
    }

    #[test]
    fn the_facts_say_which_server_it_is() {
        let facts = |is_demo| Service::new(None, listener("0.0.0.0:4242"), is_demo).facts;
        let version = ("version", env!("CARGO_PKG_VERSION"));
        assert_eq!(facts(false), [("txtvers", "1"), version, ("source", "sim")]);
        assert_eq!(facts(true), [("txtvers", "1"), version, ("source", "demo")]);
    }

    #[track_caller]
    fn check_addresses(listener: Listener, announced: &[&str]) {
        let all = ["127.0.0.1", "192.168.1.20", "10.0.0.7", "::1", "fd00::2"];
        let addresses: Vec<&str> = all
            .into_iter()
            .filter(|address| listener.is_reached_by(address.parse().expect("an address")))
            .collect();
        assert_eq!(addresses, announced, "{listener:?}");
    }

    #[test]
    fn only_addresses_that_reach_the_server_are_announced() {
        check_addresses(listener("0.0.0.0:1"), &["192.168.1.20", "10.0.0.7"]);
        check_addresses(listener("192.168.1.20:1"), &["192.168.1.20"]);
        check_addresses(listener("127.0.0.1:1"), &["127.0.0.1"]);
        check_addresses(listener("[::]:1"), &["192.168.1.20", "10.0.0.7", "fd00::2"]);
        let is_ipv6_only = true;
        check_addresses(
            Listener {
                is_ipv6_only,
                ..listener("[::]:1")
            },
            &["fd00::2"],
        );
    }
}
