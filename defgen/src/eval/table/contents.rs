//! What is in a table.

use std::cell::Cell;

use hashbrown::HashTable;

use super::super::{Str, Table, Value};
use super::{Entry, Head, Packed, Place, Tables, index_of};

/// One table, to be looked into.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Contents<'a> {
    pub(super) head: &'a Head,
    pub(super) tables: &'a Tables,
}

impl<'a> Contents<'a> {
    fn items(self) -> &'a [Packed] {
        self.tables.items.get(self.head.items)
    }

    fn others(self) -> &'a [Entry] {
        self.tables.entries.get(self.head.entries)
    }

    fn index(self) -> Option<&'a HashTable<u32>> {
        let index = self.head.index?;
        self.tables.indexes.get(index as usize)
    }

    fn entry(self, key: Value) -> Option<&'a Entry> {
        let others = self.others();
        find(others, self.index(), key).map(|at| &others[at])
    }

    /// Whether all keys that are not in its list are strings.
    pub(super) fn has_only_names(self) -> bool {
        let mut keys = self.others().iter().map(|entry| entry.key.value());
        keys.all(|key| matches!(key, Value::Str(_)))
    }

    /// Entries it has, those whose value became nil included.
    pub(in crate::eval) fn len(self) -> usize {
        (self.head.items.len + self.head.entries.len) as usize
    }

    pub(in crate::eval) fn metatable(self) -> Option<Table> {
        self.head.metatable
    }

    /// Where it was made.
    pub(in crate::eval) fn place(self) -> Place {
        self.head.place
    }

    pub(in crate::eval) fn get(self, key: Value) -> Value {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && let Some(&value) = self.items().get(index)
        {
            return value.value();
        }
        self.entry(key)
            .map_or(Value::Nil, |entry| entry.value.value())
    }

    pub(in crate::eval) fn get_str(self, key: Str) -> Value {
        let others = self.others();
        let found = find_packed(others, self.index(), Packed::of(key));
        found.map_or(Value::Nil, |at| others[at].value.value())
    }

    /// The value at a string key, looked for first where it was the last time.
    pub(in crate::eval) fn get_known(self, key: Str, known: &Cell<u32>) -> Value {
        let (others, key) = (self.others(), Packed::of(key));
        let entry = others.get(known.get() as usize);
        if let Some(entry) = entry.filter(|entry| entry.key == key) {
            return entry.value.value();
        }
        let Some(at) = find_packed(others, self.index(), key) else {
            return Value::Nil;
        };
        known.set(at as u32);
        others[at].value.value()
    }

    /// The values at string keys; nil for those that are no keys.
    pub(in crate::eval) fn fields<const N: usize>(self, keys: &[Option<Str>; N]) -> [Value; N] {
        if self.head.index.is_some() {
            return keys.map(|key| key.map_or(Value::Nil, |key| self.get_str(key)));
        }
        let keys = keys.map(|key| key.map(Packed::of));
        let mut fields = [Value::Nil; N];
        for entry in self.others() {
            if let Some(at) = keys.iter().position(|key| *key == Some(entry.key)) {
                fields[at] = entry.value.value();
            }
        }
        fields
    }

    /// The item at a list index counted from 1.
    pub(in crate::eval) fn item(self, index: usize) -> Value {
        match self.items().get(index.wrapping_sub(1)) {
            Some(&value) => value.value(),
            None => self.get(Value::Number(index as f64)),
        }
    }

    pub(in crate::eval) fn place_of(self, key: Value) -> Place {
        self.entry(key).map_or(self.head.place, |entry| entry.place)
    }

    /// A border: the list's length if its last item is not nil, else one found by halving.
    pub(in crate::eval) fn length(self) -> usize {
        let items = self.items();
        match items.last() {
            None => 0,
            Some(last) if !last.is_nil() => items.len(),
            Some(_) => {
                let (mut low, mut high) = (0, items.len());
                while high - low > 1 {
                    let middle = (low + high) / 2;
                    if items[middle - 1].is_nil() {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                low
            }
        }
    }

    /// The position after `key`, to be given to [`Contents::entry_from`]; none if there is no
    /// such key.
    pub(in crate::eval) fn position_after(self, key: Value) -> Option<usize> {
        if key.is_nil() {
            return Some(0);
        }
        let items = self.items().len();
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && index < items
        {
            return Some(index + 1);
        }
        Some(items + find(self.others(), self.index(), key)? + 1)
    }

    /// The first entry that is not nil at or after a position, and the position after it.
    pub(in crate::eval) fn entry_from(self, position: usize) -> Option<(Value, Value, usize)> {
        let all = self.items();
        let items = all.get(position..).unwrap_or_default();
        if let Some(found) = items.iter().position(|item| !item.is_nil()) {
            let index = position + found;
            let key = Value::Number((index + 1) as f64);
            return Some((key, all[index].value(), index + 1));
        }
        let first = position.saturating_sub(all.len());
        let others = self.others().get(first..).unwrap_or_default();
        let found = others.iter().position(|entry| !entry.value.is_nil())?;
        let (key, value) = (others[found].key.value(), others[found].value.value());
        Some((key, value, all.len() + first + found + 1))
    }

    pub(in crate::eval) fn entries(self) -> impl Iterator<Item = (Value, Value)> + 'a {
        let items = self.items().iter().enumerate();
        let items = items.map(|(index, value)| (Value::Number((index + 1) as f64), value.value()));
        let others = self.others().iter();
        let others = others.map(|entry| (entry.key.value(), entry.value.value()));
        items.chain(others).filter(|(_, value)| !value.is_nil())
    }

    /// The largest positive number among the keys.
    pub(in crate::eval) fn max_number_key(self) -> f64 {
        let numbers = self.entries().filter_map(|(key, _)| key.as_number());
        numbers.fold(0.0, f64::max)
    }
}

/// Where an entry with such a key is.
pub(super) fn find(entries: &[Entry], index: Option<&HashTable<u32>>, key: Value) -> Option<usize> {
    let packed = Packed::new(key);
    if let Value::Number(number) = key {
        // 0 and -0 are the same key.
        let is_it =
            |entry: &Entry| matches!(entry.key.value(), Value::Number(key) if key == number);
        return match index {
            None => entries.iter().position(is_it),
            Some(index) => {
                let found = index.find(packed.hash(), |&at| is_it(&entries[at as usize]));
                found.map(|&at| at as usize)
            }
        };
    }
    find_packed(entries, index, packed)
}

fn find_packed(entries: &[Entry], index: Option<&HashTable<u32>>, key: Packed) -> Option<usize> {
    match index {
        None => entries.iter().position(|entry| entry.key == key),
        Some(index) => index
            .find(key.hash(), |&at| entries[at as usize].key == key)
            .map(|&at| at as usize),
    }
}
