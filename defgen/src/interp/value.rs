//! Values: small, copied, valid in the machine that made them.

use crate::strings::Str;

/// A table, by identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Table(pub(super) u32);

/// A function, by identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Function(pub(super) u32);

/// A value nobody can know, with an [`Origin`](super::Origin).
///
/// Operators, indexing, calls and library functions with an unknown operand give it back; so
/// do comparisons and `not`. A condition reads it as false, so `unknown or x` is `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unknown(pub(super) u32);

/// A Lua value: two words, which are copied whole.
#[repr(u64)]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Value {
    /// `nil`
    #[default]
    Nil,
    /// `true` and `false`
    Bool(bool),
    /// A number
    Number(f64),
    /// A string
    Str(Str),
    /// A table
    Table(Table),
    /// A Lua or native function
    Function(Function),
    /// A value that cannot be known
    Unknown(Unknown),
}

impl Value {
    /// Returns true for all values but nil, false and unknowns, as a condition does.
    pub fn is_true(self) -> bool {
        !matches!(self, Self::Nil | Self::Bool(false) | Self::Unknown(_))
    }

    /// Returns true for nil.
    pub fn is_nil(self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The number, if it is one. Strings are not converted.
    pub fn as_number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_table(self) -> Option<Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(self) -> Option<Str> {
        match self {
            Self::Str(string) => Some(string),
            _ => None,
        }
    }

    /// The unknown, if it is one.
    pub fn as_unknown(self) -> Option<Unknown> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<Table> for Value {
    fn from(value: Table) -> Self {
        Self::Table(value)
    }
}

impl From<Str> for Value {
    fn from(value: Str) -> Self {
        Self::Str(value)
    }
}

impl From<Unknown> for Value {
    fn from(value: Unknown) -> Self {
        Self::Unknown(value)
    }
}

impl From<Function> for Value {
    fn from(value: Function) -> Self {
        Self::Function(value)
    }
}
