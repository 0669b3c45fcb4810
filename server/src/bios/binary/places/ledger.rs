//! The ledger: the places of values whose place does not follow from a number.
//!
//! Pure. Entries are appended and never removed or moved. One that is not used any more keeps its
//! place, so that an old sketch never shows something else.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::LEDGER;
use super::display::Display;
use crate::bios::binary::memory::Address;

/// A value with a place in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::bios::binary) enum Content {
    /// The gauge word of an arg.
    Gauge(u32),
    /// The state word of an arg.
    State(u32),
    /// The text of an element of an indicator.
    Display(Display),
}

impl Content {
    /// Returns the number of words.
    fn words(&self) -> u16 {
        match self {
            Self::Gauge(_) | Self::State(_) => 1,
            Self::Display(display) => display.words(),
        }
    }
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    address: u16,
    #[serde(flatten)]
    content: Content,
    /// Whether it is a display that is not exported any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    retired: bool,
}

impl Entry {
    /// Returns the address behind the last word.
    fn end(&self) -> u32 {
        u32::from(self.address) + 2 * u32::from(self.content.words())
    }
}

/// The places of an aircraft's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::bios::binary) struct Ledger {
    entries: Vec<Entry>,
}

/// The reason why a text is not a ledger.
#[derive(Debug, Error)]
pub(in crate::bios::binary) enum LedgerFormatError {
    /// It is not JSON of the right form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// An entry has a place where none may be.
    #[error("the entry at {0} overlaps the one before it, or lies outside the area from {first} to {last}", first = LEDGER.0, last = LEDGER.1 - 2)]
    Place(u16),
    /// A value has two places.
    #[error("the entry at {0} has a value that an earlier entry has already")]
    Repeated(u16),
}

/// The error of a ledger without room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("there is no room left in the memory map")]
pub(in crate::bios::binary) struct LedgerFull;

