//! Scripts that never end, take all memory, nest too deep, or are no Lua.

use super::*;

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
