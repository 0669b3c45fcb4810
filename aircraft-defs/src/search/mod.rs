//! Finds controls and gauges by plain words.
//!
//! Pure: reads no files. An entry is ranked by how many words of the query it has and how well
//! they fit: whole words before beginnings, ids and hints before other texts, typing errors last.
//! If a word is in no entry, the results for the other words are still listed.

mod entries;
mod fields;
mod tokens;
mod vocabulary;
mod word;

pub use entries::TableEntry;
pub(crate) use entries::{Scan, Scope, suggested_name};
pub(crate) use fields::with_fields;
use tokens::tokens;
use vocabulary::{GAUGES, SLASHED, STOP_WORDS, names_kind};
use word::{Quality, Word, is_misspelt, quality};

use crate::formats::Kind;
use crate::limits::{MAX_INITIALS, MAX_QUERY_WORDS, MAX_WORDS_OF_NAME};
use crate::naming::{split_positions, without_notes};

/// The factor for a word that is found in a text other than id and hint.
const OTHER_TEXT: f32 = 0.85;

/// The part of a word's weight that depends on how rare the word is.
const RARITY_WEIGHT: f32 = 0.6;

/// The bonus of an entry whose id and hint have only words of the query; less if they have others.
const FIT_WEIGHT: f32 = 0.3;

/// The bonus of an entry of the right kind: a gauge if the query asks for one, else a control.
const CONTROL_WEIGHT: f32 = 0.2;

/// The bonus of a control of the kind that a word of the query names.
const OF_KIND_WEIGHT: f32 = 0.1;

/// The bonus of an entry that has the whole query as a name.
const EXACT_WEIGHT: f32 = 10.0;

/// The bonus of an entry with a name that differs from the query by a typing error.
const NEAR_WEIGHT: f32 = 1.0;

/// The texts of a control or gauge.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The names that people read: id and hint.
    pub names: &'a [&'a str],
    /// The other texts that belong to it alone, such as element and commands.
    pub others: &'a [&'a str],
    /// The device of a control, which it shares with others; empty for a gauge.
    pub device: &'a str,
    /// Whether it is a gauge and not a control.
    pub is_gauge: bool,
    /// The kind of a control, if it can be operated.
    pub kind: Option<Kind>,
}

/// The words that are searched for.
#[derive(Debug, Clone)]
pub struct Query {
    /// The whole text in lower case, with `_` for blanks.
    text: String,
    words: Vec<Word>,
    /// The kinds of controls that a word names.
    kinds: Vec<Kind>,
}

/// The degree to which an entry fits a query.
#[derive(Debug, Clone)]
pub struct Fit {
    qualities: [Quality; MAX_QUERY_WORDS],
    /// The share of the names' words that the query has.
    share: f32,
    similarity: Similarity,
    is_gauge: bool,
    /// A word of the query names its kind: `button`, `knob`.
    is_of_kind: bool,
}

/// The similarity of a whole name and the whole query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Similarity {
    /// They differ by more than a typing error.
    None,
    /// They differ by a typing error.
    Near,
    /// They are the same, apart from upper and lower case.
    Equal,
}

impl Similarity {
    /// Returns the bonus for it.
    fn weight(self) -> f32 {
        match self {
            Self::None => 0.0,
            Self::Near => NEAR_WEIGHT,
            Self::Equal => EXACT_WEIGHT,
        }
    }
}

/// An entry that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<T> {
    /// The entry.
    pub entry: T,
    /// The share of the query that it matches, from 0 to 1.
    pub share: f32,
}

impl Query {
    /// Parses a query. Words beyond [`MAX_QUERY_WORDS`] are ignored.
    pub fn new(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut plain = without_notes(text);
        for (short, long) in SLASHED {
            plain = plain.replace(short, long);
            plain = plain.replace(&short.to_uppercase(), long);
        }
        let all: Vec<String> = tokens(&plain).map(str::to_lowercase).collect();
        let is_only_stop_words = all.iter().all(|word| is_stop_word(word));
        for text in all {
            let is_new = words.iter().all(|word| word.text != text);
            if is_new && (is_only_stop_words || !is_stop_word(&text)) {
                words.push(Word::new(text));
            }
        }
        words.truncate(MAX_QUERY_WORDS);
        let text = text.trim().replace(' ', "_").to_lowercase();
        let names_kind = |kind: &Kind| words.iter().any(|word| names_kind(&word.text, *kind));
        let kinds = [Kind::Button, Kind::Switch, Kind::Axis, Kind::Encoder];
        let kinds = kinds.into_iter().filter(names_kind).collect();
        Self { text, words, kinds }
    }

