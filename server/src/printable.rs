//! Text from outside (another program, a file, the network) made fit for a terminal or a log:
//! short, on one line, and without characters that a terminal obeys.

/// The longest text from outside that is shown, in characters.
const MAX_CHARS: usize = 300;

/// Returns the text on one line, escaped, and cut after [`MAX_CHARS`].
pub fn printable(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_CHARS).flat_map(escaped).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// Escapes what a terminal obeys, and keeps line ends and the length: for text of several lines
/// whose parts are [`printable`] already.
pub fn without_controls(text: &str) -> String {
    let line = |line: &str| line.chars().flat_map(escaped).collect::<String>();
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn escaped(character: char) -> impl Iterator<Item = char> {
    let escape = obeyed_by_terminals(character).then(|| character.escape_default());
    let plain = escape.is_none().then_some(character);
    escape.into_iter().flatten().chain(plain)
}

/// Control characters, separators of lines, and marks that change the direction of writing.
fn obeyed_by_terminals(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(printable(text), expected);
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        check("\u{1b}[2J\r\n\t\u{9b}", r"\u{1b}[2J\r\n\t\u{9b}");
        check("a\u{202e}b\u{2028}", r"a\u{202e}b\u{2028}");
    }

    #[test]
    fn names_and_paths_stay_readable() {
        check(r"C:\Spiele ü\保存 'x'", r"C:\Spiele ü\保存 'x'");
    }

    #[test]
    fn long_text_is_cut() {
        check(&"é".repeat(MAX_CHARS), &"é".repeat(MAX_CHARS));
        check(&"é".repeat(MAX_CHARS + 1), &("é".repeat(MAX_CHARS) + "…"));
    }

    #[test]
    fn lines_of_our_own_stay_lines() {
        assert_eq!(without_controls("a\nb\u{7}"), "a\nb\\u{7}");
    }
}
