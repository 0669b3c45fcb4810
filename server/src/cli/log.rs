//! The log: one line per event on the standard error output.
//!
//! A thread of its own writes it, so that a console that stands still (on
//! Windows a click into the window is enough) never holds up the server; what it
//! cannot take is dropped.

use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

/// Lines that may wait for the console.
const MOST_WAITING: usize = 4096;

/// Starts the log; what waits is written when the guard goes.
pub(super) fn start(verbose: bool) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(MOST_WAITING)
        .finish(stderr());
    tracing_subscriber::fmt()
        .with_max_level(if verbose { Level::DEBUG } else { Level::INFO })
        .with_target(false)
        .with_ansi(stderr().is_terminal())
        .with_writer(writer)
        .init();
    guard
}
