//! A DCS-BIOS that runs in the sim, as the scripts there tell.

use std::net::SocketAddrV4;

use serde_json::Value;

/// The addresses of the gateway to which a DCS-BIOS in the sim sends its own stream.
#[derive(Debug, Default)]
pub(super) struct Rival {
    targets: Vec<SocketAddrV4>,
}

impl Rival {
    /// Takes the reading of all addresses that it sends to, of which `own` are those of the gateway.
    /// Returns whether this changes anything for the gateway.
    pub(super) fn set(&mut self, reading: &Value, own: impl Iterator<Item = SocketAddrV4>) -> bool {
        let texts = reading.as_array().into_iter().flatten();
        let all: Vec<SocketAddrV4> = texts
            .filter_map(|text| text.as_str()?.parse().ok())
            .collect();
        let targets: Vec<SocketAddrV4> = own.filter(|target| all.contains(target)).collect();
        let is_changed = self.targets != targets;
        self.targets = targets;
        is_changed
    }

    /// Returns the addresses of the gateway that it sends to; none if it does not run.
    pub(super) fn targets(&self) -> &[SocketAddrV4] {
        &self.targets
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use serde_json::json;

    use super::*;

    const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(239, 255, 50, 10), 5010);
    const PANEL: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 5011);

    #[test]
    fn only_addresses_of_both_count() {
        let mut rival = Rival::default();
        let mut set = |reading| {
            let is_changed = rival.set(&reading, [PANEL, GROUP].into_iter());
            (is_changed, rival.targets().to_vec())
        };
        let both = json!(["239.255.50.10:5010", "192.168.1.7:5010"]);
        assert_eq!(set(json!(null)), (false, vec![]));
        assert_eq!(set(both.clone()), (true, vec![GROUP]));
        assert_eq!(set(both), (false, vec![GROUP]));
        assert_eq!(
            set(json!(["localhost:5011", 7, "239.255.50.10:5012"])),
            (true, vec![])
        );
        assert_eq!(set(json!(null)), (false, vec![]));
    }
}
