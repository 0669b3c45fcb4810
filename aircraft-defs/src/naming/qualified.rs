//! Longer ids that tell controls with the same hint apart by their own texts.

use super::id::{command_words, element_words};
use super::words::words_of_name;
use crate::formats::{Action, Control, Kind};
use crate::limits::MAX_QUALIFIED_ID_LENGTH;

/// Returns the qualified ids of a control, the most readable one first: the id with the device's
/// name in front, then the id with one of these after it: the name of the command, a word for the
/// part of a knob, the name of the element. Words that the id has already are left out.
///
/// `id` is the element's id, `action` the first action of the control. Nothing else counts, so
/// other controls cannot change a qualified id; but two controls may have the same one.
pub(crate) fn qualified_ids(id: &str, element: &Control, action: Option<&Action>) -> Vec<String> {
    let device = element.device.as_ref();
    let device = device.and_then(|device| device.name.as_deref());
    let command = action.and_then(|action| action.command.name.as_deref());
    let arg = action
        .and_then(|action| action.arg)
        .map(|arg| arg.to_string());
    let new_words = |words: Vec<String>| -> Vec<String> {
        let is_new =
            |word: &String| id.split('_').all(|own| own != word) && arg.as_ref() != Some(word);
        words.into_iter().filter(is_new).collect()
    };
    let device = new_words(words_of_name(device.unwrap_or_default()));
    let part = part_word(element, action).map(str::to_owned);
    let after = [
        new_words(command_words(command.unwrap_or_default())),
        part.into_iter().collect(),
        new_words(element_words(&element.name)),
    ];
    let after = after
        .into_iter()
        .filter(|words| words.iter().any(|word| has_letter(word)));
    let in_front = (!device.is_empty()).then(|| format!("{}_{id}", device.join("_")));
    let after = after.map(|words| format!("{id}_{}", words.join("_")));
    let is_usable = |id: &String| {
        id.len() <= MAX_QUALIFIED_ID_LENGTH && id.starts_with(|c: char| c.is_ascii_uppercase())
    };
    in_front
        .into_iter()
        .chain(after)
        .filter(is_usable)
        .collect()
}

fn has_letter(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_alphabetic())
}

/// Returns the word for a part of an element that moves several args, such as a knob that can be
/// pushed and turned.
fn part_word(element: &Control, action: Option<&Action>) -> Option<&'static str> {
    let action = action?;
    let is_other = |other: &Action| other.arg != action.arg;
    element
        .actions
        .iter()
        .any(is_other)
        .then_some(match action.kind {
            Kind::Button => "PUSH",
            Kind::Switch => "SWITCH",
            Kind::Axis | Kind::Encoder => "TURN",
        })
}
