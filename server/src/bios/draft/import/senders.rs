//! The senders of the import stream: a bounded table of decoders.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::bios::draft::proto::codec::Decoder;

/// Senders that are kept; the one silent for longest makes room.
pub(super) const MAX_SENDERS: usize = 64;

/// Things that are logged of one sender.
pub(super) const MAX_LOGGED: usize = 8;

/// The time after which the end of a message is not expected any more.
const UNFINISHED: Duration = Duration::from_secs(1);

/// One sender.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// The decoder, which holds the message that is not finished yet.
    pub(super) decoder: Decoder,
    logged: HashSet<String>,
    /// The number of the last datagram, and when it came.
    last_heard: Option<(u64, Instant)>,
}

impl Sender {
    /// Returns whether `key` may be logged: it is new, and not too much was logged already.
    pub(super) fn may_log(&self, key: &str) -> bool {
        self.logged.len() < MAX_LOGGED && !self.logged.contains(key)
    }

    /// Notes that `key` has been logged. Returns whether that was the last for this sender.
    pub(super) fn mark_logged(&mut self, key: &str) -> bool {
        self.logged.insert(key.to_owned());
        self.logged.len() == MAX_LOGGED
    }
}

/// All senders.
#[derive(Debug, Default)]
pub(super) struct SenderTable {
    senders: HashMap<SocketAddr, Sender>,
    /// The datagrams so far, which number them.
    datagrams: u64,
    /// When unfinished messages were last looked for.
    last_check: Option<Instant>,
    evicted: u64,
}

impl SenderTable {
    /// Takes a sender out, a new one if need be; [`Self::put`] gives it back.
    pub(super) fn take(&mut self, from: SocketAddr) -> Sender {
        self.senders.remove(&from).unwrap_or_default()
    }

    /// Gives back a sender that was heard at `now`.
    pub(super) fn put(&mut self, from: SocketAddr, mut sender: Sender, now: Instant) {
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

    /// Returns a sender that does not finish its message and of which `key` may be logged.
    ///
    /// Looks once per [`UNFINISHED`] only.
    pub(super) fn unfinished(&mut self, key: &str, now: Instant) -> Option<SocketAddr> {
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

    /// Returns how many senders were forgotten for others.
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
        let mut senders = SenderTable::default();
        let now = Instant::now();
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
