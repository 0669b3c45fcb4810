//! Who sends to the import stream: a bounded table of decoders.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::bios::draft::proto::codec::Decoder;

/// Senders whose unfinished messages are kept; the one silent for longest makes room.
pub(super) const MAX_SENDERS: usize = 64;

/// Things of one sender that are named in the log when they are not understood.
pub(super) const NAMED_PER_SENDER: usize = 8;

/// A message that is not finished for so long will not be.
const UNFINISHED: Duration = Duration::from_secs(1);

/// One sender.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// Holds the message that is not finished yet.
    pub(super) decoder: Decoder,
    named: HashSet<String>,
    /// The turn in which it was heard last, and the time.
    heard: Option<(u64, Instant)>,
}

impl Sender {
    /// Whether `what` may still be named, and how many more after it.
    pub(super) fn may_name(&self, what: &str) -> bool {
        self.named.len() < NAMED_PER_SENDER && !self.named.contains(what)
    }

    /// `what` has been named; whether it was the last.
    pub(super) fn name(&mut self, what: &str) -> bool {
        self.named.insert(what.to_owned());
        self.named.len() == NAMED_PER_SENDER
    }
}

/// All senders.
#[derive(Debug, Default)]
pub(super) struct Senders {
    known: HashMap<SocketAddr, Sender>,
    /// Counts datagrams: the clock by which the one silent for longest is found.
    turn: u64,
    /// When unfinished messages were last looked for.
    looked: Option<Instant>,
    evicted: u64,
}

impl Senders {
    /// Takes a sender out, to be given back with [`Self::put`].
    pub(super) fn take(&mut self, from: SocketAddr) -> Sender {
        self.known.remove(&from).unwrap_or_default()
    }

    /// Gives a sender back.
    pub(super) fn put(&mut self, from: SocketAddr, mut sender: Sender, now: Instant) {
        self.turn += 1;
        sender.heard = Some((self.turn, now));
        if self.known.len() >= MAX_SENDERS {
            let silent = self.known.iter().min_by_key(|(_, sender)| sender.heard);
            if let Some(silent) = silent.map(|(from, _)| *from) {
                self.known.remove(&silent);
                self.evicted += 1;
            }
        }
        self.known.insert(from, sender);
    }

    /// A sender that does not finish its message and of which `what` has not been named yet.
    pub(super) fn unfinished(&mut self, what: &str, now: Instant) -> Option<SocketAddr> {
        if self.looked.is_some_and(|looked| now < looked + UNFINISHED) {
            return None;
        }
        self.looked = Some(now);
        let silent = |sender: &Sender| sender.heard.is_some_and(|(_, at)| now >= at + UNFINISHED);
        let found = self.known.iter().find(|(_, sender)| {
            sender.decoder.is_unfinished() && silent(sender) && sender.may_name(what)
        });
        found.map(|(from, _)| *from)
    }

    /// How many have made room for others so far.
    pub(super) fn evicted(&self) -> u64 {
        self.evicted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_silent_for_longest_makes_room() {
        let sender = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let mut senders = Senders::default();
        let now = Instant::now();
        let mut hear = |port| {
            let mut taken = senders.take(sender(port));
            let known = !taken.may_name("x");
            taken.name("x");
            senders.put(sender(port), taken, now);
            known
        };
        let room = MAX_SENDERS as u16;
        assert!((0..room).all(|port| !hear(port)));
        assert!(hear(0), "it is remembered");
        assert!(!hear(room));
        assert!(hear(0) && !hear(1), "1 was silent for longest");
        assert_eq!(senders.evicted(), 2);
    }
}
