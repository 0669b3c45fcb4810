//! An indicator's element as it is asked for: `--bios-indicator 6:txt_VIT:VIT`.

use std::str::FromStr;

use thiserror::Error;

use super::names::type_name;
use crate::bios::draft::proto::RESERVED;
use crate::bios::draft::proto::codec::is_type;

/// An element of an indicator whose text is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// The indicator's number.
    pub indicator: u32,
    /// The element's name in the indicator's tree.
    pub name: String,
    /// The type that was asked for.
    chosen: Option<String>,
}

/// What is wrong with an `N:ELEMENT[:TYPE]`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ElementError {
    /// The number is missing or not a number.
    #[error("must start with the indicator's number and a colon, as in 6:txt_VIT")]
    Number,
    /// The name is missing.
    #[error("lacks the element's name, as in 6:txt_VIT")]
    Name,
    /// The type is one of the protocol's own.
    #[error("{0} is a message type of the protocol itself; choose another")]
    Reserved(String),
}

impl FromStr for Element {
    type Err = ElementError;

    /// What stands behind the last colon is the type when it can be one, else it belongs to the
    /// element's name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, rest) = text.split_once(':').ok_or(ElementError::Number)?;
        let indicator = number.trim().parse().map_err(|_| ElementError::Number)?;
        let (name, chosen) = match rest.rsplit_once(':') {
            Some((name, chosen)) if is_type(chosen) => (name, Some(chosen.to_owned())),
            _ => (rest, None),
        };
        if name.trim().is_empty() {
            return Err(ElementError::Name);
        }
        match chosen {
            Some(reserved) if RESERVED.contains(&reserved.as_str()) => {
                Err(ElementError::Reserved(reserved))
            }
            chosen => Ok(Self {
                indicator,
                name: name.trim().to_owned(),
                chosen,
            }),
        }
    }
}

impl Element {
    /// The type it wants: the one asked for, else one from its number and name.
    pub fn type_name(&self) -> String {
        match &self.chosen {
            Some(chosen) => chosen.clone(),
            None => type_name(&format!("IND{}_{}", self.indicator, self.name), "IND"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_as_they_are_asked_for() {
        let cases = [
            ("6:txt_VIT", Ok((6, "txt_VIT", "IND6_TXT_VIT"))),
            ("6:txt_VIT:VIT", Ok((6, "txt_VIT", "VIT"))),
            ("0:a:b", Ok((0, "a:b", "IND0_A_B"))),
            ("0:A:B:C", Ok((0, "A:B", "C"))),
            ("txt", Err(ElementError::Number)),
            ("-1:txt", Err(ElementError::Number)),
            ("6:", Err(ElementError::Name)),
            ("6: :VIT", Err(ElementError::Name)),
            ("6:txt:SYNC", Err(ElementError::Reserved("SYNC".to_owned()))),
        ];
        for (text, expected) in cases {
            let read = text.parse::<Element>();
            let read = read
                .as_ref()
                .map(|e| (e.indicator, e.name.as_str(), e.type_name()));
            let expected = expected
                .as_ref()
                .map(|(n, name, t)| (*n, *name, (*t).to_owned()));
            assert_eq!(read, expected, "{text}");
        }
    }
}
