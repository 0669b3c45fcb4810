//! Text from outside (the network, another program, a file), made fit for a message.

/// Characters of a name or a line that a message repeats.
const LONGEST_QUOTE: usize = 60;
/// Characters of a reason that the log repeats.
const LONGEST_REASON: usize = 300;

/// Returns the text as it may stand in an answer or in the log: short, quoted and on one line.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text, LONGEST_QUOTE, true))
}

/// Returns a name as it may stand in the log: short, on one line, and without what a terminal
/// would act on.
pub(crate) fn printable(name: &str) -> String {
    shortened(name, LONGEST_QUOTE, false)
}

/// Returns a sentence or a path as it may stand in the log or on a terminal.
pub(crate) fn printable_reason(reason: &str) -> String {
    shortened(reason, LONGEST_REASON, false)
}

/// Returns a message with its line ends and its length, and without what a terminal would act on:
/// for messages whose parts from outside were made printable before.
pub(crate) fn without_controls(message: &str) -> String {
    let line = |line: &str| shortened(line, usize::MAX, false);
    message.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn shortened(text: &str, most: usize, in_quotes: bool) -> String {
    let mut short = String::new();
    for character in text.chars().take(most) {
        match character {
            '"' | '\\' if in_quotes => short.extend(['\\', character]),
            _ if is_unsafe(character) => short.extend(character.escape_default()),
            _ => short.push(character),
        }
    }
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// True for control characters, line ends of any kind, and marks that turn the direction of text.
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
            LONGEST_QUOTE + 1
        );
        assert_eq!(quoted("Übung"), "\"Übung\"");
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
