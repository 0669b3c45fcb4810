//! Tables: a list for the keys 1, 2, 3 … and a map in insertion order for the others.
//!
//! Entries whose value became nil keep their place until the map grows, so a table may be
//! cleared while it is traversed.

use std::cell::Cell;

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::{Str, Table, Value};

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
struct Slot {
    value: Value,
    place: Place,
}

#[derive(Debug)]
struct Entry {
    /// Not nil, not NaN.
    key: Value,
    slot: Slot,
}

impl Entry {
    fn is(&self, key: Str) -> bool {
        matches!(self.key, Value::Str(known) if known == key)
    }
}

/// Up to this many entries are searched one by one: most tables of a cockpit have fewer.
const SEARCHED: usize = 16;

/// A table with fewer entries is not worth the search for dead ones.
const SMALLEST: usize = 8;

/// Keys with their slots, in the order in which they were first set.
#[derive(Debug, Default)]
struct Map {
    entries: Vec<Entry>,
    /// Where each key is in `entries`, once there are more than [`SEARCHED`].
    index: Option<Box<HashTable<u32>>>,
}

impl Map {
    fn with_capacity(entries: usize) -> Self {
        Self {
            entries: Vec::with_capacity(entries),
            index: None,
        }
    }

    fn position(&self, key: Value) -> Option<usize> {
        match &self.index {
            None => match key {
                Value::Str(key) => self.entries.iter().position(|entry| entry.is(key)),
                key => self.entries.iter().position(|entry| entry.key == key),
            },
            Some(index) => index
                .find(hash(key), |&at| self.entries[at as usize].key == key)
                .map(|&at| at as usize),
        }
    }

    fn get(&self, key: Value) -> Option<&Slot> {
        self.position(key).map(|at| &self.entries[at].slot)
    }

    fn get_mut(&mut self, key: Value) -> Option<&mut Slot> {
        self.position(key).map(|at| &mut self.entries[at].slot)
    }

    fn insert(&mut self, key: Value, slot: Slot) {
        if let Some(known) = self.get_mut(key) {
            *known = slot;
            return;
        }
        // Not when the memory is full, which depends on how the table was made.
        let len = self.entries.len();
        if len >= SMALLEST && len.is_power_of_two() {
            self.compact();
        }
        self.entries.push(Entry { key, slot });
        let at = self.entries.len() - 1;
        match &mut self.index {
            None if at < SEARCHED => {}
            None => self.build_index(),
            Some(index) => {
                let rehash = |&at: &u32| hash(self.entries[at as usize].key);
                index.insert_unique(hash(key), at as u32, rehash);
            }
        }
    }

    /// Drops dead entries, if there are many.
    fn compact(&mut self) {
        let is_dead = |entry: &Entry| entry.slot.value.is_nil();
        let dead = self.entries.iter().filter(|entry| is_dead(entry)).count();
        if dead * 2 > self.entries.len() {
            self.entries.retain(|entry| !is_dead(entry));
            self.index = None;
            if self.entries.len() > SEARCHED {
                self.build_index();
            }
        }
    }

    fn build_index(&mut self) {
        let mut index = HashTable::with_capacity(self.entries.capacity());
        let rehash = |&at: &u32| hash(self.entries[at as usize].key);
        for (at, entry) in self.entries.iter().enumerate() {
            index.insert_unique(hash(entry.key), at as u32, rehash);
        }
        self.index = Some(Box::new(index));
    }
}

