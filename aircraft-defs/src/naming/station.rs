//! The seat that a control belongs to, in cockpits where several seats have the same switches.
//!
//! The same switches of two seats often have the same hint. The names of their devices
//! (`ARC_15_PANEL_O`) and elements (`CLOCK-LEFT-OP-PTR`) tell them apart.

use super::words::words;

const PILOT: &str = "PILOT";
const COPILOT: &str = "COPILOT";
const OPERATOR: &str = "OPERATOR";
const RIO: &str = "RIO";

/// The words for a seat.
const STATIONS: [(&str, &str); 6] = [
    ("PILOT", PILOT),
    ("PLT", PILOT),
    ("COPILOT", COPILOT),
    ("CPLT", COPILOT),
    ("OPERATOR", OPERATOR),
    ("RIO", RIO),
];

/// Beginnings of device names that indicate a seat, as in `CPLTCISP`.
const DEVICE_BEGINS: [(&str, &str); 2] = [("CPLT", COPILOT), ("PLT", PILOT)];

/// Last words of device names that indicate a seat, as in `CLOCK_P`.
const DEVICE_ENDS: [(&str, &str); 2] = [("P", PILOT), ("O", OPERATOR)];

/// The word for the operator's seat in element names.
const OPERATOR_ELEMENT: &str = "OP";

/// A word in element names that has no meaning.
const POINTER: &str = "PTR";

/// Returns the seat that the names of an element and its device indicate, if any.
pub(super) fn station(element: &str, device: &str) -> Option<&'static str> {
    let (element, device) = (words(element), words(device));
    of_element(&element, &device).or_else(|| of_device(&device))
}

/// Returns whether one of the words already names a seat.
pub(super) fn names_station(words: &[String]) -> bool {
    let is_station = |word: &String| {
        let mut begins = STATIONS.iter().map(|(begin, _)| begin);
        begins.any(|begin| word.starts_with(begin))
    };
    words.iter().any(is_station)
}

fn of_element(element: &[String], device: &[String]) -> Option<&'static str> {
    let has = |word: &str| element.iter().any(|own| own == word);
    let mut named = STATIONS.iter().filter(|(word, _)| has(word));
    match (named.next(), named.next()) {
        // `AUTO_PILOT` is no seat, and a switch from pilot to copilot belongs to neither.
        (Some((_, station)), None) if !has("AUTO") => Some(station),
        (None, _) if has(OPERATOR_ELEMENT) => {
            // If the only other words are the device's, as in `PVI-OP-PTR`, `OP` names a key.
            let is_plain = |word: &&String| *word != OPERATOR_ELEMENT && *word != POINTER;
            let says_more = element.iter().filter(is_plain);
            let says_more = says_more.into_iter().any(|word| !device.contains(word));
            says_more.then_some(OPERATOR)
        }
        _ => None,
    }
}

fn of_device(device: &[String]) -> Option<&'static str> {
    let has = |word: &str| device.iter().any(|own| own == word);
    let named = STATIONS.iter().find(|(word, _)| has(word));
    if let Some((_, station)) = named.filter(|_| !has("AUTO")) {
        return Some(station);
    }
    let (first, last) = (device.first()?, device.last()?);
    let mut begins = DEVICE_BEGINS.iter();
    let begin = begins.find(|(begin, _)| first.starts_with(begin));
    let mut ends = DEVICE_ENDS.iter().filter(|_| device.len() > 1);
    let end = || ends.find(|(end, _)| last == end);
    begin.or_else(end).map(|(_, station)| *station)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(element: &str, device: &str, expected: Option<&str>) {
        assert_eq!(station(element, device), expected, "{element} {device}");
    }

    #[test]
    fn elements_and_devices_name_seats() {
        check("CLOCK-LEFT-OP-PTR", "CLOCK_O", Some("OPERATOR"));
        check("OP-STICK-RS-PTR", "WEAP_SYS", Some("OPERATOR"));
        check("CLOCK-LEFT-PTR", "CLOCK_P", Some("PILOT"));
        check("PNT-150", "CPLTCISP", Some("COPILOT"));
        check("PNT-130", "PLTCISP", Some("PILOT"));
        check("PNT_RIO_STBY_ADI_PULL", "STDBYAI", Some("RIO"));
        check("PITCH-PTR", "ADI_OPERATOR", Some("OPERATOR"));
    }

    #[test]
    fn other_words_do_not() {
        check("PNT_8", "UFC", None);
        check("PVI-OP-PTR", "PVI", None);
        check("PTN_172", "AUTO_PILOT", None);
        check("PILOT-BOTH-COPILOT-PTR", "CPT_MECH", None);
        check("PTR-ENGINE-OPER-R", "ENGINE_SYSTEM", None);
        check("X", "P", None);
        check("", "", None);
    }
}
