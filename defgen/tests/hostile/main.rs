//! Hostile and damaged files. Each ends with exit code 1 and a message that has a place, and the
//! other aircraft is written as usual.

#![allow(clippy::unwrap_used)]

mod files;
#[cfg(target_os = "linux")]
mod memory;
mod scripts;
mod tables;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ENTRY: &str = "make_flyable('NAME', current_mod_path..'/Cockpit/Scripts/')\n";
const DEVICES: &str = "devices = {}\ndevices['UFC'] = 1\n";
const PANEL: &str =
    "Lamp = CreateGauge()\nLamp.arg_number = 5\nLamp.input = {0, 1}\nLamp.output = {0, 1}\n";

/// Writes a module. These files in its cockpit folder are added to the usual ones or replace them.
fn write_module(install: &Path, name: &str, files: &[(&str, &[u8])]) {
    let module = install.join("Mods/aircraft").join(name);
    let scripts = module.join("Cockpit/Scripts");
    fs::create_dir_all(&scripts).unwrap();
    fs::write(module.join("entry.lua"), ENTRY.replace("NAME", name)).unwrap();
    let usual: [(&str, &[u8]); 4] = [
        ("devices.lua", DEVICES.as_bytes()),
        ("command_defs.lua", b"UFC_commands = {TCN = 3001}"),
        ("mainpanel_init.lua", PANEL.as_bytes()),
        ("clickabledata.lua", b"elements = {}"),
    ];
    for (file, bytes) in usual.iter().chain(files) {
        fs::write(scripts.join(file), bytes).unwrap();
    }
}

fn defgen(folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_defgen"))
        .args(["install", "--out", "out"])
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Runs defgen over a good aircraft and a bad one, and checks that the bad one fails with `message`
/// at `place`.
fn check(panel: &[u8], place: &str, message: &str) {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    write_module(&install, "Bad", &[("mainpanel_init.lua", panel)]);
    write_module(&install, "Good", &[]);
    check_in(folder.path(), place, message);
}

fn check_in(folder: &Path, place: &str, message: &str) {
    let output = defgen(folder);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(message), "no {message:?} in\n{stderr}");
    assert!(stderr.contains(place), "no {place:?} in\n{stderr}");
    assert!(stderr.len() < 4000, "{} bytes of messages", stderr.len());
    let bad = folder.join("out/Bad/gauges.json");
    assert!(!bad.exists(), "the bad one was written");
    let gauges = fs::read_to_string(folder.join("out/Good/gauges.json")).unwrap();
    assert!(gauges.contains("\"Lamp\""), "{gauges}");
}

const PANEL_LINE: &str = "Cockpit/Scripts/mainpanel_init.lua:";
