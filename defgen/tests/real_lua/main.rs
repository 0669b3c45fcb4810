//! Real Lua 5.1 and defgen's interpreter give the same names and numbers for the same cockpits.

#![allow(clippy::unwrap_used)]

#[path = "../txtar/mod.rs"]
#[allow(dead_code)]
mod txtar;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use defgen::files::{GamePath, Root, Roots};
use defgen::{Outcome, Request, Tables, compile};
use mlua::{Function, Lua, Table, Value};
use txtar::Archive;

/// An install, and the cockpit folders of its aircraft with their panel files.
struct Install {
    /// A folder, or the input of a golden case.
    path: &'static str,
    aircraft: &'static [(&'static str, &'static str, &'static str)],
}

fn installs() -> [Install; 3] {
    [
        Install {
            path: "../../tests/sample-install",
            aircraft: &[
                (
                    "Heron-H2",
                    "Mods/aircraft/Heron Mk2/Cockpit/Scripts/",
                    "mainpanel_init.lua",
                ),
                (
                    "Kestrel_T1",
                    "Mods/aircraft/Kestrel/Cockpit/T1/Scripts/",
                    "mainpanel_init.lua",
                ),
                (
                    "Kestrel_A1",
                    "Mods/aircraft/Kestrel/Cockpit/A1/",
                    "MainPanel/panel_A1.lua",
                ),
            ],
        },
        Install {
            path: "golden/names.txtar",
            aircraft: &[(
                "Names",
                "Mods/aircraft/Names/Cockpit/",
                "mainpanel_init.lua",
            )],
        },
        Install {
            path: "golden/controls.txtar",
            aircraft: &[(
                "Controls",
                "Mods/aircraft/Controls/Cockpit/",
                "mainpanel_init.lua",
            )],
        },
    ]
}

impl Install {
    /// Returns its folder; the input of a case is unpacked into `temporary`.
    fn folder(&self, temporary: &Path) -> PathBuf {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(self.path);
        if path.is_dir() {
            return path;
        }
        Archive::read(&path).unpack("input", temporary);
        temporary.to_owned()
    }
}

/// A state of real Lua in which a file of a cockpit was run.
fn state(roots: &Arc<Roots>, scripts: &str, aircraft: &str, file: &str) -> Lua {
    let lua = Lua::new();
    let roots = roots.clone();
    let run = move |lua: &Lua, path: String| -> mlua::Result<Value> {
        let Ok(found) = roots.find(&GamePath::parse(&path).unwrap()) else {
            return Ok(Value::Nil);
        };
        let bytes = found.read(1 << 20).unwrap();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        lua.load(bytes).set_name(path).call(())
    };
    let globals = lua.globals();
    globals
        .set("find_and_run", lua.create_function(run).unwrap())
        .unwrap();
    globals.set("scripts", scripts).unwrap();
    globals.set("aircraft", aircraft).unwrap();
    lua.load(include_str!("harness.lua")).exec().unwrap();
    let run: Function = globals.get("dofile").unwrap();
    run.call::<Value>(format!("{scripts}{file}")).unwrap();
    lua
}

fn numbers(table: &Table) -> BTreeMap<String, f64> {
    let pairs = table.pairs::<String, Value>().map(Result::unwrap);
    let number = |(name, value): (String, Value)| {
        Some((name, value.as_f64().or(value.as_i64().map(|n| n as f64))?))
    };
    pairs.filter_map(number).collect()
}

fn list(table: &Table, field: &str) -> Vec<f64> {
    let list: Option<Table> = table.get(field).unwrap_or_default();
    let items = list.map(|list| {
        list.sequence_values::<f64>()
            .collect::<mlua::Result<Vec<_>>>()
    });
    let items = items.and_then(Result::ok).unwrap_or_default();
    if items.iter().all(|item| item.is_finite()) {
        items
    } else {
        Vec::new()
    }
}

fn text(table: &Table, field: &str) -> Option<String> {
    match table.get::<Value>(field).unwrap() {
        Value::String(text) => Some(text.to_string_lossy()),
        _ => None,
    }
}

fn whole(numbers: BTreeMap<String, f64>) -> BTreeMap<String, i64> {
    let whole =
        |(name, number): (String, f64)| (number.fract() == 0.0).then_some((name, number as i64));
    numbers.into_iter().filter_map(whole).collect()
}

