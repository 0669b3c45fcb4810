//! The senders of datagrams, each with the line that it has begun.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::lines::LineSplitter;

/// The most senders that are kept. To make room for another one, the sender that was silent longest
/// is forgotten.
const MAX_SENDERS: usize = 64;

/// The senders of datagrams.
#[derive(Debug, Default)]
pub(super) struct Senders {
    all: HashMap<SocketAddr, (u64, LineSplitter)>,
    datagrams: u64,
}

impl Senders {
    /// Returns the lines of a sender, whose datagram has just come.
    pub(super) fn hear(&mut self, from: SocketAddr) -> &mut LineSplitter {
        self.datagrams += 1;
        if self.all.len() >= MAX_SENDERS && !self.all.contains_key(&from) {
            let silent = self.all.iter().min_by_key(|(_, (heard, _))| *heard);
            if let Some(silent) = silent.map(|(from, _)| *from) {
                self.all.remove(&silent);
            }
        }
        let sender = self.all.entry(from).or_default();
        sender.0 = self.datagrams;
        &mut sender.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bios::binary::import::lines::Line;

    #[test]
    fn the_sender_that_was_silent_longest_is_forgotten() {
        let from = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let mut senders = Senders::default();
        let begins = |senders: &mut Senders, port| senders.hear(from(port)).feed(b"A ", |_| {});
        let ends = |senders: &mut Senders, port| {
            let mut line = String::new();
            senders.hear(from(port)).feed(b"1\n", |found| {
                if let Line::Text(text) = found {
                    line = text.to_owned();
                }
            });
            line
        };
        for port in 1..=64 {
            begins(&mut senders, port);
        }
        begins(&mut senders, 1);
        begins(&mut senders, 65);
        assert_eq!(ends(&mut senders, 1), "A A 1");
        assert_eq!(ends(&mut senders, 2), "1");
        assert_eq!(senders.all.len(), MAX_SENDERS);
    }
}
