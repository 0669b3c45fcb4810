//! What stands in the Lua text itself: constants, and the names that are assigned to.
//!
//! A lamp made by `lamp(298, CautionLights.SEAT)` or a button made by
//! `button(_("Test"), devices.UFC, UFC_commands.TCN, 1)` is named by what is
//! written there, which its number no longer tells.

/// The `A.b` (and `A.b.c`) in the assignment that `text` starts with, in order.
///
/// The assignment goes to the end of the line on which what is assigned is complete. Not
/// meant are constants in strings and comments, and what is called, indexed by brackets or
/// assigned to.
pub fn constants(text: &[u8]) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let (mut has_value, mut is_assigned) = (false, false);
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (&first, others) = rest.split_first()?;
            let (piece, after) = match CLASSES[usize::from(first)] {
                Class::Blank => {
                    rest = others;
                    continue;
                }
                Class::Word => rest.split_at(word(rest)),
                Class::Other => rest.split_at(piece(rest)),
            };
            match first {
                b'(' | b'{' | b'[' if piece.len() == 1 => depth += 1,
                b')' | b'}' | b']' => depth -= 1,
                b'\n' if depth <= 0 && has_value => return None,
                _ => {}
            }
            has_value |= is_assigned && !first.is_ascii_whitespace() && !piece.starts_with(b"--");
            is_assigned |= first == b'=' && depth <= 0;
            rest = after;
            if is_constant(piece, after)
                && let Ok(constant) = std::str::from_utf8(piece)
            {
                return Some(constant);
            }
        }
    })
}

/// What a byte begins.
#[derive(Clone, Copy)]
enum Class {
    Blank,
    Word,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' => Class::Blank,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'.' | 0x80.. => Class::Word,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

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

/// The length of the comment, string or sign that `text` starts with.
fn piece(text: &[u8]) -> usize {
    let until = |end: &[u8]| {
        let found = memchr::memmem::find(text, end);
        found.map_or(text.len(), |at| at + end.len())
    };
    match text {
        [quote @ (b'"' | b'\''), ..] => quoted(text, *quote),
        [b'-', b'-', b'[', b'[', ..] | [b'[', b'[', ..] => until(b"]]"),
        [b'-', b'-', ..] => memchr::memchr(b'\n', text).unwrap_or(text.len()),
        _ => 1,
    }
}

/// The length of the name or number that `text` starts with.
fn word(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_word(**byte)).count()
}

fn is_word(byte: u8) -> bool {
    matches!(CLASSES[usize::from(byte)], Class::Word)
}

fn is_constant(word: &[u8], after: &[u8]) -> bool {
    if !word.contains(&b'.') || !is_word(word[0]) {
        return false;
    }
    let is_name = |part: &[u8]| part.first().is_some_and(|byte| !byte.is_ascii_digit());
    let used_otherwise = match after.trim_ascii_start() {
        [b'=', b'=', ..] => false,
        [b'(' | b'[' | b':' | b'"' | b'\'' | b'{' | b'=', ..] => true,
        _ => false,
    };
    word.split(|byte| *byte == b'.').all(is_name) && !used_otherwise
}

/// How long a quoted string is, its quotes included.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(found) = text
        .get(at..)
        .and_then(|text| memchr::memchr2(quote, b'\\', text))
    {
        at += found;
        if text[at] == quote {
            return at + 1;
        }
        at += 2;
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

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = constants(text.as_bytes()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_assignment_goes_on_until_its_value_is_complete() {
        check("[\"A\"] = f(a.b)\nnext = c.d", &["a.b"]);
        check(
            "A = -- what\n{\n\tx = { a.b },\n\t-- } c.d\n}\nnext = e.f",
            &["a.b"],
        );
        check("A, B[1] =\n\tf(')\\'',\n\ta.b)\nnext = c.d", &["a.b"]);
        check("= f(a.b)", &["a.b"]);
        check("= --[[ x.y\n z.z ]] a.b", &["a.b"]);
        check("", &[]);
    }

    #[test]
    fn constants_are_found_where_they_are_values() {
        check("= lamp(298, CautionLights.SEAT)", &["CautionLights.SEAT"]);
        check(
            "elements[\"a\"] = b(_(\"x.y \\\" z.z\"), devices.UFC, cmds . x, a.b.c, 1.5)",
            &["devices.UFC", "a.b.c"],
        );
        check("= math.rad(1.0) -- a.b", &[]);
        check("t.x = a.b..c.d", &[]);
        check("= [[ a.b ]] 'c.d' e.f[1] g.h", &["g.h"]);
        check("= é.ü == '", &["é.ü"]);
        check("= {x = a.b, [c.d] = e . f}", &["a.b", "c.d"]);
    }
}
