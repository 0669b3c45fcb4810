//! A set of words of the memory map.

use super::address::WORDS;

/// The number of words that share a block of bits.
const BLOCK: usize = u64::BITS as usize;

/// A set of words, by index.
#[derive(Debug, Clone)]
pub(in crate::bios::binary) struct WordSet {
    blocks: Box<[u64]>,
    len: usize,
}

impl Default for WordSet {
    fn default() -> Self {
        Self {
            blocks: vec![0; WORDS.div_ceil(BLOCK)].into(),
            len: 0,
        }
    }
}

impl WordSet {
    /// Adds a word; an index beyond the memory map is ignored.
    pub(in crate::bios::binary) fn insert(&mut self, word: usize) {
        if word < WORDS && !self.contains(word) {
            self.blocks[word / BLOCK] |= 1 << (word % BLOCK);
            self.len += 1;
        }
    }

    pub(in crate::bios::binary) fn remove(&mut self, word: usize) {
        if self.contains(word) {
            self.blocks[word / BLOCK] &= !(1 << (word % BLOCK));
            self.len -= 1;
        }
    }

    pub(in crate::bios::binary) fn contains(&self, word: usize) -> bool {
        let block = self.blocks.get(word / BLOCK);
        block.is_some_and(|block| block & (1 << (word % BLOCK)) != 0)
    }

    /// Adds all words of another set.
    pub(in crate::bios::binary) fn extend(&mut self, other: &Self) {
        for (block, other) in self.blocks.iter_mut().zip(&other.blocks) {
            *block |= other;
        }
        self.count();
    }

    /// Keeps only the words that are in another set, too.
    pub(in crate::bios::binary) fn retain(&mut self, other: &Self) {
        for (block, other) in self.blocks.iter_mut().zip(&other.blocks) {
            *block &= other;
        }
        self.count();
    }

    pub(in crate::bios::binary) fn clear(&mut self) {
        self.blocks.fill(0);
        self.len = 0;
    }

    pub(in crate::bios::binary) fn len(&self) -> usize {
        self.len
    }

    pub(in crate::bios::binary) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn count(&mut self) {
        let ones = self.blocks.iter().map(|block| block.count_ones());
        self.len = ones.sum::<u32>() as usize;
    }

    /// Returns the first word of the set from `from` on.
    pub(in crate::bios::binary) fn next(&self, from: usize) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let first = from / BLOCK;
        let mut mask = u64::MAX << (from % BLOCK);
        for (index, block) in self.blocks.iter().enumerate().skip(first) {
            let rest = block & mask;
            if rest != 0 {
                return Some(index * BLOCK + rest.trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_in_rising_order() {
        let mut set = WordSet::default();
        for word in [5, 63, 64, WORDS - 1, WORDS] {
            set.insert(word);
        }
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(word) = set.next(from) {
            found.push(word);
            from = word + 1;
        }
        assert_eq!(found, [5, 63, 64, WORDS - 1]);
        assert_eq!(set.len(), 4);
        set.remove(63);
        assert_eq!(set.next(6), Some(64));
        assert_eq!(set.next(usize::MAX / 2), None);
    }
}
