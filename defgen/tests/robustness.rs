//! Parsing and evaluating any bytes never panics, and accepts exactly the syntax that real Lua 5.1
//! accepts.
//!
//! `PROPTEST_CASES` sets the number of files.

use std::{
    fs,
    path::Path,
    sync::{Arc, LazyLock},
    thread,
};

use defgen::{
    interp::{Machine, Options, UndefinedPolicy},
    limits::Limits,
    source::Sources,
    stack::on_big_stack,
    syntax,
};
use proptest::{collection::vec, prelude::*};

/// Parses code, and runs it if it has no syntax error. Returns the result of parsing; none if a
/// limit was reached, since real Lua has other limits.
fn survive(code: &[u8]) -> Option<Result<(), String>> {
    let limits = Limits {
        steps: 20_000,
        string_bytes: 1 << 16,
        table_entries: 10_000,
        memory_bytes: 1 << 22,
        ..Limits::default()
    };
    let source = Sources::default()
        .add("case.lua", code.to_vec(), &limits)
        .ok()?;
    let parsed = syntax::parse(&source, &limits);
    let chunk = match parsed {
        Ok(chunk) => chunk,
        Err(errors) if errors[0].code.starts_with("limit-") => return None,
        Err(mut errors) => return Some(Err(errors.remove(0).message)),
    };
    for undefined in [UndefinedPolicy::Error, UndefinedPolicy::Unknown] {
        let options = Options {
            limits: limits.clone(),
            undefined,
        };
        let mut machine = Machine::new(options);
        if let Err(stop) = machine.run(&chunk) {
            machine.explain(&stop);
        }
    }
    Some(Ok(()))
}

/// Returns the syntax error of code in real Lua.
fn real_syntax(code: &[u8]) -> Result<(), String> {
    let lua = mlua::Lua::new();
    let loadstring: mlua::Function = lua.globals().get("loadstring").expect("loadstring");
    let code = lua.create_string(code).expect("memory");
    let (function, message): (mlua::Value, Option<mlua::LuaString>) =
        loadstring.call(code).expect("no error");
    let message = message
        .map(|message| message.to_string_lossy())
        .unwrap_or_default();
    if function.is_function() {
        Ok(())
    } else {
        Err(message)
    }
}

#[track_caller]
fn check(code: &[u8]) {
    let ours = on_big_stack(|| survive(code));
    // defgen skips a first line with `#` and a byte order mark, `loadstring` does not.
    if code.starts_with(b"#") || code.starts_with(b"\xef\xbb\xbf") {
        return;
    }
    if let Some(ours) = ours {
        let real = real_syntax(code);
        let code = code.escape_ascii();
        assert_eq!(
            ours.is_ok(),
            real.is_ok(),
            "{ours:?}, real Lua {real:?}: {code}"
        );
    }
}

/// The code of the cases, as examples of Lua.
static CASES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua-cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("cases")
        .map(|file| file.expect("a case").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("a case"))
        .collect()
});

const TOKENS: &[&str] = &[
    "and",
    "break",
    "do",
    "else",
    "elseif",
    "end",
    "false",
    "for",
    "function",
    "if",
    "in",
    "local",
    "nil",
    "not",
    "or",
    "repeat",
    "return",
    "then",
    "true",
    "until",
    "while",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "#",
    "==",
    "~=",
    "<=",
    ">=",
    "<",
    ">",
    "=",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ":",
    ",",
    ".",
    "..",
    "...",
    "a",
    "b",
    "c",
    "f",
    "t",
    "1",
    "0x1F",
    "3.5e2",
    "'s'",
    "\"q\\n\"",
    "[[l]]",
    "[=[l]=]",
    "--c\n",
    "--[[c]]",
    "\n",
    "goto",
    "\\",
    "!",
    "'",
    "[[",
    "\r\n",
    "f()",
    "a=1",
    "local a=1",
    "return a",
    "then end",
    "do end",
    "function f() end",
];

/// Returns the text with a part removed, doubled or replaced.
fn mutate(code: &[u8], edits: &[(u16, u8, u8)]) -> Vec<u8> {
    let mut code = code.to_vec();
    for &(place, len, what) in edits {
        let start = place as usize * 7 % (code.len() + 1);
        let end = (start + len as usize % 24).min(code.len());
        let part = code[start..end].to_vec();
        let new = match what % 4 {
            0 => Vec::new(),
            1 => part.repeat(2),
            2 => TOKENS[what as usize % TOKENS.len()].as_bytes().to_vec(),
            _ => vec![what],
        };
        code.splice(start..end, new);
    }
    code
}

fn parse(code: String) -> Result<Arc<syntax::Chunk>, &'static str> {
    on_big_stack(|| {
        let limits = Limits::default();
        let source = Sources::default().add("case.lua", code.into(), &limits);
        let parsed = syntax::parse(&source.expect("text"), &limits);
        parsed.map_err(|errors| errors[0].code)
    })
}

#[test]
fn a_tree_is_dropped_on_a_small_stack() {
    let nested = |levels: usize, chain: usize| {
        let chain = "+1".repeat(chain);
        let code = (0..levels).fold("1".to_owned(), |inner, _| format!("({inner}{chain})"));
        format!("x={code}")
    };
    let chunk = parse(nested(180, 10)).expect("Lua");
    let small = thread::Builder::new().stack_size(1 << 20);
    small
        .spawn(|| drop(chunk))
        .expect("a thread")
        .join()
        .expect("room");
    for (levels, chain) in [(2, 1_100), (40, 1_900), (190, 300)] {
        assert_eq!(
            parse(nested(levels, chain)).expect_err("too deep"),
            "limit-chain"
        );
    }
}

#[test]
fn very_many_variables_in_an_assignment_are_refused() {
    for (count, is_lua) in [(150, true), (250, false), (50_000, false)] {
        let code = format!("local a a{} = 1", ",a".repeat(count - 1));
        check(code.as_bytes());
        assert_eq!(parse(code).is_ok(), is_lua, "{count}");
    }
}

#[test]
fn errors_deep_inside_expressions_are_found() {
    check(b"x = {function() y = ... end}");
    check(b"x = -function() break end");
}

#[test]
fn a_statement_after_return_is_an_error_with_its_place() {
    let code = b"x = 1\nreturn x\ny = 1\nfunction f() return 1 end";
    let source = Sources::default().add("case.lua", code.to_vec(), &Limits::default());
    let source = source.expect("plain text");
    let errors = syntax::parse(&source, &Limits::default());
    let errors = errors.expect_err("what follows return is not Lua");
    assert_eq!(source.line(errors[0].labels[0].span.start), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes(code in vec(any::<u8>(), 0..200)) {
        check(&code);
    }

    #[test]
    fn any_tokens(tokens in vec(0..TOKENS.len(), 0..30)) {
        let code: Vec<_> = tokens.iter().map(|&token| TOKENS[token]).collect();
        check(code.join(" ").as_bytes());
    }

    #[test]
    fn damaged_lua(case in any::<prop::sample::Index>(), edits in vec(any::<(u16, u8, u8)>(), 1..4)) {
        check(&mutate(&CASES[case.index(CASES.len())], &edits));
    }
}
