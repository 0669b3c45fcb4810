//! The basic functions of the standard library.

use super::{
    super::{
        Args, Machine, Returns, Value, error::EvalError, event::Event, machine::Caller,
        table::Location,
    },
    Builtin,
};

/// The most values that a C function of Lua 5.1 may return.
pub(super) const MAX_RESULTS: usize = 8_000;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin::lenient("assert", assert),
    Builtin::lenient("collectgarbage", collectgarbage),
    Builtin::lenient("error", error),
    Builtin::lenient("getfenv", getfenv),
    Builtin::new("getmetatable", getmetatable),
    Builtin::lenient("ipairs", ipairs),
    Builtin::new("next", next),
    Builtin::lenient("pairs", pairs),
    Builtin::lenient("pcall", pcall),
    Builtin::lenient("print", |_, _| Ok(Returns::None)),
    Builtin::new("rawequal", rawequal),
    Builtin::new("rawget", rawget),
    Builtin::lenient("rawset", rawset),
    Builtin::lenient("select", select),
    Builtin::lenient("setmetatable", setmetatable),
    Builtin::new("tonumber", tonumber),
    Builtin::new("tostring", tostring),
    Builtin::new("type", type_of),
    Builtin::new("unpack", unpack),
    Builtin::lenient("xpcall", xpcall),
];

/// Treats an unknown as true, since nothing is known to have failed.
fn assert(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let value = args.any(machine, 0)?;
    if value.is_true() || value.as_unknown().is_some() {
        return Ok(Returns::Many(args.rest(machine, 0)));
    }
    let message = match args.get(machine, 1) {
        Value::Nil => b"assertion failed!"[..].into(),
        Value::Unknown(_) => b"assertion failed"[..].into(),
        _ => args.bytes(machine, 1)?,
    };
    Err(machine.error(String::from_utf8_lossy(&message)))
}

/// Does nothing: values live as long as the machine.
fn collectgarbage(_: &mut Machine, _: Args) -> Result<Returns, EvalError> {
    Ok(Returns::One(Value::Number(0.0)))
}

fn error(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let value = args.get(machine, 0);
    let level = match args.get(machine, 1) {
        Value::Unknown(_) => 1,
        _ => args.integer_or(machine, 1, 1)? as i32,
    };
    let frame = usize::try_from(level.saturating_sub(1)).ok();
    let frame = frame.and_then(|level| machine.frames.iter().rev().nth(level));
    let span = frame.and_then(|frame| machine.frame_place(frame));
    let mut text = machine.position(span);
    if level > 0 && machine.append_text(value, &mut text) {
        let value = machine.new_string(&text)?;
        return Err(machine.raise(value, span));
    }
    Err(machine.raise(value, span))
}

/// Returns the globals, since `setfenv` is refused and there is only one environment.
fn getfenv(machine: &mut Machine, _: Args) -> Result<Returns, EvalError> {
    Ok(Returns::One(Value::Table(machine.globals)))
}

fn getmetatable(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let metatable = match args.any(machine, 0)? {
        Value::Table(table) => machine.data(table).metatable,
        Value::Str(_) => machine.string_metatable,
        _ => None,
    };
    let Some(metatable) = metatable else {
        return Ok(Returns::One(Value::Nil));
    };
    Ok(Returns::One(
        match machine.event(metatable, Event::Metatable) {
            Value::Nil => Value::Table(metatable),
            protected => protected,
        },
    ))
}

fn setmetatable(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let target = args.get(machine, 0);
    let metatable = args.get(machine, 1);
    if target.as_unknown().is_some() || metatable.as_unknown().is_some() {
        return Ok(Returns::One(target));
    }
    let table = args.table(machine, 0)?;
    let metatable = match metatable {
        Value::Table(metatable) => Some(metatable),
        Value::Nil if args.len() > 1 => None,
        _ => return Err(machine.bad_argument(1, "nil or table expected")),
    };
    if !machine.metamethod(target, Event::Metatable).is_nil() {
        return Err(machine.error("cannot change a protected metatable"));
    }
    machine.set_metatable(table, metatable);
    Ok(Returns::One(target))
}

