//! The library `string`.

use std::cell::Cell;

use super::{
    super::{
        Args, Machine, Returns, Value,
        error::{EvalError, Limit},
        machine::Caller,
    },
    Builtin,
    base::MAX_RESULTS,
    format::format,
    pattern::{Capture, Matcher, PatternError, is_plain},
};

type Result<T = Returns> = std::result::Result<T, EvalError>;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin::new("byte", byte),
    Builtin::new("char", char),
    Builtin::lenient("string.dump", |machine, _| {
        Ok(Returns::One(machine.report_refused(
            "string.dump",
            "functions have no bytecode",
        )))
    }),
    Builtin::new("find", |machine, args| search(machine, args, true)),
    Builtin::new("format", format),
    Builtin::new("gfind", gmatch),
    Builtin::new("gmatch", gmatch),
    Builtin::new("gsub", gsub),
    Builtin::new("len", len),
    Builtin::new("lower", |machine, args| {
        map_bytes(machine, args, <[u8]>::make_ascii_lowercase)
    }),
    Builtin::new("match", |machine, args| search(machine, args, false)),
    Builtin::new("rep", rep),
    Builtin::new("reverse", |machine, args| {
        map_bytes(machine, args, <[u8]>::reverse)
    }),
    Builtin::new("sub", sub),
    Builtin::new("upper", |machine, args| {
        map_bytes(machine, args, <[u8]>::make_ascii_uppercase)
    }),
];

/// The bytes of a template that count as one step. They are fewer than for other strings, since a
/// template is read byte by byte.
const TEMPLATE_BYTES_PER_STEP: usize = 4;

/// Converts a position, which counts from the end if it is negative; 0 if it is before the text.
fn position(position: i64, len: usize) -> i64 {
    let position = if position < 0 {
        position.saturating_add(len as i64 + 1)
    } else {
        position
    };
    position.max(0)
}

fn len(machine: &mut Machine, args: Args) -> Result {
    let string = args.string(machine, 0)?;
    Ok(Returns::One(Value::Number(
        machine.bytes(string).len() as f64
    )))
}

fn sub(machine: &mut Machine, args: Args) -> Result {
    let text = args.bytes(machine, 0)?;
    let start = position(args.integer(machine, 1)?, text.len()).max(1);
    let end = position(args.integer_or(machine, 2, -1)?, text.len()).min(text.len() as i64);
    let part = match start <= end {
        true => &text[start as usize - 1..end as usize],
        false => &[],
    };
    machine.new_string(part).map(Returns::One)
}

fn map_bytes(machine: &mut Machine, args: Args, change: fn(&mut [u8])) -> Result {
    let mut text = args.bytes(machine, 0)?.to_vec();
    change(&mut text);
    machine.new_string(&text).map(Returns::One)
}

fn rep(machine: &mut Machine, args: Args) -> Result {
    let text = args.bytes(machine, 0)?;
    let count = usize::try_from(args.integer(machine, 1)? as i32).unwrap_or(0);
    let bytes = text.len().saturating_mul(count);
    machine.check_string(bytes)?;
    machine.charge_bytes(bytes)?;
    machine.new_string(&text.repeat(count)).map(Returns::One)
}

fn byte(machine: &mut Machine, args: Args) -> Result {
    let text = args.bytes(machine, 0)?;
    let first = position(args.integer_or(machine, 1, 1)?, text.len());
    let last = position(args.integer_or(machine, 2, first)?, text.len()).min(text.len() as i64);
    let first = first.max(1);
    if first > last {
        return Ok(Returns::None);
    }
    let part = &text[first as usize - 1..last as usize];
    if part.len() + args.len() > MAX_RESULTS {
        return Err(machine.error("stack overflow (string slice too long)"));
    }
    Ok(Returns::Many(
        part.iter()
            .map(|&byte| Value::Number(f64::from(byte)))
            .collect(),
    ))
}

fn char(machine: &mut Machine, args: Args) -> Result {
    let mut text = Vec::with_capacity(args.len());
    for index in 0..args.len() {
        match u8::try_from(args.integer(machine, index)? as i32) {
            Ok(byte) => text.push(byte),
            Err(_) => return Err(machine.bad_argument(index, "invalid value")),
        }
    }
    machine.new_string(&text).map(Returns::One)
}

