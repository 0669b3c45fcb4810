//! The parts of a hint: the name of the control, the list of its positions, and advice on the
//! mouse.

use crate::limits::MAX_HINT_CHARS;

/// The character that replaces a text in brackets about a mouse button or the wheel.
const MOUSE: char = '\u{1}';

/// Words that name the mouse.
const MOUSE_WORDS: [&str; 8] = ["LMB", "RMB", "MMB", "MW", "LB", "RB", "MOUSE", "WHEEL)"];

/// Notes on controls that do nothing in the sim.
const NOTES: [&str; 11] = [
    "no function",
    "no func",
    "not functional",
    "not implemented",
    "unimplemented",
    "not used",
    "inop",
    "n/f",
    "n/a",
    "n/i",
    "momentarily",
];

/// Words that begin advice: "Push to reset".
const ADVICE: [&str; 10] = [
    "push", "press", "pull", "rotate", "turn", "click", "hold", "use", "depress", "scroll",
];

/// Words of positions, in upper case.
const POSITION_WORDS: &[&str] = &[
    "ON",
    "OFF",
    "UP",
    "DOWN",
    "DN",
    "OPEN",
    "CLOSE",
    "CLOSED",
    "AUTO",
    "MAN",
    "MANUAL",
    "NORM",
    "NORMAL",
    "HIGH",
    "LOW",
    "HI",
    "LO",
    "LEFT",
    "RIGHT",
    "IN",
    "OUT",
    "BRT",
    "BRIGHT",
    "DIM",
    "TEST",
    "RESET",
    "HOLD",
    "LOCK",
    "UNLOCK",
    "LOCKED",
    "UNLOCKED",
    "ARM",
    "ARMED",
    "SAFE",
    "EXTEND",
    "RETRACT",
    "STBY",
    "PARK",
    "BOTH",
    "DAY",
    "NIGHT",
    "ENABLE",
    "DISABLE",
    "INC",
    "DEC",
    "STEADY",
    "FLASH",
    "FULL",
    "HALF",
    "MAIN",
    "RESERVE",
    "RESERVED",
    "BACKUP",
    "EMERGENCY",
    "NEUTRAL",
    "PULL",
    "STOW",
    "OVERRIDE",
    "ENABLED",
    "DISABLED",
    "PLT",
    "CPLT",
];

/// The facts about a control's positions that decide how its hint is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Positions {
    /// The number of positions; 0 if the control takes any value.
    pub(super) count: usize,
    /// The control is a push button with one action, so a list in its hint does not name positions.
    pub(super) is_push: bool,
    /// The control springs back.
    pub(super) is_spring: bool,
}

/// Returns the part of a hint that names the control; empty if there is none.
pub(super) fn name_part(hint: &str, positions: Positions) -> String {
    let marked = mark(hint);
    let mut name = first_sentence(&marked);
    while let Some(head) = without_tail(name, positions) {
        name = head;
    }
    let name = without_plain_list(name, positions);
    let name = name.replace(MOUSE, " ");
    if is_note(&name) { String::new() } else { name }
}

/// Returns the items of the list of positions after the last comma of a hint.
pub(super) fn comma_list(hint: &str) -> Vec<&str> {
    match split_positions(hint) {
        (_, "") => Vec::new(),
        (_, list) => list.split('/').map(str::trim).collect(),
    }
}

/// Splits a hint into its name and the list of positions after its last comma.
///
/// There is none if the list is advice on the mouse.
pub(crate) fn split_positions(hint: &str) -> (&str, &str) {
    let split = split_last(hint, ", ").or_else(|| split_last(hint, ","));
    let is_list = |tail: &str| tail.contains('/') && !mark(tail).contains(MOUSE);
    split
        .filter(|(_, tail)| is_list(tail))
        .unwrap_or((hint, ""))
}

/// Returns a text without brackets that hold a note or advice on the mouse.
pub(crate) fn without_notes(text: &str) -> String {
    mark(text).replace(MOUSE, " ")
}

/// Returns a hint on one line, with [`MOUSE`] in place of brackets about the mouse, and without
/// brackets that hold a note.
fn mark(hint: &str) -> String {
    let hint: String = hint.chars().take(MAX_HINT_CHARS).collect();
    let hint = hint.replace(['\n', '\r', '\t', MOUSE], " ");
    let hint = hint.replace("/n", " ");
    let mut marked = String::with_capacity(hint.len());
    let mut rest = hint.as_str();
    while let Some((before, inside, after)) = bracketed(rest) {
        marked.push_str(before);
        if has_mouse_word(inside) {
            marked.push(MOUSE);
        } else if !has_note(inside) {
            marked.extend(["(", inside, ")"]);
        }
        rest = after;
    }
    marked.push_str(rest);
    marked
}