// --- iteration

fn pairs(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let target = args.get(machine, 0);
    if target.as_unknown().is_some() {
        return Ok(Returns::One(target));
    }
    args.table(machine, 0)?;
    let next = machine.next.map_or(Value::Nil, Value::Function);
    Ok(Returns::Many(vec![next, target, Value::Nil]))
}

fn next(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let table = args.table(machine, 0)?;
    let key = args.get(machine, 1);
    let Some(position) = machine.data(table).position_after(key) else {
        return Err(machine.bare_error("invalid key to 'next'"));
    };
    Ok(match machine.next_entry(table, position)? {
        Some(found) => Returns::Many(vec![found.key, found.value]),
        None => Returns::One(Value::Nil),
    })
}

/// The iterator that `ipairs` returns.
pub(super) static IPAIRS_STEP: Builtin = Builtin::new("ipairs", ipairs_step);

fn ipairs(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let target = args.get(machine, 0);
    if target.as_unknown().is_some() {
        return Ok(Returns::One(target));
    }
    args.table(machine, 0)?;
    let step = machine.ipairs_step.map_or(Value::Nil, Value::Function);
    Ok(Returns::Many(vec![step, target, Value::Number(0.0)]))
}

fn ipairs_step(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let table = args.table(machine, 0)?;
    let index = args.integer(machine, 1)?.wrapping_add(1);
    let value = machine.data(table).get(Value::Number(index as f64));
    Ok(match value {
        Value::Nil => Returns::None,
        value => Returns::Many(vec![Value::Number(index as f64), value]),
    })
}

// --- protected calls

fn pcall(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let function = args.any(machine, 0)?;
    let given = args.rest(machine, 1);
    let result = machine.protect(|machine| machine.call_values(function, &given, Caller::Native));
    catch(result, |value| Ok(Returns::One(value)))
}

fn xpcall(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    args.any(machine, 1)?;
    let (function, handler) = (args.get(machine, 0), args.get(machine, 1));
    let result = machine.protect(|machine| machine.call_values(function, &[], Caller::Native));
    catch(result, |value| {
        let handled =
            machine.protect(|machine| machine.call_values(handler, &[value], Caller::Native));
        match handled {
            Ok(returns) => Ok(Returns::One(returns.first())),
            Err(error) if error.is_limit() => Err(error),
            Err(_) => Ok(Returns::One(machine.string("error in error handling"))),
        }
    })
}

/// Returns `true` and the results, or `false` and the result of `handle` for the error.
fn catch(
    result: Result<Returns, EvalError>,
    handle: impl FnOnce(Value) -> Result<Returns, EvalError>,
) -> Result<Returns, EvalError> {
    let (fine, returns) = match result {
        Ok(returns) => (true, returns),
        Err(error) if error.is_limit() => return Err(error),
        Err(error) => (false, handle(error.value())?),
    };
    let mut results = vec![Value::Bool(fine)];
    results.extend_from_slice(returns.as_slice());
    Ok(Returns::Many(results))
}

// --- raw access

fn rawequal(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let (left, right) = (args.any(machine, 0)?, args.any(machine, 1)?);
    Ok(Returns::One(Value::Bool(left == right)))
}

fn rawget(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let table = args.table(machine, 0)?;
    let key = args.any(machine, 1)?;
    Ok(Returns::One(machine.get(table, key)))
}

fn rawset(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let target = args.get(machine, 0);
    if target.as_unknown().is_some() {
        return Ok(Returns::One(target));
    }
    let table = args.table(machine, 0)?;
    let (key, value) = (args.any(machine, 1)?, args.any(machine, 2)?);
    machine.check_key(key, Location::NONE)?;
    let location = machine.calling_location();
    machine.set_unless_unknown(table, key, value, location)?;
    Ok(Returns::One(target))
}

