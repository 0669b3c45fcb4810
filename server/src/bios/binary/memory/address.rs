//! Addresses of words, and the areas of the memory map.

/// The number of words of the memory map. The word at [`END`] is not one of them, since it ends each
/// update.
pub(in crate::bios::binary) const WORDS: usize = END as usize / 2;

/// The address of the word with the counters, which ends each update.
pub(in crate::bios::binary) const END: u16 = 0xFFFE;

/// The address of a word: even, and below [`END`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::bios::binary) struct Address(u16);

impl Address {
    /// Creates the address of the word that has the byte at `value`. The last words are reserved, so
    /// a larger value gives the last word before them.
    pub(in crate::bios::binary) const fn new(value: u16) -> Self {
        match value < END {
            true => Self(value & !1),
            false => Self(END - 2),
        }
    }

    /// Returns the address of the word with this index, if there is such a word.
    pub(in crate::bios::binary) fn of_word(index: usize) -> Option<Self> {
        let index = (index < WORDS).then_some(index)?;
        u16::try_from(2 * index).ok().map(Self)
    }

    /// Returns the index of the word.
    pub(in crate::bios::binary) fn word(self) -> usize {
        usize::from(self.0 / 2)
    }

    /// Returns the address as a number.
    pub(in crate::bios::binary) fn value(self) -> u16 {
        self.0
    }
}
