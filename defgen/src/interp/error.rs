//! The errors that end evaluation: Lua errors, which `pcall` catches, and limits, which it does
//! not.

use super::Value;
use crate::{
    limits::{Limits, MAX_STACK},
    source::Span,
};

/// The most bytes of a name that are read for a message.
pub(super) const MAX_NAME: usize = 1_000;

/// An error that ends evaluation.
#[derive(Debug)]
pub struct EvalError(pub(super) Box<Cause>);

#[derive(Debug)]
pub(super) struct Cause {
    pub(super) kind: Kind,
    pub(super) at: Option<Span>,
    /// The calls on the stack, the innermost first.
    pub(super) trace: Vec<Span>,
}

#[derive(Debug)]
pub(super) enum Kind {
    Error(Value),
    Limit(Limit),
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Steps,
    CallDepth,
    EvalDepth,
    IncludeDepth,
    TableEntries,
    StringBytes,
    Memory,
    Stack,
    Flyables,
}

impl EvalError {
    /// Returns true if a limit was reached, which `pcall` cannot catch.
    pub fn is_limit(&self) -> bool {
        matches!(self.0.kind, Kind::Limit(_))
    }

    /// Returns the error value, or nil for a limit.
    pub fn value(&self) -> Value {
        match self.0.kind {
            Kind::Error(value) => value,
            Kind::Limit(_) => Value::Nil,
        }
    }
}

impl Limit {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Steps => "limit-steps",
            Self::CallDepth => "limit-call-depth",
            Self::EvalDepth => "limit-eval-depth",
            Self::IncludeDepth => "limit-include-depth",
            Self::TableEntries => "limit-table-entries",
            Self::StringBytes => "limit-string-bytes",
            Self::Memory => "limit-memory",
            Self::Stack => "limit-stack",
            Self::Flyables => "limit-flyable",
        }
    }

    pub(super) fn message(self, limits: &Limits) -> String {
        match self {
            Self::Steps => format!("the code runs for more than {} steps", limits.steps),
            Self::CallDepth => format!("more than {} nested calls", limits.call_depth),
            Self::EvalDepth => {
                format!(
                    "more than {} levels of nested code in nested calls",
                    limits.eval_depth
                )
            }
            Self::IncludeDepth => {
                format!("more than {} nested includes", limits.include_depth)
            }
            Self::TableEntries => {
                format!("a table with more than {} entries", limits.table_entries)
            }
            Self::StringBytes => format!("a string of more than {}", bytes(limits.string_bytes)),
            Self::Memory => format!("more than {} of memory", bytes(limits.memory_bytes)),
            Self::Flyables => format!("more than {} calls of make_flyable", limits.flyables),
            Self::Stack => format!("more than {MAX_STACK} values on the stack"),
        }
    }

    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Steps => "the code was stopped here; does a loop never end?",
            Self::CallDepth | Self::EvalDepth => "does a function call itself without end?",
            Self::IncludeDepth => "does a file include itself?",
            Self::Flyables => "no module has that many aircraft; its entry.lua was stopped here",
            Self::TableEntries | Self::StringBytes | Self::Memory | Self::Stack => {
                "no cockpit needs that much; the code was stopped here"
            }
        }
    }
}

/// Returns a number of bytes as text.
fn bytes(count: usize) -> String {
    match count % (1 << 20) {
        0 => format!("{} MiB", count >> 20),
        _ => format!("{count} bytes"),
    }
}
