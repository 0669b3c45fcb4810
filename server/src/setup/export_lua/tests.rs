//! Tests that our line is added and removed, and that all other bytes stay.

use proptest::prelude::*;

use super::{super::real_lua, *};

fn installed(original: &[u8]) -> Vec<u8> {
    with_line(Some(original)).unwrap()
}

fn restored(bytes: &[u8]) -> Vec<u8> {
    match without_line(bytes).unwrap() {
        Removal::Bytes(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

fn with_ours(text: &str) -> String {
    text.replace("LINE", &our_text(""))
        .replace("CALL", CALL)
        .replace("MARK", MARK)
}

#[test]
fn the_line_that_loads_dcs_bios_is_found() {
    let loading = [
        r"dofile(lfs.writedir()..[[Scripts\DCS-BIOS\BIOS.lua]])",
        r#"dofile(lfs.writedir() .. "Scripts\\DCS-BIOS\\BIOS.lua")"#,
        "pcall(function() dofile(lfs.writedir()..'scripts/dcs-bios/bios.LUA') end) -- panels",
        "if is_at_home then dofile('Scripts/DCS-BIOS/BIOS.lua') end",
    ];
    let others = [
        "",
        r"-- dofile(lfs.writedir()..[[Scripts\DCS-BIOS\BIOS.lua]])",
        "--[[ tools\n dofile('Scripts/DCS-BIOS/BIOS.lua')\n--]]",
        "dofile('Scripts/Symbios.lua')",
        "dofile('Scripts/DCS-BIOS/BIOSConfig.lua')",
        // Neither can the sim load it, nor is it parsed.
        "x = = 1\n-- dofile('Scripts/DCS-BIOS/BIOS.lua')",
    ];
    for text in loading {
        assert_eq!(dcs_bios_line(text.as_bytes()), Some(1), "{text}");
        let with_syntax_error = format!("x = = 1\r\n\r\n{text}\r\n");
        assert_eq!(
            dcs_bios_line(with_syntax_error.as_bytes()),
            Some(3),
            "{text}"
        );
        for other in others {
            let number = other.split('\n').count() + 1;
            let both = format!("{other}\n{text}\n");
            assert_eq!(dcs_bios_line(both.as_bytes()), Some(number), "{both}");
        }
    }
    for text in others {
        assert_eq!(dcs_bios_line(text.as_bytes()), None, "{text}");
    }
}

#[track_caller]
fn check(original: &str, expected: &str) {
    let bytes = installed(original.as_bytes());
    assert_eq!(String::from_utf8_lossy(&bytes), with_ours(expected));
    assert_eq!(state_behind_mark(&bytes), Ok(LineState::Reached));
    assert_eq!(restored(&bytes), original.as_bytes());
}

#[test]
fn goes_to_the_end_in_the_files_own_line_ends() {
    check("a()\nb()\n", "a()\nb()\nLINE\n");
    check("a()\r\nb()\r\n", "a()\r\nb()\r\nLINE\r\n");
    check("", "LINE\r\n");
    check("a()\nb()", "a()\nb()\nLINE (the line before had no end)\n");
    check("a()", "a()\r\nLINE (the line before had no end)\r\n");
    check("a()\r", "a()\rLINE\r\n");
    check("-- a", "-- a\r\nLINE (the line before had no end)\r\n");
}

#[test]
fn goes_before_the_statement_that_ends_the_file() {
    check("a()\nreturn\n", "a()\nLINE\nreturn\n");
    check("\u{feff}return x", "\u{feff}LINE\r\nreturn x");
    check("#!lua\nreturn", "#!lua\nLINE\nreturn");
    check(
        "a()\ndo return end\nb()\n",
        "a()\nLINE\ndo return end\nb()\n",
    );
    check("  do return  end", "LINE\r\n  do return  end");
    check("a()\nx=1 do return end\n", "a()\nLINE\nx=1 do return end\n");
    check(
        "if x then\n\treturn\nend\nb()\n",
        "LINE\nif x then\n\treturn\nend\nb()\n",
    );
    check("a()\nerror('x')\nb()", "a()\nLINE\nerror('x')\nb()");
}

#[test]
fn goes_to_a_line_that_begins_a_statement() {
    check(
        "a()\nx = [[\n]] do return end\n",
        "a()\nLINE\nx = [[\n]] do return end\n",
    );
    check("--[[\n]] do return end\n", "LINE\n--[[\n]] do return end\n");
    check(
        "a()\n--[[\n]] do return end\n",
        "LINE\na()\n--[[\n]] do return end\n",
    );
}

#[test]
fn a_file_where_the_line_cannot_run_is_refused() {
    // Lua would take the parentheses at the start of this file for a call of our line's result.
    let error = with_line(Some(b"(f or g)() do return end\n")).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the \"return\" in line 1 ends the file"),
        "{text}"
    );
}

#[test]
fn a_script_that_is_broken_anyway_is_left_in_its_order() {
    let broken = "a()\nif then\nreturn\n";
    let bytes = installed(broken.as_bytes());
    assert_eq!(bytes, with_ours(&format!("{broken}LINE\n")).as_bytes());
    assert!(matches!(
        line_state(&bytes),
        Ok(LineState::Unknown(ScriptError::Syntax(_)))
    ));
    assert_eq!(restored(&bytes), broken.as_bytes());
}

#[test]
fn a_byte_order_mark_is_a_syntax_error_as_in_real_lua() {
    for text in ["", "x = 1\n", "-- a comment\n", "LINE\n", "LINE\nreturn\n"] {
        let marked = with_ours(&format!("\u{feff}{text}"));
        assert!(!real_lua::loads(marked.as_bytes()));
        let bytes = installed(marked.as_bytes());
        let state = line_state(&bytes);
        assert!(
            matches!(&state, Ok(LineState::Unknown(ScriptError::Syntax(reason)))
                if reason.contains("save it as UTF-8 without BOM")),
            "{state:?}"
        );
        // Once it is saved without the mark, the line runs.
        assert_eq!(line_state(&bytes[3..]), Ok(LineState::Reached));
    }
}

#[test]
fn a_large_file_gets_the_line_at_its_end() {
    let large = b"-- 0123456789\n".repeat(80_000);
    let bytes = installed(&large);
    assert_eq!(
        line_state(&bytes),
        Ok(LineState::Unknown(ScriptError::TooLarge))
    );
    assert_eq!(restored(&bytes), large);
    assert_eq!(installed(&bytes), bytes);
}

#[test]
fn a_file_that_was_not_there_is_not_there_again() {
    let bytes = with_line(None).unwrap();
    assert_eq!(without_line(&bytes), Ok(Removal::Delete));
    let with_more = [&bytes[..], b"b()\n"].concat();
    assert_eq!(restored(&with_more), b"b()\n");
}

#[test]
fn what_others_add_later_stays_a_line_of_its_own() {
    let bytes = [&installed(b"a()")[..], b"b()\n"].concat();
    assert_eq!(restored(&bytes), b"a()\r\nb()\n");
}

#[track_caller]
fn check_replaced(before: &str, state: LineState, after: &str) {
    let before = with_ours(before);
    assert_eq!(line_state(before.as_bytes()), Ok(state));
    let after = with_ours(after);
    assert_eq!(
        String::from_utf8_lossy(&installed(before.as_bytes())),
        after
    );
    assert_eq!(line_state(after.as_bytes()), Ok(LineState::Reached));
}

#[test]
fn switched_off_and_second_lines_are_replaced_where_they_stand() {
    let first = "a()\n-- LINE (the line before had no end)\nb()\nMARK\n";
    let expected = "a()\nLINE (the line before had no end)\nb()\n";
    check_replaced(first, LineState::Duplicated, expected);
    check_replaced("--LINE\n", LineState::Commented, "LINE\n");
    check_replaced("  -- -- LINE  \n", LineState::Commented, "LINE\n");
    check_replaced("MARK\n", LineState::Commented, "LINE\n");
    check_replaced("LINE\nLINE\n", LineState::Duplicated, "LINE\n");
}

#[test]
fn a_line_that_does_not_run_is_moved_to_where_it_runs() {
    check_replaced("--[[\nLINE\n]]\n", LineState::Commented, "--[[\n]]\nLINE\n");
    check_replaced(
        "if x then\nLINE\nend\n",
        LineState::Nested,
        "if x then\nend\nLINE\n",
    );
    let bytes = with_ours("do return end\nLINE\n");
    let state = line_state(bytes.as_bytes());
    assert!(matches!(state, Ok(LineState::Unreachable(_))), "{state:?}");
    assert_eq!(
        installed(bytes.as_bytes()),
        with_ours("LINE\ndo return end\n").as_bytes()
    );
    let bytes = with_ours("if x then return end\nLINE\n");
    let state = line_state(bytes.as_bytes());
    assert!(
        matches!(state, Ok(LineState::MaybeUnreachable(_))),
        "{state:?}"
    );
    assert_eq!(
        installed(bytes.as_bytes()),
        with_ours("LINE\nif x then return end\n").as_bytes()
    );
}

#[test]
fn code_of_the_user_in_our_line_stays() {
    for (before, after) in [
        (
            "dofile(\"MyTool.lua\") LINE\nb()\n",
            "dofile(\"MyTool.lua\") \nb()\n",
        ),
        ("a(); LINE (the line before had no end)\r\n", "a(); \r\n"),
        ("x = 1 -- LINE\n", "x = 1 -- \n"),
        ("if x then LINE\nend\n", "if x then \nend\n"),
        ("--[[ a LINE\n]]\n", "--[[ a \n]]\n"),
    ] {
        let (before, after) = (with_ours(before), with_ours(after));
        let rest = restored(before.as_bytes());
        assert_eq!(String::from_utf8_lossy(&rest), after);
    }
    let beside = with_ours("dofile(\"MyTool.lua\") LINE\n");
    assert_eq!(installed(beside.as_bytes()), beside.as_bytes());
    assert_eq!(line_state(beside.as_bytes()), Ok(LineState::Reached));
}

#[test]
fn a_line_in_doubt_is_refused_and_shown() {
    for (line, text) in [
        (2, "a()\ndofile(\"MyTool.lua\") MARK\n"),
        (1, "-- dofile(old) MARK\n"),
        (1, "x = LINE\n"),
        (2, "x =\nLINE\n"),
        (2, "x = [[\nLINE\n]]\n"),
        (1, "CALL MARK and my own dofile(x)\n"),
        (1, "x = 1 - LINE\n"),
        (1, "- LINE\n"),
        (2, "if x then\na() LINE\n"),
        (1, "LINE LINE\n"),
        (1, "pcall(function() dofile(\"D:/other.lua\") end) MARK\n"),
    ] {
        let text = with_ours(text);
        let error = without_line(text.as_bytes()).unwrap_err();
        assert_eq!(
            with_line(Some(text.as_bytes())),
            Err(error.clone()),
            "{text}"
        );
        assert_eq!(line_state(text.as_bytes()), Err(error.clone()), "{text}");
        let ExportLuaError::EditedLine { number, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(number, line, "{text}");
    }
    let text = with_ours("\u{1b}[2J(\"x\") MARK\n");
    let message = without_line(text.as_bytes()).unwrap_err().to_string();
    assert!(
        message.contains("line 1 contains") && message.contains("\\u{1b}[2J"),
        "{message}"
    );
}

#[test]
fn a_text_that_mentions_our_mark_is_not_ours() {
    let text = with_ours("-- look for MARK in this file\n");
    assert_eq!(without_line(text.as_bytes()), Ok(Removal::Unchanged));
    check(&text, &format!("{text}LINE\n"));
}

#[test]
fn utf_16_is_refused() {
    assert_eq!(with_line(Some(b"\xff\xfea\0")), Err(ExportLuaError::Utf16));
    assert_eq!(line_state(b"\xff\xfea\0"), Err(ExportLuaError::Utf16));
    assert_eq!(without_line(b"\xff\xfea\0"), Ok(Removal::Unchanged));
}

/// Generates files of awkward pieces: line ends of all kinds, bytes that are not UTF-8, early
/// endings.
fn export_lua() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        &b"\n"[..],
        b"\n",
        b"\r\n",
        b"\r",
        b"local x = 1",
        b"return",
        b"return x",
        b"do return end",
        b"if x then return end",
        b"if x then",
        b" end ",
        b"-- ",
        b"--[[",
        b"]]",
        b"x = [[",
        b"\xe4\xff\0",
        b"\xef\xbb\xbf",
        b"#!",
        b"syntax error",
        b"(f)()",
        b" ",
        b"\t",
        b"pcall(function() end) -- dcs-master",
    ]);
    let chosen = prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => chosen, 1 => prop::collection::vec(any::<u8>(), 0..80)]
}

