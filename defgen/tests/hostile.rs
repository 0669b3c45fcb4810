//! Hostile and damaged files. Each ends with exit code 1 and a message that has a place, and the
//! other aircraft is written as usual.

#![allow(clippy::unwrap_used)]

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
fn a_limit_is_reported_even_after_other_errors() {
    check(
        b"pcall(dofile, '/etc/passwd')\nwhile true do end",
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

/// Several aircraft use all the memory that the limits allow, each in a different way. The others
/// are written all the same, in an address space of 1 GB.
#[test]
#[cfg(target_os = "linux")]
fn a_process_with_little_memory() {
    let panels = [
        "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end",
        "local t = {} for i = 1, 1e9 do t[i] = {i} end",
        "local t = {} for n = 1, 1e9 do t[n] = {} for i = 1, 9e5 do t[n]['k' .. i] = i end end",
        "while true do pcall(dofile, '/etc/passwd') CreateGauge(('x'):rep(4e6)) end",
        "for i = 1, 15 do g = CreateGauge() g.text = ('\\1'):rep(4e6) .. i end",
        "local s = ('x'):rep(4e6) while true do f = s:gmatch('y') get_param_handle(s) end",
    ];
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    for (number, panel) in panels.iter().enumerate() {
        let name = format!("Bad{number}");
        write_module(&install, &name, &[("mainpanel_init.lua", panel.as_bytes())]);
    }
    let code = format!("if nope then x = {{{}}} end", "{{{}}},".repeat(23_000));
    let names: Vec<String> = (0..40).map(|number| format!("part{number}.lua")).collect();
    let include =
        "for i = 0, 39 do dofile(LockOn_Options.script_path .. 'part' .. i .. '.lua') end";
    let mut files = vec![("mainpanel_init.lua", include.as_bytes())];
    files.extend(names.iter().map(|name| (&name[..], code.as_bytes())));
    write_module(&install, "Includes", &files);
    write_module(&install, "Flyables", &[]);
    let entry = "local s = ('x'):rep(4e6) for i = 1, 1e9 do make_flyable(s .. i, s .. i) end";
    fs::write(install.join("Mods/aircraft/Flyables/entry.lua"), entry).unwrap();
    write_module(&install, "Good", &[]);
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 1048576; exec \"$0\" install --out out"])
        .arg(env!("CARGO_BIN_EXE_defgen"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let gauges = fs::read_to_string(folder.path().join("out/Good/gauges.json")).unwrap();
    assert!(gauges.contains("\"Lamp\""), "{gauges}");
}

/// A control character takes six bytes of JSON, which are counted before the JSON is written.
#[test]
fn texts_that_grow_in_json() {
    let gauges = "for i = 1, 3 do g = CreateGauge() g.text = ('\\1'):rep(4e6) .. i end";
    let (printed, written) = check_table("mainpanel_init.lua", gauges, "gauges.json");
    assert!(printed.contains("larger than 64 MiB"), "{printed}");
    assert_eq!(written, None);
}

#[test]
fn very_many_flyables() {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    write_module(&install, "Bad", &[]);
    let entry =
        "for i = 1, 1e5 do make_flyable('A' .. i, current_mod_path .. '/Cockpit/Scripts/') end";
    fs::write(install.join("Mods/aircraft/Bad/entry.lua"), entry).unwrap();
    write_module(&install, "Good", &[]);
    check_in(
        folder.path(),
        "entry.lua:1",
        "more than 100 calls of make_flyable",
    );
}

/// If a name is too long for a folder, only its beginning is kept and printed.
#[test]
fn very_long_names_of_aircraft() {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    write_module(&install, "Bad", &[]);
    let entry = "for i = 1, 30 do make_flyable(('x'):rep(1e6) .. i, ('y'):rep(1e6)) end";
    fs::write(install.join("Mods/aircraft/Bad/entry.lua"), entry).unwrap();
    write_module(&install, "Good", &[]);
    let output = defgen(folder.path());
    assert!(output.status.success());
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("cannot be the name of a folder"));
    assert!(printed.contains("Good: 1 device"));
    assert!(printed.len() < 30_000, "{} bytes", printed.len());
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

/// Runs defgen over a module with this file. Returns the output and the text of `table`, if it was
/// written.
fn check_table(file: &str, lua: &str, table: &str) -> (String, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8]); 1] = [(file, lua.as_bytes())];
    write_module(&folder.path().join("install"), "Odd", &files);
    let output = defgen(folder.path());
    let text = fs::read_to_string(folder.path().join("out/Odd").join(table)).ok();
    let failed = output.status.code() == Some(1);
    assert_eq!(failed, text.is_none(), "{output:?}");
    let printed = [output.stdout, output.stderr].concat();
    (String::from_utf8(printed).unwrap(), text)
}

