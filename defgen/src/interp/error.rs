//! Why evaluation ends early: Lua errors, which `pcall` catches, and limits, which it does not.

use super::{
    Machine, Value,
    machine::{Caller, Frame},
    table::Location,
};
use crate::{diagnostic::Diagnostic, source::Span};

/// Calls an error remembers.
const MAX_TRACE: usize = 8;

/// Bytes of a name that are read for a message.
pub(super) const MAX_NAME: usize = 1_000;

/// Why evaluation ended early.
#[derive(Debug)]
pub struct Stop(pub(super) Box<Cause>);

#[derive(Debug)]
pub(super) struct Cause {
    kind: Kind,
    at: Option<Span>,
    /// The calls that led there, innermost first.
    trace: Vec<Span>,
}

#[derive(Debug)]
enum Kind {
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

impl Stop {
    /// Returns true if a limit was reached, which `pcall` cannot catch.
    pub fn is_limit(&self) -> bool {
        matches!(self.0.kind, Kind::Limit(_))
    }

    /// The error value, `nil` for a limit.
    pub fn value(&self) -> Value {
        match self.0.kind {
            Kind::Error(value) => value,
            Kind::Limit(_) => Value::Nil,
        }
    }
}

impl Limit {
    fn code(self) -> &'static str {
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

    fn message(self, machine: &Machine) -> String {
        let limits = &machine.options().limits;
        match self {
            Self::Steps => format!("the code runs for more than {} steps", limits.steps),
            Self::CallDepth => format!("more than {} calls within each other", limits.call_depth),
            Self::EvalDepth => {
                format!(
                    "more than {} levels of code within each other",
                    limits.eval_depth
                )
            }
            Self::IncludeDepth => {
                format!(
                    "more than {} files that include each other",
                    limits.include_depth
                )
            }
            Self::TableEntries => {
                format!("a table with more than {} entries", limits.table_entries)
            }
            Self::StringBytes => format!("a string of more than {}", bytes(limits.string_bytes)),
            Self::Memory => format!("more than {} of values", bytes(limits.memory_bytes)),
            Self::Flyables => format!("more than {} calls of make_flyable", limits.flyables),
            Self::Stack => format!("more than {} values in calls", super::machine::MAX_STACK),
        }
    }

    fn note(self) -> &'static str {
        match self {
            Self::Steps => "a loop that never ends? it was stopped here",
            Self::CallDepth | Self::EvalDepth => "a function that calls itself for ever?",
            Self::IncludeDepth => "a file that includes itself?",
            Self::Flyables => "no module has that many aircraft: its entry.lua was stopped here",
            Self::TableEntries | Self::StringBytes | Self::Memory | Self::Stack => {
                "no cockpit needs that much: the code was stopped here"
            }
        }
    }
}

/// A number of bytes for people.
fn bytes(count: usize) -> String {
    match count % (1 << 20) {
        0 => format!("{} MiB", count >> 20),
        _ => format!("{count} bytes"),
    }
}

impl Machine {
    /// A Lua error with `message`, prefixed with the place of the call to the native function
    /// that is running. To be returned from it.
    pub fn error(&mut self, message: impl AsRef<str>) -> Stop {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        self.error_at(span, message.as_ref().as_bytes())
    }

    /// A Lua error whose message has its place already, or none, as where Lua's core raises it
    /// under a library function.
    pub(super) fn bare_error(&mut self, message: impl AsRef<[u8]>) -> Stop {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        let value = self.string(message);
        self.raise(value, span)
    }

    /// A Lua error with the place's `name:line: ` before the message.
    pub(super) fn error_at(&mut self, span: Option<Span>, message: &[u8]) -> Stop {
        let mut text = self.position(span);
        text.extend_from_slice(message);
        let value = self.string(text);
        self.raise(value, span)
    }

    /// A Lua error about a call that was to be made.
    pub(super) fn error_from(&mut self, caller: Caller, message: &str) -> Stop {
        match self.caller_place(caller) {
            Some(span) => self.error_at(Some(span), message.as_bytes()),
            None => self.bare_error(message),
        }
    }

    /// A Lua error with any value.
    pub(super) fn raise(&self, value: Value, at: Option<Span>) -> Stop {
        self.stop(Kind::Error(value), at)
    }

    pub(super) fn limit(&self, limit: Limit) -> Stop {
        let last = self.frames.last().and_then(|frame| self.frame_place(frame));
        self.stop(Kind::Limit(limit), last)
    }

    fn stop(&self, kind: Kind, at: Option<Span>) -> Stop {
        let calls = self.frames.iter().rev();
        let trace = calls
            .filter_map(|frame| self.frame_place(frame))
            .take(MAX_TRACE)
            .collect();
        Stop(Box::new(Cause { kind, at, trace }))
    }

    /// `name:line: `, as Lua writes it before its messages.
    pub(super) fn position(&self, span: Option<Span>) -> Vec<u8> {
        let source = span.and_then(|span| Some((self.source(span.file)?, span.start)));
        match source {
            Some((source, at)) => format!("{}:{}: ", source.name(), source.line(at)).into_bytes(),
            None => Vec::new(),
        }
    }

    /// Where the function of a frame was called.
    pub(super) fn frame_place(&self, frame: &Frame) -> Option<Span> {
        self.caller_place(frame.caller)
    }

    fn caller_place(&self, caller: Caller) -> Option<Span> {
        let (chunk, site) = match caller {
            Caller::Site(chunk, site) => (chunk, site),
            Caller::Loop(location) | Caller::Operator(location) => return self.span_of(location),
            Caller::Native => return None,
        };
        let chunk = self.chunks.get(chunk as usize)?;
        let site = chunk.chunk.tree.sites.get(site as usize)?;
        Some(chunk.chunk.source().span(site.start, site.end))
    }

    /// A place as the name, number, string or symbol that stands there.
    pub(super) fn span_of(&self, location: Location) -> Option<Span> {
        let source = self.chunks.get(location.chunk as usize)?.chunk.source();
        let rest = source.bytes().get(location.at as usize..)?;
        let word = rest
            .iter()
            .take(MAX_NAME)
            .take_while(|&&b| b.is_ascii_alphanumeric() || b == b'_')
            .count();
        Some(source.span(location.at, location.at + word.max(1) as u32))
    }

    /// An early end as a diagnostic, with the calls that led there.
    pub fn explain(&self, stop: &Stop) -> Diagnostic {
        let cause = &stop.0;
        let mut diagnostic = match cause.kind {
            Kind::Limit(limit) => {
                Diagnostic::error(limit.code(), limit.message(self)).with_note(limit.note())
            }
            Kind::Error(value) => Diagnostic::error("lua", self.error_text(value, cause.at)),
        };
        if let Some(at) = cause.at {
            diagnostic = diagnostic.at(at);
        }
        for &call in cause.trace.iter().filter(|&&call| cause.at != Some(call)) {
            diagnostic = diagnostic.label(call, "called from here");
        }
        diagnostic
    }

    /// The message without its place, which the diagnostic has anyway.
    fn error_text(&self, value: Value, at: Option<Span>) -> String {
        let Some(text) = self.text(value) else {
            return format!("an error whose value is no text: {}", self.describe(value));
        };
        let position = String::from_utf8_lossy(&self.position(at)).into_owned();
        match text.strip_prefix(&position) {
            Some(rest) => rest.to_owned(),
            None => text.into_owned(),
        }
    }
}
