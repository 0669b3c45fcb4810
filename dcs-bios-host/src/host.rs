//! A DCS-BIOS that is loaded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mlua::{Function, Lua, LuaOptions, StdLib, Table, Value};

use crate::action::Action;
use crate::budget::Budget;
use crate::error::HostError;
use crate::files::ModuleFiles;
use crate::input::{InputKey, SimValue};
use crate::limits::Limits;
use crate::report::{InputReport, ModuleReads, Problem, StepReport, TextPlace};

const SANDBOX: &str = include_str!("lua/sandbox.lua");
const SIM: &str = include_str!("lua/sim.lua");
const LOG: &str = include_str!("lua/log.lua");
const HOOKS: &str = include_str!("lua/hooks.lua");
const DRIVER: &str = include_str!("lua/driver.lua");

/// The most bytes of a command.
const MAX_LINE: usize = 1024;
/// The most messages that modules may log.
const MAX_LOG: usize = 1000;

/// A DCS-BIOS that is loaded, with the values it reads and the memory maps of its modules.
#[derive(Debug)]
pub struct Host {
    lua: Lua,
    budget: Budget,
    limits: Limits,
    sim: Table,
    /// Sets an input.
    set_input: Function,
    driver: Table,
    log: Table,
    aliases: BTreeMap<String, Vec<String>>,
}

impl Host {
    /// Returns the folder that [`Self::load`] would read for this one.
    pub fn find(folder: &Path) -> Result<PathBuf, HostError> {
        let files = ModuleFiles::find(folder, 0)?;
        Ok(files.root().to_path_buf())
    }

    /// Loads the DCS-BIOS in a folder, which may also be the Saved Games folder that it is in.
    pub fn load(folder: &Path, limits: Limits) -> Result<Self, HostError> {
        let files = ModuleFiles::find(folder, limits.file_size)?;
        let root = files.root().to_path_buf();
        let mut host = Self::new(files, limits)?;
        let _work = host.budget.start(limits.load_instructions);
        let loaded: Table = host.call("load", ()).map_err(|error| HostError::Load {
            folder: root.clone(),
            problem: plain_message(&error),
        })?;
        let aliases = loaded.pairs::<String, Vec<String>>();
        host.aliases = aliases
            .collect::<mlua::Result<_>>()
            .map_err(|error| HostError::Load {
                folder: root,
                problem: plain_message(&error),
            })?;
        Ok(host)
    }

    fn new(files: ModuleFiles, limits: Limits) -> Result<Self, HostError> {
        let libraries = StdLib::STRING | StdLib::TABLE | StdLib::MATH;
        let lua = Lua::new_with(libraries, LuaOptions::new().catch_rust_panics(false))?;
        lua.set_memory_limit(limits.memory)?;
        let budget = Budget::default();
        let _work = budget.start(limits.load_instructions);
        budget.attach(&lua)?;
        let log = lua.create_table()?;
        let functions = host_functions(&lua, &budget, files, &log)?;
        let sandbox: Table = chunk(&lua, SANDBOX, "=sandbox")?.call(&functions)?;
        let base: Table = sandbox.get("base")?;
        let sim: Table = chunk(&lua, SIM, "=sim")?.call((base, &functions))?;
        let module_log: Table = chunk(&lua, LOG, "=log")?.call(&functions)?;
        let hooks: Table = chunk(&lua, HOOKS, "=hooks")?.call(&sim)?;
        let driver = chunk(&lua, DRIVER, "=driver")?;
        let driver = driver.call((sandbox, &sim, module_log, hooks, &functions))?;
        Ok(Self {
            lua,
            budget,
            limits,
            set_input: sim.get("set")?,
            sim,
            driver,
            log,
            aliases: BTreeMap::new(),
        })
    }

    /// Returns the names of the modules of each aircraft, in the order in which they are run.
    pub fn aliases(&self) -> &BTreeMap<String, Vec<String>> {
        &self.aliases
    }

    /// Returns the modules that could not be loaded.
    pub fn failed_modules(&self) -> Result<Vec<Problem>, HostError> {
        let rows: Vec<Table> = self.driver.get("failed")?;
        let problem = |row: &Table| {
            Ok(Problem {
                module: row.get(1)?,
                part: "load".into(),
                message: first_line(&row.get::<mlua::LuaString>(2)?.to_string_lossy()),
            })
        };
        rows.iter().map(problem).collect()
    }

    /// Returns where the texts of all modules stand. Modules of different aircraft overlap.
    pub fn texts(&self) -> Result<Vec<TextPlace>, HostError> {
        let rows: Vec<Table> = self.driver.get("texts")?;
        let place = |row: &Table| {
            Ok(TextPlace {
                module: row.get(1)?,
                address: row.get(2)?,
                length: row.get(3)?,
            })
        };
        rows.iter().map(place).collect()
    }

