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
fn the_parser_sees_no_more_than_it_needs() {
    let text = |code: &[u8]| check_bytes(code).expect("tokens").text;
    assert_eq!(
        text(b"\xef\xbb\xbflocal x = 'a\xff\\'' --[[ \xe9 ]] y = 0x10 z = 1"),
        "local a=\"\"a=1 a=1"
    );
}

#[test]
fn no_two_tokens_become_one() {
    let tokens = [
        "+", "-", "*", "/", "%", "^", "#", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{",
        "}", "[", "]", ";", ":", ",", ".", "..", "...", "and", "nil", "a", "1", "\"\"",
    ];
    for pair in tokens
        .iter()
        .flat_map(|one| tokens.map(|other| [*one, other]))
    {
        let mut checked = Checked::default();
        for text in pair {
            let token = Tokens::new(text.as_bytes(), 0).next().expect("a token");
            checked.push(token, text);
        }
        let mut tokens = Tokens::new(checked.text.as_bytes(), 0);
        let read = pair.map(|_| tokens.next().expect("a token").text);
        assert_eq!(read, pair.map(str::as_bytes), "{}", checked.text);
    }
}

#[test]
fn a_file_is_cut_before_its_own_statements() {
    let code = b"local x = 1 y = f(x) do z = 1 end; function f() x = 1 end x.y = {z = 1} return x";
    let checked = check_bytes(code).expect("tokens");
    let pieces = |bytes: usize| {
        let pieces = checked.pieces(bytes).map(|piece| &checked.text[piece]);
        pieces.map(str::trim).collect::<Vec<_>>()
    };
    let statements = ["local a=1", "a=a(a)", "do a=1 end;", "function a()a=1 end"];
    assert_eq!(pieces(1)[..4], statements);
    assert_eq!(pieces(1)[4..], ["a.a={a=1}return a"]);
    assert_eq!(pieces(12)[0], "local a=1 a=a(a)");
    assert_eq!(pieces(1000).len(), 1);
}

#[test]
fn places_lead_back_to_the_file() {
    let code = b"  foo . bar  =  'text' ..0x10--\n";
    let checked = check_bytes(code).expect("tokens");
    assert_eq!(checked.text, "a.a=\"\".. 1");
    let place = |from: usize, to: usize| {
        let (start, end) = (checked.start(from) as usize, checked.end(to) as usize);
        std::str::from_utf8(&code[start..end]).expect("ASCII")
    };
    let tokens = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 6), (6, 8), (9, 10)];
    let words = ["foo", ".", "bar", "=", "'text'", "..", "0x10"];
    assert_eq!(tokens.map(|(from, to)| place(from, to)), words);
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
