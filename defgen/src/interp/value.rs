//! Values, which are small, copied, and valid only in the machine that made them.

use crate::strings::Str;

/// The handle of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Table(pub(super) u32);

/// The handle of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Function(pub(super) u32);

/// The handle of a value that depends on the user or on a running sim.
///
/// Operators, comparisons, `not`, indexing, calls and most library functions return an unknown if
/// an operand is unknown. A condition treats it as false, so `unknown or x` is `x`. Its
/// [`Origin`](super::Origin) has the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unknown(pub(super) u32);

/// A Lua value.
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
    /// An unknown value
    Unknown(Unknown),
}

impl Value {
    /// Returns true for all values except nil, false and unknowns, as in a condition.
    pub fn is_true(self) -> bool {
        !matches!(self, Self::Nil | Self::Bool(false) | Self::Unknown(_))
    }

    /// Returns true for nil.
    pub fn is_nil(self) -> bool {
        matches!(self, Self::Nil)
    }

    /// Returns the number, if it is one. Strings are not converted.
    pub fn as_number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the table, if it is one.
    pub fn as_table(self) -> Option<Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Returns the string, if it is one.
    pub fn as_str(self) -> Option<Str> {
        match self {
            Self::Str(string) => Some(string),
            _ => None,
        }
    }

    /// Returns the unknown, if it is one.
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
