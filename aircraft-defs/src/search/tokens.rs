//! The words of names and sentences, as slices.

/// Returns the words of a text: runs of letters and runs of digits. A capital after a small
/// letter begins a word, and so does the last of several capitals before a small one
/// (`FuncSwTCNOn` is `Func`, `Sw`, `TCN`, `On`).
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find(|c| Kind::of(c) != Kind::Other)?;
        let (token, after) = rest[begin..].split_at(token_length(&rest[begin..]));
        rest = after;
        Some(token)
    })
}

/// Returns the length in bytes of the word that a text begins with.
fn token_length(text: &str) -> usize {
    let mut last = Kind::Other;
    // The kind of the character before the last one, and the position of the last one.
    let (mut before_last, mut last_at) = (Kind::Other, 0);
    for (at, character) in text.char_indices() {
        let kind = Kind::of(character);
        match (last, kind) {
            _ if at == 0 => {}
            (_, Kind::Other) => return at,
            (Kind::Digit, kind) if kind != Kind::Digit => return at,
            (last, Kind::Digit) if last != Kind::Digit => return at,
            (Kind::Small, Kind::Capital) => return at,
            (Kind::Capital, Kind::Small) if before_last == Kind::Capital => return last_at,
            _ => {}
        }
        (before_last, last, last_at) = (last, kind, at);
    }
    text.len()
}

/// The kind of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Capital,
    Small,
    /// A letter without upper and lower case.
    Letter,
    Digit,
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            'a'..='z' => Self::Small,
            'A'..='Z' => Self::Capital,
            '0'..='9' => Self::Digit,
            _ if character.is_ascii() || !character.is_alphanumeric() => Self::Other,
            _ if character.is_lowercase() => Self::Small,
            _ if character.is_uppercase() => Self::Capital,
            _ => Self::Letter,
        }
    }
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