/// Generates such files with our line and parts of it in odd places.
fn with_marks() -> impl Strategy<Value = Vec<u8>> {
    let ours = prop::sample::select(vec![
        our_text("").into_bytes(),
        our_text(NO_LINE_END).into_bytes(),
        our_text(NO_FILE).into_bytes(),
        MARK.as_bytes().to_vec(),
        CALL.as_bytes().to_vec(),
        format!("{}\n", our_text("")).into_bytes(),
        format!("\n{}\n", our_text("")).into_bytes(),
        format!("--{}\n", our_text("")).into_bytes(),
    ]);
    (
        export_lua(),
        ours.clone(),
        export_lua(),
        prop::option::of(ours),
        export_lua(),
    )
        .prop_map(|(first, one, second, other, third)| {
            [first, one, second, other.unwrap_or_default(), third].concat()
        })
}

/// Returns the bytes that may be the user's: all but our texts, blanks, line ends and dashes.
fn of_the_user(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes.to_vec();
    for text in [CALL, MARK, NO_LINE_END, NO_FILE] {
        while let Some(at) = memchr::memmem::find(&rest, text.as_bytes()) {
            rest.drain(at..at + text.len());
        }
    }
    rest.retain(|byte| !b" \t\r\n\x0c-".contains(byte));
    rest
}

