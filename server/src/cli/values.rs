//! The values of options: what each accepts, and the message if it does not.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// Rejects `--port`, which many other programs have, and names the right option.
pub(super) fn reject_port(port: &str) -> Result<u16, String> {
    Err(format!("there is no --port; use --listen 127.0.0.1:{port}"))
}

/// Parses the address on which the server listens.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "it must be an address and a port, such as 127.0.0.1:4242")
}

/// Parses a host and a port. The host is resolved later, whenever the server connects.
pub(super) fn host_and_port(text: &str) -> Result<String, &'static str> {
    text.rsplit_once(':')
        .filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0))
        .map(|_| text.to_owned())
        .ok_or("it must be an address and a port, such as 127.0.0.1:4243")
}

/// Parses a number of things.
pub(super) fn at_least_one(text: &str) -> Result<usize, &'static str> {
    text.parse()
        .ok()
        .filter(|&number| number > 0)
        .ok_or("it must be a whole number, 1 or more")
}

/// Parses a time, of one day at most.
pub(super) fn seconds(text: &str) -> Result<u64, &'static str> {
    /// One day.
    const MAX: u64 = 86_400;
    text.parse()
        .ok()
        .filter(|seconds| (1..=MAX).contains(seconds))
        .ok_or("it must be a whole number of seconds, from 1 to 86400")
}

/// Parses a network or a single address.
pub(super) fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse()
        .or_else(|_| address())
        .map_err(|_| "it must be a network, such as 192.168.1.0/24, or an address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_arguments_are_rejected() {
        assert!(
            ["127.0.0.1:4243", "localhost:1", "[::1]:4243"]
                .iter()
                .all(|text| host_and_port(text).is_ok())
        );
        assert!(
            ["nonsense", "4243", ":4243", "host:0", "host:99999"]
                .iter()
                .all(|text| host_and_port(text).is_err())
        );
        assert!(
            ["0", "-1", "x", ""]
                .iter()
                .all(|text| at_least_one(text).is_err() && seconds(text).is_err())
        );
        assert!(seconds("99999999999").is_err() && at_least_one("1") == Ok(1));
        assert_eq!(
            network("10.0.0.1").map(|net| net.to_string()).as_deref(),
            Ok("10.0.0.1/32")
        );
        assert!(network("10.0.0").is_err() && listen_address("4242").is_err());
        assert!(listen_address("0.0.0.0:4242").is_ok());
    }
}
