//! What each stage costs for cockpit-like sources: full_moon alone, the lexer, parsing with
//! conversion, loading and evaluating. Throughput is per source byte.
//!
//! `DEFGEN_BENCH_LUA=<folder>` takes the Lua files of a folder instead of the synthetic ones.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use defgen::{
    eval::{Machine, Options, Returns, Undefined},
    lex::ParserInput,
    limits::Limits,
    source::{Source, Sources},
    stack::on_big_stack,
    syntax,
};
use divan::{Bencher, counter::BytesCount};
use full_moon::LuaVersion;

fn main() {
    on_big_stack(divan::main);
}

/// Devices, commands, gauges and clickable elements in the shapes cockpits have.
fn synthetic() -> Vec<Vec<u8>> {
    let mut devices = String::from(
        "local count = 0\nlocal function counter()\n\tcount = count + 1\n\treturn count\nend\n\
         -------DEVICE ID-------\ndevices = {}\n",
    );
    let mut commands = String::from(
        "start_command = 3000\nlocal count = start_command\nlocal function counter()\n\
         \tcount = count + 1\n\treturn count\nend\n",
    );
    let mut gauges = String::from("dofile = function() end\n");
    let mut clickable = String::from(
        "elements = {}\nfunction button(hint, device, command, arg, limits)\n\
         \treturn {class = {1, 1}, hint = hint, device = device, action = {command, command},\n\
         \t\targ = {arg, arg}, arg_value = {1, -1}, arg_lim = limits or {{0, 1}, {-1, 0}},\n\
         \t\tupdatable = true, use_OBB = true, stop_action = {command, 0}}\nend\n",
    );
    for n in 0..60 {
        let _ = writeln!(
            devices,
            "devices[\"DEVICE_{n}\"]\t\t\t\t= counter()\t-- unit {n}"
        );
        let _ = writeln!(commands, "\nDEVICE_{n}_commands =\n{{");
        for c in 0..10 {
            let _ = writeln!(commands, "\tButton_{c}_SW\t\t\t= counter(), -- push {c}");
        }
        let _ = writeln!(commands, "}}");
    }
    for n in 0..250 {
        let _ = write!(
            gauges,
            "\nGauge_{n}\t\t\t\t\t= CreateGauge(\"parameter\")\nGauge_{n}.arg_number\t\t= {n}\n\
             Gauge_{n}.input\t\t\t\t= {{0.0, 50.0 / 3, 100.0}}\n\
             Gauge_{n}.output\t\t\t= {{-1.0, 0.25, 1.0}}\n\
             Gauge_{n}.parameter_name\t= \"PARAMETER_{n}\"\n--Gauge_{n}.controller = 1\n"
        );
        let _ = writeln!(
            clickable,
            "elements[\"PNT_{n}\"]\t= button(_(\"Switch {n}, ON/OFF\"), devices and {n}, \
             3000 + {n}, {n}, {{{{-1, 0}}, {{0, 1}}}})"
        );
    }
    [devices, commands, gauges, clickable]
        .map(String::into_bytes)
        .into()
}

fn lua_files(folder: &Path, files: &mut Vec<Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            lua_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "lua") {
            files.extend(fs::read(&path));
        }
    }
}

/// The files that parse.
fn sources() -> Vec<Arc<Source>> {
    let files = match std::env::var_os("DEFGEN_BENCH_LUA") {
        Some(folder) => {
            let mut files = Vec::new();
            lua_files(Path::new(&folder), &mut files);
            files
        }
        None => synthetic(),
    };
    let limits = Limits::default();
    let known = Sources::default();
    let sources = files
        .into_iter()
        .filter_map(|bytes| known.add("bench.lua", bytes, &limits).ok());
    sources
        .filter(|source| syntax::parse(source, &limits).is_ok())
        .collect()
}

fn bytes(sources: &[Arc<Source>]) -> BytesCount {
    BytesCount::new(
        sources
            .iter()
            .map(|source| source.bytes().len())
            .sum::<usize>(),
    )
}

#[divan::bench]
fn full_moon_alone(bencher: Bencher) {
    let sources = sources();
    let texts: Vec<_> = sources
        .iter()
        .map(|source| String::from_utf8_lossy(source.bytes()).into_owned())
        .collect();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for text in &texts {
            divan::black_box(full_moon::parse_fallible(text, LuaVersion::lua51()));
        }
    });
}

#[divan::bench]
fn lex_alone(bencher: Bencher) {
    let sources = sources();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for source in &sources {
            let _ = divan::black_box(ParserInput::new(source, &Limits::default()));
        }
    });
}

#[divan::bench]
fn parse_and_convert(bencher: Bencher) {
    let sources = sources();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for source in &sources {
            let _ = divan::black_box(syntax::parse(source, &Limits::default()));
        }
    });
}

#[divan::bench]
fn evaluate(bencher: Bencher) {
    let sources = sources();
    let limits = Limits::default();
    let chunks: Vec<_> = sources
        .iter()
        .flat_map(|source| syntax::parse(source, &limits))
        .collect();
    bencher.counter(bytes(&sources)).bench_local(|| {
        let mut machine = Machine::new(Options {
            undefined: Undefined::Unknown,
            ..Options::default()
        });
        let globals = machine.globals();
        let gauge = machine.native("CreateGauge", |machine, _| {
            Ok(Returns::from(machine.table()))
        });
        machine.set_field(globals, "CreateGauge", gauge);
        let translate = machine.native("_", |machine, args| Ok(args.get(machine, 0).into()));
        machine.set_field(globals, "_", translate);
        for chunk in &chunks {
            let _ = divan::black_box(machine.run(chunk));
        }
        machine
    });
}