    /// Returns whether there is no word to search for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns how well an entry fits; `None` if it has none of the words. Everything fits a query
    /// without words.
    pub fn fit(&self, entry: &Entry<'_>) -> Option<Fit> {
        let mut fit = Fit {
            qualities: [0.0; MAX_QUERY_WORDS],
            share: 0.0,
            similarity: self.similarity(entry),
            is_gauge: entry.is_gauge,
            is_of_kind: entry.kind.is_some_and(|kind| self.kinds.contains(&kind)),
        };
        let (mut known, mut all) = (0.0_f32, 0.0_f32);
        for text in entry.names {
            // A name is not longer because its positions are listed.
            let (name, positions) = split_positions(text);
            let (matches, words) = self.record_text(name, true, &mut fit.qualities);
            self.record_text(positions, true, &mut fit.qualities);
            known += matches;
            all += words;
        }
        for text in entry.others.iter().chain([&entry.device]) {
            self.record_text(text, false, &mut fit.qualities);
        }
        fit.share = known / all.max(1.0);
        let has_word = fit.qualities.iter().any(|quality| *quality > 0.0);
        let is_like = fit.similarity != Similarity::None;
        (has_word || is_like || self.is_empty()).then_some(fit)
    }

    /// Returns how alike the query and the most similar text of an entry are. Typing errors are
    /// looked for only if a word of the query is in no entry.
    fn similarity(&self, entry: &Entry<'_>) -> Similarity {
        let mut texts = entry.names.iter().chain(entry.others);
        if texts.any(|text| text.eq_ignore_ascii_case(&self.text)) {
            return Similarity::Equal;
        }
        let allows_typing_errors = self.words.iter().any(|word| word.allows_typing_errors);
        let mut names = entry.names.iter();
        match allows_typing_errors
            && names.any(|name| is_misspelt(&self.text, &name.to_lowercase()))
        {
            true => Similarity::Near,
            false => Similarity::None,
        }
    }

    /// Notes how well the words of a text of an entry fit. Returns the sum of their qualities and their
    /// number.
    fn record_text(&self, text: &str, is_name: bool, qualities: &mut [Quality]) -> (Quality, f32) {
        let factor = if is_name { 1.0 } else { OTHER_TEXT };
        let (mut known, mut words) = (0.0, 0.0);
        let mut last = "";
        let mut initials = [0; MAX_INITIALS];
        let mut places = initials.iter_mut();
        for token in tokens(text) {
            words += 1.0;
            known += self.record_match(token, factor, qualities);
            self.record_compound(last, token, factor, qualities);
            last = token;
            if let Some(place) = places.next() {
                *place = token.as_bytes()[0].to_ascii_lowercase();
            }
        }
        if is_name {
            self.record_acronyms(&initials, qualities);
        }
        (known, words)
    }

    /// Notes how well a word of an entry fits each word of the query; returns the best.
    fn record_match(&self, token: &str, factor: f32, qualities: &mut [Quality]) -> Quality {
        let mut best = 0.0_f32;
        for (word, known) in self.words.iter().zip(qualities) {
            let quality = word.quality(token) * factor;
            *known = known.max(quality);
            best = best.max(quality);
        }
        best
    }

    /// Notes two words of an entry that are one word in the query: `CROSS FEED` and `crossfeed`.
    fn record_compound(&self, first: &str, second: &str, factor: f32, qualities: &mut [Quality]) {
        for (word, known) in self.words.iter().zip(qualities) {
            *known = known.max(word.compound_quality(first, second) * factor);
        }
    }

    /// Notes words of the query that are the initials of words of an entry: `SAI` and `Standby
    /// Attitude Indicator`.
    fn record_acronyms(&self, initials: &[u8], qualities: &mut [Quality]) {
        for (word, known) in self.words.iter().zip(qualities) {
            let text = word.text.as_bytes();
            let mut parts = initials.windows(text.len().max(1));
            if text.len() > 2 && !word.is_number && parts.any(|part| part == text) {
                *known = known.max(quality::ACRONYM);
            }
        }
    }

