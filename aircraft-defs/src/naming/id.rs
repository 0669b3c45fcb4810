//! The id of a control: the words of its hint that name it.

use super::hint::{Positions, is_position_word, name_part};
use super::station::{names_station, station};
use super::words::{words, words_of_name};
use crate::formats::{Action, Control, Kind};
use crate::limits::MAX_ID_LENGTH;

/// The id of a control whose texts have no letter or digit.
const NAMELESS: &str = "CONTROL";

/// The end of a cover's id.
const COVER: &str = "_COVER";

/// Words that say what a control is and not what it is for.
const GENERAL_WORDS: &[&str] = &[
    "ADJUST",
    "ADJUSTMENT",
    "BRIGHTNESS",
    "BRT",
    "BTN",
    "BUTTON",
    "CHAN",
    "CHANNEL",
    "CLEAR",
    "CLR",
    "CONTRAST",
    "CONTROL",
    "COVER",
    "CURSOR",
    "DECREASE",
    "DIAL",
    "DIM",
    "DISPLAY",
    "DOWN",
    "ENT",
    "ENTER",
    "ENTR",
    "FREQ",
    "FREQUENCY",
    "FULL",
    "FUNCTION",
    "HANDLE",
    "INCREASE",
    "INTENSITY",
    "KEY",
    "KHZ",
    "KNOB",
    "LEVEL",
    "LEVELS",
    "LEVER",
    "LIGHT",
    "LOAD",
    "LVL",
    "MASTER",
    "MHZ",
    "MODE",
    "OFF",
    "ON",
    "OSB",
    "PB",
    "POWER",
    "PRESET",
    "PUSH",
    "PUSHBUTTON",
    "PWR",
    "ROTARY",
    "SCALE",
    "SELECT",
    "SELECTOR",
    "SET",
    "SLEW",
    "SPACE",
    "SQL",
    "SQUELCH",
    "STATUS",
    "SWITCH",
    "SYMBOL",
    "TEST",
    "TO",
    "TOGGLE",
    "TONE",
    "UP",
    "VALUE",
    "VOL",
    "VOLUME",
    "WHEEL",
    "LSK",
    "RESET",
    "PAGE",
    "SELECTION",
    "THE",
    "AND",
    "TYPE",
    "INDICATOR",
];

/// Words at the beginning of element names that only mean "clickable point".
const ELEMENT_BEGINS: [&str; 12] = [
    "PNT",
    "PTR",
    "PTN",
    "PT",
    "BTN",
    "TMB",
    "LVR",
    "LEV",
    "POINT",
    "POINTER",
    "CLICKABLE",
    "BUTTON",
];

/// Words at the end of element names that only mean "clickable point".
const ELEMENT_ENDS: [&str; 3] = ["PTR", "PTN", "POINTER"];

/// The texts of a control that its id is made from, and its positions.
#[derive(Debug, Clone, Copy)]
pub struct IdSource<'a> {
    hint: &'a str,
    device: &'a str,
    command: &'a str,
    element: &'a str,
    positions: Positions,
}

