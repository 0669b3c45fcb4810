//! The library `table`, which ignores metamethods as in Lua 5.1.

use super::{
    super::{Args, Machine, Returns, Table, Value, error::EvalError, machine::Caller},
    Builtin,
};

type Result<T = Returns> = std::result::Result<T, EvalError>;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin::new("concat", concat),
    Builtin::new("foreach", foreach),
    Builtin::new("foreachi", foreachi),
    Builtin::new("getn", getn),
    Builtin::lenient("insert", insert),
    Builtin::new("maxn", maxn),
    Builtin::new("remove", remove),
    Builtin::new(
        "setn",
        |machine, _| Err(machine.error("'setn' is obsolete")),
    ),
    Builtin::new("sort", sort),
];

/// Access to list items, with a charge for each.
impl Machine {
    fn item(&mut self, table: Table, index: i64) -> Result<Value> {
        self.charge(1)?;
        Ok(self.get(table, Value::Number(index as f64)))
    }

    fn set_item(&mut self, table: Table, index: i64, value: Value) -> Result<()> {
        self.charge(1)?;
        let location = self.calling_location();
        self.set_entry(table, Value::Number(index as f64), value, location)
    }
}

fn concat(machine: &mut Machine, args: Args) -> Result {
    let separator = match args.get(machine, 1) {
        Value::Nil => [].into(),
        _ => args.bytes(machine, 1)?,
    };
    let table = args.table(machine, 0)?;
    let first = i64::from(args.integer_or(machine, 2, 1)? as i32);
    let length = machine.length(table) as i64;
    let last = i64::from(args.integer_or(machine, 3, length)? as i32);
    let mut text = Vec::new();
    for index in first..=last {
        let item = machine.item(table, index)?;
        if item.as_unknown().is_some() {
            return Ok(Returns::One(item));
        }
        if !machine.append_text(item, &mut text) {
            let kind = machine.type_name(item);
            return Err(machine.error(format!(
                "invalid value ({kind}) at index {index} in table for 'concat'"
            )));
        }
        if index < last {
            text.extend_from_slice(&separator);
            machine.charge_bytes(separator.len())?;
        }
        machine.check_string(text.len())?;
    }
    machine.new_string(&text).map(Returns::One)
}

fn foreach(machine: &mut Machine, args: Args) -> Result {
    let table = args.table(machine, 0)?;
    let function = args.function(machine, 1)?;
    let mut position = 0;
    while let Some(found) = machine.next_entry(table, position)? {
        position = found.next;
        let result = machine
            .call_values(function, &[found.key, found.value], Caller::Native)?
            .first();
        if !result.is_nil() {
            return Ok(Returns::One(result));
        }
    }
    Ok(Returns::None)
}

fn foreachi(machine: &mut Machine, args: Args) -> Result {
    let table = args.table(machine, 0)?;
    let function = args.function(machine, 1)?;
    for index in 1..=machine.length(table) {
        let item = machine.item(table, index as i64)?;
        let key = Value::Number(index as f64);
        let result = machine
            .call_values(function, &[key, item], Caller::Native)?
            .first();
        if !result.is_nil() {
            return Ok(Returns::One(result));
        }
    }
    Ok(Returns::None)
}

fn getn(machine: &mut Machine, args: Args) -> Result {
    let table = args.table(machine, 0)?;
    Ok(Returns::One(Value::Number(machine.length(table) as f64)))
}

fn maxn(machine: &mut Machine, args: Args) -> Result {
    let table = args.table(machine, 0)?;
    machine.charge(machine.data(table).len())?;
    Ok(Returns::One(Value::Number(
        machine.data(table).max_number_key(),
    )))
}

fn insert(machine: &mut Machine, args: Args) -> Result {
    let target = args.get(machine, 0);
    if target.as_unknown().is_some() {
        return Ok(Returns::None);
    }
    let table = args.table(machine, 0)?;
    let mut end = machine.length(table) as i64 + 1;
    let position = match args.len() {
        2 => end,
        3 if args.get(machine, 1).as_unknown().is_some() => return Ok(Returns::None),
        3 => {
            let position = i64::from(args.integer(machine, 1)? as i32);
            end = end.max(position);
            for index in (position + 1..=end).rev() {
                let item = machine.item(table, index - 1)?;
                machine.set_item(table, index, item)?;
            }
            position
        }
        _ => return Err(machine.error("wrong number of arguments to 'insert'")),
    };
    let value = args.get(machine, args.len() - 1);
    machine.set_item(table, position, value)?;
    Ok(Returns::None)
}

