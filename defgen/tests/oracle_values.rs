//! Conversions of numbers, `string.format` and patterns have the same results in defgen's
//! interpreter and in real Lua 5.1, for generated arguments.
//!
//! `PROPTEST_CASES` sets the number of arguments.

use std::fmt::Write as _;

use defgen::limits::Limits;
use proptest::{collection::vec, prelude::*, sample::select};

mod oracle;

/// Returns a Lua literal for any bytes.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        let _ = write!(text, "\\{byte:03}");
    }
    text + "\""
}

/// Returns a Lua expression for exactly this number.
fn exact(number: f64) -> String {
    if number.is_nan() {
        return "(0/0)".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "(1/0)" } else { "(-1/0)" }.to_owned();
    }
    format!("({number:e})")
}

/// Checks that an expression has the same value in both, or the same error.
fn compare(expression: &str) -> Result<(), TestCaseError> {
    let code = format!("return pcall(function() return {expression} end)");
    match oracle::difference(code.as_bytes(), &Limits::default()) {
        Some(difference) => Err(TestCaseError::fail(format!("{expression}\n{difference}"))),
        None => Ok(()),
    }
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("the sign of a NaN is the machine's", |number| !number
            .is_nan()),
        -1e6..1e6,
        (-1000_i32..1000).prop_map(f64::from),
        (any::<i64>(), -20..20).prop_map(|(digits, power)| digits as f64 * 10_f64.powi(power)),
    ]
}

fn number_text() -> impl Strategy<Value = String> {
    let parts = vec![
        "0", "1", "9", "12", ".", "e", "E", "+", "-", "x", "0x", "f", "p", " ", "\t", "inf", "nan",
    ];
    vec(select(parts), 0..7).prop_map(|parts| parts.concat())
}

fn pattern() -> impl Strategy<Value = String> {
    let parts = vec![
        "a", "b", ".", "%a", "%d", "%s", "%w", "%p", "%x", "%z", "%A", "%.", "%%", "*", "+", "-",
        "?", "^", "$", "(", ")", "()", "(a)", "[ab]", "[^a]", "[a-c]", "[%d%s]", "[]]", "[a-]",
        "%b()", "%f[%a]", "%1", "%2", "[", "]", "%", "\\0", "(.-)", "(%w*)",
    ];
    vec(select(parts), 0..6).prop_map(|parts| parts.concat())
}

fn subject() -> impl Strategy<Value = String> {
    let parts = vec![
        "a", "b", "ab", "c", "1", " ", "(", ")", ".", "-", "%", "^", "\\0", "A", "]", "ba",
    ];
    vec(select(parts), 0..10).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn numbers_print_the_same(number in any_number()) {
        let number = exact(number);
        compare(&format!("tostring({number}), {number} .. ''"))?;
    }

    #[test]
    fn numbers_are_read_the_same(text in number_text(), base in 2..37) {
        // The sign of a NaN depends on the processor.
        let read = format!("(function(n) return n ~= n or n end)(tonumber('{text}'))");
        compare(&format!("{read}, tonumber('{text}', {base})"))?;
    }

    #[test]
    fn literals_are_read_the_same(text in number_text()) {
        compare(&format!("(function(n) return n ~= n or n end)(1{text})"))?;
    }

    #[test]
    fn arithmetic_is_the_same(left in any_number(), right in any_number()) {
        let (left, right) = (exact(left), exact(right));
        let same = |op: &str| format!("(function(a, b) local n = a {op} b return n ~= n or n end)({left}, {right})");
        let operators = ["+", "-", "*", "/", "%", "^", "<", "<=", "=="].map(same);
        compare(&operators.join(", "))?;
    }

    #[test]
    fn format_is_the_same(
        flags in "[-+ #0]{0,3}",
        width in "[0-9]{0,2}",
        precision in prop_oneof![Just(String::new()), "\\.[0-9]{0,2}"],
        letter in select(vec!['d', 'i', 'u', 'c', 'x', 'X', 'o', 'e', 'E', 'f', 'g', 'G', 's', 'q', 'y']),
        number in any_number(),
        text in vec(any::<u8>(), 0..12),
    ) {
        let inside = number.abs() < 9e18;
        let arg = match letter {
            's' | 'q' => quoted(&text),
            // In C the result for a number out of range depends on the processor.
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' if !inside => exact(1e18),
            'c' => exact(number % 2e9),
            _ => exact(number),
        };
        compare(&format!("string.format('<%{flags}{width}{precision}{letter}>', {arg})"))?;
    }

    #[test]
    fn patterns_match_the_same(text in subject(), pattern in pattern(), from in -4..12) {
        compare(&format!("('{text}'):find('{pattern}', {from})"))?;
        compare(&format!("('{text}'):match('{pattern}', {from})"))?;
    }

    #[test]
    fn substitution_is_the_same(
        text in subject(), pattern in pattern(), replacement in "[ab%0-3]{0,4}", most in 0..4
    ) {
        compare(&format!("('{text}'):gsub('{pattern}', '{replacement}')"))?;
        compare(&format!("('{text}'):gsub('{pattern}', '<%0>', {most})"))?;
        let collect = format!("local all = {{}} for a, b in ('{text}'):gmatch('{pattern}') do all[#all + 1] = a; all[#all + 1] = b end return all");
        compare(&format!("(function() {collect} end)()"))?;
    }

    #[test]
    fn strings_are_cut_the_same(text in vec(any::<u8>(), 0..8), from in -10..10, to in -10..10) {
        let text = quoted(&text);
        compare(&format!("({text}):sub({from}, {to}), ({text}):byte({from}, {to})"))?;
        compare(&format!("({text}):upper(), ({text}):lower(), ({text}):reverse(), #{text}"))?;
    }
}
