//! The log: one line per event on the standard error output.
//!
//! A separate thread writes it, so that a console that blocks (on Windows, a click into the
//! window is enough) never delays the server. When too many lines wait, new ones are dropped.

use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::time::ChronoLocal;

/// The most lines that may wait for the console.
const MAX_WAITING: usize = 4096;
/// The format of the time at the start of a line: local time, to the second.
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// Starts the log. The lines that wait are written when the guard is dropped.
pub(super) fn start(verbose: bool) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(MAX_WAITING)
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
