//! A parser of the stream as boards have it, for tests.

use std::collections::BTreeMap;

/// The words that a listener knows, and the updates that it got.
#[derive(Debug, Default)]
pub(in crate::bios::binary) struct Parser {
    state: State,
    sync: usize,
    address: u16,
    count: u16,
    low: u8,
    last_address: Option<u16>,
    pub(in crate::bios::binary) words: BTreeMap<u16, u16>,
    /// The number of updates that ended.
    pub(in crate::bios::binary) updates: usize,
    /// The number of starts of updates.
    pub(in crate::bios::binary) starts: usize,
    pub(in crate::bios::binary) counters: [u8; 2],
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Unsynchronized,
    AddressLow,
    AddressHigh,
    CountLow,
    CountHigh,
    DataLow,
    DataHigh,
}

impl Parser {
    /// Reads bytes.
    ///
    /// # Panics
    /// When an address is odd or not above the one before, or a count is odd or 0.
    pub(in crate::bios::binary) fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.state = self.next(byte);
            self.sync = if byte == 0x55 { self.sync + 1 } else { 0 };
            if self.sync == 4 {
                self.state = State::AddressLow;
                self.sync = 0;
                self.starts += 1;
                self.last_address = None;
            }
        }
    }

    fn next(&mut self, byte: u8) -> State {
        match self.state {
            State::Unsynchronized => State::Unsynchronized,
            State::AddressLow => {
                self.address = u16::from(byte);
                State::AddressHigh
            }
            State::AddressHigh => {
                self.address |= u16::from(byte) << 8;
                if self.address == 0x5555 {
                    return State::Unsynchronized;
                }
                let rises = self.last_address.is_none_or(|last| last < self.address);
                assert!(
                    rises && self.address.is_multiple_of(2),
                    "{:#x}",
                    self.address
                );
                State::CountLow
            }
            State::CountLow => {
                self.count = u16::from(byte);
                State::CountHigh
            }
            State::CountHigh => {
                self.count |= u16::from(byte) << 8;
                assert!(
                    self.count > 0 && self.count.is_multiple_of(2),
                    "{}",
                    self.count
                );
                State::DataLow
            }
            State::DataLow => {
                self.low = byte;
                State::DataHigh
            }
            State::DataHigh => self.word(u16::from_le_bytes([self.low, byte])),
        }
    }

    fn word(&mut self, word: u16) -> State {
        self.last_address = Some(self.address);
        if self.address == 0xFFFE {
            self.updates += 1;
            self.counters = word.to_le_bytes();
        } else {
            self.words.insert(self.address, word);
        }
        self.address = self.address.wrapping_add(2);
        self.count -= 2;
        match self.count {
            0 => State::AddressLow,
            _ => State::DataLow,
        }
    }

    /// Returns the text of this length.
    pub(in crate::bios::binary) fn text(&self, address: u16, length: usize) -> String {
        let words = (0..length.div_ceil(2)).map(|n| self.words[&(address + 2 * n as u16)]);
        let mut bytes: Vec<u8> = words.flat_map(u16::to_le_bytes).collect();
        bytes.truncate(length);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