// --- patterns

/// Runs `work` with a matcher, and charges the steps that it took.
fn with_matcher<T>(
    machine: &mut Machine,
    text: &[u8],
    pattern: &[u8],
    work: impl FnOnce(&mut Machine, &mut Matcher) -> Result<T>,
) -> Result<T> {
    machine.charge_bytes(pattern.len())?;
    let allowed = machine.meter.left();
    let mut matcher = Matcher::new(text, pattern, allowed);
    let result = work(machine, &mut matcher);
    machine.charge((allowed - matcher.steps) as usize)?;
    result
}

fn pattern_error(machine: &mut Machine, error: PatternError) -> EvalError {
    match error {
        PatternError::Malformed(message) => machine.error(message),
        PatternError::Steps => machine.limit(Limit::Steps),
    }
}

fn capture_value(machine: &mut Machine, text: &[u8], capture: Capture) -> Result<Value> {
    match capture {
        Capture::Position(position) => Ok(Value::Number(position as f64)),
        Capture::Bytes(start, end) => machine.new_string(&text[start..end]),
    }
}

/// Returns the captures of the last match, from `start` to `end`, as values.
fn capture_values(
    machine: &mut Machine,
    matcher: &Matcher,
    text: &[u8],
    start: usize,
    end: usize,
) -> Result<Vec<Value>> {
    let captures = matcher
        .captures(start, end)
        .map_err(|error| pattern_error(machine, error))?;
    captures
        .into_iter()
        .map(|capture| capture_value(machine, text, capture))
        .collect()
}

fn strip_anchor(pattern: &[u8]) -> (&[u8], bool) {
    match pattern.strip_prefix(b"^") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    }
}

/// Evaluates `string.find` or `string.match`.
fn search(machine: &mut Machine, args: Args, find: bool) -> Result {
    let (text, pattern) = (args.bytes(machine, 0)?, args.bytes(machine, 1)?);
    let start = position(args.integer_or(machine, 2, 1)?, text.len()) - 1;
    let start = (start.max(0) as usize).min(text.len());
    if find && (args.get(machine, 3).is_true() || is_plain(&pattern)) {
        machine.charge_bytes(text.len() - start + pattern.len())?;
        let found = memchr::memmem::find(&text[start..], &pattern).map(|found| start + found);
        return Ok(found.map_or(Returns::One(Value::Nil), |found| {
            let (first, last) = (found + 1, found + pattern.len());
            Returns::Many(vec![
                Value::Number(first as f64),
                Value::Number(last as f64),
            ])
        }));
    }
    let (pattern, anchor) = strip_anchor(&pattern);
    with_matcher(machine, &text, pattern, |machine, matcher| {
        let last = if anchor { start } else { text.len() };
        for from in start..=last {
            let found = matcher
                .match_at(from)
                .map_err(|error| pattern_error(machine, error))?;
            let Some(end) = found else {
                continue;
            };
            if !find {
                return capture_values(machine, matcher, &text, from, end).map(Returns::Many);
            }
            let mut results = vec![Value::Number((from + 1) as f64), Value::Number(end as f64)];
            if matcher.level() > 0 {
                results.extend(capture_values(machine, matcher, &text, from, end)?);
            }
            return Ok(Returns::Many(results));
        }
        Ok(Returns::One(Value::Nil))
    })
}

fn gmatch(machine: &mut Machine, args: Args) -> Result {
    let (text, pattern) = (args.bytes(machine, 0)?, args.bytes(machine, 1)?);
    let next = Cell::new(0);
    let step = move |machine: &mut Machine, _: Args| {
        with_matcher(machine, &text, &pattern, |machine, matcher| {
            for from in next.get()..=text.len() {
                let found = matcher
                    .match_at(from)
                    .map_err(|error| pattern_error(machine, error))?;
                if let Some(end) = found {
                    next.set(if end == from { end + 1 } else { end });
                    return capture_values(machine, matcher, &text, from, end).map(Returns::Many);
                }
            }
            next.set(text.len() + 1);
            Ok(Returns::None)
        })
    };
    Ok(Returns::One(machine.native("gmatch", step)))
}

