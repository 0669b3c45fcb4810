//! Tables: a list for the keys 1, 2, 3 … and a map in insertion order for the others.
//!
//! All tables of a machine lie in common buffers, as most of the many a cockpit makes are
//! small and live as long as it does. Entries whose value became nil keep their place until
//! the map grows, so a table may be cleared while it is traversed.

use std::{cell::Cell, ops::Range};

use hashbrown::HashTable;

use super::{Function, Str, Table, Unknown, Value};

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

/// A value as it is kept: a number as it is, all else as one of the many bit patterns that
/// stand for no number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Packed(u64);

impl Packed {
    const NIL: Self = Self(0xfff9 << 48);
    const BOOL: u64 = 0xfffa << 48;
    const STR: u64 = 0xfffb << 48;
    const TABLE: u64 = 0xfffc << 48;
    const FUNCTION: u64 = 0xfffd << 48;
    const UNKNOWN: u64 = 0xfffe << 48;

    fn new(value: Value) -> Self {
        Self(match value {
            // Of what stands for no number only the sign can be seen.
            Value::Number(number) if number.is_nan() => {
                f64::NAN.copysign(number).to_bits() & (0xfff8 << 48)
            }
            Value::Number(number) => number.to_bits(),
            Value::Nil => return Self::NIL,
            Value::Bool(value) => Self::BOOL | u64::from(value),
            Value::Str(string) => return Self::of(string),
            Value::Table(table) => Self::TABLE | u64::from(table.0),
            Value::Function(function) => Self::FUNCTION | u64::from(function.0),
            Value::Unknown(unknown) => Self::UNKNOWN | u64::from(unknown.0),
        })
    }

    fn of(string: Str) -> Self {
        Self(Self::STR | u64::from(string.0))
    }

    fn value(self) -> Value {
        if self.0 < Self::NIL.0 {
            return Value::Number(f64::from_bits(self.0));
        }
        let handle = self.0 as u32;
        match self.0 & (0xffff << 48) {
            Self::BOOL => Value::Bool(handle != 0),
            Self::STR => Value::Str(Str(handle)),
            Self::TABLE => Value::Table(Table(handle)),
            Self::FUNCTION => Value::Function(Function(handle)),
            Self::UNKNOWN => Value::Unknown(Unknown(handle)),
            _ => Value::Nil,
        }
    }

    fn is_nil(self) -> bool {
        self == Self::NIL
    }

    /// Spreads a key over all bits.
    fn hash(self) -> u64 {
        // 0 and -0 are the same key.
        let bits = match self.value() {
            Value::Number(number) => (number + 0.0).to_bits(),
            _ => self.0,
        };
        let wide = u128::from(bits) * 0x9e37_79b9_7f4a_7c15;
        (wide as u64) ^ ((wide >> 64) as u64)
    }
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

/// Part of a buffer: what is in use, and behind it room to grow.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    start: u32,
    len: u32,
    room: u32,
}

impl Run {
    /// The smallest room that is made for more than there is.
    const SMALLEST: u32 = 4;

    fn new<T: Copy>(buffer: &mut Vec<T>, room: usize, filler: T) -> Self {
        let start = buffer.len();
        buffer.resize(start + room, filler);
        Self {
            start: start as u32,
            len: 0,
            room: room as u32,
        }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    #[inline]
    fn push<T: Copy>(&mut self, buffer: &mut Vec<T>, item: T) {
        if self.len == self.room {
            self.grow(buffer, item);
        }
        buffer[(self.start + self.len) as usize] = item;
        self.len += 1;
    }

    #[cold]
    fn grow<T: Copy>(&mut self, buffer: &mut Vec<T>, filler: T) {
        let room = (self.room * 2).max(Self::SMALLEST);
        if (self.start + self.room) as usize != buffer.len() {
            let start = buffer.len();
            buffer.extend_from_within(self.range());
            self.start = start as u32;
        }
        self.room = room;
        buffer.resize((self.start + room) as usize, filler);
    }
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
    items: Vec<Packed>,
    entries: Vec<Entry>,
    indexes: Vec<HashTable<u32>>,
}

/// One table, to be looked into.
#[derive(Clone, Copy)]
pub(super) struct Contents<'a> {
    head: &'a Head,
    tables: &'a Tables,
}

/// The list index a number stands for, counted from 0.
fn index_of(number: f64) -> Option<usize> {
    let index = number as usize;
    (index as f64 == number && index > 0).then(|| index - 1)
}

