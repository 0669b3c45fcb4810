use super::*;
use crate::source::Sources;

/// Reads the tokens of some code and passes the result to `look`.
fn read<T>(bytes: &[u8], look: impl FnOnce(&ParserInput<'_>) -> T) -> Result<T, Diagnostic> {
    let limits = Limits::default();
    let source = Sources::default().add("test.lua", bytes.to_vec(), &limits)?;
    ParserInput::new(&source, &limits).map(|input| look(&input))
}

fn code(text: &str) -> &'static str {
    read(text.as_bytes(), |_| "fine").unwrap_or_else(|refusal| refusal.code)
}

#[test]
fn every_token_stays_in_its_place() {
    let check = |code: &[u8], expected: &str| {
        let text = read(code, |input| input.text.clone()).expect("tokens");
        assert_eq!(text, expected, "{}", code.escape_ascii());
        assert_eq!(text.len(), code.len());
    };
    check(b"\xef\xbb\xbfx = 1", "   x = 1");
    check(b"#!lua\nx = 1", "      x = 1");
    check(b"a.b\t-- \xe9\n= --[[\n]] .5", "a.b      =         .5");
    check(b"f'a\xff\\'' [[\n]]", "f\"    \" \"   \"");
    check(b"x = 0x1p4 + 0X1f + 1e+5", "x = 0x000 + 0x00 + 1e+5");
    check(b"return a..1 ..2-- end", "return a..1 ..2      ");
}

#[test]
fn literals_are_decoded() {
    let string = |code: &str| {
        let decoded = read(code.as_bytes(), |input| input.string(0).map(<[u8]>::to_vec));
        decoded
            .expect("tokens")
            .and_then(|text| String::from_utf8(text).ok())
    };
    assert_eq!(string(r#""a\65\n\%\"" .. x"#).as_deref(), Some("aA\n%\""));
    assert_eq!(
        string(r"'\a\b\f\r\t\v\0010'").as_deref(),
        Some("\x07\x08\x0c\r\t\x0b\x010")
    );
    assert_eq!(string("'a\\\r\nb'").as_deref(), Some("a\nb"));
    assert_eq!(string("[==[\r\na]]\r\nb]==]").as_deref(), Some("a]]\nb"));
    assert_eq!(string("'plain' 'x'").as_deref(), Some("plain"));
    assert_eq!(string("''").as_deref(), Some(""));
    assert_eq!(string("x ''"), None);
    let number = read(b"x = 0x10, '1'", |input| [4, 10].map(|at| input.number(at)));
    assert_eq!(number.expect("tokens"), [Some(16.0), None]);
}

#[test]
fn nesting_of_every_kind_is_bounded() {
    let nested = |open: &str, close: &str, n: usize| open.repeat(n) + "x" + &close.repeat(n);
    for (open, close) in [
        ("(", ")"),
        ("{", "}"),
        ("f(function() return ", " end)"),
        ("a[", "]"),
    ] {
        let fine = format!("local v = {}", nested(open, close, 90));
        let deep = format!("local v = {}", nested(open, close, 20_000));
        assert_eq!(
            (code(&fine), code(&deep)),
            ("fine", "limit-nesting"),
            "{open}"
        );
    }
    for prefix in ["not ", "- ", "#", "a .. ", "2 ^ ", "2 ^ - "] {
        let deep = format!("local v = {}x", prefix.repeat(1_000));
        assert_eq!(code(&deep), "limit-nesting", "{prefix}");
    }
    for block in [
        "do ",
        "while x do ",
        "for i = 1, 2 do ",
        "if x then ",
        "repeat ",
    ] {
        assert_eq!(code(&block.repeat(1_000)), "limit-nesting", "{block}");
    }
}

#[test]
fn a_long_file_does_not_count_as_a_long_chain() {
    for line in [
        "f(a.b.c[1], -1)\n",
        "x = -1 .. 'a' .. 'b'\n",
        "local y = not -x ^ 2\n",
        "f{}\n",
    ] {
        assert_eq!(code(&line.repeat(5_000)), "fine", "{line}");
    }
    for chain in [".b", "()", "[1]", "{}", "''", " + 1", " and 1", ":f()"] {
        let long = format!("x = a{}", chain.repeat(5_000));
        assert_eq!(code(&long), "limit-chain", "{chain}");
    }
}

#[test]
fn a_mismatch_names_both_ends() {
    let refusal = read(b"f(function() x = {1, 2 end)", |_| ()).expect_err("mismatch");
    assert_eq!(refusal.message, "`}` expected before `end`");
    let spans: Vec<_> = refusal
        .labels
        .iter()
        .map(|label| label.span.start)
        .collect();
    assert_eq!(spans, [23, 17]);
    assert_eq!(
        read(b"x = 1 end", |_| ()).expect_err("stray").message,
        "`end` closes nothing"
    );
}

#[test]
fn broken_tokens_have_messages() {
    let message = |text: &[u8]| read(text, |_| ()).expect_err("broken").message;
    assert_eq!(message(b"x = 'abc\n'"), "unfinished string");
    assert_eq!(message(b"x = 'abc\\"), "unfinished string");
    assert_eq!(message(b"x = '\\300'"), "escape sequence too large");
    assert_eq!(message(b"x = 3x"), "malformed number");
    assert_eq!(message(b"x = 1..2"), "malformed number");
    assert_eq!(message(b"x = [==[ ]=]"), "unfinished long string");
    assert_eq!(message(b"--[[ never"), "unfinished long comment");
    assert_eq!(message(b"x = [=x"), "invalid long string delimiter");
    assert_eq!(message(b"x = `a`"), "unexpected symbol");
    assert_eq!(message("größe = 1".as_bytes()), "unexpected symbol");
}
