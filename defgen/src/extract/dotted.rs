//! The constants that stand in a piece of Lua text.
//!
//! A lamp made by `lamp(298, CautionLights.SEAT)` or a button made by
//! `button(_("Test"), devices.UFC, UFC_commands.TCN, 1)` is named by what is
//! written there, which its number no longer tells.

/// The `A.b` (and `A.b.c`) in `text`, in order.
///
/// Not those in strings and comments, nor what is called, indexed by brackets or assigned to.
pub fn constants(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '[' if rest.starts_with("[[") => rest.find("]]").map_or(rest.len(), |end| end + 2),
            c if is_name(c) || c == '.' => {
                let end = rest.find(|c| !is_name(c) && c != '.').unwrap_or(rest.len());
                if is_constant(&rest[..end], &rest[end..]) {
                    found.push(&rest[..end]);
                }
                end
            }
            c => c.len_utf8(),
        };
        rest = &rest[length..];
    }
    found
}

/// What is inside the brackets of the call that `text` starts with.
pub fn arguments(text: &str) -> &str {
    text.find(['(', '{']).map_or("", |open| &text[open + 1..])
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
