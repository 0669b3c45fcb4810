//! What compiling an install costs, as a table: `scripts/bench-defgen [PATH…]`.
//!
//! Measures the sample install, a made-up install of sixteen large modules, and each
//! path given. `full_moon` is the time its parser alone takes for all the files that
//! were read: the limit to get close to. Each time is the shortest of many rounds, as other
//! programs on the machine only ever add to it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use defgen::emit::Writer;
use defgen::files::{GamePath, Root, Roots};
use defgen::library::Library;
use defgen::stack::on_big_stack;
use defgen::{Item, Outcome, Report, Request, compile};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long each thing is measured, and how many times at least and at most.
const PATIENCE: Duration = Duration::from_secs(25);
const ROUNDS: RangeInclusive<usize> = 5..=100;

/// The modules of the made-up install.
const MODULES: usize = 16;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let large = folder.path().join("large");
    write_install(&large).expect("the made-up install");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-install");
    let given = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let paths = [sample, large].into_iter().chain(given.map(PathBuf::from));
    let columns = [
        "full_moon",
        "read",
        "parse",
        "evaluate",
        "write",
        "total",
        "all cores",
    ];
    print!("{:<20} {:>5} {:>6}", "install", "files", "KB");
    columns.iter().for_each(|column| print!(" {column:>14}"));
    println!(" {:>8}", "peak MB");
    for path in paths {
        println!("{}", row(&path, folder.path()));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "\nin ms, in brackets as parts of full_moon; read includes finding and hashing files,"
    );
    println!("evaluate includes extract; total is the sum on one core, all cores the same by the");
    println!("clock on the wall ({cores} cores); peak is the most memory up to there");
}

/// The measurements of one install.
fn row(path: &Path, temp: &Path) -> String {
    let request = Request {
        paths: vec![path.to_owned()],
        ..Request::default()
    };
    // None is removed before the end: some disks are slow where much was removed lately.
    let out = || tempfile::tempdir_in(temp).expect("a folder").keep();
    let [wall] = best(|| [time(|| write(&run(&request), &out()))]);
    let peak = peak_megabytes();
    let report = run(&request);
    let names = names_of(&report);
    let files = read_all(path, &names);
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let one_core = || {
        best(|| {
            [
                // The whole begins on a new thread, with memory of its own; so does each part.
                time(|| on_big_stack(|| full_moon_all(&files))),
                time(|| on_big_stack(|| read_all(path, &names))),
                time(|| on_big_stack(|| parse_all(&files))),
                time(|| run(&request)),
                time(|| write(&report, &out())),
            ]
        })
    };
    let [full_moon, read, parse, compiled, write] = on_big_stack(one_core);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut row = format!("{name:<20} {:>5} {:>6}", files.len(), bytes / 1024);
    let evaluate = compiled.saturating_sub(read + parse);
    let total = compiled + write;
    for time in [full_moon, read, parse, evaluate, write, total, wall] {
        let part = time.as_secs_f64() / full_moon.as_secs_f64();
        let _ = std::write!(row, " {:>7.1} ({part:4.2})", time.as_secs_f64() * 1000.0);
    }
    row + &format!(" {peak:>8}")
}

/// The shortest times of many rounds.
fn best<const N: usize>(mut round: impl FnMut() -> [Duration; N]) -> [Duration; N] {
    let (start, mut rounds, mut best) = (Instant::now(), 0, [Duration::MAX; N]);
    while rounds < *ROUNDS.start() || (rounds < *ROUNDS.end() && start.elapsed() < PATIENCE) {
        for (best, time) in best.iter_mut().zip(round()) {
            *best = time.min(*best);
        }
        rounds += 1;
    }
    best
}

/// How long something takes, without the time to drop its result.
fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = std::hint::black_box(work());
    let time = start.elapsed();
    drop(result);
    time
}

fn run(request: &Request) -> Report {
    compile(request, &()).expect("a path with modules")
}

/// Writes all tables into a folder.
fn write(report: &Report, out: &Path) {
    let write = |writer: &mut Writer, item: &Item| {
        if let Outcome::Done(tables) = &item.outcome {
            let written = writer.write(out, item, tables, &report.library);
            written.expect("a folder to write to");
        }
    };
    let items = report.items.par_iter();
    items.for_each_init(Writer::default, write);
}

/// The files that were read.
fn names_of(report: &Report) -> BTreeSet<String> {
    let files = report
        .items
        .iter()
        .filter_map(|item| match &item.outcome {
            Outcome::Done(tables) => Some(tables.files.keys()),
            _ => None,
        })
        .flatten();
    files.cloned().collect()
}