    /// Returns a query that allows typing errors in the words that no entry has; `None` if there
    /// are no such words.
    fn with_typing_errors(&self, found: &[usize]) -> Option<Self> {
        let mut query = self.clone();
        let mut is_changed = false;
        for (word, found) in query.words.iter_mut().zip(found) {
            let is_long = word.text.len() >= 4;
            word.allows_typing_errors = *found == 0 && is_long && !word.is_number;
            is_changed |= word.allows_typing_errors;
        }
        is_changed.then_some(query)
    }

    /// Returns the number of entries that have each word.
    fn entries_per_word<T>(&self, fits: &[(T, Fit)]) -> Vec<usize> {
        let count = |word: usize| {
            let has_word = |(_, fit): &&(T, Fit)| fit.qualities[word] >= quality::FOUND;
            fits.iter().filter(has_word).count()
        };
        (0..self.words.len()).map(count).collect()
    }

    /// Returns the score of a fit, and the share of the query that the entry matches.
    fn score(&self, fit: &Fit, weights: &[f32]) -> (f32, f32) {
        let words = weights.iter().zip(&fit.qualities);
        let words: f32 = words.map(|(weight, quality)| weight * quality).sum();
        let all: f32 = weights.iter().sum();
        let is_wanted = fit.is_gauge == self.asks_for_gauge();
        let kind = if is_wanted { CONTROL_WEIGHT } else { 0.0 };
        let of_kind = if fit.is_of_kind { OF_KIND_WEIGHT } else { 0.0 };
        let score = words + FIT_WEIGHT * fit.share + kind + of_kind + fit.similarity.weight();
        let has_all = fit.similarity != Similarity::None || self.is_empty();
        (
            score,
            if has_all {
                1.0
            } else {
                words / all.max(f32::MIN_POSITIVE)
            },
        )
    }

    /// Returns whether a word of the query names an instrument or a lamp.
    fn asks_for_gauge(&self) -> bool {
        let words = self.words.iter();
        words
            .into_iter()
            .any(|word| GAUGES.contains(&word.text.as_str()))
    }

    /// Returns the weight of each word: higher if fewer entries have it.
    fn weights(&self, found: &[usize], entries: usize) -> Vec<f32> {
        let all = (entries.max(2) as f32).ln();
        let weight = |(word, found): (&Word, &usize)| {
            let rarity = 1.0 - ((*found).max(1) as f32).ln() / all;
            word.weight() * (1.0 - RARITY_WEIGHT + RARITY_WEIGHT * rarity)
        };
        self.words.iter().zip(found).map(weight).collect()
    }
}

/// Returns a name as a query for `dcs-master names`: letters, digits and blanks.
pub fn query_of_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<&str> = words.take(MAX_WORDS_OF_NAME).collect();
    words.join(" ")
}

fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// Returns the best entries for a query, the best first. Entries that fit equally well stay in the
/// order of `scan`.
///
/// `scan` returns the number of all entries, and those that fit the query. If a word is in no
/// entry, `scan` is called again with a query that allows typing errors in that word.
pub fn search<T>(
    text: &str,
    limit: usize,
    mut scan: impl FnMut(&Query) -> (usize, Vec<(T, Fit)>),
) -> Vec<Hit<T>> {
    let mut query = Query::new(text);
    let (mut entries, mut fits) = scan(&query);
    let mut found = query.entries_per_word(&fits);
    if let Some(tolerant) = query.with_typing_errors(&found) {
        query = tolerant;
        (entries, fits) = scan(&query);
        found = query.entries_per_word(&fits);
    }
    let weights = query.weights(&found, entries);
    let scored = fits.into_iter();
    let mut scored: Vec<(f32, Hit<T>)> = scored
        .map(|(entry, fit)| {
            let (score, share) = query.score(&fit, &weights);
            (score, Hit { entry, share })
        })
        .collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best = scored.into_iter().take(limit);
    best.map(|(_, hit)| hit).collect()
}

#[cfg(test)]
mod tests;
