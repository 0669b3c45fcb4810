//! The log of errors in lines of panels: one line for each identifier, and counters for all.

use std::collections::HashSet;

use super::error::ImportError;
use crate::filter::Micros;
use crate::quote::quoted;
use crate::rate_limit::RateLimit;

/// The most identifiers whose errors are logged.
const MAX_LOGGED: usize = 256;

/// The numbers of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::bios::binary) struct ErrorCounters {
    pub(in crate::bios::binary) rejected: u64,
    pub(in crate::bios::binary) too_fast: u64,
    /// Those of identifiers that are not in the log, since there were too many at once.
    pub(in crate::bios::binary) left_out: u64,
}

/// Counts errors, and makes lines for the log of them.
#[derive(Debug)]
pub(super) struct ErrorLog {
    counters: ErrorCounters,
    log_lines: RateLimit,
    logged: HashSet<String>,
    /// Whether the log says that errors are left out.
    is_limit_logged: bool,
}

impl ErrorLog {
    pub(super) fn new() -> Self {
        Self {
            counters: ErrorCounters::default(),
            log_lines: RateLimit::for_log_lines(),
            logged: HashSet::new(),
            is_limit_logged: false,
        }
    }

    pub(super) fn counters(&self) -> ErrorCounters {
        self.counters
    }

    /// Forgets the identifiers, so that the log names them again.
    pub(super) fn forget(&mut self) {
        self.logged.clear();
    }

    /// Notes that the counters have been logged: errors that are left out from now on are announced
    /// again.
    pub(super) fn note_report(&mut self) {
        self.is_limit_logged = false;
    }

    /// Counts an error. Returns a line for the log, unless an error of this name was logged before.
    pub(super) fn add(&mut self, name: &str, error: &ImportError, now: Micros) -> Option<String> {
        match error {
            ImportError::TooFast | ImportError::FasterThanFrames(..) => self.counters.too_fast += 1,
            _ => self.counters.rejected += 1,
        }
        let key = match error {
            // This concerns all names alike.
            ImportError::Loading => "",
            _ => name,
        };
        if self.logged.contains(key) {
            return None;
        }
        if self.logged.len() >= MAX_LOGGED || !self.log_lines.take(1, now) {
            return self.leave_out();
        }
        self.logged.insert(key.to_owned());
        Some(format!("DCS-BIOS: a panel sent {}: {error}", quoted(name)))
    }

    /// Counts an error that is not logged. Returns a line for the log about the first of them.
    fn leave_out(&mut self) -> Option<String> {
        self.counters.left_out += 1;
        let is_first = !std::mem::replace(&mut self.is_limit_logged, true);
        is_first.then(|| {
            "DCS-BIOS: panels make many errors at once; further ones are left out of the log, and \
             counted in it once a minute"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    fn add(log: &mut ErrorLog, names: std::ops::Range<u32>, now: Micros) -> Vec<String> {
        let error = ImportError::NoArgument;
        let lines = names.filter_map(|name| log.add(&format!("N{name}"), &error, now));
        lines.collect()
    }

    #[test]
    fn the_log_says_once_that_errors_are_left_out() {
        let mut log = ErrorLog::new();
        let lines = add(&mut log, 0..60, SECOND);
        assert_eq!(lines.len(), 21);
        assert!(lines[19].contains("\"N19\": an argument"), "{}", lines[19]);
        assert!(lines[20].contains("left out of the log"), "{}", lines[20]);
        let counters = log.counters();
        assert_eq!((counters.rejected, counters.left_out), (60, 40));
        log.note_report();
        assert_eq!(add(&mut log, 60..90, SECOND).len(), 1, "after a report");
    }

    #[test]
    fn errors_of_a_logged_name_are_not_left_out() {
        let mut log = ErrorLog::new();
        for _ in 0..100 {
            add(&mut log, 0..3, SECOND);
        }
        let counters = log.counters();
        assert_eq!((counters.rejected, counters.left_out), (300, 0));
    }

    #[test]
    fn modules_that_are_being_loaded_are_logged_once_for_all_names() {
        let mut log = ErrorLog::new();
        let lines = ["A", "B"].map(|name| log.add(name, &ImportError::Loading, SECOND));
        assert!(
            lines[0]
                .as_ref()
                .is_some_and(|line| line.contains("still being loaded"))
        );
        assert_eq!(lines[1], None);
    }
}
