//! A word of a query, and how well a word of an entry fits it.

use super::vocabulary::{KINDS, PROPERTIES, synonyms};

/// The degree to which a word fits another, from 0 to 1.
pub(super) type Quality = f32;

/// The qualities of the ways in which a word of an entry fits a word of the query.
pub(super) mod quality {
    use super::Quality;

    pub(in super::super) const WHOLE: Quality = 1.0;
    pub(in super::super) const PLURAL: Quality = 0.95;
    pub(in super::super) const SYNONYM: Quality = 0.85;
    pub(in super::super) const ACRONYM: Quality = 0.8;
    /// The entry's word begins with the query's; more of it fits better.
    pub(in super::super) const BEGINNING: Quality = 0.6;
    /// The query's word begins with the entry's, as in `altimeter` and `ALTI`.
    pub(in super::super) const SHORTENED: Quality = 0.55;
    /// One of the words ends with the other, as `EXTLIGHTS` does with `light`.
    pub(in super::super) const END: Quality = 0.45;
    /// Both are words for kinds of controls.
    pub(in super::super) const KIND: Quality = 0.5;
    pub(in super::super) const TYPING_ERROR: Quality = 0.4;
    /// A word that fits at least this well counts as found.
    pub(in super::super) const FOUND: Quality = 0.35;
}

/// The weight of a word for a kind of control.
const KIND_WEIGHT: f32 = 0.2;

/// The weight of a single letter, which may mean anything.
const LETTER_WEIGHT: f32 = 0.4;

/// The weight of a word for the property that a control sets, such as `volume`. It is less than
/// that of the thing with the property.
const PROPERTY_WEIGHT: f32 = 0.6;

/// The shortest word that another one may end with.
const MIN_END: usize = 4;

/// A word that is searched for, in lower case.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    synonyms: Vec<&'static str>,
    is_kind: bool,
    pub(super) is_number: bool,
    /// Words that differ by a typing error fit, too.
    pub(super) allows_typing_errors: bool,
    /// The possible first characters of words that fit, to rule out most other words quickly.
    initials: Initials,
}

/// A set of first characters: a bit for each letter, one for digits, one for all others.
#[derive(Debug, Clone, Copy, Default)]
struct Initials(u32);

impl Initials {
    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        Self(words.fold(0, |set, word| set | Self::bit(word)))
    }

    fn contain(self, word: &str) -> bool {
        self.0 & Self::bit(word) != 0
    }

    fn bit(word: &str) -> u32 {
        let place = match word.as_bytes().first() {
            Some(byte) if byte.is_ascii_alphabetic() => byte.to_ascii_lowercase() - b'a',
            Some(byte) if byte.is_ascii_digit() => 26,
            _ => 27,
        };
        1 << place
    }
}

impl Word {
    pub(super) fn new(text: String) -> Self {
        let synonyms = synonyms(&text);
        let is_kind = KINDS.contains(&text.as_str());
        let kinds = KINDS.iter().filter(|_| is_kind).copied();
        let all = synonyms.iter().copied().chain(kinds);
        Self {
            initials: Initials::of(all.chain([text.as_str()])),
            synonyms,
            is_kind,
            is_number: text.starts_with(|c: char| c.is_ascii_digit()),
            allows_typing_errors: false,
            text,
        }
    }

    /// Returns the weight of the word without regard to how rare it is.
    pub(super) fn weight(&self) -> f32 {
        let text = self.text.as_str();
        match text.len() {
            _ if self.is_kind => KIND_WEIGHT,
            _ if PROPERTIES.contains(&text) => PROPERTY_WEIGHT,
            1 if !self.is_number => LETTER_WEIGHT,
            _ => 1.0,
        }
    }

    /// Returns how well a word of an entry fits this one.
    pub(super) fn quality(&self, token: &str) -> Quality {
        if !self.may_fit(token) {
            return 0.0;
        }
        if self.is_number || token.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = |text| str::trim_start_matches(text, '0');
            let is_same = token.starts_with(|c: char| c.is_ascii_digit())
                && self.is_number
                && digits(token) == digits(&self.text);
            return if is_same { quality::WHOLE } else { 0.0 };
        }
        if token.eq_ignore_ascii_case(&self.text) {
            return quality::WHOLE;
        }
        if is_plural(token, &self.text) || is_plural(&self.text, token) {
            return quality::PLURAL;
        }
        if self
            .synonyms
            .iter()
            .any(|word| token.eq_ignore_ascii_case(word))
        {
            return quality::SYNONYM;
        }
        self.partial_quality(token)
    }

    /// Returns how well two words of an entry together fit this one, as `CROSS FEED` fits
    /// `crossfeed`.
    pub(super) fn compound_quality(&self, first: &str, second: &str) -> Quality {
        if first.len() < 2 || first.len() >= self.text.len() || !begins_with(&self.text, first) {
            return 0.0;
        }
        let rest = &self.text[first.len()..];
        let is_same = |rest: &str| rest.eq_ignore_ascii_case(second);
        if is_same(rest) || is_plural(rest, second) || is_plural(second, rest) {
            quality::PLURAL
        } else if rest.len() > 1 && begins_with(second, rest) {
            quality::BEGINNING
        } else {
            0.0
        }
    }

    /// Returns whether a word may fit, judged by its first and last character only.
    fn may_fit(&self, token: &str) -> bool {
        let ends_alike = || {
            let last = |text: &str| singular(text).as_bytes().last().map(u8::to_ascii_lowercase);
            let shorter = token.len().min(self.text.len());
            shorter >= MIN_END && last(token) == last(&self.text)
        };
        self.allows_typing_errors || self.initials.contain(token) || ends_alike()
    }

    fn partial_quality(&self, token: &str) -> Quality {
        if begins_with(token, &self.text) && self.text.len() > 1 {
            let share = self.text.len() as f32 / token.len() as f32;
            return quality::BEGINNING + (quality::PLURAL - quality::BEGINNING) * share * share;
        }
        if begins_with(&self.text, token) && token.len() > 2 {
            return quality::SHORTENED;
        }
        let (own, other) = (singular(&self.text), singular(token));
        if own.len().min(other.len()) >= MIN_END && (ends_with(other, own) || ends_with(own, other))
        {
            return quality::END;
        }
        if self.is_kind && KINDS.iter().any(|kind| token.eq_ignore_ascii_case(kind)) {
            return quality::KIND;
        }
        if self.allows_typing_errors && is_misspelt(&self.text, &token.to_lowercase()) {
            return quality::TYPING_ERROR;
        }
        0.0
    }
}

/// Returns a word without the `s` of a plural.
fn singular(word: &str) -> &str {
    word.strip_suffix(['s', 'S']).unwrap_or(word)
}

fn is_plural(long: &str, short: &str) -> bool {
    let stem = long.strip_suffix(['s', 'S']);
    stem.is_some_and(|stem| stem.eq_ignore_ascii_case(short))
}

fn begins_with(long: &str, short: &str) -> bool {
    let begin = long.as_bytes().get(..short.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(short.as_bytes()))
}

fn ends_with(long: &str, short: &str) -> bool {
    let begin = long.len().checked_sub(short.len());
    let end = begin.map(|begin| &long.as_bytes()[begin..]);
    end.is_some_and(|end| end.eq_ignore_ascii_case(short.as_bytes()))
}

/// Returns whether two words differ by at most one typing error (long words: two).
pub(super) fn is_misspelt(word: &str, other: &str) -> bool {
    let most = if word.len() < 8 { 1 } else { 2 };
    word.len() > 3
        && word.len().abs_diff(other.len()) <= most
        && strsim::osa_distance(word, other) <= most
}
