//! Prints a table of the time and memory for compiling an install: `scripts/bench-defgen [PATH…]`.
//!
//! Measures the sample install, a made-up install of sixteen large modules, and each path given.
//! Each time is the shortest of many rounds, as other programs can only make a round longer.

use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use defgen::source::Source;
use defgen::stack::on_big_stack;
use defgen::{Outcome, Report, Request, compile, emit};
use rayon::prelude::*;

/// The time spent on each measurement, and its least and most rounds.
const MAX_TIME: Duration = Duration::from_secs(20);
const ROUNDS: RangeInclusive<usize> = 5..=100;

/// The modules of the made-up install.
const MODULES: usize = 16;

/// The argument with which this program compiles a path into a folder once and prints the memory
/// that this took.
const PEAK: &str = "--peak";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, peak, path, out] = &*args
        && peak == PEAK
    {
        write(&run(Path::new(path)), Path::new(out));
        return println!("{}", peak_megabytes());
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let large = folder.path().join("large");
    write_install(&large).expect("the made-up install");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sample-install");
    let given = args.iter().skip(1).filter(|arg| *arg != "--bench");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "install               files     KB   full_moon  defgen, {cores} cores    ratio  peak MB"
    );
    for path in [sample, large].into_iter().chain(given.map(PathBuf::from)) {
        println!("{}", row(&path, folder.path()));
    }
    println!("\nfull_moon: its parser alone on one core, for the same files; times in ms");
}

/// The measurements of one install.
fn row(path: &Path, temp: &Path) -> String {
    let report = run(path);
    let files = report.cache.sources().all();
    let kilobytes = files.iter().map(|file| file.bytes().len()).sum::<usize>() / 1024;
    let full_moon = on_big_stack(|| shortest(|| parse_all(&files)));
    let whole = shortest(|| write(&run(path), &new_folder(temp)));
    let peak = std::env::current_exe().and_then(|program| {
        let mut program = Command::new(program);
        program.arg(PEAK).arg(path).arg(new_folder(temp)).output()
    });
    let peak = peak.map_or_else(
        |error| error.to_string(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    );
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    format!(
        "{name:<20} {:>6} {kilobytes:>6} {:>11.1} {:>16.1} {:>8.2} {peak:>8}",
        files.len(),
        milliseconds(full_moon),
        milliseconds(whole),
        whole.as_secs_f64() / full_moon.as_secs_f64(),
    )
}

/// A folder that is kept until the end, as some disks are slow after many files were removed.
fn new_folder(temp: &Path) -> PathBuf {
    tempfile::tempdir_in(temp).expect("a folder").keep()
}

/// Returns the shortest time of many rounds.
fn shortest<T>(mut round: impl FnMut() -> T) -> Duration {
    let (start, mut rounds, mut shortest) = (Instant::now(), 0, Duration::MAX);
    while rounds < *ROUNDS.start() || (rounds < *ROUNDS.end() && start.elapsed() < MAX_TIME) {
        let round_start = Instant::now();
        std::hint::black_box(round());
        shortest = shortest.min(round_start.elapsed());
        rounds += 1;
    }
    shortest
}

fn run(path: &Path) -> Report {
    let request = Request {
        paths: vec![path.to_owned()],
        ..Request::default()
    };
    compile(&request, &()).expect("a path with modules")
}

/// Writes all tables into a folder.
fn write(report: &Report, out: &Path) {
    report.parts().flatten().for_each(|item| {
        if let Outcome::Tables(tables) = &item.outcome {
            emit::write(out, item, tables, &report.cache).expect("a folder to write to");
        }
    });
}

fn parse_all(files: &[Arc<Source>]) -> usize {
    let parse = |source: &Arc<Source>| {
        let text = String::from_utf8_lossy(source.bytes());
        full_moon::parse_fallible(&text, full_moon::LuaVersion::lua51())
            .errors()
            .len()
    };
    files.iter().map(parse).sum()
}

/// Returns the peak memory of this process, if the system reports it.
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
