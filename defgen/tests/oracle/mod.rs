//! Runs Lua code in defgen's interpreter and in real Lua 5.1, and describes both results in the
//! same form.

use std::collections::BTreeMap;

use defgen::{
    diagnostics::Diagnostic,
    interp::{Machine, Options, Value},
    limits::Limits,
    source::Sources,
    stack::on_big_stack,
    syntax,
};

/// The name of the code in messages.
const NAME: &str = "case.lua";

/// The depth to which tables are described.
const MAX_DEPTH: usize = 6;

/// Runs code in defgen's interpreter.
fn ours(code: &[u8], limits: &Limits) -> String {
    on_big_stack(|| match run(code, limits) {
        Ok(text) => text,
        Err(diagnostic) => format!("no Lua: {}", diagnostic.code),
    })
}

fn run(code: &[u8], limits: &Limits) -> Result<String, Diagnostic> {
    let sources = Sources::default();
    let source = sources.add(NAME, code.to_vec(), limits)?;
    let chunk = syntax::parse(&source, limits).map_err(|mut errors| errors.remove(0))?;
    let mut machine = Machine::new(Options {
        limits: limits.clone(),
        ..Options::default()
    });
    let globals = machine.globals();
    let known: Vec<Value> = machine.entries(globals).map(|(key, _)| key).collect();
    let outcome = match machine.run(&chunk) {
        Ok(returns) => {
            let values = returns.as_slice().iter();
            let values = values.map(|&value| our_value(&machine, value, &mut Vec::new()));
            format!("returned {}", values.collect::<Vec<_>>().join(", "))
        }
        Err(stop) if stop.is_limit() => machine.explain(&stop).code.to_owned(),
        Err(stop) => format!(
            "error {}",
            our_value(&machine, stop.value(), &mut Vec::new())
        ),
    };
    let new = machine
        .entries(globals)
        .filter(|(key, _)| !known.contains(key));
    let new = new.map(|(key, value)| {
        let value = our_value(&machine, value, &mut Vec::new());
        (our_value(&machine, key, &mut Vec::new()), value)
    });
    Ok(report(outcome, &new.collect()))
}

fn our_value(machine: &Machine, value: Value, path: &mut Vec<Value>) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number_text(number),
        Value::Str(string) => string_text(machine.bytes(string)),
        Value::Table(_) if path.contains(&value) || path.len() == MAX_DEPTH => {
            "(deeper)".to_owned()
        }
        Value::Table(table) => {
            path.push(value);
            let entries = machine.entries(table);
            let entries = entries.map(|(key, value)| {
                (
                    our_value(machine, key, path),
                    our_value(machine, value, path),
                )
            });
            let text = table_text(entries.collect());
            path.pop();
            text
        }
        other => machine.type_name(other).to_owned(),
    }
}

/// Runs code in real Lua.
fn real(code: &[u8]) -> String {
    let lua = mlua::Lua::new();
    let globals = lua.globals();
    let known: Vec<mlua::Value> = globals
        .pairs::<mlua::Value, mlua::Value>()
        .flatten()
        .map(|(key, _)| key)
        .collect();
    let loader: mlua::Function = lua
        .load(
            "local loadstring, pcall = ... return function(code, name) \
               local f, err = loadstring(code, name) \
               if not f then return 'no Lua' end return pcall(f) end",
        )
        .call((
            globals
                .get::<mlua::Function>("loadstring")
                .expect("loadstring"),
            globals.get::<mlua::Function>("pcall").expect("pcall"),
        ))
        .expect("the loader is fine");
    let code = lua.create_string(code).expect("memory");
    let returned: mlua::MultiValue = loader.call((code, format!("@{NAME}"))).expect("protected");
    let mut values = returned.into_iter();
    let first = values.next().unwrap_or(mlua::Value::Nil);
    let values: Vec<_> = values
        .map(|value| real_value(&value, &mut Vec::new()))
        .collect();
    let outcome = match first {
        mlua::Value::Boolean(true) => format!("returned {}", values.join(", ")),
        mlua::Value::Boolean(false) => format!("error {}", values.join(", ")),
        _ => return "no Lua: syntax".to_owned(),
    };
    let new = globals.pairs::<mlua::Value, mlua::Value>().flatten();
    let new = new
        .filter(|(key, _)| !known.contains(key))
        .map(|(key, value)| {
            (
                real_value(&key, &mut Vec::new()),
                real_value(&value, &mut Vec::new()),
            )
        });
    report(outcome, &new.collect())
}

fn real_value(value: &mlua::Value, path: &mut Vec<mlua::Value>) -> String {
    match value {
        mlua::Value::Boolean(value) => value.to_string(),
        mlua::Value::Integer(number) => number_text(*number as f64),
        mlua::Value::Number(number) => number_text(*number),
        mlua::Value::String(string) => string_text(&string.as_bytes()),
        mlua::Value::Table(_) if path.contains(value) || path.len() == MAX_DEPTH => {
            "(deeper)".to_owned()
        }
        mlua::Value::Table(table) => {
            path.push(value.clone());
            let entries = table.pairs::<mlua::Value, mlua::Value>().flatten();
            let entries =
                entries.map(|(key, value)| (real_value(&key, path), real_value(&value, path)));
            let text = table_text(entries.collect());
            path.pop();
            text
        }
        mlua::Value::Error(error) => format!("error {error}"),
        other => other.type_name().to_owned(),
    }
}

fn number_text(number: f64) -> String {
    // In a function of real Lua, 0 and -0 share one constant, which has the sign of the first.
    if number.is_nan() {
        "nan".to_owned()
    } else {
        format!("{:?}", number + 0.0)
    }
}

fn string_text(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

/// Returns a table as text. Its entries are sorted, since their order in real Lua depends on
/// hashes.
fn table_text(mut entries: Vec<(String, String)>) -> String {
    entries.sort();
    let entries: Vec<_> = entries
        .iter()
        .map(|(key, value)| format!("[{key}]={value}"))
        .collect();
    format!("{{{}}}", entries.join(" "))
}

fn report(outcome: String, globals: &BTreeMap<String, String>) -> String {
    let globals = globals
        .iter()
        .map(|(key, value)| format!("\n{key} = {value}"));
    outcome + &globals.collect::<String>()
}

/// Returns the lines that only one of the two results has. Code that reaches a limit, which real
/// Lua does not have, is not compared.
pub(crate) fn difference(code: &[u8], limits: &Limits) -> Option<String> {
    let ours = ours(code, limits);
    if ours.starts_with("limit-") {
        return None;
    }
    let real = real(code);
    if ours == real {
        return None;
    }
    let only = |mark: &str, these: &str, others: &str| {
        let lines = these
            .lines()
            .filter(|line| others.lines().all(|other| other != *line));
        lines
            .map(|line| format!("{mark} {line}\n"))
            .collect::<String>()
    };
    Some(only("ours:     ", &ours, &real) + &only("real Lua: ", &real, &ours))
}