#[test]
fn large_values_that_are_used_in_very_many_places() {
    let panel = "mainpanel_init.lua";
    let clickable = "clickabledata.lua";
    let commands = "command_defs.lua";
    let gauges = "local l = {} for i = 1, 1e6 do l[i] = i end\n\
        for i = 1, 1000 do local g = CreateGauge() g.arg_number = i g.input = l end";
    let parameters =
        "local l = ('x'):rep(4e6) for i = 1, 1000 do CreateGauge().parameter_name = l end";
    let fields = "local l = ('x'):rep(4e6) for i = 1, 1000 do CreateGauge().foo = l end";
    let keys = "local l = ('x'):rep(4e6) for i = 1, 1000 do CreateGauge()[l] = print end";
    let hints = "elements = {} local e = {class = {1}, action = {1}, hint = ('x'):rep(4e6)}\n\
        for i = 1, 1000 do elements['e' .. i] = e end";
    let positions = "elements = {} local c, a = {}, {} for i = 1, 16 do c[i] = 2 a[i] = i end\n\
        local e = {class = c, action = a, arg_value = 0.001, arg_lim = {0, 0.999}}\n\
        for i = 1, 1e5 do elements['e' .. i] = e end";
    let paths = "local k = ('x'):rep(4e6) t = {[k] = {}} for i = 1, 500 do t[k]['a' .. i] = i end";
    for (file, lua, table) in [
        (panel, gauges, "gauges.json"),
        (panel, parameters, "gauges.json"),
        (panel, fields, "gauges.json"),
        (panel, keys, "gauges.json"),
        (clickable, hints, "controls.json"),
        (clickable, positions, "controls.json"),
        (commands, paths, "commands.json"),
    ] {
        let (printed, written) = check_table(file, lua, table);
        assert_eq!(written, None, "{lua}");
        assert!(printed.contains("larger than 64 MiB"), "{printed}");
        assert!(printed.contains(&format!("Scripts/{file}:1")), "{printed}");
        assert!(
            printed.len() < 10_000,
            "{} bytes of messages",
            printed.len()
        );
    }
}

#[test]
fn a_table_that_the_server_would_not_read_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    let params = "local l = {} for i = 1, 9999 do l[i] = 1 / (i + 0.3) end\n\
        for i = 1, 100 do local g = CreateGauge() g.arg_number = i g.params = l end";
    write_module(
        &install,
        "Bad",
        &[("mainpanel_init.lua", params.as_bytes())],
    );
    write_module(&install, "Good", &[]);
    let output = defgen(folder.path());
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    let message = "gauges.json cannot be written: it would have";
    assert!(stdout.contains(message), "{stdout}");
    assert!(!folder.path().join("out/Bad/gauges.json").exists());
    assert!(folder.path().join("out/Good/gauges.json").exists());
}

#[test]
fn gauges_that_lead_to_all_others() {
    let parent = "panel = {}\n\
        for i = 1, 400 do panel[i] = CreateGauge() panel[i].arg_number = i panel[i].panel = panel end";
    let everything = "for i = 1, 400 do local g = CreateGauge() g.arg_number = i g.env = _G end";
    let itself = "t = {} for i = 1, 5 do t[i] = t end\n\
        for i = 1, 400 do local g = CreateGauge() g.arg_number = i g.t = t end";
    let wide = "local t = {1} for i = 1, 14 do t = {t, t, t, t} end\n\
        for i = 1, 400 do panel = CreateGauge() panel.arg_number = i\n\
        panel.input, panel.output = {0, 1}, {0, 1} end panel.t = t";
    for (lua, message) in [
        (
            parent,
            "`panel` of gauge `arg_1` should be plain data, not a table",
        ),
        (everything, "`env` of gauge `arg_1` should be plain data"),
        (
            itself,
            "`t` of gauge `arg_1` should be plain data, not a table",
        ),
        (wide, "`t` of gauge `panel_400` has more than 10000 values"),
    ] {
        let (printed, written) = check_table("mainpanel_init.lua", lua, "gauges.json");
        let written = written.unwrap();
        assert!(printed.contains(message), "{printed}");
        assert_eq!(written.matches("\"arg_number\": ").count(), 400);
        assert!(written.len() < 4_000_000, "{} bytes", written.len());
    }
}

