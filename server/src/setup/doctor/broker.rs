//! Whether the MQTT broker that the settings name can be reached.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::Finding;

/// The time allowed for a connection to the broker.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The address of an MQTT broker.
#[derive(Debug, Clone)]
pub struct BrokerAddress {
    /// The address as the user writes it, without a login: `mqtt://192.168.1.5:1883`.
    pub url: String,
    /// The name or the address of its computer.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Judges whether something listens there. The login is not tried.
pub(super) fn examine(broker: &BrokerAddress) -> Finding {
    let url = &broker.url;
    match connect(broker) {
        Ok(()) => Finding::good(format!("the broker at {url} can be reached")),
        Err(error) => Finding::bad(
            format!("the broker at {url} cannot be reached: {error}"),
            "start it, or correct mqtt in the settings",
        ),
    }
}

fn connect(broker: &BrokerAddress) -> io::Result<()> {
    let mut addresses = (broker.host.as_str(), broker.port).to_socket_addrs()?;
    let address = addresses.next();
    let address = address.ok_or_else(|| io::Error::other("its name has no address"))?;
    TcpStream::connect_timeout(&address, TIMEOUT).map(drop)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::super::Verdict;
    use super::*;

    #[test]
    fn a_broker_is_named_with_its_verdict() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let broker = BrokerAddress {
            url: format!("mqtt://127.0.0.1:{port}"),
            host: "127.0.0.1".to_owned(),
            port,
        };
        let check = |verdict: Verdict, expected: &str| {
            let finding = examine(&broker);
            assert_eq!(finding.verdict, verdict, "{finding:?}");
            let expected = format!("the broker at mqtt://127.0.0.1:{port} {expected}");
            assert!(finding.message.starts_with(&expected), "{finding:?}");
        };
        check(Verdict::Good, "can be reached");
        drop(listener);
        check(Verdict::Bad, "cannot be reached: ");
    }
}
