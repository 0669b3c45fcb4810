use super::*;
use crate::source::Sources;

fn check_bytes(bytes: &[u8]) -> Result<Checked, Diagnostic> {
    let limits = Limits::default();
    let source = Sources::default().add("test.lua", bytes.to_vec(), &limits)?;
    check(&source, &limits)
}

fn code(text: &str) -> &'static str {
    check_bytes(text.as_bytes()).map_or_else(|refusal| refusal.code, |_| "fine")
}

#[test]
fn literals_and_comments_are_blanked() {
    let text = check_bytes(b"\xef\xbb\xbfx = 'a\xff\\'' --[[ \xe9 ]] y = 0x10").expect("tokens");
    assert_eq!(text.text, "   x = \"\"               y = 1   ");
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
fn long_files_are_no_long_chains() {
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
    let refusal = check_bytes(b"f(function() x = {1, 2 end)").expect_err("mismatch");
    assert_eq!(refusal.message, "`}` expected before `end`");
    let spans: Vec<_> = refusal
        .labels
        .iter()
        .map(|label| label.span.start)
        .collect();
    assert_eq!(spans, [23, 17]);
    assert_eq!(
        check_bytes(b"x = 1 end").expect_err("stray").message,
        "`end` closes nothing"
    );
}

#[test]
fn broken_tokens_are_named() {
    let message = |text: &[u8]| check_bytes(text).expect_err("broken").message;
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