/// Spreads a key over all bits.
fn hash(key: Value) -> u64 {
    let bits = match key {
        Value::Nil => 0,
        Value::Bool(value) => 1 + u64::from(value),
        // 0 and -0 are the same key.
        Value::Number(number) => (number + 0.0).to_bits(),
        Value::Str(string) => 1 << 32 | u64::from(string.0),
        Value::Table(table) => 2 << 32 | u64::from(table.0),
        Value::Function(function) => 3 << 32 | u64::from(function.0),
        Value::Unknown(unknown) => 4 << 32 | u64::from(unknown.0),
    };
    let wide = u128::from(bits) * 0x9e37_79b9_7f4a_7c15;
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// The contents of a table.
#[derive(Debug)]
pub(super) struct TableData {
    /// Most lists of a cockpit are pairs.
    array: SmallVec<[Value; 2]>,
    map: Map,
    pub(super) metatable: Option<Table>,
    pub(super) place: Place,
}

/// The list index a number stands for, counted from 0.
fn index_of(number: f64) -> Option<usize> {
    let index = number as usize;
    (index as f64 == number && index > 0).then(|| index - 1)
}

impl TableData {
    pub(super) fn new(place: Place) -> Self {
        Self {
            array: SmallVec::new(),
            map: Map::default(),
            metatable: None,
            place,
        }
    }

    /// With room for so many list items and other entries.
    pub(super) fn with_room(place: Place, items: usize, entries: usize) -> Self {
        Self {
            array: SmallVec::with_capacity(items),
            map: Map::with_capacity(entries),
            metatable: None,
            place,
        }
    }

    /// Entries it has room for.
    pub(super) fn len(&self) -> usize {
        self.array.len() + self.map.entries.len()
    }

    pub(super) fn get(&self, key: Value) -> Value {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && let Some(&value) = self.array.get(index)
        {
            return value;
        }
        self.map.get(key).map_or(Value::Nil, |slot| slot.value)
    }

    pub(super) fn get_str(&self, key: Str) -> Value {
        let slot = self.map.get(Value::Str(key));
        slot.map_or(Value::Nil, |slot| slot.value)
    }

    /// The value at a string key, looked for first where it was the last time.
    pub(super) fn get_known(&self, key: Str, known: &Cell<u32>) -> Value {
        let entries = &self.map.entries;
        let entry = entries.get(known.get() as usize);
        if let Some(entry) = entry.filter(|entry| entry.is(key)) {
            return entry.slot.value;
        }
        let Some(at) = self.map.position(Value::Str(key)) else {
            return Value::Nil;
        };
        known.set(at as u32);
        entries[at].slot.value
    }

    /// The item at a list index counted from 1.
    pub(super) fn item(&self, index: usize) -> Value {
        match self.array.get(index.wrapping_sub(1)) {
            Some(&value) => value,
            None => self.get(Value::Number(index as f64)),
        }
    }

    pub(super) fn place_of(&self, key: Value) -> Place {
        let slot = self.map.get(key);
        slot.map_or(self.place, |slot| slot.place)
    }

    /// Sets an entry. `key` is neither nil nor NaN.
    pub(super) fn set(&mut self, key: Value, value: Value, place: Place) {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
        {
            if let Some(item) = self.array.get_mut(index) {
                *item = value;
                return;
            }
            if index == self.array.len() {
                if value.is_nil() {
                    self.unset(key);
                } else {
                    self.push(value);
                }
                return;
            }
        }
        if value.is_nil() {
            return self.unset(key);
        }
        self.map.insert(key, Slot { value, place });
    }

    /// Sets a list item; nil too, if it is the next one. For constructors.
    pub(super) fn set_item(&mut self, index: usize, value: Value) {
        let len = self.array.len();
        match self.array.get_mut(index - 1) {
            Some(item) => *item = value,
            None if index == len + 1 => self.push(value),
            None => self.set(Value::Number(index as f64), value, Place::NONE),
        }
    }

    fn unset(&mut self, key: Value) {
        if let Some(slot) = self.map.get_mut(key) {
            slot.value = Value::Nil;
        }
    }

    /// Appends to the list, and what followed it in the map.
    fn push(&mut self, value: Value) {
        self.array.push(value);
        if self.map.entries.is_empty() {
            return;
        }
        loop {
            let next = Value::Number((self.array.len() + 1) as f64);
            match self.map.get_mut(next) {
                Some(slot) if !slot.value.is_nil() => {
                    self.array.push(std::mem::take(&mut slot.value));
                }
                _ => return,
            }
        }
    }

    /// A border: the list's length if its last item is not nil, else one found by halving.
    pub(super) fn length(&self) -> usize {
        match self.array.last() {
            None => 0,
            Some(last) if !last.is_nil() => self.array.len(),
            Some(_) => {
                let (mut low, mut high) = (0, self.array.len());
                while high - low > 1 {
                    let middle = (low + high) / 2;
                    if self.array[middle - 1].is_nil() {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                low
            }
        }
    }

    /// The position after `key`, to be given to [`TableData::entry_from`]; none if there is no
    /// such key.
    pub(super) fn position_after(&self, key: Value) -> Option<usize> {
        if key.is_nil() {
            return Some(0);
        }
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && index < self.array.len()
        {
            return Some(index + 1);
        }
        Some(self.array.len() + self.map.position(key)? + 1)
    }

    /// The first entry that is not nil at or after a position, and the position after it.
    pub(super) fn entry_from(&self, position: usize) -> Option<(Value, Value, usize)> {
        let items = self.array.get(position..).unwrap_or_default();
        if let Some(found) = items.iter().position(|item| !item.is_nil()) {
            let index = position + found;
            return Some((
                Value::Number((index + 1) as f64),
                self.array[index],
                index + 1,
            ));
        }
        let mut at = position.saturating_sub(self.array.len());
        while let Some(Entry { key, slot }) = self.map.entries.get(at) {
            at += 1;
            if !slot.value.is_nil() {
                return Some((*key, slot.value, self.array.len() + at));
            }
        }
        None
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        let items = self.array.iter().enumerate();
        let items = items.map(|(index, &value)| (Value::Number((index + 1) as f64), value));
        let others = self.map.entries.iter();
        let others = others.map(|entry| (entry.key, entry.slot.value));
        items.chain(others).filter(|(_, value)| !value.is_nil())
    }

    /// The largest positive number among the keys.
    pub(super) fn max_number_key(&self) -> f64 {
        let numbers = self.entries().filter_map(|(key, _)| key.as_number());
        numbers.fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_grow_out_of_the_map() {
        let mut table = TableData::new(Place::NONE);
        for key in [3.0, 2.0, 1.0] {
            table.set(key.into(), key.into(), Place::NONE);
        }
        assert_eq!(table.length(), 3);
        let keys: Vec<_> = table.entries().map(|(key, _)| key).collect();
        assert_eq!(keys, [1.0, 2.0, 3.0].map(Value::Number));
    }

    #[test]
    fn entries_may_be_cleared_while_traversed() {
        let mut table = TableData::new(Place::NONE);
        for key in 0..100 {
            table.set(Value::Str(Str(key)), true.into(), Place::NONE);
            table.set(f64::from(key).into(), true.into(), Place::NONE);
        }
        let (mut seen, mut position) = (0, 0);
        while let Some((key, _, next)) = table.entry_from(position) {
            table.set(key, Value::Nil, Place::NONE);
            assert_eq!(table.position_after(key), Some(next));
            (seen, position) = (seen + 1, next);
        }
        assert_eq!((seen, table.entries().count(), table.length()), (200, 0, 0));
    }

    #[test]
    fn the_order_depends_on_what_was_set_alone() {
        let mut numbers = (0..).map(|n: u64| hash(Value::Number(n as f64)) >> 20);
        for room in [0, 1, 5, 17, 64] {
            let mut tables = [0, room].map(|room| TableData::with_room(Place::NONE, 0, room));
            for _ in 0..3000 {
                let key = Value::Str(Str(numbers.next().unwrap_or(0) as u32 % 200));
                // More are cleared than set, so that the dead are dropped now and then.
                let value = match numbers.next().unwrap_or(0) % 4 {
                    0 => Value::Bool(true),
                    _ => Value::Nil,
                };
                for table in &mut tables {
                    table.set(key, value, Place::NONE);
                    assert_eq!(table.get(key), value);
                }
                let [one, other] = tables.each_ref().map(|table| table.entries().collect());
                let (one, other): (Vec<_>, Vec<_>) = (one, other);
                assert_eq!(one, other);
            }
        }
    }
}
