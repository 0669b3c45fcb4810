//! The identifiers of gauges, lamps and displays.
//!
//! Each depends on its own entry of the tables alone. A control's identifier is its long id, which
//! ends in `_` and a plain number or in `_C` and a number, so no identifier here can be one of them.

use crate::bios::binary::places::Display;

/// The most characters of a name that count.
const MAX_LENGTH: usize = 48;

/// Returns the identifier of a gauge.
pub(super) fn gauge(name: &str, arg: u32) -> String {
    format!("{}_G{arg}", word(name))
}

/// Returns the identifier of a lamp.
pub(super) fn lamp(name: &str, arg: u32) -> String {
    format!("{}_L{arg}", word(name))
}

/// Returns the identifier of a display.
pub(super) fn display(display: &Display) -> String {
    format!("{}_T{}", word(&display.element), display.indicator)
}

/// Returns a name in capitals, with one `_` for all characters between letters and digits.
fn word(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars().map(|c| c.to_ascii_uppercase()) {
        if c.is_ascii_uppercase() || c.is_ascii_digit() {
            word.push(c);
        } else if !word.is_empty() && !word.ends_with('_') {
            word.push('_');
        }
    }
    word.truncate(MAX_LENGTH);
    match word.trim_end_matches('_') {
        "" => "UNNAMED".to_owned(),
        word => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_words() {
        assert_eq!(
            gauge("Altimeter_10000_footPtr", 104),
            "ALTIMETER_10000_FOOTPTR_G104"
        );
        assert_eq!(lamp(" Gear -- (left) ", 7), "GEAR_LEFT_L7");
        assert_eq!(gauge("Größe", 1), "GR_E_G1");
        assert_eq!(gauge("°", 2), "UNNAMED_G2");
        assert_eq!(gauge(&"long ".repeat(50), 3).len(), 48 + 3);
        let vit = "6:txt_VIT:8".parse().expect("a display");
        assert_eq!(display(&vit), "TXT_VIT_T6");
    }
}
