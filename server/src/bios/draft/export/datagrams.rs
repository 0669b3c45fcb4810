//! Datagrams of whole messages.

use crate::bios::draft::proto::codec::MAX_MESSAGE;

/// Packs messages into datagrams of at most [`MAX_MESSAGE`] bytes without splitting any.
#[derive(Debug, Default)]
pub(super) struct DatagramPacker {
    datagrams: Vec<Vec<u8>>,
    messages: u64,
}

impl DatagramPacker {
    /// Adds a message.
    pub(super) fn add(&mut self, message: &[u8]) {
        self.messages += 1;
        match self.datagrams.last_mut() {
            Some(last) if last.len() + message.len() <= MAX_MESSAGE => {
                last.extend_from_slice(message);
            }
            _ => self.datagrams.push(message.to_vec()),
        }
    }

    /// Returns the number of messages.
    pub(super) fn messages(&self) -> u64 {
        self.messages
    }

    /// Returns the datagrams.
    pub(super) fn finish(self) -> Vec<Vec<u8>> {
        self.datagrams
    }
}