    /// Sets the raw value of a cockpit arg.
    pub fn set_arg(&mut self, arg: u32, value: f64) -> Result<(), HostError> {
        self.set("arg", arg, value)
    }

    /// Sets the value of an external draw argument.
    pub fn set_draw_arg(&mut self, arg: u32, value: f64) -> Result<(), HostError> {
        self.set("draw_arg", arg, value)
    }

    /// Sets the frequency of a device, in Hz.
    pub fn set_frequency(&mut self, device: u32, hertz: f64) -> Result<(), HostError> {
        self.set("frequency", device, hertz)
    }

    /// Sets the text of an indicator.
    pub fn set_indicator(&mut self, indicator: u32, text: &[u8]) -> Result<(), HostError> {
        let text = self.lua.create_string(text)?;
        self.set("indicator", indicator, text)
    }

    /// Sets the text of `list_cockpit_params`.
    pub fn set_cockpit_params(&mut self, text: &[u8]) -> Result<(), HostError> {
        self.set("params", 0, self.lua.create_string(text)?)
    }

    /// Sets the values that an export function of the sim returns.
    pub fn set_function(&mut self, name: &str, values: &[SimValue]) -> Result<(), HostError> {
        let table = self.lua.create_table()?;
        for (index, value) in values.iter().enumerate() {
            table.raw_set(index + 1, value)?;
        }
        table.raw_set("n", values.len())?;
        self.set("function", name, table)
    }

    /// Forgets all values, as when a mission begins. The next step is the first of its aircraft.
    pub fn forget_inputs(&mut self) -> Result<(), HostError> {
        for name in [
            "args",
            "draw_args",
            "frequencies",
            "indicators",
            "functions",
        ] {
            self.sim.get::<Table>(name)?.clear()?;
        }
        self.sim.raw_set("cockpit_params", Value::Nil)?;
        self.forget_words()?;
        Ok(self.sim.get::<Function>("forget_wanted")?.call(())?)
    }

    /// Forgets the values of all words. The next step is the first of its aircraft.
    pub fn forget_words(&mut self) -> Result<(), HostError> {
        Ok(self.driver.raw_set("started", false)?)
    }

    fn set(
        &self,
        kind: &str,
        key: impl mlua::IntoLua,
        value: impl mlua::IntoLua,
    ) -> Result<(), HostError> {
        Ok(self.set_input.call((kind, key, value))?)
    }

    /// Runs the export hooks of an aircraft's modules at a time of the sim, in seconds.
    pub fn step(&mut self, time: f64, aircraft: Option<&str>) -> Result<StepReport, HostError> {
        let _work = self.budget.start(self.limits.step_instructions);
        let (flat, is_new_aircraft): (Vec<f64>, bool) = self.call("step", (time, aircraft))?;
        Ok(StepReport {
            is_new_aircraft,
            words: flat.as_chunks().0.iter().filter_map(word).collect(),
            wanted: self.take_wanted()?,
            problems: self.take_problems()?,
        })
    }

    /// Runs a command: an identifier, a blank and an argument, without the end of the line.
    pub fn input(&mut self, line: &[u8]) -> Result<InputReport, HostError> {
        if line.len() > MAX_LINE {
            return Ok(InputReport::default());
        }
        let _work = self.budget.start(self.limits.step_instructions);
        let line = self.lua.create_string(line)?;
        let (is_known, rows): (bool, Vec<Table>) = self.call("input", line)?;
        let actions = rows.iter().filter_map(|row| Action::from_lua(row).ok());
        Ok(InputReport {
            is_known,
            actions: actions.collect(),
            wanted: self.take_wanted()?,
            problems: self.take_problems()?,
        })
    }

    /// Returns what each module reads. It runs the export hooks with trial values, so the host is
    /// used up.
    pub fn dry_run(self) -> Result<Vec<ModuleReads>, HostError> {
        let mut modules = BTreeMap::new();
        for (aircraft, names) in &self.aliases {
            for name in names {
                modules.entry(name.clone()).or_insert(aircraft);
            }
        }
        modules
            .into_iter()
            .map(|(module, aircraft)| self.dry_run_module(module, aircraft))
            .collect()
    }

