//! The settings of a server, and the number of clients that they allow.

use std::time::Duration;

use aircraft_defs::{counted, counted_are};
use ipnet::IpNet;

use crate::standing::StandingPolicy;

use crate::tables::TablesConfig;

/// The settings of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The source of the tables of aircraft.
    pub tables: TablesConfig,
    /// The networks whose clients may connect. If there are none, everybody who can reach the port
    /// may connect.
    pub allow: Vec<IpNet>,
    /// The most clients at a time.
    pub max_clients: usize,
    /// The most files that the system lets this process have open; `None` if it has no limit.
    pub open_files: Option<usize>,
    /// The connections that are reserved for the page, of the files that may be open.
    pub page_connections: usize,
    /// The most subscriptions of a client.
    pub max_subscriptions: usize,
    /// The most bytes in a line from a client.
    pub max_line: usize,
    /// The time after which a client that does not read its lines is disconnected.
    pub write_deadline: Duration,
    /// Whether clients get error lines.
    pub error_lines: bool,
    /// The condition for applying earlier standing positions.
    pub standing: StandingPolicy,
    /// Whether gauges get a line with raw 0 when the mission ends.
    pub reset_gauges: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tables: TablesConfig::default(),
            allow: Vec::new(),
            max_clients: 1024,
            open_files: None,
            page_connections: 0,
            max_subscriptions: 4096,
            max_line: 4096,
            write_deadline: Duration::from_secs(10),
            error_lines: true,
            standing: StandingPolicy::default(),
            reset_gauges: false,
        }
    }
}

/// The number of open files that are reserved for tables, for the links to the sim, and for the
/// files that any program has open.
const RESERVED_FILES: usize = 48;
/// The most connections that wait for the hub or are being turned away.
pub(super) const ARRIVING: usize = 16;

impl Config {
    /// Returns the most clients at a time: `max_clients`, or fewer if the system does not allow
    /// enough open files.
    pub fn capacity(&self) -> usize {
        let room = self.open_files.map_or(usize::MAX, |files| {
            let reserved = RESERVED_FILES + ARRIVING + self.page_connections;
            files.saturating_sub(reserved).max(1)
        });
        self.max_clients.min(room)
    }

    /// Returns the reason for turning a client away once the capacity is reached.
    pub(super) fn full(&self) -> String {
        let (capacity, max_clients) = (self.capacity(), self.max_clients);
        if capacity == max_clients {
            return format!(
                "the server is full: {} allowed (--max-clients)",
                counted_are(max_clients, "client")
            );
        }
        let files = self.open_files.unwrap_or_default();
        format!(
            "the server is full: there is room for {} in the {} that the system lets it open \
             (ulimit -n)",
            counted(capacity, "client"),
            counted(files, "file")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_for_tables_and_links_are_reserved() {
        let capacity = |open_files| {
            let config = Config {
                open_files,
                ..Config::default()
            };
            config.capacity()
        };
        assert_eq!(capacity(None), 1024);
        assert_eq!(capacity(Some(4096)), 1024);
        assert_eq!(capacity(Some(128)), 64);
        assert_eq!(capacity(Some(10)), 1);
    }

    #[test]
    fn the_reason_counts_in_plain_words() {
        let full = |max_clients, open_files| {
            let config = Config {
                max_clients,
                open_files,
                ..Config::default()
            };
            config.full()
        };
        let one = "the server is full: 1 client is allowed (--max-clients)";
        assert_eq!(full(1, None), one);
        let several = "the server is full: 2 clients are allowed (--max-clients)";
        assert_eq!(full(2, None), several);
        let files = full(8, Some(65));
        assert!(
            files.contains("room for 1 client in the 65 files"),
            "{files}"
        );
    }
}
