//! The log: one line per event on the standard error output.
//!
//! A thread of its own writes it, so that a console that stands still (on
//! Windows a click into the window is enough) never holds up the server; what it
//! cannot take is dropped.

use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::time::ChronoLocal;

/// Lines that may wait for the console.
const MOST_WAITING: usize = 4096;
/// The time at the beginning of a line: this computer's own, to the second.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// Starts the log; what waits is written when the guard goes.
pub(super) fn start(verbose: bool) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(MOST_WAITING)
        .finish(stderr());
    tracing_subscriber::fmt()
        .with_max_level(if verbose { Level::DEBUG } else { Level::INFO })
        .with_target(false)
        .with_timer(ChronoLocal::new(TIME.to_owned()))
        .with_ansi(stderr().is_terminal())
        .with_writer(writer)
        .init();
    guard
}
