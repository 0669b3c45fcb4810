//! Tables: a list for the keys 1, 2, 3 … and a map in insertion order for the others.
//!
//! An entry that is set to nil stays in the map until the map grows, so that a table may be cleared
//! while it is traversed.

use std::hash::{Hash, Hasher};

use hashbrown::DefaultHashBuilder;
use indexmap::IndexMap;

use super::{Str, Table, Value};

/// A byte in a chunk: the place of a constructor or an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) chunk: u32,
    pub(super) at: u32,
}

impl Location {
    /// The location of values that native code made or assigned.
    pub(super) const NONE: Self = Self {
        chunk: u32::MAX,
        at: 0,
    };
}

/// A key of the map: neither nil nor NaN. 0 and -0 are the same key.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Key(Value);

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(&self.0).hash(state);
        match self.0 {
            Value::Nil => {}
            Value::Bool(value) => value.hash(state),
            Value::Number(number) => (number + 0.0).to_bits().hash(state),
            Value::Str(string) => string.hash(state),
            Value::Table(table) => table.hash(state),
            Value::Function(function) => function.hash(state),
            Value::Unknown(unknown) => unknown.hash(state),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    value: Value,
    /// The place where the value was assigned.
    location: Location,
}

/// An entry found by [`TableData::next`].
pub(super) struct NextEntry {
    pub(super) key: Value,
    pub(super) value: Value,
    /// The position after this entry.
    pub(super) next: usize,
}

/// The contents of a table.
#[derive(Debug)]
pub(super) struct TableData {
    /// The values at 1, 2, 3 …
    list: Vec<Value>,
    /// The other keys, in the order in which they were first set.
    map: IndexMap<Key, Entry, DefaultHashBuilder>,
    pub(super) metatable: Option<Table>,
    /// The place where the table was made.
    pub(super) location: Location,
}

/// The smallest map from which dead entries (those set to nil) are removed.
const MIN_COMPACTED: usize = 8;

/// The bytes of a map entry: its hash, key, value and location, and its slot in the hash table.
const MAP_ENTRY_BYTES: usize = 8 + size_of::<Key>() + size_of::<Entry>() + 12;

/// Converts a key to a list index, counted from 0.
fn index_of(number: f64) -> Option<usize> {
    let index = number as usize;
    (index as f64 == number && index > 0).then(|| index - 1)
}

impl TableData {
    pub(super) fn new(location: Location) -> Self {
        Self {
            list: Vec::new(),
            map: IndexMap::default(),
            metatable: None,
            location,
        }
    }

