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
