//! Tables: a list for the keys 1, 2, 3 … and a map in insertion order for the others.
//!
//! Entries whose value became nil keep their place until the map grows, so a table may be
//! cleared while it is traversed.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use indexmap::IndexMap;

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

/// A value as a key: not nil, not NaN.
#[derive(Debug, Clone, Copy)]
struct Key(Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

// NaN, the only value that differs from itself, is never a key.
impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(match self.0 {
            Value::Nil => 0,
            Value::Bool(value) => 1 + u64::from(value),
            // 0 and -0 are the same key.
            Value::Number(number) => (number + 0.0).to_bits(),
            Value::Str(string) => 1 << 32 | u64::from(string.0),
            Value::Table(table) => 2 << 32 | u64::from(table.0),
            Value::Function(function) => 3 << 32 | u64::from(function.0),
            Value::Unknown(unknown) => 4 << 32 | u64::from(unknown.0),
        });
    }
}

/// Spreads one number over all bits.
#[derive(Debug, Default, Clone, Copy)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let wide = u128::from(self.0 ^ value) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (wide as u64) ^ ((wide >> 64) as u64);
    }
}

/// The contents of a table.
#[derive(Debug)]
pub(super) struct TableData {
    array: Vec<Value>,
    map: IndexMap<Key, Slot, BuildHasherDefault<Mixer>>,
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
            array: Vec::new(),
            map: IndexMap::default(),
            metatable: None,
            place,
        }
    }

    /// With room for so many list items and other entries.
    pub(super) fn with_room(place: Place, items: usize, entries: usize) -> Self {
        Self {
            array: Vec::with_capacity(items),
            map: IndexMap::with_capacity_and_hasher(entries, BuildHasherDefault::default()),
            metatable: None,
            place,
        }
    }

    /// Entries it has room for.
    pub(super) fn len(&self) -> usize {
        self.array.len() + self.map.len()
    }

    pub(super) fn get(&self, key: Value) -> Value {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && let Some(&value) = self.array.get(index)
        {
            return value;
        }
        match self.map.is_empty() {
            true => Value::Nil,
            false => self
                .map
                .get(&Key(key))
                .map_or(Value::Nil, |slot| slot.value),
        }
    }

    pub(super) fn get_str(&self, key: Str) -> Value {
        self.map
            .get(&Key(Value::Str(key)))
            .map_or(Value::Nil, |slot| slot.value)
    }

    /// The item at a list index counted from 1.
    pub(super) fn item(&self, index: usize) -> Value {
        match self.array.get(index.wrapping_sub(1)) {
            Some(&value) => value,
            None => self.get(Value::Number(index as f64)),
        }
    }

    pub(super) fn place_of(&self, key: Value) -> Place {
        self.map
            .get(&Key(key))
            .map_or(self.place, |slot| slot.place)
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
        if self.map.len() == self.map.capacity() {
            self.compact();
        }
        self.map.insert(Key(key), Slot { value, place });
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
        if let Some(slot) = self.map.get_mut(&Key(key)) {
            slot.value = Value::Nil;
        }
    }

    /// Appends to the list, and what followed it in the map.
    fn push(&mut self, value: Value) {
        self.array.push(value);
        if self.map.is_empty() {
            return;
        }
        loop {
            let next = Key(Value::Number((self.array.len() + 1) as f64));
            match self.map.get_mut(&next) {
                Some(slot) if !slot.value.is_nil() => {
                    self.array.push(std::mem::take(&mut slot.value));
                }
                _ => return,
            }
        }
    }

    /// Drops dead entries, if there are many.
    fn compact(&mut self) {
        let dead = self.map.values().filter(|slot| slot.value.is_nil()).count();
        if dead * 2 > self.map.len() {
            self.map.retain(|_, slot| !slot.value.is_nil());
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
        Some(self.array.len() + self.map.get_index_of(&Key(key))? + 1)
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
        while let Some((key, slot)) = self.map.get_index(at) {
            at += 1;
            if !slot.value.is_nil() {
                return Some((key.0, slot.value, self.array.len() + at));
            }
        }
        None
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (Value, Value)> + '_ {
        let items = self.array.iter().enumerate();
        let items = items.map(|(index, &value)| (Value::Number((index + 1) as f64), value));
        let others = self.map.iter().map(|(key, slot)| (key.0, slot.value));
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
}