fn gsub(machine: &mut Machine, args: Args) -> Result {
    let (text, pattern) = (args.bytes(machine, 0)?, args.bytes(machine, 1)?);
    let replacement = args.get(machine, 2);
    let most = args.integer_or(machine, 3, text.len() as i64 + 1)? as i32;
    let template = match replacement {
        Value::Str(_) | Value::Number(_) => args.bytes(machine, 2)?,
        Value::Table(_) | Value::Function(_) => [].into(),
        _ => return Err(machine.bad_argument(2, "string/function/table expected")),
    };
    let (pattern, anchor) = strip_anchor(&pattern);
    with_matcher(machine, &text, pattern, |machine, matcher| {
        let mut result = Vec::with_capacity(text.len());
        let (mut at, mut count) = (0, 0);
        while count < most {
            let found = matcher
                .match_at(at)
                .map_err(|error| pattern_error(machine, error))?;
            if let Some(end) = found {
                count += 1;
                let whole = (at, end);
                let value = replace(machine, matcher, &text, whole, replacement, &template)?;
                match value {
                    Replacement::Bytes(bytes) => result.extend_from_slice(&bytes),
                    Replacement::Unknown(unknown) => return Ok(Returns::One(unknown)),
                }
                machine.check_string(result.len())?;
            }
            match found {
                Some(end) if end > at => at = end,
                _ if at < text.len() => {
                    result.push(text[at]);
                    at += 1;
                }
                _ => break,
            }
            if anchor {
                break;
            }
        }
        result.extend_from_slice(&text[at..]);
        let result = machine.new_string(&result)?;
        Ok(Returns::Many(vec![result, Value::Number(f64::from(count))]))
    })
}

enum Replacement {
    Bytes(Vec<u8>),
    Unknown(Value),
}

/// Returns the replacement of a match.
fn replace(
    machine: &mut Machine,
    matcher: &Matcher,
    text: &[u8],
    (start, end): (usize, usize),
    replacement: Value,
    template: &[u8],
) -> Result<Replacement> {
    let value = match replacement {
        Value::Function(_) => {
            let captures = capture_values(machine, matcher, text, start, end)?;
            machine
                .call_values(replacement, &captures, Caller::Native)?
                .first()
        }
        Value::Table(_) => {
            let capture = matcher.capture(0, start, end);
            let capture = capture.map_err(|error| pattern_error(machine, error))?;
            let key = capture_value(machine, text, capture)?;
            machine
                .index(replacement, key, Caller::Native)?
                .unwrap_or_default()
        }
        _ => {
            let filled = fill(machine, matcher, text, (start, end), template)?;
            return Ok(Replacement::Bytes(filled));
        }
    };
    match value {
        Value::Unknown(_) => return Ok(Replacement::Unknown(value)),
        Value::Nil | Value::Bool(false) => {
            machine.charge_bytes(end - start)?;
            return Ok(Replacement::Bytes(text[start..end].to_vec()));
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    if machine.append_text(value, &mut bytes) {
        return Ok(Replacement::Bytes(bytes));
    }
    let kind = machine.type_name(value);
    Err(machine.error(format!("invalid replacement value (a {kind})")))
}

/// Returns the template with the captures in place of `%0` to `%9`.
fn fill(
    machine: &mut Machine,
    matcher: &Matcher,
    text: &[u8],
    (start, end): (usize, usize),
    template: &[u8],
) -> Result<Vec<u8>> {
    machine.charge(template.len() / TEMPLATE_BYTES_PER_STEP)?;
    let mut filled = Vec::new();
    let mut rest = template.iter();
    while let Some(&byte) = rest.next() {
        if byte != b'%' {
            filled.push(byte);
            continue;
        }
        // At the end of the template C reads a zero byte.
        let capture = match rest.next().copied().unwrap_or(0) {
            b'0' => Ok(Capture::Bytes(start, end)),
            digit @ b'1'..=b'9' => matcher.capture(usize::from(digit - b'1'), start, end),
            other => {
                filled.push(other);
                continue;
            }
        };
        match capture.map_err(|error| pattern_error(machine, error))? {
            Capture::Bytes(from, to) => {
                machine.charge_bytes(to - from)?;
                filled.extend_from_slice(&text[from..to]);
            }
            Capture::Position(position) => {
                filled.extend_from_slice(position.to_string().as_bytes());
            }
        }
        machine.check_string(filled.len())?;
    }
    Ok(filled)
}
