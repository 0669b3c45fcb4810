//! The entries of a recording.

use super::state::SimState;
use crate::link::FromSim;

/// An entry of a recording.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A message of the sim.
    Sim(FromSim),
    /// An event of a client.
    Client(ClientEntry),
    /// The whole state of the sim after the entries before it.
    State(SimState),
    /// This many entries before it are missing, since they could not be written fast enough. The
    /// messages of the sim that follow have the newest values of what is missing.
    Missing(u64),
}

/// An event of a client. Clients are named by their kind and a number (`tcp 3`), never by an
/// address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientEntry {
    /// The client has connected.
    Joined(String),
    /// The client has made a request: a line of the text protocol.
    Request(String, String),
    /// The client has sent a line that was wrong, for this reason.
    WrongLine(String, String),
    /// The client is not read any more.
    Left(String),
}
