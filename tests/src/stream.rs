//! The stream of DCS-BIOS as a panel reads it.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpStream;

/// The length of the aircraft's name, which is at the address 0.
const NAME: u16 = 24;
/// The address of the counters, which ends an update.
const COUNTERS: u16 = 0xFFFE;

/// The words that a listener knows.
#[derive(Debug, Default)]
pub struct Words {
    state: Vec<u8>,
    /// The words by address.
    pub all: BTreeMap<u16, u16>,
    /// Those of the aircraft that is flown: its name, and what came with it and later.
    pub flight: BTreeMap<u16, u16>,
    /// The number of updates that have come.
    pub updates: usize,
    /// The different values of each word, in the order in which they came.
    values: BTreeMap<u16, Vec<u16>>,
}

impl Words {
    /// Reads the first update of a program that has just connected.
    ///
    /// # Panics
    /// When none comes in time.
    pub fn first_of(program: &mut TcpStream) -> Self {
        let mut words = Self::default();
        let mut bytes = [0; 4096];
        while words.all.is_empty() {
            let length = program.read(&mut bytes).expect("an update");
            words.feed(&bytes[..length]);
        }
        words
    }

    /// Reads bytes, of which only whole updates count.
    ///
    /// # Panics
    /// When they are no updates.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.state.extend_from_slice(bytes);
        while let Some(end) = self.end_of_update() {
            let update: Vec<u8> = self.state.drain(..end).collect();
            self.read(&update[4..]);
        }
    }

    fn end_of_update(&self) -> Option<usize> {
        let mut at = 4;
        if !self.state.is_empty() && !self.state.starts_with(&[0x55; 4]) && self.state.len() >= 4 {
            panic!("no update: {:x?}", &self.state[..4]);
        }
        loop {
            let header = self.state.get(at..at + 4)?;
            let address = u16::from_le_bytes([header[0], header[1]]);
            let count = u16::from_le_bytes([header[2], header[3]]);
            at += 4 + usize::from(count);
            if address == COUNTERS {
                return (at <= self.state.len()).then_some(at);
            }
        }
    }

    fn read(&mut self, mut writes: &[u8]) {
        let (name, mut update, mut lowest) = (self.name(), BTreeMap::new(), 0);
        while let [low, high, count_low, count_high, rest @ ..] = writes {
            let address = u16::from_le_bytes([*low, *high]);
            let count = usize::from(u16::from_le_bytes([*count_low, *count_high]));
            // Boards skip what does not.
            assert!(address >= lowest, "the words ascend: {address:#x}");
            lowest = address;
            for (word, at) in rest[..count].chunks(2).zip((address..).step_by(2)) {
                let value = u16::from_le_bytes([word[0], word[1]]);
                update.insert(at, value);
                if self.all.insert(at, value) != Some(value) {
                    self.values.entry(at).or_default().push(value);
                }
            }
            writes = &rest[count..];
        }
        if self.name() != name {
            self.flight.retain(|address, _| *address < NAME);
        }
        self.flight.append(&mut update);
        self.flight.remove(&COUNTERS);
        self.updates += 1;
    }

    /// Returns the words of the aircraft's name.
    fn name(&self) -> Vec<u16> {
        self.all.range(..NAME).map(|(_, word)| *word).collect()
    }

    /// Returns the bytes that have come of the next update.
    #[must_use]
    pub fn incomplete(&self) -> &[u8] {
        &self.state
    }

    /// Returns the values that a word has had, in their order.
    #[must_use]
    pub fn seen(&self, address: u16) -> &[u16] {
        self.values.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Returns a text, if all of its words are known.
    #[must_use]
    pub fn text(&self, address: u16, length: u16) -> Option<String> {
        let words = (address..address + length).step_by(2);
        let words: Option<Vec<u16>> = words.map(|at| self.all.get(&at).copied()).collect();
        let bytes = words?.into_iter().flat_map(u16::to_le_bytes).collect();
        String::from_utf8(bytes).ok()
    }
}
