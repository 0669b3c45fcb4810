//! Tables: a list for the keys 1, 2, 3 … and a map in insertion order for the others.
//!
//! All tables of a machine lie in common buffers, as most of the many a cockpit makes are
//! small and live as long as it does. Entries whose value became nil keep their place until
//! the map grows, so a table may be cleared while it is traversed.

mod contents;
mod packed;
mod run;

#[cfg(test)]
mod tests;

use hashbrown::HashTable;

use super::{Str, Table, Value};
use contents::find;
use packed::Packed;
use run::{Buffer, Run};

pub(super) use contents::Contents;

/// A byte in a chunk of the machine; where something was made or assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) chunk: u32,
    pub(super) at: u32,
}

impl Place {
    /// The host's doing.
    pub(super) const NONE: Self = Self {
        chunk: u32::MAX,
        at: 0,
    };
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Not nil, not NaN.
    key: Packed,
    value: Packed,
    place: Place,
}

impl Entry {
    const NONE: Self = Self {
        key: Packed::NIL,
        value: Packed::NIL,
        place: Place::NONE,
    };
}

/// Up to this many entries are searched one by one: most tables of a cockpit have fewer.
const SEARCHED: usize = 16;

/// A table with fewer entries is not worth the search for dead ones.
const SMALLEST: usize = 8;

/// One table.
#[derive(Debug, Clone)]
struct Head {
    items: Run,
    /// Keys with their values, in the order in which they were first set.
    entries: Run,
    /// Where each key is among the entries, once there are more than [`SEARCHED`]: which of
    /// the indexes.
    index: Option<u32>,
    metatable: Option<Table>,
    place: Place,
}

/// All tables of a machine.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    heads: Vec<Head>,
    items: Buffer<Packed>,
    entries: Buffer<Entry>,
    indexes: Vec<HashTable<u32>>,
}

/// The list index a number stands for, counted from 0.
fn index_of(number: f64) -> Option<usize> {
    let index = number as usize;
    (index as f64 == number && index > 0).then(|| index - 1)
}

impl Tables {
    /// Makes room for so many more, with so many list items and other entries.
    pub(super) fn reserve(&mut self, tables: usize, entries: usize) {
        self.heads.reserve(tables);
        self.items.reserve(entries);
        self.entries.reserve(entries);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.heads.len()
    }

    /// A new table with room for so many list items and other entries.
    pub(super) fn make(&mut self, place: Place, items: usize, entries: usize) -> Table {
        let table = Table(self.heads.len() as u32);
        self.heads.push(Head {
            items: self.items.run(items, Packed::NIL),
            entries: self.entries.run(entries, Entry::NONE),
            index: None,
            metatable: None,
            place,
        });
        table
    }