impl<'a> IdSource<'a> {
    /// Returns the texts of a control. Call this before equal actions of the control are merged.
    pub fn of(control: &'a Control) -> Self {
        let device = control
            .device
            .as_ref()
            .and_then(|device| device.name.as_deref());
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

/// Returns the id of a control: words of `A-Z` and `0-9` with `_` between them, at most
/// [`MAX_ID_LENGTH`] characters. The first word begins with a letter.
///
/// It is made from the hint without its list of positions. If that is empty, it is made from the
/// name of the command, or else from that of the element. The device's name is put in front if
/// there are only general words (`Volume`) or if the first word begins with a digit. If the name
/// of the element or the device indicates a seat, the seat is put in front of all that.
pub fn base_id(source: &IdSource<'_>) -> String {
    let name = name_part(source.hint, source.positions);
    let texts = [
        words(&name),
        command_words(source.command),
        element_words(source.element),
        words_of_name(source.device),
    ];
    let mut all = texts.into_iter().find(|words| !words.is_empty());
    let words = all.get_or_insert_default();
    if is_general(words) || begins_with_digit(words) {
        make_specific(words, source, &name);
    }
    let station = station(source.element, source.device);
    if let Some(station) = station.filter(|_| !names_station(words)) {
        words.insert(0, station.to_owned());
    }
    correct_side(words, source.device);
    if words.is_empty() || begins_with_digit(words) {
        words.insert(0, NAMELESS.to_owned());
    }
    remove_repeated(words);
    if is_cover(source.element) && !has_cover_word(words) {
        return join(words, MAX_ID_LENGTH - COVER.len()) + COVER;
    }
    join(words, MAX_ID_LENGTH)
}

/// Returns whether none of a control's texts names it. Its id then has only words of its device, or
/// no words at all.
pub fn is_nameless(source: &IdSource<'_>) -> bool {
    let texts = [
        words(&name_part(source.hint, source.positions)),
        command_words(source.command),
        element_words(source.element),
    ];
    texts.iter().flatten().all(|word| is_number(word))
}

/// Returns whether the name of a command has a meaning, which `Button_7` does not.
pub(super) fn has_meaning(command: &str) -> bool {
    !command_words(command).is_empty()
}

/// Returns whether a text is an id as [`base_id`] makes them.
pub fn is_id(text: &str) -> bool {
    let is_char = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= MAX_ID_LENGTH
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(is_char)
}

/// Returns the words of a command's name, without its table. There are none if the name is only a
/// number, as in `device.Button_7`.
pub(super) fn command_words(name: &str) -> Vec<String> {
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

/// Returns the words of an element's name without those in [`ELEMENT_BEGINS`] and [`ELEMENT_ENDS`].
pub(super) fn element_words(name: &str) -> Vec<String> {
    let words = words(name);
    let says_nothing = |word: &String, nothing: &[&str]| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        nothing.contains(&letters) && !letters.is_empty()
    };
    let begin = words
        .iter()
        .position(|word| !says_nothing(word, &ELEMENT_BEGINS));
    let end = words
        .iter()
        .rposition(|word| !says_nothing(word, &ELEMENT_ENDS));
    match (begin, end) {
        (Some(begin), Some(end)) if begin <= end => words[begin..=end].to_vec(),
        _ => Vec::new(),
    }
}

fn is_general(words: &[String]) -> bool {
    let is_word = |word: &String| is_number(word) || GENERAL_WORDS.contains(&word.as_str());
    let is_letter = words.iter().map(String::len).sum::<usize>() <= 1;
    let are_positions = words.iter().all(|word| is_position_word(word));
    is_letter || are_positions || words.iter().all(is_word)
}

/// Returns whether a word is a number or begins like an ordinal or unit: `1`, `2ND`, `3L`.
fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

fn begins_with_digit(words: &[String]) -> bool {
    words.first().is_some_and(|word| is_number(word))
}

/// Puts the words of the device in front, unless the id has them already. Without a device the id
/// is made from the whole hint.
fn make_specific(id: &mut Vec<String>, source: &IdSource<'_>, name: &str) {
    let device = words_of_name(source.device);
    if device.is_empty() && !name.is_empty() {
        *id = words(source.hint);
    }
    if !device.iter().all(|word| id.contains(word)) {
        id.splice(0..0, device);
    }
}

/// Replaces the side in the words of a hint if the device is that of the other side. (The hints of
/// a cockpit's right half are sometimes copies of those of the left one.)
fn correct_side(id: &mut [String], device: &str) {
    let device = words_of_name(device);
    let has = |words: &[String], word: &str| words.iter().any(|own| own == word);
    for (side, other) in [("LEFT", "RIGHT"), ("RIGHT", "LEFT")] {
        let is_wrong = has(id, side) && !has(id, other);
        if is_wrong && has(&device, other) && !has(&device, side) {
            let wrong = id.iter_mut().filter(|word| *word == side);
            wrong.for_each(|word| other.clone_into(word));
            return;
        }
    }
}

/// Returns whether the name of an element says that it is the cover of a switch. (The hint of a
/// cover is often that of its switch.)
fn is_cover(element: &str) -> bool {
    has_cover_word(&words(element))
}

fn has_cover_word(words: &[String]) -> bool {
    let is_cover = |word: &String| ["COVER", "CVR", "GUARD", "CAP"].contains(&word.as_str());
    words.iter().any(is_cover)
}

/// Removes immediate repetitions of a word; numbers and single letters may be repeated.
fn remove_repeated(words: &mut Vec<String>) {
    words.dedup_by(|word, last| word == last && word.len() > 1 && !is_number(word));
}

/// Joins the first words, as many as fit into `most` characters.
fn join(words: &[String], most: usize) -> String {
    let mut id = String::new();
    for word in words {
        if id.is_empty() {
            id.extend(word.chars().take(most));
        } else if id.len() + 1 + word.len() <= most {
            id.push('_');
            id.push_str(word);
        } else {
            break;
        }
    }
    id
}
