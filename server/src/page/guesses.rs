//! The wrong keys that came from other computers.
//!
//! Pure: the time is passed in.

use std::net::IpAddr;

use crate::filter::Micros;
use crate::rate_limit::RateLimit;

/// The wrong keys of an address that are looked at: so many at once, and so many a second. Until then
/// none of its keys is looked at.
const WRONG_KEYS: u32 = 10;

/// The most addresses that are remembered. A further one takes the place of the one that guessed first.
const MAX_ADDRESSES: usize = 256;

/// How many wrong keys each address may still send.
#[derive(Debug, Default)]
pub(super) struct Guesses {
    addresses: Vec<(IpAddr, RateLimit)>,
}

impl Guesses {
    /// Returns whether a key from this address is looked at now.
    pub(super) fn may_try(&mut self, address: IpAddr, now: Micros) -> bool {
        let known = self
            .addresses
            .iter_mut()
            .find(|(other, _)| *other == address);
        known.is_none_or(|(_, limit)| limit.has(1, now))
    }

    /// Counts a wrong key.
    pub(super) fn count(&mut self, address: IpAddr, now: Micros) {
        let index = self
            .addresses
            .iter()
            .position(|(other, _)| *other == address);
        let index = index.unwrap_or_else(|| {
            if self.addresses.len() == MAX_ADDRESSES {
                self.addresses.remove(0);
            }
            self.addresses
                .push((address, RateLimit::new(WRONG_KEYS, WRONG_KEYS)));
            self.addresses.len() - 1
        });
        self.addresses[index].1.take(1, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u16) -> IpAddr {
        IpAddr::from([10, 0, (number >> 8) as u8, number as u8])
    }

    #[test]
    fn an_address_that_guesses_waits_and_others_do_not() {
        let mut guesses = Guesses::default();
        let mut tried = |second: Micros| {
            let now = second * 1_000_000;
            let try_one = |_: &u32| {
                let may_try = guesses.may_try(address(1), now);
                if may_try {
                    guesses.count(address(1), now);
                }
                assert!(guesses.may_try(address(2), now));
                may_try
            };
            (0..1000).filter(try_one).count()
        };
        assert_eq!([0, 0, 1, 60].map(&mut tried), [10, 0, 10, 10]);
    }

    #[test]
    fn only_so_many_addresses_are_remembered() {
        let mut guesses = Guesses::default();
        for number in 0..1000 {
            for _ in 0..20 {
                guesses.count(address(number), 0);
            }
        }
        assert_eq!(guesses.addresses.len(), MAX_ADDRESSES);
        assert!(guesses.may_try(address(0), 0) && !guesses.may_try(address(999), 0));
    }
}