    pub(super) fn contents(&self, table: Table) -> Contents<'_> {
        Contents {
            head: &self.heads[table.0 as usize],
            tables: self,
        }
    }

    pub(super) fn set_metatable(&mut self, table: Table, metatable: Option<Table>) {
        self.heads[table.0 as usize].metatable = metatable;
    }

    /// Sets an entry. `key` is neither nil nor NaN.
    pub(super) fn set(&mut self, table: Table, key: Value, value: Value, place: Place) {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
        {
            let items = self.heads[table.0 as usize].items;
            if let Some(item) = self.items.get_mut(items).get_mut(index) {
                *item = Packed::new(value);
                return;
            }
            if index == items.len as usize && !value.is_nil() {
                return self.push(table, value);
            }
        }
        if let Some(entry) = self.entry_mut(table, key) {
            entry.value = Packed::new(value);
            // A nil that is set says nothing of what may come in its place.
            if !value.is_nil() {
                entry.place = place;
            }
        } else if !value.is_nil() {
            let entry = Entry {
                key: Packed::new(key),
                value: Packed::new(value),
                place,
            };
            self.add(table, entry);
        }
    }

    /// Sets a list item; nil too, if it is the next one. For constructors.
    pub(super) fn set_item(&mut self, table: Table, index: usize, value: Value) {
        let items = self.heads[table.0 as usize].items;
        if index == items.len as usize + 1 {
            self.push(table, value);
        } else {
            self.set(table, Value::Number(index as f64), value, Place::NONE);
        }
    }

    /// Appends to the list of a table that has no number among its other keys.
    pub(super) fn append_item(&mut self, table: Table, value: Value) {
        debug_assert!(self.contents(table).has_only_names());
        let head = &mut self.heads[table.0 as usize];
        self.items.push(&mut head.items, Packed::new(value));
    }

    /// Adds an entry at a key that the table does not have.
    pub(super) fn add_named(&mut self, table: Table, key: Str, value: Value, place: Place) {
        if value.is_nil() {
            return;
        }
        debug_assert!(self.contents(table).get_str(key).is_nil());
        let (key, value) = (Packed::of(key), Packed::new(value));
        let entry = Entry { key, value, place };
        let entries = &mut self.heads[table.0 as usize].entries;
        match (entries.len as usize) < SMALLEST {
            true => self.entries.push(entries, entry),
            false => self.add(table, entry),
        }
    }

    fn entry_mut(&mut self, table: Table, key: Value) -> Option<&mut Entry> {
        let head = &self.heads[table.0 as usize];
        let entries = self.entries.get_mut(head.entries);
        let index = head
            .index
            .and_then(|index| self.indexes.get(index as usize));
        find(entries, index, key).map(|at| &mut entries[at])
    }

    /// Appends to the list, and what followed it in the map.
    fn push(&mut self, table: Table, value: Value) {
        let head = &mut self.heads[table.0 as usize];
        self.items.push(&mut head.items, Packed::new(value));
        if head.entries.len == 0 {
            return;
        }
        loop {
            let next = f64::from(self.heads[table.0 as usize].items.len + 1);
            let Some(entry) = self.entry_mut(table, Value::Number(next)) else {
                return;
            };
            let value = std::mem::replace(&mut entry.value, Packed::NIL);
            if value.is_nil() {
                return;
            }
            let items = &mut self.heads[table.0 as usize].items;
            self.items.push(items, value);
        }
    }

    /// Adds an entry whose key is new.
    fn add(&mut self, table: Table, entry: Entry) {
        // Not when the room is full, which depends on how the table was made.
        let len = self.heads[table.0 as usize].entries.len as usize;
        if len >= SMALLEST && len.is_power_of_two() {
            self.compact(table);
        }
        let head = &mut self.heads[table.0 as usize];
        self.entries.push(&mut head.entries, entry);
        let entries = self.entries.get(head.entries);
        let at = entries.len() - 1;
        match head
            .index
            .and_then(|index| self.indexes.get_mut(index as usize))
        {
            None if at < SEARCHED => {}
            None => self.build_index(table),
            Some(index) => {
                let rehash = |&at: &u32| entries[at as usize].key.hash();
                index.insert_unique(entry.key.hash(), at as u32, rehash);
            }
        }
    }

    /// Drops dead entries, if there are many.
    fn compact(&mut self, table: Table) {
        let head = &mut self.heads[table.0 as usize];
        let entries = self.entries.get_mut(head.entries);
        let dead = entries.iter().filter(|entry| entry.value.is_nil()).count();
        if dead * 2 <= entries.len() {
            return;
        }
        let mut kept = 0;
        for at in 0..entries.len() {
            if !entries[at].value.is_nil() {
                entries[kept] = entries[at];
                kept += 1;
            }
        }
        self.entries.truncate(&mut head.entries, kept);
        if head.index.is_some() {
            self.build_index(table);
        }
    }

    fn build_index(&mut self, table: Table) {
        let head = &mut self.heads[table.0 as usize];
        let entries = self.entries.get(head.entries);
        let mut index = HashTable::with_capacity(2 * entries.len());
        let rehash = |&at: &u32| entries[at as usize].key.hash();
        for (at, entry) in entries.iter().enumerate() {
            index.insert_unique(entry.key.hash(), at as u32, rehash);
        }
        match head
            .index
            .and_then(|index| self.indexes.get_mut(index as usize))
        {
            Some(old) => *old = index,
            None => {
                head.index = Some(self.indexes.len() as u32);
                self.indexes.push(index);
            }
        }
    }
}
