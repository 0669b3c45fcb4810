//! The check of senders that may be this computer or in a network given with `--allow`.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use ipnet::IpNet;

use crate::rate_limit::RateLimit;

/// The shortest time between two looks at the addresses of this computer.
const LOOK: Duration = Duration::from_secs(2);

/// Lets this computer's own addresses through, and those in the given networks.
#[derive(Debug)]
pub(crate) struct PeerFilter {
    allow: Vec<IpNet>,
    own: Vec<IpAddr>,
    looked: Option<Instant>,
    log: RateLimit,
    start: Instant,
}

impl PeerFilter {
    /// Creates a filter.
    pub(crate) fn new(allow: Vec<IpNet>) -> Self {
        Self {
            allow,
            own: Vec::new(),
            looked: None,
            log: RateLimit::for_log_lines(),
            start: Instant::now(),
        }
    }

    /// Returns whether an address may act on the cockpit.
    pub(crate) fn is_allowed(&mut self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_listed = self.allow.iter().any(|network| network.contains(&address));
        is_listed || address.is_loopback() || self.is_own(address)
    }

    /// Returns whether a refusal may be logged.
    pub(crate) fn may_log(&mut self) -> bool {
        self.log.take(1, self.start.elapsed().as_micros() as u64)
    }

    fn is_own(&mut self, address: IpAddr) -> bool {
        // The computer may have got another address since the last look.
        let is_old = self.looked.is_none_or(|looked| looked.elapsed() >= LOOK);
        if !self.own.contains(&address) && is_old {
            self.looked = Some(Instant::now());
            let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
            self.own = interfaces.iter().map(if_addrs::Interface::ip).collect();
        }
        self.own.contains(&address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_and_the_given_networks() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut alone = PeerFilter::new(Vec::new());
        for own in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(alone.is_allowed(address(own)), "{own}");
        }
        for interface in if_addrs::get_if_addrs().unwrap_or_default() {
            assert!(alone.is_allowed(interface.ip()), "{}", interface.ip());
        }
        for other in [
            "192.0.2.7",
            "0.0.0.0",
            "255.255.255.255",
            "239.255.50.10",
            "::",
        ] {
            assert!(!alone.is_allowed(address(other)), "{other}");
        }
        let mut open = PeerFilter::new(vec!["192.0.2.0/24".parse().expect("a network")]);
        assert!(open.is_allowed(address("192.0.2.7")) && open.is_allowed(address("127.0.0.1")));
        assert!(!open.is_allowed(address("192.0.3.7")));
    }
}
