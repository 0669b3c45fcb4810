//! Tables that are too large, or take too long to make.

use super::*;

/// A control character takes six bytes of JSON, which are counted before the JSON is written.
#[test]
fn texts_that_grow_in_json() {
    let gauges = "for i = 1, 3 do g = CreateGauge() g.text = ('\\1'):rep(4e6) .. i end";
    let (printed, written) = check_table("mainpanel_init.lua", gauges, "gauges.json");
    assert!(printed.contains("larger than 64 MiB"), "{printed}");
    assert_eq!(written, None);
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
