//! Tests of the verdicts on odd files, compared with real Lua 5.1, which runs them.

use super::{
    super::real_lua::{MARKER, runs},
    parse::MAX_BYTES,
    *,
};

/// The verdict on a file, with the place where the file ends.
#[derive(Debug, PartialEq)]
enum Verdict {
    Certain,
    Possible(String),
    Never(String),
    /// The marker is not an outermost statement.
    NotThere,
    Broken,
}

fn verdict(text: &str) -> Verdict {
    let script = match Script::parse(text.as_bytes()) {
        Ok(script) => script,
        Err(ScriptError::Syntax(_)) => return Verdict::Broken,
        Err(other) => panic!("{other}: {text}"),
    };
    let at = text.find(MARKER).expect("the marker");
    if !script.is_top_level(&(at..at + MARKER.len())) {
        return Verdict::NotThere;
    }
    match script.reach(at) {
        Reach::Certain => Verdict::Certain,
        Reach::Possible(ending) => Verdict::Possible(ending.to_string()),
        Reach::Never(ending) => Verdict::Never(ending.to_string()),
    }
}

/// Checks the verdict, and that real Lua confirms it.
#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the tables are easier to read"
)]
fn check(before: &str, expected: Verdict) {
    let text = format!("{before}\n{MARKER}\n");
    assert_eq!(verdict(&text), expected, "{text}");
    let (one, other) = (runs(text.as_bytes(), true), runs(text.as_bytes(), false));
    match expected {
        Verdict::Certain => assert!(one && other, "Lua does not get there: {text}"),
        Verdict::Never(_) | Verdict::Broken => assert!(!one && !other, "Lua gets there: {text}"),
        Verdict::Possible(_) => assert!(!one || !other, "Lua always gets there: {text}"),
        Verdict::NotThere => {}
    }
}

fn never(what: &str) -> Verdict {
    Verdict::Never(what.to_owned())
}

fn possible(what: &str) -> Verdict {
    Verdict::Possible(what.to_owned())
}

#[test]
fn a_return_at_the_top_ends_the_file() {
    let in_line = |line: u32| never(&format!("the \"return\" in line {line}"));
    check("do return end", in_line(1));
    check("x=1 do return end", in_line(1));
    check("local a = 1\r\ndo return a end -- off", in_line(2));
    check("do\n  do\n    return 1, 2\n  end\nend", in_line(3));
    check("if true then return end", in_line(1));
    check("if not nil then return end", in_line(1));
    check("if (1 and not false) then return end", in_line(1));
    check("if false or true then return end", in_line(1));
    check("if FLAG then return else return end", in_line(1));
    check(
        "if FLAG then\nreturn\nelseif OTHER then return else do return end end",
        in_line(2),
    );
    check("repeat return until true", in_line(1));
    check("while true do return end", in_line(1));
    check(
        "while 1 do if FLAG then return else return end end",
        in_line(1),
    );
    check("--[[ do\n ]] do return end", in_line(2));
    check("a = [[\n]] do return end", in_line(2));
    check(";do return end".trim_start_matches(';'), in_line(1));
}

#[test]
fn a_return_on_one_of_the_ways_may_end_the_file() {
    let in_line = |line: u32| possible(&format!("the \"return\" in line {line}"));
    check("if FLAG then return end", in_line(1));
    check("\nif not FLAG then\n\treturn\nend", in_line(3));
    check(
        "if FLAG then x = 1 elseif not FLAG then return end",
        in_line(1),
    );
    check("while FLAG do return end", in_line(1));
    check("repeat if FLAG then return end until true", in_line(1));
    check("for i = 1, 3 do if FLAG then return end end", in_line(1));
    check("for _ in pairs({ 1 }) do return end", in_line(1));
    check(
        "while true do if FLAG then return end break end",
        in_line(1),
    );
    check("do do if FLAG then return end end end", in_line(1));
    check("if FLAG and false or FLAG then return end", in_line(1));
}

