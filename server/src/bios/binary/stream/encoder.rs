//! The bytes of an update: the words that a listener has not been sent yet.
//!
//! An update is four bytes 0x55, writes in the order of their addresses, and a write of the counters
//! at 0xFFFE. A write is an address, a number of bytes, and as many bytes. Boards find the start of an
//! update by the four bytes 0x55, so these never stand together anywhere else.

use crate::bios::binary::memory::{Address, END, Memory, WordSet};

/// The most bytes of an update. Some programs read no more of a datagram.
pub(in crate::bios::binary) const MAX_UPDATE: usize = 1024;

/// The fewest bytes for which an update is worth its while.
pub(super) const MIN_UPDATE: usize = 64;

/// The byte of which four begin an update.
const SYNC: u8 = 0x55;
/// The length of address and count.
const HEADER: usize = 4;
/// The length of the write that ends an update.
const END_WRITE: usize = HEADER + 2;
/// The most words between two others that are sent again with them, since another header takes as
/// many bytes.
const MAX_GAP: usize = HEADER / 2;
/// The time in which all words are repeated, in steps: four seconds, so that five are enough even if
/// the line is full in the meantime.
const AUTOSYNC_STEPS: usize = 120;
/// The most words that are repeated in a step.
const MAX_AUTOSYNC: usize = 32;
/// The words that are repeated in a step if the line does not carry all changes.
const MIN_AUTOSYNC: usize = 2;

/// The words that a listener has not been sent yet, and its counters.
#[derive(Debug, Default)]
pub(super) struct UpdateEncoder {
    dirty: WordSet,
    /// The word at which the next update begins. While the updates do not hold all that is dirty, the
    /// words take turns.
    cursor: usize,
    /// The word that is repeated next.
    autosync: usize,
    updates: u8,
    skipped: u8,
}

impl UpdateEncoder {
    /// Marks words that have changed.
    pub(super) fn mark(&mut self, changed: &WordSet) {
        self.dirty.extend(changed);
    }

    /// Drops the words that have no value any more.
    pub(super) fn forget(&mut self, memory: &Memory) {
        self.dirty.retain(memory.known());
    }

    /// Marks all words that have a value.
    pub(super) fn mark_all(&mut self, memory: &Memory) {
        self.dirty = memory.known().clone();
    }

    pub(super) fn is_dirty(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Marks the words to be repeated in this step, for boards that listen since a short time only:
    /// fewer if changes of earlier steps still wait, `is_behind`.
    pub(super) fn mark_autosync(&mut self, memory: &Memory, is_behind: bool) {
        let count = match is_behind {
            true => MIN_AUTOSYNC,
            false => {
                let share = memory.known().len().div_ceil(AUTOSYNC_STEPS);
                share.clamp(MIN_AUTOSYNC, MAX_AUTOSYNC)
            }
        };
        for _ in 0..count {
            let next = memory.known().next(self.autosync);
            let Some(word) = next.or_else(|| memory.known().next(0)) else {
                return;
            };
            self.dirty.insert(word);
            self.autosync = word + 1;
        }
    }

    /// Counts a step without an update.
    pub(super) fn skip(&mut self) {
        self.updates = self.updates.wrapping_add(1);
        self.skipped = self.skipped.wrapping_add(1);
        // As the last byte of an update it would be taken for the first of the next one's start.
        if self.skipped == SYNC {
            self.skipped += 1;
        }
    }

    /// Returns the next update, of at most `limit` bytes.
    pub(super) fn update(&mut self, memory: &Memory, limit: usize) -> Vec<u8> {
        let limit = limit.clamp(MIN_UPDATE, MAX_UPDATE);
        let mut update = Vec::with_capacity(limit);
        update.extend([SYNC; 4]);
        let room = limit - END_WRITE;
        let is_first = |update: &[u8]| update.len() == HEADER;
        loop {
            let Some(word) = self.dirty.next(self.cursor) else {
                self.cursor = 0;
                break;
            };
            self.cursor = word;
            // A text is not divided, unless it fills an update by itself.
            let text = HEADER + 2 * (memory.end_of_text(word) - word);
            let left = room - update.len();
            if text > left && (!is_first(&update) || left < HEADER + 2) {
                break;
            }
            self.write(memory, room, &mut update);
        }
        self.updates = self.updates.wrapping_add(1);
        push(&mut update, END, 2);
        update.extend([self.updates, self.skipped]);
        update
    }

    /// Adds a write that begins at the cursor, and moves the cursor behind it.
    fn write(&mut self, memory: &Memory, room: usize, update: &mut Vec<u8>) {
        let start = update.len();
        let Some(address) = Address::of_word(self.cursor) else {
            return;
        };
        push(update, address.value(), 0);
        let mut end = self.cursor + 1;
        while self.cursor < end {
            self.dirty.remove(self.cursor);
            update.extend(memory.word(self.cursor).to_le_bytes());
            self.cursor += 1;
            if self.cursor == end {
                end = self.end_of_run(memory, room, &update[start + HEADER..], update.len());
            }
        }
        let count = (update.len() - start - HEADER) as u16;
        update[start + 2..start + HEADER].copy_from_slice(&count.to_le_bytes());
    }

    /// Returns the index behind the next words that belong into the write that ends at the cursor:
    /// those up to the next dirty one, or none.
    fn end_of_run(&self, memory: &Memory, room: usize, data: &[u8], length: usize) -> usize {
        let none = self.cursor;
        let Some(next) = self.dirty.next(none).filter(|next| next - none <= MAX_GAP) else {
            return none;
        };
        let words = none..next + 1;
        let begins_text = memory.end_of_text(none - 1) == none;
        let needed = match begins_text {
            true => 2 * (memory.end_of_text(next) - none),
            false => 2 * words.len(),
        };
        let are_known = words.clone().all(|word| memory.known().contains(word));
        let bytes = words.flat_map(|word| memory.word(word).to_le_bytes());
        match are_known && length + needed <= room && !has_sync(data, bytes) {
            true => next + 1,
            false => none,
        }
    }
}

/// Returns whether four bytes 0x55 would stand together if `bytes` followed `data`.
fn has_sync(data: &[u8], bytes: impl Iterator<Item = u8>) -> bool {
    let mut count = data.iter().rev().take_while(|byte| **byte == SYNC).count();
    for byte in bytes {
        count = if byte == SYNC { count + 1 } else { 0 };
        if count >= 4 {
            return true;
        }
    }
    false
}

fn push(update: &mut Vec<u8>, address: u16, count: u16) {
    update.extend(address.to_le_bytes());
    update.extend(count.to_le_bytes());
}

#[cfg(test)]
mod tests;
