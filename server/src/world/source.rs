//! The identities of the values that the sim reads for subscriptions.

use aircraft_defs::telemetry::{self, Field};

use crate::decimal::ARG_DECIMALS;

/// The identity of a value that the sim reads: an arg of the cockpit, or a field of telemetry.
///
/// It is one number, since values are found by it in each frame: that of the arg, or a number that
/// no arg has. Args come before fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SourceId(u32);

/// A source by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The arg with this number.
    Arg(u32),
    /// The field of telemetry with this number.
    Field(u32),
}

/// The number before that of the first field. Args are below it, since they have 31 bits.
const FIELDS: u32 = 1 << 31;

impl SourceId {
    /// The first identity that no arg has.
    pub(super) const FIRST_FIELD: Self = Self(FIELDS);

    /// Returns the identity of an arg.
    #[inline]
    pub(super) fn arg(number: u32) -> Self {
        Self(number)
    }

    /// Returns the identity of a field of telemetry.
    pub(super) fn field(number: u32) -> Self {
        Self(FIELDS | number)
    }

    /// Returns the number of an arg or a field, and which of them it is.
    pub(super) fn source(self) -> Source {
        match self.0 & FIELDS {
            0 => Source::Arg(self.0),
            _ => Source::Field(self.0 & !FIELDS),
        }
    }

    /// Returns the field of telemetry, if it is one.
    pub(super) fn telemetry(self) -> Option<&'static Field> {
        match self.source() {
            Source::Arg(_) => None,
            Source::Field(number) => telemetry::field(number),
        }
    }

    /// Returns the next identity, if there is one.
    pub(super) fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }

    /// Returns the number of decimals of raw values.
    pub(super) fn raw_decimals(self) -> u8 {
        self.telemetry()
            .map_or(ARG_DECIMALS, |field| field.unit.raw_decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn args_and_fields_are_told_apart() {
        for number in [0, 1, 540, u32::try_from(i32::MAX).unwrap()] {
            assert_eq!(SourceId::arg(number).source(), Source::Arg(number));
            assert!(SourceId::arg(number) < SourceId::FIRST_FIELD);
            assert_eq!(SourceId::arg(number).raw_decimals(), 5);
        }
        for number in 1..=telemetry::FIELDS.len() as u32 {
            assert_eq!(SourceId::field(number).source(), Source::Field(number));
            assert!(SourceId::field(number) > SourceId::FIRST_FIELD);
            let field = SourceId::field(number).telemetry().unwrap();
            assert_eq!(field.number(), number);
        }
        assert_eq!(SourceId::field(1).raw_decimals(), 7);
    }
}
