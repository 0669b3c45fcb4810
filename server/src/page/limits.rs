//! Limits of the page. `docs/page.md` states them.

use std::time::Duration;

/// The most connections of browsers at a time, WebSockets included. Further ones are closed at
/// once.
const MAX_CONNECTIONS: usize = 128;
/// The time within which the head of a request must be complete. An idle connection is closed after
/// the same time.
pub(super) const HEAD_DEADLINE: Duration = Duration::from_secs(15);
/// The most bytes in the head of a request.
pub(super) const MAX_HEAD: usize = 16 * 1024;
/// The most header fields of a request.
pub(super) const MAX_FIELDS: usize = 64;
/// The time for which a connection takes requests. After it, a browser opens a new one.
pub(super) const LIFETIME: Duration = Duration::from_secs(60);
/// The time within which the last answer of a connection must be taken.
pub(super) const LAST_ANSWER: Duration = Duration::from_secs(15);
/// The most bytes in a message of a WebSocket's client.
pub(super) const MAX_MESSAGE: usize = 64 * 1024;
/// The most bytes that wait to be written to a WebSocket, of which a text display's line is the
/// longest message. A WebSocket that is owed more is closed.
pub(super) const MAX_UNWRITTEN: usize = 8 * 1024 * 1024;
/// The pings that a WebSocket may send at once, and those a second. Browsers send none.
pub(super) const PINGS_AT_ONCE: u32 = 100;
pub(super) const PINGS_PER_SECOND: u32 = 10;
/// The time after which a page that does not take its messages about movements is disconnected.
pub(super) const WRITE_DEADLINE: Duration = Duration::from_secs(10);
/// The most bytes of a client's lines that are on their way to its WebSocket.
pub(super) const BYTES_PER_WRITE: usize = 32 * 1024;
/// The results of a search if the page names no number, and the most that it may ask for.
pub(super) const DEFAULT_RESULTS: usize = 200;
pub(super) const MAX_RESULTS: usize = 5_000;
/// The most characters of a query that are searched for.
pub(super) const MAX_QUERY: usize = 256;
/// The most bytes of a board, and the most boards.
pub(super) const MAX_BOARD: usize = 256 * 1024;
pub(super) const MAX_BOARDS: usize = 200;
/// The time within which the body of a request must be complete.
pub(super) const BODY_DEADLINE: Duration = Duration::from_secs(15);
/// The most bytes of the body of another request.
pub(super) const MAX_BODY: usize = 64 * 1024;
/// The most catalogs and searches at a time. Others wait for their turn.
pub(super) const MAX_JOBS: usize = 2;

/// Returns the most connections of browsers at a time: fewer where the system lets this process
/// open only a few files, so that panels keep their share.
pub fn max_connections(open_files: Option<usize>) -> usize {
    open_files.map_or(MAX_CONNECTIONS, |files| MAX_CONNECTIONS.min(files / 8))
}

/// Returns how many of these connections other computers may have at a time. The rest is kept for
/// this one, since anybody in the network can open connections, with or without the key.
pub(super) fn max_foreign_connections(max_connections: usize) -> usize {
    max_connections * 3 / 4
}
