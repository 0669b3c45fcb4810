//! Raises errors with their places, and explains them.

use super::{
    Machine, Value,
    error::{Cause, EvalError, Kind, Limit, MAX_NAME},
    machine::{Caller, Frame},
    table::Location,
};
use crate::{diagnostics::Diagnostic, lex::is_word, source::Span};

/// The most calls that the trace of an error has.
const MAX_TRACE: usize = 8;

impl Machine {
    /// Returns a Lua error for the running native function. Its message begins with the place of
    /// the call.
    pub fn error(&mut self, message: impl AsRef<str>) -> EvalError {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        self.error_at(span, message.as_ref().as_bytes())
    }

    /// Returns a Lua error whose message does not begin with a place, as when Lua's core raises an
    /// error in a native function.
    pub(super) fn bare_error(&mut self, message: impl AsRef<[u8]>) -> EvalError {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        let value = self.string(message);
        self.raise(value, span)
    }

    /// Returns a Lua error whose message begins with `name:line: `.
    pub(super) fn error_at(&mut self, span: Option<Span>, message: &[u8]) -> EvalError {
        let mut text = self.position(span);
        text.extend_from_slice(message);
        let value = self.string(text);
        self.raise(value, span)
    }

    /// Returns a Lua error about an operation of `caller`.
    pub(super) fn error_from(&mut self, caller: Caller, message: &str) -> EvalError {
        match self.caller_place(caller) {
            Some(span) => self.error_at(Some(span), message.as_bytes()),
            None => self.bare_error(message),
        }
    }

    /// Returns a Lua error with any value.
    pub(super) fn raise(&self, value: Value, at: Option<Span>) -> EvalError {
        self.new_error(Kind::Error(value), at)
    }

    /// Returns the error for a limit.
    pub(super) fn limit(&self, limit: Limit) -> EvalError {
        let last = self.frames.last().and_then(|frame| self.frame_place(frame));
        self.new_error(Kind::Limit(limit), last)
    }

    fn new_error(&self, kind: Kind, at: Option<Span>) -> EvalError {
        let calls = self.frames.iter().rev();
        let trace = calls
            .filter_map(|frame| self.frame_place(frame))
            .take(MAX_TRACE)
            .collect();
        EvalError(Box::new(Cause { kind, at, trace }))
    }

    /// Returns `name:line: `, as at the beginning of messages.
    pub(super) fn position(&self, span: Option<Span>) -> Vec<u8> {
        let source = span.and_then(|span| Some((self.source(span.file)?, span.start)));
        match source {
            Some((source, at)) => format!("{}:{}: ", source.name(), source.line(at)).into_bytes(),
            None => Vec::new(),
        }
    }

    /// Returns the place where the function of a frame was called.
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

    /// Returns the span of the name or number at a location, or of a single byte.
    pub(super) fn span_of(&self, location: Location) -> Option<Span> {
        let source = self.chunks.get(location.chunk as usize)?.chunk.source();
        let rest = source.bytes().get(location.at as usize..)?;
        let word = rest
            .iter()
            .take(MAX_NAME)
            .take_while(|&&byte| is_word(byte))
            .count();
        Some(source.span(location.at, location.at + word.max(1) as u32))
    }

    /// Returns an error as a diagnostic, with the calls on the stack.
    pub fn explain(&self, error: &EvalError) -> Diagnostic {
        let cause = &error.0;
        let mut diagnostic = match cause.kind {
            Kind::Limit(limit) => {
                let message = limit.message(&self.options().limits);
                Diagnostic::error(limit.code(), message).with_note(limit.note())
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

    /// Returns the message without its place, which the diagnostic has as a label.
    fn error_text(&self, value: Value, at: Option<Span>) -> String {
        let Some(text) = self.text(value) else {
            return format!("an error whose value is not text: {}", self.describe(value));
        };
        let position = String::from_utf8_lossy(&self.position(at)).into_owned();
        match text.strip_prefix(&position) {
            Some(rest) => rest.to_owned(),
            None => text.into_owned(),
        }
    }
}
