//! The functions that include other files, which the machine's loader finds.

use super::{
    super::{
        Args, Include, Loaded, Machine, Returns, Value,
        error::{Limit, Stop},
        machine::Caller,
    },
    Builtin,
};

/// The price of looking for a file, in several folders.
const FILE_STEPS: usize = 5_000;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin::new("dofile", dofile),
    Builtin::new("loadfile", loadfile),
    Builtin::new("require", require),
];

fn dofile(machine: &mut Machine, args: Args) -> Result<Returns, Stop> {
    match load(machine, Include::Dofile, args)? {
        Loaded::Value(value) => Ok(Returns::One(value)),
        Loaded::Error(message) => Err(machine.bare_error(message)),
        Loaded::Chunk(chunk) => {
            let function = machine.function(&chunk);
            run(machine, function, &[])
        }
    }
}

fn loadfile(machine: &mut Machine, args: Args) -> Result<Returns, Stop> {
    Ok(match load(machine, Include::Loadfile, args)? {
        Loaded::Value(value) => Returns::One(value),
        Loaded::Error(message) => Returns::Many(vec![Value::Nil, machine.string(message)]),
        Loaded::Chunk(chunk) => Returns::One(machine.function(&chunk)),
    })
}

fn require(machine: &mut Machine, args: Args) -> Result<Returns, Stop> {
    match load(machine, Include::Require, args)? {
        Loaded::Value(value) => Ok(Returns::One(value)),
        Loaded::Error(message) => Err(machine.error(message)),
        Loaded::Chunk(chunk) => {
            let file = chunk.source().id();
            if let Some(&value) = machine.required.get(&file) {
                return Ok(Returns::One(value));
            }
            // What the file requires may require it in turn.
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

fn load(machine: &mut Machine, include: Include, args: Args) -> Result<Loaded, Stop> {
    let name = args.bytes(machine, 0)?;
    machine.charge(FILE_STEPS + name.len())?;
    let from = machine
        .frames
        .last()
        .and_then(|frame| machine.frame_place(frame));
    Ok(match machine.loader.clone() {
        Some(loader) => loader.load(machine, include, &name, from),
        None => Loaded::Error(format!("cannot open {}", String::from_utf8_lossy(&name))),
    })
}

fn run(machine: &mut Machine, function: Value, args: &[Value]) -> Result<Returns, Stop> {
    if machine.includes >= machine.options.limits.include_depth {
        return Err(machine.limit(Limit::IncludeDepth));
    }
    machine.includes += 1;
    let returns = machine.call_values(function, args, Caller::Native)?;
    machine.includes -= 1;
    Ok(returns)
}
