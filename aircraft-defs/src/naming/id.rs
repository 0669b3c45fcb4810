//! The id of a control: its hint in words, without what does not name it.

use super::hint::{Positions, name_part};
use super::words::{words, words_of_name};
use crate::formats::{Action, Control, Kind};
use crate::limits::MAX_ID_LENGTH;

/// The id of a control whose texts have no letter or digit.
const NAMELESS: &str = "CONTROL";

/// Words that say what a control is and not what it is for.
const GENERAL_WORDS: &[&str] = &[
    "ADJUST", "ADJUSTMENT", "BRIGHTNESS", "BRT", "BTN", "BUTTON", "CHAN", "CHANNEL", "CLEAR", "CLR",
    "CONTRAST", "CONTROL", "COVER", "CURSOR", "DECREASE", "DIAL", "DIM", "DISPLAY", "DOWN", "ENT",
    "ENTER", "ENTR", "FREQ", "FREQUENCY", "FULL", "FUNCTION", "GAIN", "HANDLE", "INCREASE",
    "INTENSITY", "KEY", "KHZ", "KNOB", "LEVEL", "LEVELS", "LEVER", "LIGHT", "LOAD", "LVL", "MASTER",
    "MHZ", "MODE", "OFF", "ON", "OSB", "PB", "POWER", "PRESET", "PUSH", "PUSHBUTTON", "PWR",
    "ROTARY", "SCALE", "SELECT", "SELECTOR", "SET", "SLEW", "SPACE", "SQL", "SQUELCH", "STATUS",
    "SWITCH", "SYMBOL", "TEST", "TO", "TOGGLE", "TONE", "TRIM", "UP", "VALUE", "VOL", "VOLUME",
    "WHEEL", "LSK", "RESET", "PAGE", "SELECTION", "THE", "AND", "PITCH", "TYPE", "INDICATOR",
];

/// Words of element names that say nothing: what kind of point it is.
const ELEMENT_WORDS: [&str; 14] = [
    "PNT", "PTR", "PTN", "PT", "BTN", "TMB", "LVR", "LEV", "POINT", "POINTER", "CLK", "VAR",
    "CLICKABLE", "BUTTON",
];

/// What the id of a control is made of: its own texts, and what they are read with.
#[derive(Debug, Clone, Copy)]
pub struct IdSource<'a> {
    hint: &'a str,
    device: &'a str,
    command: &'a str,
    element: &'a str,
    positions: Positions,
}

impl<'a> IdSource<'a> {
    /// Returns the texts of a control, before equal actions of it are merged.
    pub fn of(control: &'a Control) -> Self {
        let device = control.device.as_ref().and_then(|device| device.name.as_deref());
        let first = control.actions.first();
        let command = first.and_then(|action| action.command.name.as_deref());
        Self {
            hint: control.hint.as_deref().unwrap_or_default(),
            device: device.unwrap_or_default(),
            command: command.unwrap_or_default(),
            element: &control.name,
            positions: positions(&control.actions),
        }
    }
}

fn positions(actions: &[Action]) -> Positions {
    let is_spring_button = |action: &Action| action.kind == Kind::Button && action.spring;
    let first_arg = actions.first().and_then(|action| action.arg);
    let of_first_arg = actions.iter().filter(|action| action.arg == first_arg);
    let is_stepless = |action: &&Action| matches!(action.kind, Kind::Axis | Kind::Encoder);
    let mut values: Vec<f64> = Vec::new();
    for action in of_first_arg.filter(|action| !is_stepless(action)) {
        values.extend(&action.values);
    }
    values.sort_by(f64::total_cmp);
    values.dedup();
    Positions {
        count: values.len(),
        is_push: actions.len() == 1 && actions.iter().all(is_spring_button),
        is_spring: actions.iter().any(|action| action.spring),
    }
}

/// Returns the id of a control: words of `A-Z` and `0-9` with `_` between, the first of which
/// begins with a letter, at most [`MAX_ID_LENGTH`] characters.
///
/// It is made of the hint without its list of positions, else of a command or element name that
/// says something. A hint of general words only (`Volume`), or one that begins with a digit, is
/// preceded by the device.
pub fn base_id(source: &IdSource<'_>) -> String {
    let hint = words(&name_part(source.hint, source.positions));
    let texts = [
        hint,
        command_words(source.command),
        element_words(source.element),
        words_of_name(source.device),
    ];
    let mut words = texts.into_iter().find(|words| !words.is_empty());
    let words = words.get_or_insert_default();
    if is_general(words) || begins_with_digit(words) {
        prepend_device(source.device, words);
    }
    if words.is_empty() || begins_with_digit(words) {
        words.insert(0, NAMELESS.to_owned());
    }
    remove_repeated(words);
    join(words)
}

/// Returns the words of a command's name, without its table; none if it is a number only, as in
/// `device.Button_7`.
fn command_words(name: &str) -> Vec<String> {
    let short = name.split_once('.').map_or(name, |(_, short)| short);
    let words = words_of_name(short);
    let is_nameless = |word: &String| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(letters, "" | "BUTTON" | "CMD" | "COMMAND" | "FOO")
    };
    match words.iter().all(is_nameless) {
        true => Vec::new(),
        false => words,
    }
}

/// Returns the words of an element's name without those that every element has.
fn element_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    words.retain(|word| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.is_empty() || !ELEMENT_WORDS.contains(&letters)
    });
    words
}

fn is_general(words: &[String]) -> bool {
    let is_word = |word: &String| {
        let is_short = word.len() == 1;
        is_short || is_number(word) || GENERAL_WORDS.contains(&word.as_str())
    };
    words.iter().all(is_word)
}

/// Returns whether a word is a number or begins like an ordinal or unit: `1`, `2ND`, `3L`.
fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

fn begins_with_digit(words: &[String]) -> bool {
    words.first().is_some_and(|word| is_number(word))
}

/// Puts the words of the device in front, unless its name is there.
fn prepend_device(device: &str, words: &mut Vec<String>) {
    let device = words_of_name(device);
    if !device.iter().all(|word| words.contains(word)) {
        words.splice(0..0, device);
    }
}

/// Removes a word that follows itself; a number may.
fn remove_repeated(words: &mut Vec<String>) {
    words.dedup_by(|word, last| word == last && !is_number(word));
}

/// Joins the first words that fit into an id.
fn join(words: &[String]) -> String {
    let mut id = String::new();
    for word in words {
        if id.is_empty() {
            id.extend(word.chars().take(MAX_ID_LENGTH));
        } else if id.len() + 1 + word.len() <= MAX_ID_LENGTH {
            id.push('_');
            id.push_str(word);
        } else {
            break;
        }
    }
    id
}
