//! The log: one line per event on the standard error output.
//!
//! A separate thread writes it, so that a console that blocks (on Windows, a click into the
//! window is enough) never delays the server. When too many lines wait, new ones are dropped. Texts
//! from outside cannot start a line of their own or control the terminal: see [`log_line`].

use std::fmt::{self, Debug};
use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing::field::Field;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::time::ChronoLocal;

use crate::quote::log_line;

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
        .fmt_fields(debug_fn(write_text))
        .with_writer(writer)
        .init();
    guard
}

/// Writes the text of an event. The events have no other fields.
fn write_text(line: &mut Writer<'_>, _: &Field, text: &dyn Debug) -> fmt::Result {
    write!(line, "{}", log_line(&format!("{text:?}")))
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_one_line_whatever_its_text() {
        let output = Output::default();
        let writer = output.clone();
        let subscriber = tracing_subscriber::fmt()
            .without_time()
            .with_target(false)
            .with_ansi(false)
            .fmt_fields(debug_fn(write_text))
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!("aircraft {}: {}", "a\r\nERROR b\u{1b}[2J\u{2028}", 5);
            tracing::info!("{}", "x".repeat(1 << 20));
        });
        let written = String::from_utf8(output.0.lock().expect("a lock").clone()).expect("text");
        let lines: Vec<&str> = written.split_terminator('\n').collect();
        let expected = " WARN aircraft a\\r\\nERROR b\\u{1b}[2J\\u{2028}: 5";
        assert_eq!(lines[0], expected);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].len() < 2100, "{} bytes", lines[1].len());
    }
}