impl Ledger {
    /// Parses the text of a file.
    pub(in crate::bios::binary) fn parse(text: &[u8]) -> Result<Self, LedgerFormatError> {
        let entries: Vec<Entry> = serde_json::from_slice(text)?;
        let mut end = u32::from(LEDGER.0);
        for (index, entry) in entries.iter().enumerate() {
            let is_even = entry.address.is_multiple_of(2);
            let is_empty = entry.content.words() == 0;
            let begins_late = u32::from(entry.address) >= end;
            if !is_even || is_empty || !begins_late || entry.end() > u32::from(LEDGER.1) {
                return Err(LedgerFormatError::Place(entry.address));
            }
            if entries[..index]
                .iter()
                .any(|other| other.content == entry.content)
            {
                return Err(LedgerFormatError::Repeated(entry.address));
            }
            end = entry.end();
        }
        Ok(Self { entries })
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    /// None that can happen with these values.
    pub(in crate::bios::binary) fn text(&self) -> serde_json::Result<String> {
        aircraft_defs::table_text(&self.entries)
    }

    /// Returns the place of a value, which gets one if it has none.
    ///
    /// # Errors
    /// When there is no room.
    pub(in crate::bios::binary) fn place(
        &mut self,
        content: Content,
    ) -> Result<Address, LedgerFull> {
        let mut entries = self.entries.iter();
        if let Some(entry) = entries.find(|entry| entry.content == content) {
            return Ok(Address::new(entry.address));
        }
        let address = match self.entries.last() {
            None => LEDGER.0,
            Some(last) => u16::try_from(last.end()).map_err(|_| LedgerFull)?,
        };
        let entry = Entry {
            address,
            content,
            retired: false,
        };
        if entry.end() > u32::from(LEDGER.1) {
            return Err(LedgerFull);
        }
        self.entries.push(entry);
        Ok(Address::new(address))
    }

    /// Chooses a display to be exported. The same element with another length is exported no more.
    ///
    /// # Errors
    /// When there is no room.
    pub(in crate::bios::binary) fn choose(&mut self, display: &Display) -> Result<(), LedgerFull> {
        self.place(Content::Display(display.clone()))?;
        for entry in &mut self.entries {
            if let Content::Display(other) = &entry.content
                && other.is_same_element(display)
            {
                entry.retired = other != display;
            }
        }
        Ok(())
    }

    /// Returns the displays that are exported, with their places.
    pub(in crate::bios::binary) fn displays(&self) -> impl Iterator<Item = (Address, &Display)> {
        self.entries
            .iter()
            .filter_map(|entry| match &entry.content {
                Content::Display(display) if !entry.retired => {
                    Some((Address::new(entry.address), display))
                }
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn display(text: &str) -> Display {
        text.parse().expect("a display")
    }

    #[test]
    fn entries_keep_their_places() {
        let mut ledger = Ledger::default();
        let gauge = ledger.place(Content::Gauge(20307)).map(Address::value);
        assert_eq!(gauge, Ok(0xF420));
        ledger.choose(&display("6:txt:5")).expect("room");
        let state = ledger.place(Content::State(20307)).map(Address::value);
        assert_eq!(state, Ok(0xF428));
        ledger.choose(&display("6:txt:8")).expect("room");
        let places = |ledger: &Ledger| {
            let displays = ledger.displays();
            displays
                .map(|(at, display)| (at.value(), display.to_string()))
                .collect::<Vec<_>>()
        };
        assert_eq!(places(&ledger), [(0xF42A, "6:txt:8".to_owned())]);
        // What is chosen again gets its old place.
        ledger.choose(&display("6:txt:5")).expect("room");
        assert_eq!(places(&ledger), [(0xF422, "6:txt:5".to_owned())]);
        assert_eq!(
            ledger.place(Content::Gauge(20307)).map(Address::value),
            gauge
        );
        let text = ledger.text().expect("JSON");
        assert_eq!(Ledger::parse(text.as_bytes()).expect("valid"), ledger);
        let line = r#"{"address": 62506, "display": {"indicator": 6, "element": "txt", "length": 8}, "retired": true}"#;
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn a_damaged_ledger_is_refused() {
        for (text, expected) in [
            ("{}", "invalid type"),
            (r#"[{"address": 62497, "gauge": 5000}]"#, "62497"),
            (r#"[{"address": 62494, "gauge": 5000}]"#, "62494"),
            (r#"[{"address": 65534, "gauge": 5000}]"#, "65534"),
            (
                r#"[{"address": 62496, "gauge": 5000}, {"address": 62496, "state": 5000}]"#,
                "62496",
            ),
            (
                r#"[{"address": 62496, "gauge": 5000}, {"address": 62498, "gauge": 5000}]"#,
                "already",
            ),
            (
                r#"[{"address": 62496, "display": {"indicator": 1, "element": "a", "length": 65535}}]"#,
                "62496",
            ),
        ] {
            let error = Ledger::parse(text.as_bytes()).expect_err(text).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_two_values_share_a_word(
            values in prop::collection::vec((5000..5100u32, 1..241u16, 0..3u8), 1..300),
        ) {
            let mut ledger = Ledger::default();
            let mut places = std::collections::HashMap::new();
            for (arg, length, kind) in values {
                let content = match kind {
                    0 => Content::Gauge(arg),
                    1 => Content::State(arg),
                    _ => Content::Display(Display { indicator: arg, element: "e".into(), length }),
                };
                let words = content.words();
                let Ok(address) = ledger.place(content.clone()) else { continue };
                let known = places.insert(format!("{content:?}"), (address.value(), words));
                prop_assert!(known.is_none_or(|known| known == (address.value(), words)));
            }
            let mut taken = std::collections::HashSet::new();
            for (address, words) in places.into_values() {
                for word in 0..words {
                    prop_assert!(address >= LEDGER.0 && taken.insert(address + 2 * word));
                }
            }
            let text = ledger.text().expect("JSON");
            prop_assert_eq!(Ledger::parse(text.as_bytes()).expect("valid"), ledger);
        }

        #[test]
        fn any_bytes_are_parsed(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Ledger::parse(&text);
        }
    }
}
