//! The diagnostics of a machine.

use super::{Machine, Str, Unknown, Value, table::Location};
use crate::diagnostics::Diagnostic;

impl Machine {
    /// Adds a diagnostic, unless it is there already or there are too many. Errors are always
    /// added.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.add(diagnostic);
    }

    /// Returns the diagnostics so far.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.diagnostics.kept()
    }

    /// Takes the diagnostics, and a note with the number of those left out.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Warns of an undefined global that is used, and returns an unknown for it.
    pub(super) fn report_undefined(&mut self, name: Str, location: Location) -> Value {
        let name = String::from_utf8_lossy(self.strings.get(name)).into_owned();
        let span = self.span_of(location);
        let message = format!("`{name}` is not defined; its value is unknown");
        let warning = Diagnostic::warning("undefined", message);
        self.report(match span {
            Some(span) => warning.at(span),
            None => warning,
        });
        self.new_unknown(format!("`{name}` is not defined"), span)
    }

    pub(super) fn report_skipped_loop(&mut self, unknown: Unknown, location: Location) {
        let message = "the loop is skipped because its range is unknown";
        self.report_unknown("unknown-loop", message, unknown, location);
    }

    pub(super) fn report_unknown_key(&mut self, unknown: Unknown, location: Location) {
        let message = "the value is dropped because its key is unknown";
        self.report_unknown("unknown-key", message, unknown, location);
    }

    fn report_unknown(
        &mut self,
        code: &'static str,
        message: &str,
        unknown: Unknown,
        location: Location,
    ) {
        let origin = self.origin(unknown).clone();
        let mut warning = Diagnostic::warning(code, message);
        if let Some(span) = self.span_of(location) {
            warning = warning.at(span);
        }
        warning = match origin.span {
            Some(span) => warning.label(span, origin.reason),
            None => warning.with_note(origin.reason),
        };
        self.report(warning);
    }

    /// Warns of a call of a refused function, and returns an unknown for its result.
    pub(super) fn report_refused(&mut self, what: &str, why: &str) -> Value {
        let span = self.frames.last().and_then(|frame| self.frame_place(frame));
        let reason = format!("`{what}` is not available: {why}");
        let warning = Diagnostic::warning("refused", format!("{reason}; its result is unknown"));
        self.report(match span {
            Some(span) => warning.at(span),
            None => warning,
        });
        self.new_unknown(reason, span)
    }
}
