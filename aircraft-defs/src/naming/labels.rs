//! The labels of a control's positions, where its hint makes them certain.

use super::hint::comma_list;
use super::id::has_meaning;
use super::words::words;
use crate::limits::MAX_LABEL_LENGTH;

/// The fewest positions whose labels are certain; see docs/controls.md.
const MIN_POSITIONS: usize = 3;

/// Words of the protocol that stand for a position.
const KEYWORDS: [&str; 6] = ["INC", "DEC", "TOGGLE", "PRESS", "RELEASE", "PUSH"];

/// Returns a label for each of a control's values, in their order, or none at all if they are not
/// certain. `command` is the name of the command that takes the values.
///
/// A label is empty if it would be a number, a keyword, too long, or the same as that of another
/// position.
pub fn labels(hint: &str, values: &[f64], command: Option<&str>) -> Vec<String> {
    let items = comma_list(hint);
    if !is_order_certain(&items, values) {
        return Vec::new();
    }
    let is_toggle = values.iter().any(|value| *value < 0.0);
    if is_toggle && !command.is_some_and(has_meaning) {
        return Vec::new();
    }
    distinct_labels(items)
}

/// Returns whether a list of texts certainly names these values, the lowest one first.
///
/// A hint may list the positions from either end. For toggle switches most lists begin at the top,
/// which is the highest value. A list of three or more counts as certain in two cases: it begins
/// with OFF and the lowest value is not negative, or it has four or more texts and no OFF.
pub fn is_order_certain<T: AsRef<str>>(texts: &[T], values: &[f64]) -> bool {
    let off = texts.iter().position(|text| label(text.as_ref()) == "OFF");
    let begins_at_zero = values.first().is_some_and(|lowest| *lowest >= 0.0);
    texts.len() == values.len()
        && values.len() >= MIN_POSITIONS
        && match off {
            Some(0) => begins_at_zero,
            Some(_) => false,
            None => values.len() > MIN_POSITIONS,
        }
}

/// Returns texts as labels. The label of a text is empty if [`label`] gives none, or if another
/// text has the same one. If all would be empty, there are no labels.
pub fn distinct_labels<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let all: Vec<String> = texts.into_iter().map(label).collect();
    let is_unique = |label: &String| all.iter().filter(|other| *other == label).count() == 1;
    let labels = all.iter().map(|label| match is_unique(label) {
        true => label.clone(),
        false => String::new(),
    });
    let labels: Vec<String> = labels.collect();
    match labels.iter().all(String::is_empty) {
        true => Vec::new(),
        false => labels,
    }
}

/// Returns a text as a label: words of `A-Z` and `0-9` with `_` between them. It is empty if the
/// result looks like a number, is a keyword, or is too long.
pub fn label(text: &str) -> String {
    let text = text.split('(').next().unwrap_or_default();
    let label = words(text).join("_");
    let is_number = label
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'_');
    let is_taken = is_number || label.parse::<f64>().is_ok() || KEYWORDS.contains(&label.as_str());
    match is_taken || label.len() > MAX_LABEL_LENGTH {
        true => String::new(),
        false => label,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hint: &str, positions: u32, expected: &[&str]) {
        let values: Vec<f64> = (0..positions).map(f64::from).collect();
        assert_eq!(labels(hint, &values, None), expected, "{hint}");
    }

    #[test]
    fn a_list_that_may_begin_at_either_end_gives_no_labels() {
        check("Flaps, AUTO/HALF/FULL", 3, &[]);
        check("IR Cooling, ORIDE/NORM/OFF", 3, &[]);
        check("ECM, XMIT/REC/BIT/STBY/OFF", 5, &[]);
        check("Wiper, PARK/OFF/SLOW/FAST", 4, &[]);
        check("Mode, P/C/LD/RV", 4, &["P", "C", "LD", "RV"]);
        check("Power, OFF/ON/TD", 3, &["OFF", "ON", "TD"]);
        let values = [-1.0, 0.0, 1.0];
        assert!(labels("Pump, OFF/AUTO/ON", &values, Some("pump.Mode")).is_empty());
    }

    #[test]
    fn a_toggle_whose_command_has_no_name_gets_no_labels() {
        let label = |command| labels("Light, A/B/C/D", &[-1.0, -0.5, 0.0, 1.0], command);
        assert_eq!(label(Some("lights.Search")), ["A", "B", "C", "D"]);
        for command in [None, Some("device.Button_6"), Some("Cmd12")] {
            assert!(label(command).is_empty(), "{command:?}");
        }
    }

    #[test]
    fn the_list_after_the_last_comma_has_the_labels() {
        check("Mode, Rear, OFF/TCN/ILS", 3, &["OFF", "TCN", "ILS"]);
        check(
            "HUD Switch, DAY / AUTO BRT / NIGHT / TEST",
            4,
            &["DAY", "AUTO_BRT", "NIGHT", "TEST"],
        );
        check("Radar, OFF/STBY/EMERG(PULL)", 3, &["OFF", "STBY", "EMERG"]);
    }

    #[test]
    fn uncertain_lists_give_no_labels() {
        check("Battery, ON/OFF", 2, &[]);
        check("Mode, OFF/TCN/ILS", 4, &[]);
        check("Lights Bright/Off/Dim", 3, &[]);
        check("Wing Fold, (RMB)CW/(LMB)CCW/(MW)PULL", 3, &[]);
        check("Channel, 1/2/3", 3, &[]);
    }

    #[test]
    fn a_label_that_names_no_position_is_left_out() {
        check("Fill, Z 1-5/1/INC/Z ALL", 4, &["Z_1_5", "", "", "Z_ALL"]);
        check("ECS, OFF/RAM/OFF", 3, &["", "RAM", ""]);
        check("Brake, IN/-/OUT/PARK", 4, &["IN", "", "OUT", "PARK"]);
        check("X, INF/NaN/1e5", 3, &[]);
    }
}