/// Returns the text before, in and after the first pair of brackets.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')')?;
    Some((before, inside, after))
}

fn has_mouse_word(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| MOUSE_WORDS.iter().any(|m| word.eq_ignore_ascii_case(m)))
}

fn has_note(text: &str) -> bool {
    let text = text.to_lowercase();
    NOTES.iter().any(|note| text.contains(note))
}

/// Returns whether a text is nothing but a note.
fn is_note(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    NOTES.contains(&text.as_str())
}

/// Returns the first sentence, or the first item of a numbered list.
fn first_sentence(hint: &str) -> &str {
    if let Some(rest) = hint.trim_start().strip_prefix("1. ") {
        return rest.split(" 2. ").next().unwrap_or(rest);
    }
    let ends = hint.match_indices(['.', ';', MOUSE]);
    let mut ends = ends.filter(|(at, sign)| {
        let rest = &hint[at + sign.len()..];
        *sign != "\u{1}" && rest.starts_with(' ') && hint[..*at].trim().contains(' ')
    });
    ends.next().map_or(hint, |(at, _)| &hint[..at])
}

/// Returns a text without the last part after a comma or dash, if that part is a list of
/// positions, advice or a note.
fn without_tail(text: &str, positions: Positions) -> Option<&str> {
    let parts = [",", " - ", " – "].map(|separator| split_last(text, separator));
    let is_removable = |tail| is_advice(tail) || is_note(tail) || is_list(tail, positions);
    let mut parts = parts.into_iter().flatten();
    parts.find_map(|(head, tail)| is_removable(tail).then_some(head))
}

/// Returns the text before and after the last separator outside of brackets, if both are there.
fn split_last<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut places = text.rmatch_indices(separator).map(|(at, _)| at);
    let is_outside = |at: &usize| {
        let before = &text[..*at];
        before.matches('(').count() <= before.matches(')').count()
    };
    let at = places.find(is_outside)?;
    let (head, tail) = (&text[..at], &text[at + separator.len()..]);
    let has_word = |part: &str| part.contains(char::is_alphanumeric);
    (has_word(head) && (has_word(tail) || tail.contains(MOUSE))).then_some((head, tail))
}

fn is_advice(tail: &str) -> bool {
    let first = tail.split_whitespace().next().unwrap_or_default();
    let is_verb = ADVICE.iter().any(|verb| first.eq_ignore_ascii_case(verb));
    let is_instruction = is_verb && tail.trim().contains(' ');
    is_instruction || tail.contains(MOUSE) || has_mouse_word(tail)
}

/// Returns whether a part after a comma or dash is a list of positions. `A/A` is not, nor is
/// `transmit/receive mode`.
fn is_list(tail: &str, positions: Positions) -> bool {
    let items: Vec<&str> = tail.split('/').map(str::trim).collect();
    let is_prose = items
        .iter()
        .any(|item| item.starts_with(char::is_lowercase));
    items.len() > 1 && !positions.is_push && !is_prose && !is_abbreviation(&items)
}

/// Returns whether a list consists of two single letters, as in `A/A` and `D/L`.
fn is_abbreviation(items: &[&str]) -> bool {
    items.len() == 2 && items.iter().all(|item| item.len() == 1)
}

/// Returns a text without the list of positions that it ends with, as in `Power ON/OFF` and
/// `Power (On/Off)`.
fn without_plain_list(text: &str, positions: Positions) -> &str {
    if positions.is_spring {
        return text;
    }
    let text = text.trim_end();
    let (head, list) = match text
        .strip_suffix(')')
        .and_then(|open| open.rsplit_once('('))
    {
        Some((head, list)) => (head, list),
        None => split_plain_list(text),
    };
    let items: Vec<&str> = list.split('/').map(str::trim).collect();
    let words = head.split_whitespace().count();
    let are_known = items.iter().all(|item| is_position_word(item));
    let is_certain = match positions.count {
        0 => are_known,
        count => items.len() == count && (count > 2 || are_known && words > 1),
    };
    let is_list = items.len() > 1 && !is_abbreviation(&items);
    match is_list && words > 0 && is_certain {
        true => head,
        false => text,
    }
}

