//! Text output. A failure to write is an error, never a panic.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::quote::without_controls;

/// The format of a list.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// Text for people.
    Text,
    /// An array of objects.
    Json,
}

/// The width of the output, in characters.
pub(super) const WIDTH: usize = 80;

/// Writes text to the standard output.
///
/// It is not an error if the reader closes the pipe early, as `| head` does.
///
/// # Errors
/// When the output cannot be written for another reason, such as a full disk.
pub(super) fn print(text: &str) -> Result<()> {
    print_to_reader(text).map(drop)
}

/// Writes text to the standard output. Returns whether the output is still read: `false` if the
/// reader has closed the pipe.
///
/// # Errors
/// When the output cannot be written for another reason, such as a full disk.
pub(super) fn print_to_reader(text: &str) -> Result<bool> {
    let mut output = io::stdout().lock();
    let text = without_controls(text);
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        result => result
            .map(|()| true)
            .context("cannot write to the standard output"),
    }
}

/// Writes a line to the standard error output, if it can be written.
pub(super) fn print_error(text: &str) {
    // A failure cannot be reported anywhere else.
    let _ = writeln!(io::stderr(), "{}", without_controls(text));
}

/// Returns a line with one text at the left and one at the right end, with at least two blanks
/// between them.
pub(super) fn both_ends(left: &str, right: &str) -> String {
    let used = left.chars().count() + right.chars().count();
    let blanks = WIDTH.saturating_sub(used).max(2);
    format!("{left}{}{right}", " ".repeat(blanks))
}

/// Waits for the Enter key, so that a window that was opened by a double click stays until its last
/// message has been read. Does nothing without a keyboard.
pub(super) fn wait_for_enter() {
    if io::stdin().is_terminal() {
        print_error("press Enter to close this window");
        let _ = io::stdin().read_line(&mut String::new());
    }
}