// --- values

fn select(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let count = args.len() as i64;
    let first = args.get(machine, 0);
    if first.as_unknown().is_some() {
        return Ok(Returns::One(first));
    }
    if let Value::Str(string) = first
        && machine.bytes(string).first() == Some(&b'#')
    {
        return Ok(Returns::One(Value::Number((count - 1) as f64)));
    }
    let index = match i64::from(args.integer(machine, 0)? as i32) {
        index if index < 0 => count.saturating_add(index),
        index => index.min(count),
    };
    match usize::try_from(index) {
        Ok(index) if index >= 1 => Ok(Returns::Many(args.rest(machine, index))),
        _ => Err(machine.bad_argument(0, "index out of range")),
    }
}

fn type_of(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let value = args.any(machine, 0)?;
    let name = machine.type_name(value);
    Ok(Returns::One(machine.string(name)))
}

fn tostring(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let value = args.any(machine, 0)?;
    let handler = machine.metamethod(value, Event::ToString);
    if !handler.is_nil() {
        return Ok(Returns::One(
            machine
                .call_values(handler, &[value], Caller::Native)?
                .first(),
        ));
    }
    let mut text = Vec::new();
    if !machine.append_text(value, &mut text) {
        text = match value {
            Value::Bool(value) => value.to_string(),
            Value::Table(table) => format!("table: 0x{:08x}", table.0),
            Value::Function(function) => format!("function: 0x{:08x}", function.0),
            _ => machine.type_name(value).to_owned(),
        }
        .into_bytes();
    }
    machine.new_string(&text).map(Returns::One)
}

fn tonumber(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let base = args.integer_or(machine, 1, 10)? as i32;
    if base == 10 {
        let value = args.any(machine, 0)?;
        let number = machine.read_number(value);
        return Ok(Returns::One(number.map_or(Value::Nil, Value::Number)));
    }
    let text = args.bytes(machine, 0)?;
    match u32::try_from(base) {
        Ok(base) if (2..=36).contains(&base) => {
            let number = unsigned(&text, base);
            Ok(Returns::One(
                number.map_or(Value::Nil, |number| Value::Number(number as f64)),
            ))
        }
        _ => Err(machine.bad_argument(1, "base out of range")),
    }
}

/// Parses an integer as C's `strtoul` does; none if that would not read the whole text.
fn unsigned(text: &[u8], base: u32) -> Option<u64> {
    // In C the text ends at its first zero byte.
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    let text = text.trim_ascii();
    let (negative, mut digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if base == 16
        && let [b'0', b'x' | b'X', rest @ ..] = digits
        && rest.first().is_some_and(u8::is_ascii_hexdigit)
    {
        digits = rest;
    }
    let mut value = (!digits.is_empty()).then_some(0_u64)?;
    let mut overflow = false;
    for &digit in digits {
        let digit = u64::from((digit as char).to_digit(base)?);
        match value
            .checked_mul(u64::from(base))
            .and_then(|value| value.checked_add(digit))
        {
            Some(sum) => value = sum,
            None => overflow = true,
        }
    }
    Some(match (overflow, negative) {
        (true, _) => u64::MAX,
        (false, true) => value.wrapping_neg(),
        (false, false) => value,
    })
}

fn unpack(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    let table = args.table(machine, 0)?;
    let first = i64::from(args.integer_or(machine, 1, 1)? as i32);
    let length = machine.length(table) as i64;
    let last = i64::from(args.integer_or(machine, 2, length)? as i32);
    if first > last {
        return Ok(Returns::None);
    }
    let count = last - first + 1;
    if count + args.len() as i64 > MAX_RESULTS as i64 {
        return Err(machine.error("too many results to unpack"));
    }
    machine.charge(count as usize)?;
    let data = machine.data(table);
    let items = (first..=last).map(|index| data.get(Value::Number(index as f64)));
    Ok(Returns::Many(items.collect()))
}
