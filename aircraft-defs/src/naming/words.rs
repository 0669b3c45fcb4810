//! Splits any text into words of `A-Z` and `0-9`.

/// Returns the words of a text: runs of `A-Z` and `0-9`, in upper case.
///
/// Accented and Cyrillic letters become Latin ones. Letters of other scripts separate words, as
/// blanks and signs do. An apostrophe is dropped (`Pilot's` is `PILOTS`), and `.1` is `0` and `1`.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let parts = text.split(|c: char| !belongs_to_word(c));
    for part in parts {
        let is_latin = part.contains(|c: char| c.is_ascii_alphabetic());
        let mut word = String::new();
        let mut last = None;
        for character in part.chars() {
            match character {
                '.' => {
                    let is_leading = last.is_none() && part.len() > 1;
                    end_word(&mut word, &mut words);
                    if is_leading && part[1..].starts_with(|c: char| c.is_ascii_digit()) {
                        words.push("0".to_owned());
                    }
                }
                c if is_apostrophe(c) || is_accent(c) => {}
                c if c.is_ascii_alphanumeric() => word.push(c.to_ascii_uppercase()),
                c => match latin(c, is_latin) {
                    Some(letters) => word.push_str(letters),
                    None => end_word(&mut word, &mut words),
                },
            }
            last = Some(character);
        }
        end_word(&mut word, &mut words);
    }
    words
}

/// Returns the words of an identifier such as `FuncSwTCN_on`, where a capital after a small letter
/// begins a word too.
pub(super) fn words_of_name(name: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut was_small = false;
    for character in name.chars() {
        if was_small && character.is_ascii_uppercase() {
            spaced.push(' ');
        }
        was_small = character.is_ascii_lowercase();
        spaced.push(character);
    }
    words(&spaced)
}

fn end_word(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// Returns whether a character may be part of a word.
fn belongs_to_word(character: char) -> bool {
    character.is_alphanumeric()
        || is_apostrophe(character)
        || is_accent(character)
        || character == '.'
}

/// Returns whether a character is a combining accent, which follows its letter.
fn is_accent(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '´' | '`')
}

/// Returns the Latin letters, in upper case, for a letter outside `a-z`.
///
/// A Cyrillic letter in a word with Latin letters becomes the Latin letter that looks the same,
/// since it was probably typed by mistake.
fn latin(character: char, is_in_latin_word: bool) -> Option<&'static str> {
    let upper = character.to_uppercase().next()?;
    if is_in_latin_word && let Some(&(_, letter)) = LOOKALIKES.iter().find(|(c, _)| *c == upper) {
        return Some(letter);
    }
    let tables = [ACCENTED, CYRILLIC];
    let mut pairs = tables.into_iter().flatten();
    let (_, letters) = pairs.find(|(letters, _)| letters.contains([upper, character]))?;
    Some(letters)
}

/// Cyrillic letters, and the Latin ones that look the same.
const LOOKALIKES: &[(char, &str)] = &[
    ('А', "A"),
    ('В', "B"),
    ('Е', "E"),
    ('К', "K"),
    ('М', "M"),
    ('Н', "H"),
    ('О', "O"),
    ('Р', "P"),
    ('С', "C"),
    ('Т', "T"),
    ('У', "Y"),
    ('Х', "X"),
];

/// Capital letters with accents, and without them.
const ACCENTED: &[(&str, &str)] = &[
    ("ÀÁÂÃÄÅĀĂĄ", "A"),
    ("Æ", "AE"),
    ("ÇĆĈĊČ", "C"),
    ("ÐĎĐ", "D"),
    ("ÈÉÊËĒĔĖĘĚ", "E"),
    ("ĜĞĠĢ", "G"),
    ("ĤĦ", "H"),
    ("ÌÍÎÏĨĪĬĮİ", "I"),
    ("Ĵ", "J"),
    ("Ķ", "K"),
    ("ĹĻĽĿŁ", "L"),
    ("ÑŃŅŇŊ", "N"),
    ("ÒÓÔÕÖØŌŎŐ", "O"),
    ("Œ", "OE"),
    ("ŔŖŘ", "R"),
    ("ŚŜŞŠȘ", "S"),
    ("ẞß", "SS"),
    ("ŢŤŦȚ", "T"),
    ("Þ", "TH"),
    ("ÙÚÛÜŨŪŬŮŰŲ", "U"),
    ("Ŵ", "W"),
    ("ÝŶŸ", "Y"),
    ("ŹŻŽ", "Z"),
];

/// Cyrillic capital letters and their Latin transliteration.
const CYRILLIC: &[(&str, &str)] = &[
    ("А", "A"),
    ("Б", "B"),
    ("В", "V"),
    ("ГҐ", "G"),
    ("Д", "D"),
    ("ЕЭЄ", "E"),
    ("Ё", "YO"),
    ("Ж", "ZH"),
    ("З", "Z"),
    ("ИІ", "I"),
    ("Ї", "YI"),
    ("Й", "Y"),
    ("К", "K"),
    ("Л", "L"),
    ("М", "M"),
    ("Н", "N"),
    ("О", "O"),
    ("П", "P"),
    ("Р", "R"),
    ("С", "S"),
    ("Т", "T"),
    ("У", "U"),
    ("Ф", "F"),
    ("Х", "KH"),
    ("Ц", "TS"),
    ("Ч", "CH"),
    ("Ш", "SH"),
    ("Щ", "SHCH"),
    ("ЪЬ", ""),
    ("Ы", "Y"),
    ("Ю", "YU"),
    ("Я", "YA"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(words(text).join(" "), expected, "{text:?}");
    }

    #[test]
    fn words_are_letters_and_digits() {
        check("Pilot's Gear-Lever  (up)", "PILOTS GEAR LEVER UP");
        check(".1s / 0.1 MHz, Comm.", "0 1S 0 1 MHZ COMM");
        check("", "");
        check(" .\t. \u{0}\n'", "");
    }

    #[test]
    fn other_alphabets_are_spelt_in_latin_letters() {
        check("L MÅL HÖJD Größe", "L MAL HOJD GROSSE");
        check("e\u{301}le\u{300}ve", "ELEVE");
        check("Шасси убрать, Подъём", "SHASSI UBRAT PODYOM");
        // The first letter of both words is Cyrillic.
        check("сontrol Сursor", "CONTROL CURSOR");
        check("高度 ALT 計", "ALT");
    }

    #[test]
    fn a_capital_begins_a_word_in_a_name() {
        assert_eq!(words_of_name("FuncSwTCN_on").join(" "), "FUNC SW TCN ON");
    }
}
