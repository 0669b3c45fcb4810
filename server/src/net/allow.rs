//! The check for `--allow`.

use std::net::IpAddr;

use ipnet::IpNet;

/// Returns whether `address` is in one of `networks`, or `networks` is empty. An IPv4 address that
/// an IPv6 socket reports counts as IPv4.
pub(crate) fn is_allowed(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.is_empty() || networks.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allow_lists_networks_of_both_kinds() {
        let allow: Vec<IpNet> = ["192.168.1.0/24", "::1/128"]
            .map(|net| net.parse().expect("a network"))
            .into();
        let check = |address: &str| is_allowed(&allow, address.parse().expect("an address"));
        assert!(check("192.168.1.7") && check("::ffff:192.168.1.7") && check("::1"));
        assert!(!check("192.168.2.7") && !check("fe80::1"));
        assert!(is_allowed(&[], IpAddr::from([10, 0, 0, 1])));
    }
}
