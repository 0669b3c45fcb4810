//! Makes text from outside (the network, another program, a file) safe to print in a message.

/// The most characters of a name or a line in a message.
const MAX_QUOTE: usize = 60;
/// The most characters of a reason or a path in a message.
const MAX_REASON: usize = 300;
/// The most characters of a line of the log.
const MAX_LOG_LINE: usize = 2000;

/// Returns the text short, in quotes and on one line, for an answer or the log.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text, MAX_QUOTE, true))
}

/// Returns a name short, on one line and without control characters, for the log.
pub(crate) fn printable(name: &str) -> String {
    shortened(name, MAX_QUOTE, false)
}

/// Returns a sentence or a path on one line and without control characters, for the log or a
/// terminal.
pub(crate) fn printable_reason(reason: &str) -> String {
    shortened(reason, MAX_REASON, false)
}

/// Returns a message on one line and without control characters, for the log.
pub(crate) fn log_line(message: &str) -> String {
    shortened(message, MAX_LOG_LINE, false)
}

/// Returns a message of any length with its line ends but without other control characters. The
/// parts from outside must have been made printable before.
pub(crate) fn without_controls(message: &str) -> String {
    let line = |line: &str| shortened(line, usize::MAX, false);
    message.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn shortened(text: &str, max: usize, in_quotes: bool) -> String {
    let mut short = String::new();
    for character in text.chars().take(max) {
        match character {
            '"' | '\\' if in_quotes => short.extend(['\\', character]),
            _ if is_unsafe(character) => short.extend(character.escape_default()),
            _ => short.push(character),
        }
    }
    if text.chars().nth(max).is_some() {
        short.push('…');
    }
    short
}

/// Returns the name of the first character of a text that nobody sees and that no name has, such as
/// U+0000. The marks that join letters are none: some languages need them.
pub(crate) fn hidden_character(text: &str) -> Option<String> {
    let is_joiner = |character| matches!(character, '\u{200c}' | '\u{200d}');
    let mut hidden = text.chars().filter(|&it| is_unsafe(it) && !is_joiner(it));
    hidden.next().map(|it| format!("U+{:04X}", u32::from(it)))
}

/// Returns whether the character is a control character, a line end of any kind, or a mark that
/// changes the direction of text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}')
        || ('\u{200b}'..='\u{200f}').contains(&character)
        || ('\u{202a}'..='\u{202e}').contains(&character)
        || ('\u{2060}'..='\u{2069}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_is_short_and_on_one_line() {
        assert_eq!(quoted("a\"b\n"), "\"a\\\"b\\n\"");
        assert_eq!(
            printable("FA-18C \"x\"\r\n\u{1b}[2J\u{202e}"),
            "FA-18C \"x\"\\r\\n\\u{1b}[2J\\u{202e}"
        );
        assert_eq!(
            printable(&"x".repeat(1 << 20)).chars().count(),
            MAX_QUOTE + 1
        );
        assert_eq!(quoted("Übung"), "\"Übung\"");
    }

    #[test]
    fn characters_that_nobody_sees_are_found() {
        for (text, expected) in [
            ("a\0b", Some("U+0000")),
            ("\u{1b}[2J", Some("U+001B")),
            ("exe.\u{202e}txt", Some("U+202E")),
            ("Übung 保存 می\u{200c}خواهم", None),
        ] {
            assert_eq!(hidden_character(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn paths_stay_readable() {
        let path = r"C:\Spiele ü\保存 'x'";
        assert_eq!(printable_reason(path), path);
    }

    #[test]
    fn the_lines_of_a_message_stay_lines() {
        assert_eq!(without_controls("a\nb\u{7}\r"), "a\nb\\u{7}\\r");
        let long = "x".repeat(1000);
        assert_eq!(without_controls(&long), long);
    }
}
