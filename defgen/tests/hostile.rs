//! Files that mean harm or are damaged: each ends in a message with a place and exit
//! code 1, and the aircraft beside it is written as if nothing were.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ENTRY: &str = "make_flyable('NAME', current_mod_path..'/Cockpit/Scripts/')\n";
const DEVICES: &str = "devices = {}\ndevices['UFC'] = 1\n";
const PANEL: &str =
    "Lamp = CreateGauge()\nLamp.arg_number = 5\nLamp.input = {0, 1}\nLamp.output = {0, 1}\n";

/// A module with these files in its cockpit folder, beside or instead of the usual ones.
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

/// Runs over a good aircraft and a bad one, which must fail with `message` at `place`.
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

#[test]
fn an_endless_loop() {
    check(b"while true do x = 1 end", PANEL_LINE, "steps");
    check(
        b"repeat local x = {} until false",
        PANEL_LINE,
        "limit-memory",
    );
    check(
        b"while true do pcall(function() while true do end end) end",
        PANEL_LINE,
        "steps",
    );
}

#[test]
fn endless_recursion() {
    check(
        b"local function f() return 1 + f() end\nf()",
        "mainpanel_init.lua:",
        "calls",
    );
    check(b"local t = setmetatable({}, {})\ngetmetatable(t).__index = function(t, k) return t[k .. 'x'] end\nreturn t.x", "mainpanel_init.lua:", "calls");
}

#[test]
fn too_much_memory() {
    check(b"\nlocal s = ('x'):rep(1e9)", PANEL_LINE, "MiB");
    check(
        b"local s = 'xxxxxxxx'\nwhile true do s = s .. s end",
        PANEL_LINE,
        "MiB",
    );
    check(
        b"local t = {}\nfor i = 1, 1e9 do t[i] = {i} end",
        "mainpanel_init.lua:",
        "limit",
    );
    check(
        b"local t = {}\nfor i = 1, 1e9 do t[i] = ('x'):rep(1e5) .. i end",
        "mainpanel_init.lua:",
        "MiB",
    );
}

#[test]
fn very_many_wrong_entries() {
    let folder = tempfile::tempdir().unwrap();
    let devices = format!("devices = {{UFC = 1, {}}}", "{},".repeat(50_000));
    let files: [(&str, &[u8]); 1] = [("devices.lua", devices.as_bytes())];
    write_module(&folder.path().join("install"), "Many", &files);
    let output = defgen(folder.path());
    assert!(output.status.success());
    let out = |file: &str| fs::read_to_string(folder.path().join("out/Many").join(file)).unwrap();
    assert_eq!(out("devices.json"), "{\n  \"UFC\": 1\n}\n");
    assert_eq!(out("sources.json").matches("\"why\"").count(), 500);
}

#[test]
fn nesting() {
    check("{".repeat(100_000).as_bytes(), PANEL_LINE, "nest");
    check(
        ("x = ".to_owned() + &"(".repeat(100_000)).as_bytes(),
        PANEL_LINE,
        "nest",
    );
    let closures = "return (function() ".repeat(250) + &" end)()".repeat(250);
    check(closures.as_bytes(), PANEL_LINE, "nest");
    check(
        ("x = 1".to_owned() + &" + 1".repeat(100_000)).as_bytes(),
        PANEL_LINE,
        "operators",
    );
}

#[test]
fn includes() {
    check(
        b"dofile(LockOn_Options.script_path..'mainpanel_init.lua')",
        PANEL_LINE,
        "include",
    );
    check(
        b"\ndofile('../../../../etc/passwd')",
        "mainpanel_init.lua:2:",
        "climbs out",
    );
    check(b"dofile('/etc/passwd')", PANEL_LINE, "not relative");
    check(b"dofile('C:/Windows/x.lua')", PANEL_LINE, "not relative");
    check(b"dofile('Mods')", PANEL_LINE, "not a file");
}