#[test]
fn an_unfinished_statement_does_not_take_the_line_in() {
    for original in ["A:", "local tool = require('tool')\ntool:"] {
        let refused = Err(ExportLuaError::Unfinished);
        assert_eq!(with_line(Some(original.as_bytes())), refused, "{original}");
    }
}

proptest! {
    #[test]
    fn taking_the_line_out_restores_every_byte(original in export_lua()) {
        if let Ok(bytes) = with_line(Some(&original)) {
            prop_assert_eq!(without_line(&bytes), Ok(Removal::Bytes(original)));
        }
    }

    #[test]
    fn a_second_install_changes_nothing(original in prop_oneof![export_lua(), with_marks()]) {
        if let Ok(bytes) = with_line(Some(&original)) {
            prop_assert_eq!(with_line(Some(&bytes)), Ok(bytes));
        }
    }

    #[test]
    fn a_file_that_the_sim_can_load_runs_the_line(original in export_lua()) {
        if let (Ok(_), Ok(bytes)) = (Script::parse(&original), with_line(Some(&original))) {
            prop_assert_eq!(state_behind_mark(&bytes), Ok(LineState::Reached));
        }
    }

    #[test]
    fn a_line_that_runs_is_in_a_file_that_real_lua_loads(
        original in prop_oneof![export_lua(), with_marks()]
    ) {
        // The sim's own loader skips a first line with `#`; the loader used here does not.
        if line_state(&original) == Ok(LineState::Reached) && !original.starts_with(b"#") {
            prop_assert!(real_lua::loads(&original), "{}", String::from_utf8_lossy(&original));
        }
    }

    #[test]
    fn real_lua_runs_the_line(original in prop_oneof![export_lua(), with_marks()]) {
        if let (true, Ok(bytes)) = (real_lua::loads(&original), with_line(Some(&original))) {
            for truth in [false, true] {
                prop_assert!(real_lua::runs(&bytes, truth), "{}", String::from_utf8_lossy(&bytes));
            }
        }
    }

    #[test]
    fn every_other_line_is_kept_in_its_order(original in export_lua()) {
        if let Ok(bytes) = with_line(Some(&original)) {
            let ours = our_lines(&bytes).unwrap().remove(0).whole;
            let rest = [&bytes[..ours.start], &bytes[ours.end..]].concat();
            prop_assert!(rest == original || rest.trim_ascii_end() == original.trim_ascii_end());
        }
    }

    #[test]
    fn nothing_of_the_user_is_lost_wherever_our_marks_stand(original in with_marks()) {
        if let Ok(Removal::Bytes(rest)) = without_line(&original) {
            prop_assert_eq!(of_the_user(&rest), of_the_user(&original));
        }
        if let Ok(bytes) = with_line(Some(&original)) {
            prop_assert_eq!(of_the_user(&bytes), of_the_user(&original));
        }
    }
}
