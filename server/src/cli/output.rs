//! Text output. A failure to write is an error, never a panic.

use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

use crate::quote::without_controls;

/// Writes text to the standard output.
///
/// It is not an error if the reader closes the pipe early, as `| head` does.
///
/// # Errors
/// When the output cannot be written for another reason, such as a full disk.
pub(super) fn print(text: &str) -> Result<()> {
    let mut output = io::stdout().lock();
    let text = without_controls(text);
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to the standard output"),
    }
}

/// Writes a line to the standard error output, if it can be written.
pub(super) fn print_error(text: &str) {
    // A failure cannot be reported anywhere else.
    let _ = writeln!(io::stderr(), "{}", without_controls(text));
}

/// Returns the number with its noun: "1 script", "2 scripts".
pub(super) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_plural() {
        assert_eq!(counted(1, "script"), "1 script");
        assert_eq!(counted(0, "script"), "0 scripts");
        assert_eq!(counted(12, "script"), "12 scripts");
    }
}
