//! The link to the sim: its messages as values, and its two ends.
//!
//! The server holds a [`SimLink`]. At its other end is either the TCP link to
//! the scripts in the sim, or a simulated cockpit in the same process
//! ([`in_process`]).

mod error;
mod functions;
mod json;
mod line_buffer;
mod message;
mod print;
mod reading;
mod session;
mod tcp;
#[cfg(test)]
mod tests;

use tokio::sync::mpsc;

pub use functions::{name_of_function, number_of_function};
pub use message::{Action, FrameStats, FromSim, LinkState, ToSim};
pub(crate) use print::LINK_VERSION;
pub use reading::{Call, ReadingKey};
pub use tcp::{Addresses, tcp};

/// The most messages that wait in each direction; then the sender has to wait.
const QUEUE: usize = 1024;

/// The server's end of the link.
#[derive(Debug)]
pub struct SimLink {
    pub(crate) from_sim: mpsc::Receiver<FromSim>,
    pub(crate) to_hook: mpsc::Sender<ToSim>,
    pub(crate) to_export: mpsc::Sender<ToSim>,
}

/// The sim's end of the link, for a sim in this process.
///
/// The sim sends [`FromSim::Up`] for each of the two states, then [`FromSim::Aircraft`]. The
/// server answers `Up` with all watches. When the server has ended, `from_server` is closed.
#[derive(Debug)]
pub struct InProcessSim {
    /// The messages from the sim.
    pub to_server: mpsc::Sender<FromSim>,
    /// The messages to the sim.
    pub from_server: mpsc::Receiver<ToSim>,
}

/// Creates a link between the server and a sim in this process.
pub fn in_process() -> (SimLink, InProcessSim) {
    let (to_server, from_sim) = mpsc::channel(QUEUE);
    let (to_sim, from_server) = mpsc::channel(QUEUE);
    let link = SimLink {
        from_sim,
        to_hook: to_sim.clone(),
        to_export: to_sim,
    };
    (
        link,
        InProcessSim {
            to_server,
            from_server,
        },
    )
}