fn remove(machine: &mut Machine, args: Args) -> Result {
    let table = args.table(machine, 0)?;
    let end = machine.length(table) as i64;
    let position = i64::from(args.integer_or(machine, 1, end)? as i32);
    if !(1..=end).contains(&position) {
        return Ok(Returns::None);
    }
    let removed = machine.item(table, position)?;
    for index in position..end {
        let item = machine.item(table, index + 1)?;
        machine.set_item(table, index, item)?;
    }
    machine.set_item(table, end, Value::Nil)?;
    Ok(Returns::One(removed))
}

// --- sorting: the quicksort of Lua 5.1, so that an order function sees the same calls

fn sort(machine: &mut Machine, args: Args) -> Result {
    let table = args.table(machine, 0)?;
    let order = match args.get(machine, 1) {
        Value::Nil => None,
        _ => Some(args.function(machine, 1)?),
    };
    let length = machine.length(table) as i64;
    for index in 1..=length {
        if machine.item(table, index)?.as_unknown().is_some() {
            return Ok(Returns::None);
        }
    }
    Sort {
        machine,
        table,
        order,
    }
    .range(1, length)?;
    Ok(Returns::None)
}

struct Sort<'a> {
    machine: &'a mut Machine,
    table: Table,
    order: Option<Value>,
}

impl Sort<'_> {
    fn get(&mut self, index: i64) -> Result<Value> {
        self.machine.item(self.table, index)
    }

    fn swap(&mut self, left: i64, right: i64) -> Result<()> {
        let (a, b) = (self.get(left)?, self.get(right)?);
        self.machine.set_item(self.table, left, b)?;
        self.machine.set_item(self.table, right, a)
    }

    fn less(&mut self, left: Value, right: Value) -> Result<bool> {
        self.machine.charge(1)?;
        if let Some(order) = self.order {
            return Ok(self
                .machine
                .call_values(order, &[left, right], Caller::Native)?
                .first()
                .is_true());
        }
        match self.machine.less(left, right, Caller::Native)? {
            Some(result) => Ok(result.is_true()),
            None => {
                let message = self.machine.comparison_message(left, right);
                Err(self.machine.bare_error(message))
            }
        }
    }

    fn swap_if_less(&mut self, left: i64, right: i64) -> Result<bool> {
        let (a, b) = (self.get(left)?, self.get(right)?);
        let less = self.less(a, b)?;
        if less {
            self.swap(left, right)?;
        }
        Ok(less)
    }

    fn range(&mut self, mut low: i64, mut high: i64) -> Result<()> {
        while low < high {
            self.swap_if_less(high, low)?;
            if high - low == 1 {
                break;
            }
            let middle = (low + high) / 2;
            if !self.swap_if_less(middle, low)? {
                self.swap_if_less(high, middle)?;
            }
            if high - low == 2 {
                break;
            }
            let pivot = self.get(middle)?;
            self.swap(middle, high - 1)?;
            let middle = self.partition(low, high, pivot)?;
            // Recursing into the smaller part keeps the depth logarithmic.
            if middle - low < high - middle {
                self.range(low, middle - 1)?;
                low = middle + 1;
            } else {
                self.range(middle + 1, high)?;
                high = middle - 1;
            }
        }
        Ok(())
    }

    fn is_less(&mut self, index: i64, pivot: Value) -> Result<bool> {
        let item = self.get(index)?;
        self.less(item, pivot)
    }

    fn is_greater(&mut self, index: i64, pivot: Value) -> Result<bool> {
        let item = self.get(index)?;
        self.less(pivot, item)
    }

    fn partition(&mut self, low: i64, high: i64, pivot: Value) -> Result<i64> {
        let (mut i, mut j) = (low, high - 1);
        loop {
            i += 1;
            while self.is_less(i, pivot)? {
                if i > high {
                    return Err(self.invalid_order());
                }
                i += 1;
            }
            j -= 1;
            while self.is_greater(j, pivot)? {
                if j < low {
                    return Err(self.invalid_order());
                }
                j -= 1;
            }
            if j < i {
                break;
            }
            self.swap(i, j)?;
        }
        self.swap(high - 1, i)?;
        Ok(i)
    }

    fn invalid_order(&mut self) -> EvalError {
        self.machine.error("invalid order function for sorting")
    }
}
