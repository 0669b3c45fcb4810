//! The words of names and sentences, as slices.

/// Returns the words of a text: runs of letters and runs of digits. A capital after a small
/// letter begins a word, and so does the last of several capitals before a small one
/// (`FuncSwTCNOn` is `Func`, `Sw`, `TCN`, `On`).
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find(char::is_alphanumeric)?;
        let (token, after) = rest[begin..].split_at(token_length(&rest[begin..]));
        rest = after;
        Some(token)
    })
}

/// Returns the length in bytes of the word that a text begins with.
fn token_length(text: &str) -> usize {
    let mut before_last = None;
    let mut last: Option<(usize, char)> = None;
    for (at, character) in text.char_indices() {
        if !character.is_alphanumeric() {
            return at;
        }
        if let Some((last_at, last)) = last {
            let is_digit_change = last.is_ascii_digit() != character.is_ascii_digit();
            if is_digit_change || last.is_lowercase() && character.is_uppercase() {
                return at;
            }
            let is_after_capitals = before_last.is_some_and(char::is_uppercase);
            if is_after_capitals && last.is_uppercase() && character.is_lowercase() {
                return last_at;
            }
            before_last = Some(last);
        }
        last = Some((at, character));
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_tokens() {
        let check = |text: &str, expected: &str| {
            assert_eq!(tokens(text).collect::<Vec<_>>().join(" "), expected);
        };
        check("HOOK_BYPASS-Switch, A/A", "HOOK BYPASS Switch A A");
        check("UFC.FuncSwTCNOn", "UFC Func Sw TCN On");
        check("ARC210 25kHz 3L", "ARC 210 25 k Hz 3 L");
        check("engine.RPMGauge", "engine RPM Gauge");
        check(" ,. ", "");
        check("Шасси ALT", "Шасси ALT");
    }
}