/// Splits a text that ends with a list (one word on each side of each slash) into the text before
/// the list and the list.
fn split_plain_list(text: &str) -> (&str, &str) {
    let mut start = text.len();
    while let Some(slash) = text[..start].rfind('/') {
        if text[slash + 1..start].split_whitespace().count() != 1 {
            break;
        }
        start = slash;
    }
    if start == text.len() {
        return (text, "");
    }
    let before = text[..start].trim_end();
    let first_item = before.rfind(' ').map_or(0, |blank| blank + 1);
    (&text[..first_item], &text[first_item..])
}

/// Returns whether a text is one of [`POSITION_WORDS`], without regard to case.
pub(super) fn is_position_word(item: &str) -> bool {
    POSITION_WORDS
        .iter()
        .any(|word| item.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SWITCH: Positions = Positions {
        count: 2,
        is_push: false,
        is_spring: false,
    };
    const PUSH: Positions = Positions {
        count: 2,
        is_push: true,
        is_spring: true,
    };

    fn check(hint: &str, positions: Positions, expected: &str) {
        let name = name_part(hint, positions);
        let name: Vec<&str> = name.split_whitespace().collect();
        assert_eq!(name.join(" "), expected, "{hint}");
    }

    fn of(count: usize) -> Positions {
        Positions { count, ..SWITCH }
    }

    #[test]
    fn a_list_of_positions_is_not_part_of_the_name() {
        check("Hook Switch, FIELD/CARRIER", SWITCH, "Hook Switch");
        check("HUD Switch, DAY / AUTO BRT / NIGHT", of(3), "HUD Switch");
        check("Right Mirror - ON/OFF", SWITCH, "Right Mirror");
        check("Fire System - Auto, ON/OFF", SWITCH, "Fire System - Auto");
        check("Main Power ON/OFF", SWITCH, "Main Power");
        check("APU On/Off", SWITCH, "APU On/Off");
        check("Battery (Reset/On/Off)", of(3), "Battery");
        check("Lights 10% / 30% / 100% / Off", of(4), "Lights");
        check("Console Lights OFF/BRT", of(0), "Console Lights");
    }

    #[test]
    fn other_words_with_slashes_are_part_of_the_name() {
        check("Master Mode Button, A/A", SWITCH, "Master Mode Button, A/A");
        check("UFC Button, ON/OFF", PUSH, "UFC Button, ON/OFF");
        check("Data Send/Memory", SWITCH, "Data Send/Memory");
        check(
            "Radio, Transmit / receive toggle",
            SWITCH,
            "Radio, Transmit / receive toggle",
        );
        check("Pilot BRT/DIM", of(3), "Pilot BRT/DIM");
        check("Course Range/Bearing", PUSH, "Course Range/Bearing");
    }

    #[test]
    fn advice_on_the_mouse_is_not_part_of_the_name() {
        check("Gear, (RMB)UP/(LMB)DOWN/(MW)EMERGENCY", SWITCH, "Gear");
        check("Knob (MW to pull), OFF/STBY", SWITCH, "Knob");
        check(
            "Fire Light - (LMB) depress/(RMB) cover",
            SWITCH,
            "Fire Light",
        );
        check(
            "MWS System. Left mouse - ON/OFF, Right mouse",
            SWITCH,
            "MWS System",
        );
        check(
            "Collective (LMB press, hold) / Throttle (RMB)",
            SWITCH,
            "Collective / Throttle",
        );
        check("Reset Button - Push to reset", PUSH, "Reset Button");
        check("Bug, press to test, turn to set", SWITCH, "Bug");
        check(
            "Mode switch - Burst Length",
            of(3),
            "Mode switch - Burst Length",
        );
    }

    #[test]
    fn notes_are_not_part_of_the_name() {
        check("Self Test (Inop.)", SWITCH, "Self Test");
        check("Radio, Enter, No function", SWITCH, "Radio, Enter");
        check("No Function", SWITCH, "");
        check("1. Change Menu 2. Cycle Values", SWITCH, "Change Menu");
    }

    #[test]
    fn only_a_list_after_a_comma_has_items() {
        assert_eq!(comma_list("INS Switch, OFF/CV /GND"), ["OFF", "CV", "GND"]);
        assert!(comma_list("Lights Bright/Off").is_empty());
        assert!(comma_list("Gear, (RMB)UP/(LMB)DOWN").is_empty());
    }
}
