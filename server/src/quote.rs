//! Text from outside, made fit for a message.

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

/// Returns a sentence as it may stand in the log.
pub(crate) fn printable_reason(reason: &str) -> String {
    shortened(reason, LONGEST_REASON, false)
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
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}')
        || ('\u{202a}'..='\u{202e}').contains(&character)
        || ('\u{2066}'..='\u{2069}').contains(&character)
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
}
