//! The interpreter: a machine with values, tables, functions and the standard library of Lua 5.1,
//! and no access to files, the clock, random numbers or environment variables.
//!
//! The values of a machine live as long as the machine. Their handles ([`Str`], [`Table`],
//! [`Function`], [`Unknown`]) are valid only in the machine that made them.
//!
//! Differences from real Lua 5.1, apart from the limits and the refused functions:
//! - `pairs` and `next` give the keys 1, 2, 3 … first, then the others in the order in which they
//!   were first set; a key that was set to nil and is set again may come last.
//! - The length of a table with holes may be a different one of its borders.
//! - A tail call leaves its caller on the stack, so that [`Machine::call_site`] finds both.
//! - Messages name an operand as the source does, while Lua guesses the name from its bytecode.
//! - `tostring` gives numbers of tables and functions instead of addresses.
//! - `-0` in the source stays negative, while Lua may make it 0.

mod api;
mod call;
mod diagnostics;
mod error;
mod event;
mod expr;
mod machine;
mod meta;
mod meter;
mod number;
mod operator;
mod raise;
mod statement;
mod stdlib;
mod table;
mod value;

use std::sync::Arc;

pub use crate::strings::Str;
pub use error::EvalError;
pub use machine::Machine;
pub use value::{Function, Table, Unknown, Value};

use crate::{limits::Limits, source::Span, syntax::Chunk};

/// The value of an undefined global that is called, indexed, or used in an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UndefinedPolicy {
    /// An error, as in Lua.
    #[default]
    Error,
    /// An unknown, and a warning.
    Unknown,
}

/// The options of a machine.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The limits of evaluation.
    pub limits: Limits,
    /// The treatment of undefined globals.
    pub undefined: UndefinedPolicy,
}

/// The origin of an unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The reason, as shown to the user: `the option "x" is a setting of the user`.
    pub reason: String,
    /// The place of the call that gave it.
    pub span: Option<Span>,
}

/// The results of a function.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Returns {
    /// No value.
    #[default]
    None,
    /// One value.
    One(Value),
    /// Any number of values.
    Many(Vec<Value>),
}

impl Returns {
    /// Returns the first result, or nil if there is none.
    pub fn first(&self) -> Value {
        self.as_slice().first().copied().unwrap_or(Value::Nil)
    }

    /// Returns all results.
    pub fn as_slice(&self) -> &[Value] {
        match self {
            Self::None => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl<T: Into<Value>> From<T> for Returns {
    fn from(value: T) -> Self {
        Self::One(value.into())
    }
}

/// The arguments of the native function that is running.
#[derive(Debug, Clone, Copy)]
pub struct Args {
    base: u32,
    len: u32,
}

/// The function that includes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// `dofile(name)`
    Dofile,
    /// `loadfile(name)`
    Loadfile,
    /// `require(name)`
    Require,
}

/// The result of a [`Loader`].
#[derive(Debug)]
pub enum LoadResult {
    /// A chunk to run; `loadfile` makes it a function instead. `require` runs a chunk once for each
    /// source, so a loader must parse each file only once.
    Chunk(Arc<Chunk>),
    /// The result of the include; nothing runs. Nil or an unknown if the file is missing.
    Value(Value),
    /// A Lua error with this message; `loadfile` returns nil and the message instead.
    Error(String),
}

/// Finds the files that code includes, so that the machine need not know paths and caches.
pub trait Loader {
    /// Finds a file. `name` is the argument in the code, `from` the place of the call.
    fn load(
        &self,
        machine: &mut Machine,
        include: Include,
        name: &[u8],
        from: Option<Span>,
    ) -> LoadResult;
}

/// A call on the stack, with its places in the source.
#[derive(Debug, Clone, PartialEq)]
pub struct CallSite {
    /// The whole call expression.
    pub span: Span,
    /// The source of the callee, if it is a name or a dotted path.
    pub callee: Option<String>,
    /// The arguments.
    pub args: Vec<CallArg>,
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallArg {
    /// Its place in the source.
    pub span: Span,
    /// Its source, if it is a name or a dotted path such as `CautionLights.SEAT`.
    pub path: Option<String>,
    /// The current value of the parameter, which the function may have changed; none if the
    /// function has fewer parameters.
    pub value: Option<Value>,
}

/// The code of a native function.
pub type Native = dyn Fn(&mut Machine, Args) -> Result<Returns, EvalError>;
