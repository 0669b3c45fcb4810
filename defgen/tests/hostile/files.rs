//! Names, links, sizes and other properties of files and folders.

use super::*;

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
