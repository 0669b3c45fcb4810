//! An element of an indicator whose text is exported.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::limits::LARGEST_INDICATOR;

/// The length of a text if none is given.
const DEFAULT_LENGTH: u16 = 24;
/// The longest text.
const MAX_LENGTH: u16 = 240;

/// An element of an indicator whose text is exported.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Display {
    /// The indicator's number.
    pub(crate) indicator: u32,
    /// The element's name in the indicator's tree.
    pub(crate) element: String,
    /// The length of the text in bytes.
    pub(crate) length: u16,
}

/// The reason why a text does not name a display.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DisplayError {
    /// The number is missing or not a number.
    #[error("it must start with the indicator's number and a colon, as in 6:txt_VIT")]
    Number,
    /// The name is missing.
    #[error("the element's name is missing, as in 6:txt_VIT")]
    Element,
    /// The length is out of range.
    #[error("the length must be a number from 1 to {MAX_LENGTH}, as in 6:txt_VIT:12")]
    Length,
}

impl FromStr for Display {
    type Err = DisplayError;

    /// Parses `N:ELEMENT` or `N:ELEMENT:LENGTH`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, rest) = text.split_once(':').ok_or(DisplayError::Number)?;
        let indicator: u32 = number.trim().parse().map_err(|_| DisplayError::Number)?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let (element, length) = match rest.rsplit_once(':') {
            Some((element, length)) if is_number(length) => (element, length.parse().ok()),
            _ => (rest, Some(DEFAULT_LENGTH)),
        };
        let display = Self {
            indicator,
            element: element.trim().to_owned(),
            length: length.ok_or(DisplayError::Length)?,
        };
        match &display {
            Self { indicator, .. } if *indicator > LARGEST_INDICATOR => Err(DisplayError::Number),
            Self { element, .. } if element.is_empty() => Err(DisplayError::Element),
            Self { length, .. } if !(1..=MAX_LENGTH).contains(length) => Err(DisplayError::Length),
            _ => Ok(display),
        }
    }
}

impl fmt::Display for Display {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.indicator, self.element, self.length)
    }
}

impl Display {
    /// Returns whether another display shows the same element.
    pub(crate) fn is_same_element(&self, other: &Self) -> bool {
        (self.indicator, &self.element) == (other.indicator, &other.element)
    }

    /// Returns the number of words.
    pub(super) fn words(&self) -> u16 {
        self.length.div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_as_they_are_chosen() {
        let parse = |text: &str| text.parse::<Display>().map(|display| display.to_string());
        assert_eq!(parse("6:txt_VIT").as_deref(), Ok("6:txt_VIT:24"));
        assert_eq!(parse("6:a:b:7").as_deref(), Ok("6:a:b:7"));
        assert_eq!(parse("6:a:b").as_deref(), Ok("6:a:b:24"));
        assert_eq!(parse("txt"), Err(DisplayError::Number));
        assert_eq!(parse("99999:txt"), Err(DisplayError::Number));
        assert_eq!(parse("6: :7"), Err(DisplayError::Element));
        for length in ["0", "241", "99999999999"] {
            assert_eq!(parse(&format!("6:a:{length}")), Err(DisplayError::Length));
        }
    }
}