/// Each of these would take hours if every entry were compared with every other.
#[test]
fn very_many_equal_entries() {
    let gauges = "for i = 1, 1e5 do local g = CreateGauge() g.arg_number = 7 end";
    let (_, written) = check_table("mainpanel_init.lua", gauges, "gauges.json");
    assert!(written.unwrap().contains("\"arg_7_7_99999\""));
    let fields = "local g = CreateGauge() for i = 1, 2e5 do g['f' .. i] = print end";
    let (printed, _) = check_table("mainpanel_init.lua", fields, "gauges.json");
    assert!(printed.contains("500 warnings"), "{printed}");
    let commands = "for i = 1, 1e5 do _G['T' .. i] = {K = 3001} end\n\
        elements, devices = {}, {UFC = 1}\n\
        local e = {class = {1}, action = {3001}, device = 1}\n\
        for i = 1, 5e4 do elements['e' .. i] = e end";
    let folder = tempfile::tempdir().unwrap();
    let files = ["command_defs.lua", "clickabledata.lua"].map(|file| (file, commands.as_bytes()));
    write_module(&folder.path().join("install"), "Alike", &files);
    assert!(defgen(folder.path()).status.success());
    let out = folder.path().join("out/Alike/controls.json");
    assert_eq!(
        fs::read_to_string(out)
            .unwrap()
            .matches("\"command\"")
            .count(),
        50_000
    );
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
        "leads out of the install",
    );
    check(b"dofile('/etc/passwd')", PANEL_LINE, "not relative");
    check(b"dofile('C:/Windows/x.lua')", PANEL_LINE, "not relative");
    check(b"dofile('Mods')", PANEL_LINE, "not a file");
}

#[test]
fn files_that_are_not_lua_text() {
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
fn names_that_cannot_be_folders() {
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

    // A link to a file in the given folders is followed.
    fs::remove_file(&panel).unwrap();
    symlink(
        install.join("Mods/aircraft/Good/Cockpit/Scripts/mainpanel_init.lua"),
        &panel,
    )
    .unwrap();
    assert_eq!(defgen(folder.path()).status.code(), Some(0));
}

/// Compiles an aircraft with this panel file, and checks that its table is the usual one.
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
fn marks_line_ends_and_comments_make_no_difference() {
    check_same(&[b"\xef\xbb\xbf", PANEL.as_bytes()].concat());
    check_same(PANEL.replace('\n', "\r\n").as_bytes());
    check_same(&[b"-- caf\xe9 \xff\xfe\n", PANEL.as_bytes()].concat());
    check_same(&[b"#!/usr/bin/lua\n", PANEL.as_bytes()].concat());
    check_same(&[PANEL.as_bytes(), b"t = {}\nt.t = t\n_G.g = _G\nLamp2 = t"].concat());
    check_same(&[b"--[==[ \n ]] ]==]\n", PANEL.as_bytes()].concat());
}

/// Parses files that need as much memory as the parser may use, and one that needs more, in an
/// address space of 1 GB.
#[cfg(target_os = "linux")]
#[test]
fn little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let install = folder.path().join("install");
    let over = format!("x = {{{}}}", "{{{}}},".repeat(149_000));
    let tables = format!("x = {{{}}}", "{{{}}},".repeat(23_000));
    let statements = "x = 1 ".repeat(55_000);
    let broken = "= ".repeat(150_000);
    write_module(
        &install,
        "Bad",
        &[
            ("mainpanel_init.lua", over.as_bytes()),
            ("clickabledata.lua", statements.as_bytes()),
        ],
    );
    write_module(
        &install,
        "Large",
        &[
            ("command_defs.lua", tables.as_bytes()),
            ("mainpanel_init.lua", broken.as_bytes()),
        ],
    );
    write_module(&install, "Good", &[]);
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 1000000; exec \"$0\" install --out out"])
        .arg(env!("CARGO_BIN_EXE_defgen"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("would take too much memory"), "{stderr}");
    let gauges = fs::read_to_string(folder.path().join("out/Good/gauges.json")).unwrap();
    assert!(gauges.contains("\"Lamp\""), "{gauges}");
    let devices = folder.path().join("out/Bad/devices.json");
    assert!(
        devices.exists(),
        "the tables of the other files are not written"
    );
}

#[test]
fn temporary_files_of_a_killed_run_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    write_module(&folder.path().join("install"), "Good", &[]);
    let out = folder.path().join("out/Good");
    fs::create_dir_all(out.join(".defgen-folder")).unwrap();
    for name in [".defgen-a1B2c3", ".defgen-", ".other", "notes.txt"] {
        fs::write(out.join(name), "x").unwrap();
    }
    assert!(defgen(folder.path()).status.success());
    let entries = fs::read_dir(&out).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let tables = ["commands", "controls", "devices", "gauges", "sources"];
    let tables = tables.map(|name| format!("{name}.json"));
    let others = [".defgen-folder", ".other", "notes.txt"].map(str::to_owned);
    let mut expected = [others.to_vec(), tables.to_vec()].concat();
    expected.sort();
    assert_eq!(names, expected);
}