    /// Returns the bytes held, including spare capacity.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.list.capacity() * size_of::<Value>()
            + self.map.capacity() * MAP_ENTRY_BYTES
    }

    /// Returns the bytes that one more entry may take, as a full list or map doubles.
    pub(super) fn growth(&self) -> usize {
        let is_full =
            self.list.len() == self.list.capacity() || self.map.len() == self.map.capacity();
        if is_full { self.bytes() } else { 0 }
    }

    /// Returns the number of entries, including dead ones.
    pub(super) fn len(&self) -> usize {
        self.list.len() + self.map.len()
    }

    // --- reading

    pub(super) fn get(&self, key: Value) -> Value {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && let Some(&value) = self.list.get(index)
        {
            return value;
        }
        self.map
            .get(&Key(key))
            .map_or(Value::Nil, |entry| entry.value)
    }

    pub(super) fn get_str(&self, key: Str) -> Value {
        self.get(Value::Str(key))
    }

    /// Returns the place where the value at a key was assigned. For a list item, this is the place
    /// where the table was made.
    pub(super) fn location_of(&self, key: Value) -> Location {
        let entry = self.map.get(&Key(key));
        entry.map_or(self.location, |entry| entry.location)
    }

    /// Returns a border of the table: the length of the list if its last item is not nil, else one
    /// found by binary search.
    pub(super) fn length(&self) -> usize {
        if self.list.last().is_none_or(|last| !last.is_nil()) {
            return self.list.len();
        }
        let (mut low, mut high) = (0, self.list.len());
        while high - low > 1 {
            let middle = (low + high) / 2;
            match self.list[middle - 1] {
                Value::Nil => high = middle,
                _ => low = middle,
            }
        }
        low
    }

    /// Returns the position after a key, for [`TableData::next`]; none if there is no such key.
    pub(super) fn position_after(&self, key: Value) -> Option<usize> {
        match key {
            Value::Nil => return Some(0),
            Value::Number(number) => {
                let index = index_of(number).filter(|&index| index < self.list.len());
                if let Some(index) = index {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
        Some(self.list.len() + self.map.get_index_of(&Key(key))? + 1)
    }

    /// Returns the first entry at or after a position whose value is not nil.
    pub(super) fn next(&self, position: usize) -> Option<NextEntry> {
        (position..self.len()).find_map(|at| {
            let (key, value) = self.at(at)?;
            (!value.is_nil()).then_some(NextEntry {
                key,
                value,
                next: at + 1,
            })
        })
    }

    /// Returns the key and value at a position.
    fn at(&self, position: usize) -> Option<(Value, Value)> {
        if let Some(&value) = self.list.get(position) {
            return Some((Value::Number((position + 1) as f64), value));
        }
        let (key, entry) = self.map.get_index(position - self.list.len())?;
        Some((key.0, entry.value))
    }

    /// Returns the entries whose value is not nil.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        let list = self.list.iter().enumerate();
        let list = list.map(|(index, &value)| (Value::Number((index + 1) as f64), value));
        let map = self.map.iter().map(|(key, entry)| (key.0, entry.value));
        list.chain(map).filter(|(_, value)| !value.is_nil())
    }

    /// Returns the largest positive number among the keys, or 0.
    pub(super) fn max_number_key(&self) -> f64 {
        let numbers = self.entries().filter_map(|(key, _)| key.as_number());
        numbers.fold(0.0, f64::max)
    }

    // --- writing

    /// Sets an entry. The key must be neither nil nor NaN.
    pub(super) fn set(&mut self, key: Value, value: Value, location: Location) {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
        {
            if let Some(item) = self.list.get_mut(index) {
                *item = value;
                return;
            }
            if index == self.list.len() && !value.is_nil() {
                return self.push(value);
            }
        }
        if let Some(entry) = self.map.get_mut(&Key(key)) {
            entry.value = value;
            // Setting nil keeps the old location.
            if !value.is_nil() {
                entry.location = location;
            }
        } else if !value.is_nil() {
            self.compact();
            self.map.insert(Key(key), Entry { value, location });
        }
    }

    /// Sets a list item, counted from 1. Nil is appended too.
    pub(super) fn set_item(&mut self, index: usize, value: Value) {
        if index == self.list.len() + 1 {
            self.push(value);
        } else {
            self.set(Value::Number(index as f64), value, Location::NONE);
        }
    }

    /// Appends to the list, and moves the keys that follow from the map to the list.
    fn push(&mut self, value: Value) {
        self.list.push(value);
        while !self.map.is_empty() {
            let next = Value::Number((self.list.len() + 1) as f64);
            let Some(entry) = self.map.get_mut(&Key(next)) else {
                return;
            };
            match std::mem::take(&mut entry.value) {
                Value::Nil => return,
                value => self.list.push(value),
            }
        }
    }

    /// Removes dead entries before the map grows, if they are more than half of it.
    fn compact(&mut self) {
        let len = self.map.len();
        if len < MIN_COMPACTED || !len.is_power_of_two() {
            return;
        }
        let is_dead = |entry: &&Entry| entry.value.is_nil();
        if self.map.values().filter(is_dead).count() * 2 > len {
            self.map.retain(|_, entry| !entry.value.is_nil());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(table: &mut TableData, key: impl Into<Value>, value: impl Into<Value>) {
        table.set(key.into(), value.into(), Location::NONE);
    }

    #[test]
    fn keys_move_from_the_map_to_the_list() {
        let mut table = TableData::new(Location::NONE);
        for key in [3.0, 2.0, 1.0] {
            set(&mut table, key, key);
        }
        assert_eq!(table.length(), 3);
        let keys: Vec<_> = table.entries().map(|(key, _)| key).collect();
        assert_eq!(keys, [1.0, 2.0, 3.0].map(Value::Number));
    }

    #[test]
    fn zero_is_one_key() {
        for others in [0, 100] {
            let mut table = TableData::new(Location::NONE);
            for other in 0..others {
                set(&mut table, Str(other), true);
            }
            set(&mut table, -0.0, 1.0);
            set(&mut table, 0.0, 2.0);
            assert_eq!(table.get((-0.0).into()), Value::Number(2.0));
            assert_eq!(table.len(), others as usize + 1);
        }
    }

    #[test]
    fn entries_may_be_cleared_while_traversed() {
        let mut table = TableData::new(Location::NONE);
        for key in 0..100 {
            set(&mut table, Str(key), true);
            set(&mut table, f64::from(key), true);
        }
        let (mut seen, mut position) = (0, 0);
        while let Some(found) = table.next(position) {
            set(&mut table, found.key, Value::Nil);
            assert_eq!(table.position_after(found.key), Some(found.next));
            (seen, position) = (seen + 1, found.next);
        }
        let entries = table.entries().count();
        assert_eq!((seen, entries, table.length()), (200, 0, 0));
    }

    /// Compares the entries with those of a plain map.
    #[test]
    fn a_table_keeps_values_and_order_like_a_plain_map() {
        let hash = |n: u64| (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let mut numbers = (0..).map(hash);
        let mut next = move |below: u64| numbers.next().unwrap_or(0) % below;
        let mut table = TableData::new(Location::NONE);
        let mut model = std::collections::HashMap::new();
        for _ in 0..10_000 {
            let key = match next(3) {
                0 => Value::Number(next(40) as f64),
                _ => Value::Str(Str(next(200) as u32)),
            };
            // More entries are cleared than set, so that dead ones are removed now and then.
            let value = match next(4) {
                0 => Value::Number(next(1000) as f64),
                _ => Value::Nil,
            };
            model.insert(format!("{key:?}"), value);
            set(&mut table, key, value);
            assert_eq!(table.get(key), value);
            let entries: Vec<_> = table.entries().collect();
            let alive = model.values().filter(|value| !value.is_nil()).count();
            assert_eq!(entries.len(), alive);
            for (key, value) in entries {
                assert_eq!(model[&format!("{key:?}")], value);
            }
        }
    }
}
