use super::super::{Function, Unknown};
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
    let mut numbers = (0..).map(|n: u64| Packed::new(Value::Number(n as f64)).hash() >> 20);
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
