//! The fields of telemetry: the sim's own figures of a flight, such as the altitude. They are the
//! same for all aircraft, also for those without tables.
//!
//! This module owns the table of the fields: their names and numbers, their places in the sim, their
//! units and ranges. It does not know how they are read.

mod fields;
mod unit;

use std::sync::LazyLock;

pub use fields::FIELDS;
pub use unit::Unit;

use crate::formats::{Extra, Gauge};
use crate::lookup::Tables;
use crate::scale::Scale;

/// The beginning of all names of fields.
pub const PREFIX: &str = "sim.";

/// A figure of the flight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// The name by which clients subscribe.
    pub name: &'static str,
    /// The function of the sim, and the place of the number in its results.
    pub source: &'static str,
    /// The conversion of the sim's number to the raw value.
    pub conversion: Conversion,
    /// The units of raw value and value.
    pub unit: Unit,
    /// The usual range of the value; the sim may exceed it.
    pub range: [f64; 2],
    /// The decimals of the value that are useful for people; negative for tens.
    pub decimals: i8,
    /// A description, for people.
    pub description: &'static str,
}

/// The conversion of a number of the sim to a raw value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// The number itself.
    None,
    /// From radians to degrees.
    Radians,
    /// From radians to degrees of a heading, which are at least 0 and less than 360.
    Heading,
}

impl Conversion {
    /// Returns the raw value of a number of the sim.
    pub fn apply(self, number: f64) -> f64 {
        match self {
            Self::None => number,
            Self::Radians => number.to_degrees(),
            Self::Heading => {
                let degrees = number.to_degrees().rem_euclid(360.0);
                // The remainder of a tiny negative number is rounded to 360.
                if degrees < 360.0 { degrees } else { 0.0 }
            }
        }
    }
}

impl Field {
    /// Returns the number of the field on the link.
    pub fn number(&self) -> u32 {
        let place = FIELDS.iter().position(|field| field.name == self.name);
        place.map_or(0, |place| place as u32 + 1)
    }

    /// Returns the scale from raw values to values.
    pub fn scale(&self) -> Scale {
        Scale::new(&self.range, &self.raw_range())
    }

    /// Returns the range of the raw value.
    pub fn raw_range(&self) -> [f64; 2] {
        self.range.map(|end| end / self.unit.factor)
    }

    fn gauge(&self) -> Gauge {
        let texts = [
            ("description", self.description),
            ("unit", self.unit.value),
            ("raw_unit", self.unit.raw),
        ];
        let extra: Extra = texts
            .map(|(key, text)| (key.to_owned(), text.into()))
            .into_iter()
            .collect();
        Gauge {
            name: self.name.to_owned(),
            arg_number: None,
            input: self.range.to_vec(),
            output: self.raw_range().to_vec(),
            extra,
        }
    }
}

/// Returns the field with this number.
pub fn field(number: u32) -> Option<&'static Field> {
    FIELDS.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

/// Returns the field with this name, without regard to case.
pub fn field_by_name(name: &str) -> Option<&'static Field> {
    FIELDS
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(name))
}

/// Returns whether a name is reserved for fields: it begins with `sim.`, in any case.
pub fn is_field_name(name: &str) -> bool {
    let start = name.get(..PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Returns the fields as tables of gauges, for the search. The gauges have the order of [`FIELDS`].
pub fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(|| {
        let gauges = FIELDS.iter().map(Field::gauge).collect();
        Tables::new(Default::default(), Default::default(), gauges, Vec::new())
    });
    &TABLES
}

#[cfg(test)]
mod tests;