#[test]
fn calls_that_do_not_come_back_end_the_file() {
    check("error('no')", never("the error(…) in line 1"));
    check("error 'no'", never("the error(…) in line 1"));
    check("_G.error('no')", never("the error(…) in line 1"));
    check("os.exit(1)", never("the os.exit(…) in line 1"));
    check("assert(false, 'no')", never("the assert(…) in line 1"));
    check("assert(nil)", never("the assert(…) in line 1"));
    check(
        "coroutine.yield()",
        never("the coroutine.yield(…) in line 1"),
    );
    check("local x = error('no')", never("the error(…) in line 1"));
    check("x = 1, error('no')", never("the error(…) in line 1"));
    check(
        "if FLAG then error('no') end",
        possible("the error(…) in line 1"),
    );
    check("while true do end", never("the endless loop in line 1"));
    check(
        "x = 1\nrepeat x = 2 until false",
        never("the endless loop in line 2"),
    );
    check(
        "while true do while true do break end end",
        never("the endless loop in line 1"),
    );
}

#[test]
fn what_only_looks_like_an_end_is_none() {
    for before in [
        "",
        "-- do return end",
        "--[[ do return end ]]",
        "--[==[\ndo return end\n]] ]==]",
        "local s = 'do return end'",
        "local s = [[\ndo return end\n]]",
        "function f() return end",
        "local function f() do return end end",
        "local f = function() error('x') end",
        "pcall(function() error('x') end)",
        "pcall(error)",
        "t = { f = function() return 1 end }",
        "if false then return end",
        "if nil then return end",
        "if not true then return end",
        "while false do return end",
        "while true do break end",
        "repeat break until false",
        "while true do do break end end",
        "for i = 1, 2 do break end",
        "assert(true)",
        "assert(1, 'no')",
        "do end",
        "do local x = 1 end",
        "return_value = 1",
        "t = {} t.error = print",
        "if false then error('x') elseif nil then os.exit() end",
        "a = 'x\\\r\ny'",
        "\u{e4} = 1".trim_start_matches("\u{e4} = 1"),
        "-- \u{e4}\u{4fdd}",
    ] {
        check(before, Verdict::Certain);
    }
    // The file redefines the functions, so calling them may not end it.
    for before in [
        "local error = print error('x')",
        "function assert() end assert(false)",
    ] {
        assert!(matches!(
            verdict(&format!("{before}\n{MARKER}")),
            Verdict::Possible(_)
        ));
        assert!(
            runs(format!("{before}\n{MARKER}").as_bytes(), true),
            "{before}"
        );
    }
}

#[test]
fn what_is_inside_something_else_is_not_there() {
    for (before, after) in [
        ("--[[", "]]"),
        ("--", ""),
        ("x = [[", "]]"),
        ("x = '", "'"),
        ("function f() ", " end"),
        ("if FLAG then ", " end"),
        ("x = ", ""),
        ("do return ", " end"),
        ("local f = function() ", " end"),
    ] {
        let text = format!("{before}{MARKER}{after}\n");
        assert_eq!(verdict(&text), Verdict::NotThere, "{text}");
    }
}

#[test]
fn files_that_lua_refuses_are_broken() {
    for before in [
        "if x then",
        "return",
        "break",
        "x = ",
        "do return end end",
        "\0",
        "goto x",
        "\u{e4} = 1",
    ] {
        // After a final "return" the marker would be its value.
        let text = format!("{before} ;\n{MARKER}\n");
        assert_eq!(verdict(&text), Verdict::Broken, "{text}");
        assert!(
            !runs(text.as_bytes(), true) && !runs(text.as_bytes(), false),
            "{text}"
        );
    }
}

#[test]
fn large_files_are_not_looked_into() {
    let mut text = b"-- a comment of a tool that writes a log here\n".repeat(30_000);
    assert_eq!(Script::parse(&text).err(), Some(ScriptError::TooLarge));
    text.truncate(MAX_BYTES);
    assert!(Script::parse(&text).is_ok());
}

#[test]
fn nothing_panics_or_overflows_the_stack() {
    let deep = |open: &str, close: &str| open.repeat(150) + "x = 1 " + &close.repeat(150);
    for text in [
        deep("do ", "end "),
        deep("if x then ", "end "),
        "x = ".to_owned() + &"(".repeat(100_000),
        "x = ".to_owned() + &"not ".repeat(100_000) + "1",
        "do ".repeat(100_000),
        "\\".repeat(1000),
        "x = 1 + ".repeat(10_000),
    ] {
        let _ = Script::parse(text.as_bytes());
    }
}