    fn dry_run_module(&self, module: String, aircraft: &str) -> Result<ModuleReads, HostError> {
        let _work = self.budget.start(self.limits.load_instructions);
        let hooks: Vec<Table> = self.call("dry_run", (module.as_str(), aircraft))?;
        let mut reads = ModuleReads {
            module,
            hooks: hooks.len(),
            ..ModuleReads::default()
        };
        for hook in hooks {
            let inputs = input_keys(&hook.get::<Vec<Table>>(2)?)?;
            let is_arg = |key: &InputKey| matches!(key, InputKey::Arg(_));
            let failed = hook.get::<mlua::LuaString>(1)?.to_string_lossy();
            reads
                .failed_hooks
                .extend((!failed.is_empty()).then_some(failed));
            reads.silent_hooks += usize::from(inputs.is_empty());
            reads.arg_hooks += usize::from(!inputs.is_empty() && inputs.iter().all(is_arg));
            reads.inputs.extend(inputs);
        }
        Ok(reads)
    }

    /// Returns what modules have logged since the last call, each text once.
    pub fn take_log(&mut self) -> Result<Vec<String>, HostError> {
        let texts: Vec<mlua::LuaString> =
            self.log.sequence_values().collect::<mlua::Result<_>>()?;
        self.log.clear()?;
        Ok(texts.iter().map(|text| text.to_string_lossy()).collect())
    }

    /// Returns the memory that the Lua state takes, in bytes.
    pub fn used_memory(&self) -> usize {
        self.lua.used_memory()
    }

    fn call<R: mlua::FromLuaMulti>(
        &self,
        name: &str,
        arguments: impl mlua::IntoLuaMulti,
    ) -> mlua::Result<R> {
        self.driver.get::<Function>(name)?.call(arguments)
    }

    fn take_wanted(&self) -> Result<Vec<InputKey>, HostError> {
        let rows: Vec<Table> = self.sim.get::<Function>("take_wanted")?.call(())?;
        input_keys(&rows)
    }

    fn take_problems(&self) -> Result<Vec<Problem>, HostError> {
        let rows: Vec<Table> = self.call("take_problems", ())?;
        let problem = |row: &Table| {
            Ok(Problem {
                module: row.get(1)?,
                part: row.get::<mlua::LuaString>(2)?.to_string_lossy(),
                message: first_line(&row.get::<mlua::LuaString>(3)?.to_string_lossy()),
            })
        };
        rows.iter().map(problem).collect()
    }
}

/// Returns the functions of the host that the Lua side calls.
fn host_functions(
    lua: &Lua,
    budget: &Budget,
    files: ModuleFiles,
    log: &Table,
) -> mlua::Result<Table> {
    let functions = lua.create_table()?;
    let read = lua.create_function(move |lua, name: mlua::LuaString| {
        match files.read(&name.to_string_lossy()) {
            Ok(text) => Ok((Value::String(lua.create_string(text)?), None)),
            Err(problem) => Ok((Value::Nil, Some(problem))),
        }
    })?;
    functions.set("read_file", read)?;
    let log = log.clone();
    let write = lua.create_function(move |lua, (level, text): (String, mlua::LuaString)| {
        if log.raw_len() < MAX_LOG {
            let line = format!("{level}: {}", text.to_string_lossy());
            log.raw_push(lua.create_string(line)?)?;
        }
        Ok(())
    })?;
    functions.set("log", write)?;
    let own = budget.clone();
    let is_exhausted = lua.create_function(move |_, ()| Ok(own.is_exhausted()))?;
    functions.set("is_exhausted", is_exhausted)?;
    let own = budget.clone();
    functions.set(
        "refill",
        lua.create_function(move |_, ()| Ok(own.refill()))?,
    )?;
    let collect = lua.create_function(|lua, ()| lua.gc_collect())?;
    functions.set("collect_garbage", collect)?;
    Ok(functions)
}

fn chunk(lua: &Lua, text: &str, name: &str) -> mlua::Result<Function> {
    lua.load(text).set_name(name).into_function()
}

fn input_keys(rows: &[Table]) -> Result<Vec<InputKey>, HostError> {
    let mut keys = Vec::new();
    for row in rows {
        let kind: String = row.get(1)?;
        keys.extend(InputKey::from_lua(&kind, &row.get::<Value>(2)?));
    }
    Ok(keys)
}

/// Returns an address and a value, unless no memory map can have them.
fn word(&[address, value]: &[f64; 2]) -> Option<(u16, u16)> {
    let is_word = |number: f64| (0.0..=65535.0).contains(&number) && number.fract() == 0.0;
    let is_address = is_word(address) && address < 65534.0 && address % 2.0 == 0.0;
    (is_address && is_word(value)).then_some((address as u16, value as u16))
}

/// Returns the message of an error without its traceback.
fn plain_message(error: &mlua::Error) -> String {
    first_line(&error.to_string())
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("runtime error: ").to_string()
}
