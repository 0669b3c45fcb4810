//! The page: the cockpit in a browser. An HTTP server on a port of its own, which serves the files
//! of the page, its data as JSON, and the text protocol over WebSockets.
//!
//! To the rest of the server, each WebSocket is one more client. Nothing is kept or read for a page
//! that nobody has open. `guard`, `routes`, `catalog` and `status` are pure; `listener`,
//! `connections` and the sockets do I/O.

mod answer;
mod assets;
mod boards;
mod body;
mod catalog;
mod clients;
mod connections;
mod gate;
mod guard;
mod guesses;
mod handler;
mod key;
mod limits;
mod listener;
mod moved;
mod moved_socket;
mod peer;
mod recording;
mod routes;
mod search;
mod setup;
mod status;
mod text_socket;
mod upgrade;

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;

pub use connections::serve;
pub use limits::max_connections;
pub use listener::{ListenError, Listener};
pub use setup::SetupConfig;

use crate::replay::ReplayControl;
use crate::serve::{Observer, Panels, Recorder, Subscribers, Tester};

/// The settings of the page.
#[derive(Debug, Clone, Default)]
pub struct PageConfig {
    /// The most connections of browsers at a time; see [`max_connections`].
    pub max_connections: usize,
    /// The folder from which the files of the page are read at each request. Without one, those in
    /// the program are served.
    pub folder: Option<PathBuf>,
    /// The folder of the user's boards, if the system names one for data.
    pub boards: Option<PathBuf>,
    /// The networks from which the page may be opened. If there are none, everybody who can reach
    /// the port may open it.
    pub allow: Vec<IpNet>,
    /// What doctor examines. Without it, the page offers no Setup.
    pub setup: Option<SetupConfig>,
    /// Whether the cockpit is that of the demo.
    pub is_demo: bool,
    /// The address at which the server listens for clients of the text protocol.
    pub listen: Option<SocketAddr>,
}

/// The parts of the server that the page uses.
#[derive(Debug, Clone)]
pub struct PageServer {
    /// Connects WebSockets as clients.
    pub panels: Panels,
    /// Reports the aircraft, the state of the link and the clients.
    pub observer: Observer,
    /// Starts tests of wiring.
    pub tester: Tester,
    /// Subscribes to what moves.
    pub subscribers: Subscribers,
    /// Starts and ends recordings; a server that replays has none.
    pub recorder: Option<Recorder>,
    /// Controls the replay, if a recording is served instead of a sim.
    pub replay: Option<ReplayControl>,
}
