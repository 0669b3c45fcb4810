//! The memory map that the stream repeats to panels: words that a source of values writes.
//!
//! Pure. It knows neither the source of the values nor the listeners.

mod address;
mod word_set;

pub(super) use address::{Address, END, WORDS};
pub(super) use word_set::WordSet;

/// The byte that fills the rest of a text.
const BLANK: u8 = b' ';

/// The memory map.
#[derive(Debug)]
pub(super) struct Memory {
    words: Box<[u16]>,
    /// The words that have a value.
    known: WordSet,
    /// The words that belong to the same text as the word before them.
    continued: WordSet,
    /// The words that have changed since [`Self::take_changed`] was last called.
    changed: WordSet,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            words: vec![0; WORDS].into(),
            known: WordSet::default(),
            continued: WordSet::default(),
            changed: WordSet::default(),
        }
    }
}

impl Memory {
    /// Sets a whole word.
    pub(super) fn set(&mut self, address: Address, value: u16) {
        self.set_bits(address, u16::MAX, value);
    }

    /// Sets the bits of a word that are in `mask`.
    pub(super) fn set_bits(&mut self, address: Address, mask: u16, value: u16) {
        let word = address.word();
        let value = self.words[word] & !mask | value & mask;
        if self.words[word] != value || !self.known.contains(word) {
            self.words[word] = value;
            self.known.insert(word);
            self.changed.insert(word);
        }
    }

    /// Sets a text of a fixed length, with blanks after its end. What is longer is cut.
    pub(super) fn set_text(&mut self, address: Address, length: usize, text: &[u8]) {
        for index in 0..length {
            let Some(at) = Address::of_word(address.word() + index / 2) else {
                return;
            };
            let byte = u16::from(text.get(index).copied().unwrap_or(BLANK));
            match index % 2 {
                0 => self.set_bits(at, 0x00FF, byte),
                _ => self.set_bits(at, 0xFF00, byte << 8),
            }
            if index >= 2 {
                self.continued.insert(at.word());
            }
        }
    }

    /// Makes words one text, whose words are sent together.
    pub(super) fn join_text(&mut self, address: Address, length: usize) {
        let first = address.word();
        for word in first + 1..first + length.div_ceil(2) {
            self.continued.insert(word);
        }
    }

    /// Forgets all values, as when another aircraft is flown.
    pub(super) fn forget(&mut self) {
        self.words.fill(0);
        for set in [&mut self.known, &mut self.continued, &mut self.changed] {
            set.clear();
        }
    }

    /// Sets all words that have a value to 0, except those of texts, which become blank.
    pub(super) fn reset(&mut self) {
        let mut from = 0;
        while let Some(word) = self.known.next(from) {
            let is_text = self.continued.contains(word) || self.continued.contains(word + 1);
            let blanks = u16::from_le_bytes([BLANK, BLANK]);
            if let Some(address) = Address::of_word(word) {
                self.set(address, if is_text { blanks } else { 0 });
            }
            from = word + 1;
        }
    }

    /// Returns the words that have changed since the last call.
    pub(super) fn take_changed(&mut self) -> Option<WordSet> {
        let has_changed = !self.changed.is_empty();
        has_changed.then(|| std::mem::take(&mut self.changed))
    }

    /// Returns the words that have a value.
    pub(super) fn known(&self) -> &WordSet {
        &self.known
    }

    pub(super) fn word(&self, index: usize) -> u16 {
        self.words.get(index).copied().unwrap_or_default()
    }

    /// Returns the index behind the last word of the text that the word at `index` belongs to. A
    /// word that belongs to no text is one by itself.
    pub(super) fn end_of_text(&self, index: usize) -> usize {
        let mut end = index + 1;
        while self.continued.contains(end) {
            end += 1;
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_padded_and_shares_its_last_word() {
        let mut memory = Memory::default();
        let start = Address::new(0x41e);
        memory.set_text(start, 5, b"ABC");
        memory.set_bits(Address::new(0x422), 0x7F00, 42 << 8);
        let words: Vec<u16> = (0..3).map(|n| memory.word(start.word() + n)).collect();
        assert_eq!(words, [0x4241, 0x2043, 0x2A20]);
        assert_eq!(memory.end_of_text(start.word()), start.word() + 3);
        memory.set_text(start, 5, b"much longer");
        assert_eq!(memory.word(start.word() + 2), 0x2A00 | u16::from(b' '));
    }

    #[test]
    fn only_what_is_new_has_changed() {
        let mut memory = Memory::default();
        let at = Address::new(0x1001);
        memory.set(at, 0);
        assert_eq!(
            memory.take_changed().map(|set| set.next(0)),
            Some(Some(0x800))
        );
        memory.set(at, 0);
        assert!(memory.take_changed().is_none());
        memory.set_bits(at, 0x8000, 0xFFFF);
        assert_eq!(memory.word(at.word()), 0x8000);
        memory.forget();
        assert!(memory.known().is_empty() && memory.take_changed().is_none());
    }

    #[test]
    fn a_reset_clears_numbers_and_texts() {
        let mut memory = Memory::default();
        memory.set(Address::new(0x1000), 7);
        memory.set_text(Address::new(0x2000), 4, b"HOLD");
        memory.reset();
        assert_eq!(memory.word(0x800), 0);
        assert_eq!([memory.word(0x1000), memory.word(0x1001)], [0x2020; 2]);
        assert_eq!(memory.known().len(), 3);
    }

    #[test]
    fn no_address_is_out_of_bounds() {
        let mut memory = Memory::default();
        memory.set(Address::new(END), 1);
        memory.set_text(Address::new(0xFFF0), 200, &[b'x'; 200]);
        assert_eq!(memory.word(WORDS - 1), 0x7878);
        assert_eq!(Address::of_word(WORDS), None);
    }
}
