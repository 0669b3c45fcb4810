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
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at;
            let class = CLASSES[usize::from(*text.get(start)?)];
            at += 1;
            match class {
                Class::Blank => continue,
                Class::LineEnd if depth <= 0 && has_value => return None,
                Class::LineEnd => continue,
                Class::Word => {}
                Class::Equals => {
                    has_value |= is_assigned;
                    is_assigned |= depth <= 0;
                    continue;
                }
                Class::Open => {
                    let long = long_bracket(&text[start..]);
                    at = start + long.unwrap_or(1);
                    depth += i32::from(long.is_none());
                }
                Class::Close => depth -= 1,
                Class::Quote => at = start + quoted(&text[start..]),
                Class::Minus => {
                    if let Some(len) = comment(&text[start..]) {
                        at = start + len;
                        continue;
                    }
                }
                Class::Other => {}
            }
            has_value |= is_assigned;
            if let Class::Word = class {
                let (word, has_dot) = word(&text[start..]);
                at = start + word.len();
                if has_dot
                    && is_constant(word, &text[at..])
                    && let Ok(constant) = std::str::from_utf8(word)
                {
                    return Some(constant);
                }
            }
        }
    })
}

/// What a byte begins.
#[derive(Clone, Copy)]
enum Class {
    Blank,
    LineEnd,
    Word,
    Equals,
    Open,
    Close,
    Quote,
    Minus,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | b'\x0c' => Class::Blank,
            b'\n' => Class::LineEnd,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'.' | 0x80.. => Class::Word,
            b'=' => Class::Equals,
            b'(' | b'{' | b'[' => Class::Open,
            b')' | b'}' | b']' => Class::Close,
            b'"' | b'\'' => Class::Quote,
            b'-' => Class::Minus,
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

/// The length of a string in long brackets, if `text` starts with one.
fn long_bracket(text: &[u8]) -> Option<usize> {
    let level = text
        .iter()
        .skip(1)
        .take_while(|byte| **byte == b'=')
        .count();
    let opens = text.first() == Some(&b'[') && text.get(level + 1) == Some(&b'[');
    let end = || ["]", &"=".repeat(level), "]"].concat();
    opens.then(|| until(text, end().as_bytes()))
}

/// The length of the comment that `text` starts with, if it does.
fn comment(text: &[u8]) -> Option<usize> {
    let comment = text.strip_prefix(b"--")?;
    let line = || memchr::memchr(b'\n', comment).unwrap_or(comment.len());
    Some(2 + long_bracket(comment).unwrap_or_else(line))
}

/// How many bytes there are to the end of `end`.
fn until(text: &[u8], end: &[u8]) -> usize {
    let found = memchr::memmem::find(text, end);
    found.map_or(text.len(), |at| at + end.len())
}

/// The name or number that `text` starts with, and whether there is a dot in it.
fn word(text: &[u8]) -> (&[u8], bool) {
    let (mut len, mut has_dot) = (0, false);
    while let Some(&byte) = text.get(len)
        && let Class::Word = CLASSES[usize::from(byte)]
    {
        has_dot |= byte == b'.';
        len += 1;
    }
    (&text[..len], has_dot)
}

/// Whether a word with dots in it is a constant.
fn is_constant(word: &[u8], after: &[u8]) -> bool {
    let is_name = |part: &[u8]| part.first().is_some_and(|byte| !byte.is_ascii_digit());
    let used_otherwise = match after.trim_ascii_start() {
        [b'=', b'=', ..] => false,
        [b'(' | b'[' | b':' | b'"' | b'\'' | b'{' | b'=', ..] => true,
        _ => false,
    };
    word.split(|byte| *byte == b'.').all(is_name) && !used_otherwise
}

/// How long the quoted string is that `text` starts with, its quotes included.
fn quoted(text: &[u8]) -> usize {
    let (quote, mut at) = (text[0], 1);
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
        check("= --[==[ x.y ]] \n z.z ]==] [=[ a.b ]=] .. c.d", &["c.d"]);
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
