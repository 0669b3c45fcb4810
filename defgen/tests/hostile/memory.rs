//! All memory that the limits allow, in an address space of 1 GB.

use super::*;

/// Runs defgen in an address space of this many KiB. The run must fail, and write the good aircraft
/// all the same. Returns what was printed.
fn run_with_memory(folder: &Path, kib: u32) -> String {
    let limited = format!("ulimit -v {kib}; exec \"$0\" install --out out");
    let output = Command::new("sh")
        .args(["-c", &limited])
        .arg(env!("CARGO_BIN_EXE_defgen"))
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let gauges = fs::read_to_string(folder.join("out/Good/gauges.json")).unwrap();
    assert!(gauges.contains("\"Lamp\""), "{gauges}");
    stderr
}

/// Several aircraft use all the memory that the limits allow, each in a different way. The others
/// are written all the same, in an address space of 1 GB.
#[test]
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
    run_with_memory(folder.path(), 1_048_576);
}

/// Parses files that need as much memory as the parser may use, and one that needs more, in an
/// address space of 1 GB.
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
    let stderr = run_with_memory(folder.path(), 1_000_000);
    assert!(stderr.contains("would take too much memory"), "{stderr}");
    let devices = folder.path().join("out/Bad/devices.json");
    assert!(
        devices.exists(),
        "the tables of the other files are not written"
    );
}
