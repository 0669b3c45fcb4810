//! An element of an indicator that was requested with `--bios-indicator 6:txt_VIT:VIT`.

use std::str::FromStr;

use thiserror::Error;

use super::names::type_name;
use crate::bios::draft::proto::codec::is_type;
use crate::bios::draft::proto::is_reserved;

/// An element of an indicator whose text is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementSpec {
    /// The indicator's number.
    pub indicator: u32,
    /// The element's name in the indicator's tree.
    pub name: String,
    /// The type that was requested, if any.
    requested_type: Option<String>,
}

/// The reason why a text is not of the form `N:ELEMENT[:TYPE]`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ElementSpecError {
    /// The number is missing or not a number.
    #[error("it must start with the indicator's number and a colon, as in 6:txt_VIT")]
    Number,
    /// The name is missing.
    #[error("the element's name is missing, as in 6:txt_VIT")]
    Name,
    /// The type is one of the protocol's own.
    #[error("{0} is a message type of the protocol itself; choose another")]
    Reserved(String),
}

impl FromStr for ElementSpec {
    type Err = ElementSpecError;

    /// Parses `N:ELEMENT[:TYPE]`. The part behind the last colon is the type if it can be one, else
    /// it belongs to the element's name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, rest) = text.split_once(':').ok_or(ElementSpecError::Number)?;
        let indicator = number
            .trim()
            .parse()
            .map_err(|_| ElementSpecError::Number)?;
        let (name, requested_type) = match rest.rsplit_once(':') {
            Some((name, requested)) if is_type(requested) => (name, Some(requested.to_owned())),
            _ => (rest, None),
        };
        if name.trim().is_empty() {
            return Err(ElementSpecError::Name);
        }
        if let Some(reserved) = requested_type.as_ref().filter(|name| is_reserved(name)) {
            return Err(ElementSpecError::Reserved(reserved.clone()));
        }
        Ok(Self {
            indicator,
            name: name.trim().to_owned(),
            requested_type,
        })
    }
}

impl ElementSpec {
    /// Returns the requested type, or else one made of the number and the name.
    pub fn type_name(&self) -> String {
        match &self.requested_type {
            Some(requested) => requested.clone(),
            None => type_name(&format!("IND{}_{}", self.indicator, self.name), "IND"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_as_they_are_requested() {
        let cases = [
            ("6:txt_VIT", Ok((6, "txt_VIT", "IND6_TXT_VIT"))),
            ("6:txt_VIT:VIT", Ok((6, "txt_VIT", "VIT"))),
            ("0:a:b", Ok((0, "a:b", "IND0_A_B"))),
            ("0:A:B:C", Ok((0, "A:B", "C"))),
            ("txt", Err(ElementSpecError::Number)),
            ("-1:txt", Err(ElementSpecError::Number)),
            ("6:", Err(ElementSpecError::Name)),
            ("6: :VIT", Err(ElementSpecError::Name)),
            (
                "6:txt:SYNC",
                Err(ElementSpecError::Reserved("SYNC".to_owned())),
            ),
        ];
        for (text, expected) in cases {
            let read = text.parse::<ElementSpec>();
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
