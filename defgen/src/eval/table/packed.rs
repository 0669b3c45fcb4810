//! Values in eight bytes.

use super::super::{Function, Str, Table, Unknown, Value};

/// A value as it is kept: a number as it is, all else as one of the many bit patterns that
/// stand for no number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Packed(u64);

impl Packed {
    pub(super) const NIL: Self = Self(0xfff9 << 48);
    const BOOL: u64 = 0xfffa << 48;
    const STR: u64 = 0xfffb << 48;
    const TABLE: u64 = 0xfffc << 48;
    const FUNCTION: u64 = 0xfffd << 48;
    const UNKNOWN: u64 = 0xfffe << 48;

    pub(super) fn new(value: Value) -> Self {
        Self(match value {
            // Of what stands for no number only the sign can be seen.
            Value::Number(number) if number.is_nan() => {
                f64::NAN.copysign(number).to_bits() & (0xfff8 << 48)
            }
            Value::Number(number) => number.to_bits(),
            Value::Nil => return Self::NIL,
            Value::Bool(value) => Self::BOOL | u64::from(value),
            Value::Str(string) => return Self::of(string),
            Value::Table(table) => Self::TABLE | u64::from(table.0),
            Value::Function(function) => Self::FUNCTION | u64::from(function.0),
            Value::Unknown(unknown) => Self::UNKNOWN | u64::from(unknown.0),
        })
    }

    pub(super) fn of(string: Str) -> Self {
        Self(Self::STR | u64::from(string.0))
    }

    pub(super) fn value(self) -> Value {
        if self.0 < Self::NIL.0 {
            return Value::Number(f64::from_bits(self.0));
        }
        let handle = self.0 as u32;
        match self.0 & (0xffff << 48) {
            Self::BOOL => Value::Bool(handle != 0),
            Self::STR => Value::Str(Str(handle)),
            Self::TABLE => Value::Table(Table(handle)),
            Self::FUNCTION => Value::Function(Function(handle)),
            Self::UNKNOWN => Value::Unknown(Unknown(handle)),
            _ => Value::Nil,
        }
    }

    pub(super) fn is_nil(self) -> bool {
        self == Self::NIL
    }

    /// Spreads a key over all bits.
    pub(super) fn hash(self) -> u64 {
        // 0 and -0 are the same key.
        let bits = match self.value() {
            Value::Number(number) => (number + 0.0).to_bits(),
            _ => self.0,
        };
        let wide = u128::from(bits) * 0x9e37_79b9_7f4a_7c15;
        (wide as u64) ^ ((wide >> 64) as u64)
    }
}
