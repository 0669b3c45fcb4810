//! What stands in the Lua text itself: constants, and the names that are assigned to.
//!
//! A lamp made by `lamp(298, CautionLights.SEAT)` or a button made by
//! `button(_("Test"), devices.UFC, UFC_commands.TCN, 1)` is named by what is
//! written there, which its number no longer tells.

/// The `A.b` (and `A.b.c`) in `text`, in order.
///
/// Not those in strings and comments, nor what is called, indexed by brackets or assigned to.
pub fn constants(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece(rest));
        if is_constant(piece, after) {
            found.push(piece);
        }
        rest = after;
    }
    found
}

/// The assignment that `text` starts with: to the end of the line on which what is
/// assigned is complete.
pub fn assigned(text: &str) -> &str {
    let (mut depth, mut has_value, mut is_assigned) = (0_i32, false, false);
    let mut at = 0;
    while at < text.len() {
        let piece = &text[at..at + piece(&text[at..])];
        match piece {
            "(" | "{" | "[" => depth += 1,
            ")" | "}" | "]" => depth -= 1,
            "\n" if depth <= 0 && has_value => break,
            _ => {}
        }
        has_value |= is_assigned && !piece.trim().is_empty() && !piece.starts_with("--");
        is_assigned |= piece == "=" && depth <= 0;
        at += piece.len();
    }
    &text[..at]
}

/// The name that is assigned to, when `before` ends in `name =`.
pub fn target(before: &[u8]) -> Option<&str> {
    let name = before.trim_ascii_end().strip_suffix(b"=")?.trim_ascii_end();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let start = name
        .iter()
        .rposition(|byte| !is_part(byte))
        .map_or(0, |at| at + 1);
    let is_field = name[..start].ends_with(b".");
    let name = std::str::from_utf8(&name[start..]).ok()?;
    (!is_field && !name.is_empty()).then_some(name)
}

/// The length of the comment, string, name or sign that `text` starts with.
fn piece(text: &str) -> usize {
    let word = text.find(|c| !is_name(c) && c != '.').unwrap_or(text.len());
    let first = text.chars().next().map_or(0, char::len_utf8);
    match text.as_bytes() {
        [quote @ (b'"' | b'\''), ..] => quoted(text, char::from(*quote)),
        [b'-', b'-', ..] => text.find('\n').unwrap_or(text.len()),
        [b'[', b'[', ..] => text.find("]]").map_or(text.len(), |end| end + 2),
        _ => word.max(first),
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_constant(word: &str, after: &str) -> bool {
    let next = after.trim_start();
    let used_otherwise = next.starts_with(['(', '[', ':', '"', '\'', '{'])
        || next.starts_with('=') && !next.starts_with("==");
    let is_name = |part: &str| part.starts_with(|c: char| c.is_alphabetic() || c == '_');
    word.contains('.') && word.split('.').all(is_name) && !used_otherwise
}

/// How long a quoted string is, its quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_before_a_call() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(target(text.as_bytes()), expected);
        check("Drum = ", Some("Drum"));
        check("x = 1\nA, _b2\t=\n\t", Some("_b2"));
        check("a.b = ", None);
        check("a == ", None);
        check("return ", None);
        check("é= ", None);
        check("", None);
    }

    #[test]
    fn an_assignment_goes_on_until_its_value_is_complete() {
        let check = |text: &str, expected: &str| assert_eq!(assigned(text), expected);
        check("[\"A\"] = f(a.b)\nnext = 1", "[\"A\"] = f(a.b)");
        check(
            "A = -- what\n{\n\tx = { 1 },\n\t-- }\n}\nnext",
            "A = -- what\n{\n\tx = { 1 },\n\t-- }\n}",
        );
        check(
            "A, B[1] =\n\tf(')\\'',\n\t2)\nnext",
            "A, B[1] =\n\tf(')\\'',\n\t2)",
        );
        check("= f(a.b)", "= f(a.b)");
        check("", "");
    }

    #[test]
    fn constants_are_found_where_they_are_values() {
        for (text, expected) in [
            ("lamp(298, CautionLights.SEAT)", vec!["CautionLights.SEAT"]),
            (
                "elements[\"a\"] = b(_(\"x.y \\\" z.z\"), devices.UFC, cmds . x, a.b.c, 1.5)",
                vec!["devices.UFC", "a.b.c"],
            ),
            ("math.rad(1.0) -- a.b", vec![]),
            ("t.x = a.b..c.d", vec![]),
            ("[[ a.b ]] 'c.d' e.f[1] g.h", vec!["g.h"]),
            ("é.ü == '", vec!["é.ü"]),
        ] {
            assert_eq!(constants(text), expected, "{text}");
        }
    }
}