/// Returns the name that defgen gives to a command of real Lua.
fn command_name(name: &str, tables: &[String]) -> String {
    let (table, rest) = name.split_once('.').unwrap();
    match table.strip_suffix("_commands") {
        Some(short) if !short.is_empty() && !tables.iter().any(|table| table == short) => {
            format!("{short}.{rest}")
        }
        _ => name.to_owned(),
    }
}

fn check(roots: &Arc<Roots>, scripts: &str, aircraft: &str, panel: &str, tables: &Tables) {
    let lua = state(roots, scripts, aircraft, "devices.lua");
    let devices: Table = lua.globals().get("devices").unwrap();
    let ours: BTreeMap<_, _> = tables.devices.clone().into_iter().collect();
    assert_eq!(ours, whole(numbers(&devices)), "devices of {aircraft}");

    let lua = state(roots, scripts, aircraft, "command_defs.lua");
    let commands: Table = lua
        .globals()
        .get::<Function>("commands_made")
        .unwrap()
        .call(())
        .unwrap();
    let real = whole(numbers(&commands));
    let names: Vec<String> = real
        .keys()
        .map(|name| name.split('.').next().unwrap().to_owned())
        .collect();
    let real: BTreeMap<_, _> = real
        .iter()
        .map(|(name, n)| (command_name(name, &names), *n))
        .collect();
    let ours: BTreeMap<_, _> = tables.commands.clone().into_iter().collect();
    assert_eq!(ours, real, "commands of {aircraft}");

    let lua = state(roots, scripts, aircraft, panel);
    let made: Table = lua.globals().get("gauges_made").unwrap();
    let made: Vec<Table> = made.sequence_values().map(Result::unwrap).collect();
    assert_eq!(tables.gauges.len(), made.len(), "gauges of {aircraft}");
    for (made, gauge) in made.iter().zip(&tables.gauges) {
        let real: Table = made.get("gauge").unwrap();
        let extra = |field: &str| Some(gauge.extra.get(field)?.as_str()?.to_owned());
        let arg = real
            .get::<Option<f64>>("arg_number")
            .unwrap()
            .filter(|arg| *arg >= 0.0);
        assert_eq!(gauge.arg_number.map(f64::from), arg, "{}", gauge.name);
        assert_eq!(gauge.input, list(&real, "input"), "{}", gauge.name);
        assert_eq!(gauge.output, list(&real, "output"), "{}", gauge.name);
        assert_eq!(extra("kind"), text(made, "kind"), "{}", gauge.name);
        for field in ["parameter_name", "controller"] {
            assert_eq!(extra(field), text(&real, field), "{}", gauge.name);
        }
    }

    let lua = state(roots, scripts, aircraft, "clickabledata.lua");
    let elements: Table = lua.globals().get("elements").unwrap();
    let real: BTreeMap<String, Option<String>> = elements
        .pairs::<Value, Value>()
        .map(Result::unwrap)
        .filter_map(|(name, element)| {
            Some((name.to_string().unwrap(), text(element.as_table()?, "hint")))
        })
        .collect();
    let ours: BTreeMap<_, _> = tables
        .controls
        .iter()
        .map(|c| (c.name.clone(), c.hint.clone()))
        .collect();
    let as_lua = |hint: Option<String>| hint.filter(|hint| hint != "5");
    let ours: BTreeMap<_, _> = ours
        .into_iter()
        .map(|(name, hint)| (name, as_lua(hint)))
        .collect();
    assert_eq!(ours, real, "controls of {aircraft}");
}

#[test]
fn real_lua_gives_the_same_tables() {
    for install in installs() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = install.folder(temporary.path());
        let request = Request {
            paths: vec![folder.clone()],
            ..Request::default()
        };
        let report = compile(&request, &()).unwrap();
        let root = Root::open(GamePath::root(), &folder).unwrap();
        let roots = Arc::new(Roots::new(vec![root], &[]));
        for (aircraft, scripts, panel) in install.aircraft {
            let item = report
                .items
                .iter()
                .find(|item| item.name == *aircraft)
                .unwrap();
            let Outcome::Tables(tables) = &item.outcome else {
                panic!("{aircraft} was not compiled");
            };
            check(&roots, scripts, aircraft, panel, tables);
        }
    }
}