/// Finds, reads and hashes files.
fn read_all(path: &Path, names: &BTreeSet<String>) -> Vec<(String, Vec<u8>)> {
    let root = |at: &str| Root::open(GamePath::parse(at).unwrap_or_default(), path).ok();
    let module = path.canonicalize().unwrap_or_default();
    let lone = format!(
        "Mods/aircraft/{}",
        module.file_name().unwrap_or_default().to_string_lossy()
    );
    let roots = Roots::new([root(""), root(&lone)].into_iter().flatten().collect(), &[]);
    let read = |name: &String| {
        let found = roots.find(&GamePath::parse(name).ok()?).ok()?;
        let bytes = found.read(u64::MAX - 1).ok()?;
        std::hint::black_box(Sha256::digest(&bytes));
        Some((name.clone(), bytes))
    };
    names.iter().filter_map(read).collect()
}

fn parse_all(files: &[(String, Vec<u8>)]) -> usize {
    let library = Library::default();
    let parse = |(name, bytes): &(String, Vec<u8>)| {
        let source = library
            .sources()
            .add(name, bytes.clone(), library.limits())
            .ok()?;
        defgen::syntax::parse(&source, library.limits()).ok()
    };
    files.iter().filter_map(parse).count()
}

fn full_moon_all(files: &[(String, Vec<u8>)]) -> usize {
    let parse = |(_, bytes): &(String, Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        full_moon::parse_fallible(&text, full_moon::LuaVersion::lua51())
            .errors()
            .len()
    };
    files.iter().map(parse).sum()
}

/// The most memory this process has had so far, where the system tells.
fn peak_megabytes() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map_or_else(|| "?".into(), |kilobytes| (kilobytes / 1024).to_string())
}

/// Writes an install of large modules in the idioms of real ones, about 5000 lines each.
fn write_install(install: &Path) -> std::io::Result<()> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-install");
    let common = Path::new("Scripts/Aircrafts/_Common/Cockpit");
    fs::create_dir_all(install.join(common))?;
    for file in ["class_type.lua", "tools.lua"] {
        fs::copy(
            sample.join(common).join(file),
            install.join(common).join(file),
        )?;
    }
    let defs = "Mods/aircraft/Kestrel/Cockpit/Common/clickable_defs.lua";
    for number in 0..MODULES {
        let module = install.join(format!("Mods/aircraft/Big{number}"));
        let scripts = module.join("Cockpit/Scripts");
        fs::create_dir_all(&scripts)?;
        let entry = format!(
            "declare_plugin('Big{number}', {{}})\n\
             make_flyable('Big{number}', current_mod_path..'/Cockpit/Scripts/')\nplugin_done()\n"
        );
        fs::write(module.join("entry.lua"), entry)?;
        fs::copy(sample.join(defs), scripts.join("clickable_defs.lua"))?;
        for (name, text) in large_files() {
            fs::write(scripts.join(name), text)?;
        }
    }
    Ok(())
}

fn large_files() -> [(&'static str, String); 4] {
    let counter =
        "local count = 0\nlocal function counter()\n\tcount = count + 1\n\treturn count\nend\n";
    let mut devices = format!("{counter}devices = {{}}\n");
    let mut commands = format!("{counter}count = 3000\n");
    let mut panel = String::from(
        "dofile(LockOn_Options.common_script_path..\"tools.lua\")\nlocal controllers = LoRegisterPanelControls()\n",
    );
    let mut clickable = String::from(
        "dofile(LockOn_Options.script_path..\"clickable_defs.lua\")\n\
         dofile(LockOn_Options.script_path..\"command_defs.lua\")\n\
         dofile(LockOn_Options.script_path..\"devices.lua\")\n\
         local gettext = require(\"i_18n\")\n_ = gettext.translate\nelements = {}\n",
    );
    for device in 0..60 {
        let _ = writeln!(devices, "devices[\"DEVICE_{device}\"] = counter()");
        let _ = writeln!(commands, "count = 3000\ndevice_{device}_commands =\n{{");
        for button in 0..16 {
            let _ = writeln!(commands, "\tButton_{button} = counter(), -- as drawn");
            let _ = writeln!(
                clickable,
                "elements[\"PNT_{device}_{button}\"] = default_2_position_tumb(_(\"Switch {button}, ON/OFF\"), \
                 devices.DEVICE_{device}, device_{device}_commands.Button_{button}, {})",
                device * 16 + button
            );
        }
        commands.push_str("}\n");
    }
    for gauge in 0..400 {
        let _ = writeln!(
            panel,
            "\nGauge_{gauge}                = CreateGauge()\n\
             Gauge_{gauge}.arg_number     = {gauge}\n\
             Gauge_{gauge}.input          = {{0.0, 100.0, 200.0 * knots_to_ms, 400.0, 800.0}}\n\
             Gauge_{gauge}.output         = {{0.0, 0.125, 0.25, 0.5, 1.0}}\n\
             Gauge_{gauge}.controller     = controllers.base_gauge_{gauge} -- {gauge}"
        );
    }
    [
        ("devices.lua", devices),
        ("command_defs.lua", commands),
        ("mainpanel_init.lua", panel),
        ("clickabledata.lua", clickable),
    ]
}
