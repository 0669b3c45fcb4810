//! The interpreter: a machine with values, tables, functions and the standard library of Lua 5.1,
//! and no authority of its own: no file, no clock, no randomness, no environment.
//!
//! Everything a machine makes lives as long as it does; handles ([`Str`], [`Table`],
//! [`Function`], [`Unknown`]) are only good for the machine they came from.
//!
//! Where it differs from real Lua 5.1, apart from limits and what is refused:
//! - `pairs` and `next` give 1, 2, 3 … first and then the other keys as they were first set
//!   (one that was set to nil and is set again may come last);
//! - the length of a table with holes may be another of its borders;
//! - tail calls count as calls, so that [`Machine::call_site`] knows them;
//! - messages name an operand as it is written, where Lua guesses from its bytecode;
//! - `tostring` numbers tables and functions instead of telling addresses;
//! - a `-0` written in the code stays one, where Lua may have made it 0.

mod api;
mod call;
mod error;
mod expr;
mod machine;
mod meta;
mod meter;
mod number;
mod operator;
mod report;
mod statement;
mod stdlib;
mod table;
mod value;

use std::sync::Arc;

pub use crate::strings::Str;
pub use error::Stop;
pub use machine::Machine;
pub use value::{Function, Table, Unknown, Value};

use crate::{limits::Limits, source::Span, syntax::Chunk};

/// The value of an undefined global that is called, indexed, or used in an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Undefined {
    /// An error, as in Lua.
    #[default]
    Error,
    /// An unknown, and a warning.
    Unknown,
}

/// The options of a machine.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Limits of the code.
    pub limits: Limits,
    /// Undefined globals.
    pub undefined: Undefined,
}

/// The origin of an unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// For people: `option "x" of the user`.
    pub reason: String,
    /// Where it came in.
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
    /// The first result, nil if there is none.
    pub fn first(&self) -> Value {
        self.as_slice().first().copied().unwrap_or(Value::Nil)
    }

    /// All results.
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

/// The answer of a [`Loader`].
#[derive(Debug)]
pub enum Loaded {
    /// Run this (`loadfile`: make it a function). `require` runs a source once: the loader parses
    /// each file once, or it is another source.
    Chunk(Arc<Chunk>),
    /// The result is this value; nothing runs. An unknown or nil for what is missing.
    Value(Value),
    /// A Lua error with this message (`loadfile`: nil and the message).
    Error(String),
}

/// Finds the files that code includes. It knows paths, roots and caches; the machine does not.
pub trait Loader {
    /// `name` is what the code gave, `from` the call.
    fn load(
        &self,
        machine: &mut Machine,
        include: Include,
        name: &[u8],
        from: Option<Span>,
    ) -> Loaded;
}

/// A call on the stack, as it is written in the source.
#[derive(Debug, Clone, PartialEq)]
pub struct CallSite {
    /// The whole call expression.
    pub span: Span,
    /// The callee as written, when it is a name or a dotted path.
    pub callee: Option<String>,
    /// The arguments.
    pub args: Vec<CallArg>,
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallArg {
    /// Where it is written.
    pub span: Span,
    /// Its text when it is a plain name or a dotted path, such as `CautionLights.SEAT`.
    pub path: Option<String>,
    /// Its value: the parameter's present one, which the function may have changed; none where
    /// the function takes fewer parameters.
    pub value: Option<Value>,
}

/// The code of a native function.
pub type Native = dyn Fn(&mut Machine, Args) -> Result<Returns, Stop>;
