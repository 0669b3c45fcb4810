//! The senders of the import stream: a bounded table of decoders.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use crate::bios::draft::proto::codec::Decoder;
use crate::filter::Micros;

/// The most senders that are kept. To make room for another one, the sender that was silent longest
/// is removed.
pub(super) const MAX_SENDERS: usize = 64;

/// The most errors that are logged per sender.
pub(super) const MAX_LOGGED: usize = 8;

/// The time after which a message without an end counts as unfinished.
const UNFINISHED: Micros = 1_000_000;

/// One sender.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// The decoder, which may hold the start of a message.
    pub(super) decoder: Decoder,
    logged: HashSet<String>,
    /// The number and the time of the last datagram.
    last_heard: Option<(u64, Micros)>,
}

impl Sender {
    /// Returns whether `key` may be logged: it is new, and the limit is not reached.
    pub(super) fn may_log(&self, key: &str) -> bool {
        self.logged.len() < MAX_LOGGED && !self.logged.contains(key)
    }

    /// Records that `key` has been logged. Returns whether the limit is reached now.
    pub(super) fn mark_logged(&mut self, key: &str) -> bool {
        self.logged.insert(key.to_owned());
        self.logged.len() == MAX_LOGGED
    }
}

/// All senders.
#[derive(Debug, Default)]
pub(super) struct SenderTable {
    senders: HashMap<SocketAddr, Sender>,
    /// The number of datagrams so far.
    datagrams: u64,
    /// The time of the last check for unfinished messages.
    last_check: Option<Micros>,
    evicted: u64,
}

impl SenderTable {
    /// Removes and returns a sender, or returns a new one. [`Self::put`] puts it back.
    pub(super) fn take(&mut self, from: SocketAddr) -> Sender {
        self.senders.remove(&from).unwrap_or_default()
    }

    /// Puts back a sender whose datagram arrived at `now`.
    pub(super) fn put(&mut self, from: SocketAddr, mut sender: Sender, now: Micros) {
        self.datagrams += 1;
        sender.last_heard = Some((self.datagrams, now));
        if self.senders.len() >= MAX_SENDERS {
            self.evict();
        }
        self.senders.insert(from, sender);
    }

    fn evict(&mut self) {
        let silent = self.senders.iter().min_by_key(|(_, s)| s.last_heard);
        if let Some(silent) = silent.map(|(from, _)| *from) {
            self.senders.remove(&silent);
            self.evicted += 1;
        }
    }

    /// Returns a sender with an unfinished message for which `key` may be logged.
    ///
    /// Checks at most once per [`UNFINISHED`].
    pub(super) fn unfinished(&mut self, key: &str, now: Micros) -> Option<SocketAddr> {
        if self.last_check.is_some_and(|last| now < last + UNFINISHED) {
            return None;
        }
        self.last_check = Some(now);
        let is_silent = |sender: &Sender| {
            let last = sender.last_heard;
            last.is_some_and(|(_, at)| now >= at + UNFINISHED)
        };
        let mut senders = self.senders.iter();
        let found =
            senders.find(|(_, s)| s.decoder.is_unfinished() && is_silent(s) && s.may_log(key));
        found.map(|(from, _)| *from)
    }

    /// Returns the number of senders that were removed to make room for others.
    pub(super) fn evicted(&self) -> u64 {
        self.evicted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_that_was_silent_longest_is_removed() {
        let sender = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let mut senders = SenderTable::default();
        let now = 7;
        let mut hear = |port| {
            let mut taken = senders.take(sender(port));
            let known = !taken.may_log("x");
            taken.mark_logged("x");
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