#[test]
fn what_is_no_lua_text() {
    check(
        b"\x1bLuaQ\0\x01\x04\x04\x04\x08",
        "mainpanel_init.lua",
        "precompiled",
    );
    let utf16: Vec<u8> = "\u{feff}x = 1"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    check(&utf16, "mainpanel_init.lua", "UTF-16");
    check(b"x = 1\nfor i = 1 do end", "mainpanel_init.lua:2:", "");
    check(b"x = 1\nend", "mainpanel_init.lua:2:", "end");
    check(b"x = 'unfinished", PANEL_LINE, "");
}

#[test]
fn a_huge_file() {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    write_module(&install, "Bad", &[]);
    write_module(&install, "Good", &[]);
    let panel = install.join("Mods/aircraft/Bad/Cockpit/Scripts/mainpanel_init.lua");
    fs::File::create(panel).unwrap().set_len(100 << 20).unwrap();
    check_in(folder.path(), "mainpanel_init.lua", "bytes");
}

#[test]
fn names_that_are_no_folders() {
    for name in ["../../up", "a/b", "con", "NUL.x", "", "x\\y", "a:b", "dot."] {
        let folder = tempfile::tempdir().unwrap();
        let install = folder.path().join("install");
        write_module(&install, "Bad", &[]);
        let entry = ENTRY.replace("NAME", &name.replace('\\', "\\\\"));
        fs::write(install.join("Mods/aircraft/Bad/entry.lua"), entry).unwrap();
        write_module(&install, "Good", &[]);
        let output = defgen(folder.path());
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(
            stdout.contains("cannot be the name of a folder"),
            "{name:?}: {stdout}"
        );
        let written = fs::read_dir(folder.path().join("out")).unwrap().count();
        assert_eq!(written, 1, "{name:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    fs::write(folder.path().join("secret.lua"), "x = 1").unwrap();
    write_module(&install, "Bad", &[]);
    write_module(&install, "Good", &[]);
    let panel = install.join("Mods/aircraft/Bad/Cockpit/Scripts/mainpanel_init.lua");
    fs::remove_file(&panel).unwrap();
    symlink(folder.path().join("secret.lua"), &panel).unwrap();
    check_in(
        folder.path(),
        "mainpanel_init.lua",
        "outside of the given folders",
    );

    fs::remove_file(&panel).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(&panel)
            .status()
            .unwrap()
            .success()
    );
    check_in(folder.path(), "mainpanel_init.lua", "not a file");

    fs::remove_file(&panel).unwrap();
    symlink("mainpanel_init.lua", &panel).unwrap();
    check_in(folder.path(), "mainpanel_init.lua", "cannot be read");

    // Inside of the given folders a link is as good as what it leads to.
    fs::remove_file(&panel).unwrap();
    symlink(
        install.join("Mods/aircraft/Good/Cockpit/Scripts/mainpanel_init.lua"),
        &panel,
    )
    .unwrap();
    assert_eq!(defgen(folder.path()).status.code(), Some(0));
}

/// Runs over an aircraft with such a panel and expects the table that the usual one gives.
fn check_same(panel: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    write_module(&install, "Odd", &[("mainpanel_init.lua", panel)]);
    write_module(&install, "Good", &[]);
    let output = defgen(folder.path());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let [odd, good] = ["Odd", "Good"].map(|name| {
        fs::read_to_string(folder.path().join("out").join(name).join("gauges.json")).unwrap()
    });
    assert_eq!(odd, good);
}

#[test]
fn what_editors_do_to_files_is_harmless() {
    check_same(&[b"\xef\xbb\xbf", PANEL.as_bytes()].concat());
    check_same(PANEL.replace('\n', "\r\n").as_bytes());
    check_same(&[b"-- caf\xe9 \xff\xfe\n", PANEL.as_bytes()].concat());
    check_same(&[b"#!/usr/bin/lua\n", PANEL.as_bytes()].concat());
    check_same(&[PANEL.as_bytes(), b"t = {}\nt.t = t\n_G.g = _G\nLamp2 = t"].concat());
    check_same(&[b"--[==[ \n ]] ]==]\n", PANEL.as_bytes()].concat());
}
