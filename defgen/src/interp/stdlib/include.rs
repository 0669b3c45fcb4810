//! The functions that include other files, which the loader of the machine finds.

use super::{
    super::{
        Args, Include, LoadResult, Machine, Returns, Value,
        error::{EvalError, Limit},
        machine::Caller,
    },
    Builtin,
};

/// The steps charged for looking for a file in several folders.
const FILE_STEPS: usize = 5_000;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin::new("dofile", dofile),
    Builtin::new("loadfile", loadfile),
    Builtin::new("require", require),
];

fn dofile(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    match load(machine, Include::Dofile, args)? {
        LoadResult::Value(value) => Ok(Returns::One(value)),
        LoadResult::Error(message) => Err(machine.bare_error(message)),
        LoadResult::Chunk(chunk) => {
            let function = machine.function(&chunk);
            run(machine, function, &[])
        }
    }
}

fn loadfile(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    Ok(match load(machine, Include::Loadfile, args)? {
        LoadResult::Value(value) => Returns::One(value),
        LoadResult::Error(message) => Returns::Many(vec![Value::Nil, machine.string(message)]),
        LoadResult::Chunk(chunk) => Returns::One(machine.function(&chunk)),
    })
}

fn require(machine: &mut Machine, args: Args) -> Result<Returns, EvalError> {
    match load(machine, Include::Require, args)? {
        LoadResult::Value(value) => Ok(Returns::One(value)),
        LoadResult::Error(message) => Err(machine.error(message)),
        LoadResult::Chunk(chunk) => {
            let file = chunk.source().id();
            if let Some(&value) = machine.required.get(&file) {
                return Ok(Returns::One(value));
            }
            // A file that it requires may require it in turn.
            machine.required.insert(file, Value::Bool(true));
            let name = args.get(machine, 0);
            let function = machine.function(&chunk);
            let value = match run(machine, function, &[name])?.first() {
                Value::Nil => Value::Bool(true),
                value => value,
            };
            machine.required.insert(file, value);
            Ok(Returns::One(value))
        }
    }
}

fn load(machine: &mut Machine, include: Include, args: Args) -> Result<LoadResult, EvalError> {
    let name = args.bytes(machine, 0)?;
    machine.charge(FILE_STEPS + name.len())?;
    let from = machine
        .frames
        .last()
        .and_then(|frame| machine.frame_place(frame));
    Ok(match machine.loader.clone() {
        Some(loader) => loader.load(machine, include, &name, from),
        None => LoadResult::Error(format!("cannot open {}", String::from_utf8_lossy(&name))),
    })
}

fn run(machine: &mut Machine, function: Value, args: &[Value]) -> Result<Returns, EvalError> {
    if machine.includes >= machine.options.limits.include_depth {
        return Err(machine.limit(Limit::IncludeDepth));
    }
    machine.includes += 1;
    let returns = machine.call_values(function, args, Caller::Native)?;
    machine.includes -= 1;
    Ok(returns)
}