/// Where an entry with such a key is.
fn find(entries: &[Entry], index: Option<&HashTable<u32>>, key: Value) -> Option<usize> {
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

impl<'a> Contents<'a> {
    fn items(self) -> &'a [Packed] {
        &self.tables.items[self.head.items.range()]
    }

    fn others(self) -> &'a [Entry] {
        &self.tables.entries[self.head.entries.range()]
    }

    fn index(self) -> Option<&'a HashTable<u32>> {
        let index = self.head.index?;
        self.tables.indexes.get(index as usize)
    }

    fn entry(self, key: Value) -> Option<&'a Entry> {
        let others = self.others();
        find(others, self.index(), key).map(|at| &others[at])
    }

    /// Entries it has, those whose value became nil included.
    pub(super) fn len(self) -> usize {
        (self.head.items.len + self.head.entries.len) as usize
    }

    pub(super) fn metatable(self) -> Option<Table> {
        self.head.metatable
    }

    /// Where it was made.
    pub(super) fn place(self) -> Place {
        self.head.place
    }

    pub(super) fn get(self, key: Value) -> Value {
        if let Value::Number(number) = key
            && let Some(index) = index_of(number)
            && let Some(&value) = self.items().get(index)
        {
            return value.value();
        }
        self.entry(key)
            .map_or(Value::Nil, |entry| entry.value.value())
    }

    pub(super) fn get_str(self, key: Str) -> Value {
        let others = self.others();
        let found = find_packed(others, self.index(), Packed::of(key));
        found.map_or(Value::Nil, |at| others[at].value.value())
    }

    /// The value at a string key, looked for first where it was the last time.
    pub(super) fn get_known(self, key: Str, known: &Cell<u32>) -> Value {
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
    pub(super) fn fields<const N: usize>(self, keys: &[Option<Str>; N]) -> [Value; N] {
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
    pub(super) fn item(self, index: usize) -> Value {
        match self.items().get(index.wrapping_sub(1)) {
            Some(&value) => value.value(),
            None => self.get(Value::Number(index as f64)),
        }
    }

    pub(super) fn place_of(self, key: Value) -> Place {
        self.entry(key).map_or(self.head.place, |entry| entry.place)
    }

    /// A border: the list's length if its last item is not nil, else one found by halving.
    pub(super) fn length(self) -> usize {
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
    pub(super) fn position_after(self, key: Value) -> Option<usize> {
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
    pub(super) fn entry_from(self, position: usize) -> Option<(Value, Value, usize)> {
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

    pub(super) fn entries(self) -> impl Iterator<Item = (Value, Value)> + 'a {
        let items = self.items().iter().enumerate();
        let items = items.map(|(index, value)| (Value::Number((index + 1) as f64), value.value()));
        let others = self.others().iter();
        let others = others.map(|entry| (entry.key.value(), entry.value.value()));
        items.chain(others).filter(|(_, value)| !value.is_nil())
    }

    /// The largest positive number among the keys.
    pub(super) fn max_number_key(self) -> f64 {
        let numbers = self.entries().filter_map(|(key, _)| key.as_number());
        numbers.fold(0.0, f64::max)
    }
}

impl Tables {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.heads.len()
    }

    /// A new table with room for so many list items and other entries.
    pub(super) fn make(&mut self, place: Place, items: usize, entries: usize) -> Table {
        let table = Table(self.heads.len() as u32);
        self.heads.push(Head {
            items: Run::new(&mut self.items, items, Packed::NIL),
            entries: Run::new(&mut self.entries, entries, Entry::NONE),
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
            if let Some(item) = self.items[items.range()].get_mut(index) {
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
        let head = &mut self.heads[table.0 as usize];
        head.items.push(&mut self.items, Packed::new(value));
    }

    /// Adds an entry at a key that the table does not have.
    pub(super) fn add_named(&mut self, table: Table, key: Str, value: Value, place: Place) {
        if value.is_nil() {
            return;
        }
        let (key, value) = (Packed::of(key), Packed::new(value));
        let entry = Entry { key, value, place };
        let entries = &mut self.heads[table.0 as usize].entries;
        match (entries.len as usize) < SMALLEST {
            true => entries.push(&mut self.entries, entry),
            false => self.add(table, entry),
        }
    }

    fn entry_mut(&mut self, table: Table, key: Value) -> Option<&mut Entry> {
        let head = &self.heads[table.0 as usize];
        let entries = &mut self.entries[head.entries.range()];
        let index = head
            .index
            .and_then(|index| self.indexes.get(index as usize));
        find(entries, index, key).map(|at| &mut entries[at])
    }

    /// Appends to the list, and what followed it in the map.
    fn push(&mut self, table: Table, value: Value) {
        let head = &mut self.heads[table.0 as usize];
        head.items.push(&mut self.items, Packed::new(value));
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
            items.push(&mut self.items, value);
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
        head.entries.push(&mut self.entries, entry);
        let entries = &self.entries[head.entries.range()];
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
        let entries = &mut self.entries[head.entries.range()];
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
        head.entries.len = kept as u32;
        if head.index.is_some() {
            self.build_index(table);
        }
    }

    fn build_index(&mut self, table: Table) {
        let head = &mut self.heads[table.0 as usize];
        let entries = &self.entries[head.entries.range()];
        let mut index = HashTable::with_capacity(head.entries.room as usize);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> (Tables, Table) {
        let mut tables = Tables::default();
        let table = tables.make(Place::NONE, 0, 0);
        (tables, table)
    }

    #[test]
    fn values_are_kept_as_they_are() {
        let numbers = [0.0, -0.0, 1.5, -1e300, f64::INFINITY, f64::MIN_POSITIVE];
        let others = [
            Value::Nil,
            Value::Bool(false),
            Value::Bool(true),
            Value::Str(Str(u32::MAX)),
            Value::Table(Table(0)),
            Value::Function(Function(7)),
            Value::Unknown(Unknown(1)),
        ];
        for value in numbers.map(Value::Number).into_iter().chain(others) {
            let kept = Packed::new(value).value();
            assert_eq!(format!("{kept:?}"), format!("{value:?}"));
        }
        for bits in [
            0x7ff8,
            0xfff8,
            0x7ff0_0000_0000_0001,
            !0,
            0xfffb_0000_0000_0003,
        ] {
            let nan = f64::from_bits(bits | 0x7ff0 << 48);
            let kept = Packed::new(Value::Number(nan)).value();
            let Value::Number(kept) = kept else {
                panic!("{kept:?} of {bits:x}");
            };
            assert!(kept.is_nan() && kept.is_sign_negative() == nan.is_sign_negative());
        }
    }

    #[test]
    fn lists_grow_out_of_the_map() {
        let (mut tables, table) = table();
        for key in [3.0, 2.0, 1.0] {
            tables.set(table, key.into(), key.into(), Place::NONE);
        }
        let table = tables.contents(table);
        assert_eq!(table.length(), 3);
        let keys: Vec<_> = table.entries().map(|(key, _)| key).collect();
        assert_eq!(keys, [1.0, 2.0, 3.0].map(Value::Number));
    }

    #[test]
    fn zero_is_one_key() {
        for others in [0, 100] {
            let (mut tables, table) = table();
            for other in 0..others {
                tables.set(table, Value::Str(Str(other)), true.into(), Place::NONE);
            }
            tables.set(table, (-0.0).into(), 1.0.into(), Place::NONE);
            tables.set(table, 0.0.into(), 2.0.into(), Place::NONE);
            let table = tables.contents(table);
            assert_eq!(table.get((-0.0).into()), Value::Number(2.0));
            assert_eq!(table.len(), others as usize + 1);
        }
    }

    #[test]
    fn entries_may_be_cleared_while_traversed() {
        let (mut tables, table) = table();
        for key in 0..100 {
            tables.set(table, Value::Str(Str(key)), true.into(), Place::NONE);
            tables.set(table, f64::from(key).into(), true.into(), Place::NONE);
        }
        let (mut seen, mut position) = (0, 0);
        while let Some((key, _, next)) = tables.contents(table).entry_from(position) {
            tables.set(table, key, Value::Nil, Place::NONE);
            assert_eq!(tables.contents(table).position_after(key), Some(next));
            (seen, position) = (seen + 1, next);
        }
        let table = tables.contents(table);
        assert_eq!((seen, table.entries().count(), table.length()), (200, 0, 0));
    }

    /// Several tables that grow by turns in one buffer, against plain maps; the order is that
    /// of the keys' first setting whatever room a table began with.
    #[test]
    fn tables_side_by_side_keep_what_was_set() {
        let mut numbers = (0..).map(|n: u64| Packed(n).hash() >> 20);
        let mut next = move |below: u64| numbers.next().unwrap_or(0) % below;
        let mut tables = Tables::default();
        let rooms = [0, 0, 1, 5, 17, 64];
        let all = rooms.map(|room| tables.make(Place::NONE, 0, room));
        let mut model = std::collections::HashMap::new();
        for _ in 0..10_000 {
            let key = match next(3) {
                0 => Value::Number(next(40) as f64),
                _ => Value::Str(Str(next(200) as u32)),
            };
            // More are cleared than set, so that the dead are dropped now and then.
            let value = match next(4) {
                0 => Value::Number(next(1000) as f64),
                _ => Value::Nil,
            };
            model.insert(format!("{key:?}"), value);
            for table in all {
                tables.set(table, key, value, Place::NONE);
                assert_eq!(tables.contents(table).get(key), value);
            }
            let entries = |table| tables.contents(table).entries();
            let first: Vec<_> = entries(all[0]).collect();
            for other in &all[1..] {
                assert!(entries(*other).eq(first.iter().copied()));
            }
            assert_eq!(
                first.len(),
                model.values().filter(|value| !value.is_nil()).count()
            );
            for (key, value) in first {
                assert_eq!(model[&format!("{key:?}")], value);
            }
        }
    }
}
