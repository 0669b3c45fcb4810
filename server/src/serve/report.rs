//! What the server reports of itself to other parts of this process.

use std::sync::Arc;
use std::time::Duration;

use super::stream::PanelKind;
use crate::world::{Aircraft, Statistics, Traffic};

/// The state of the server at one moment.
#[derive(Debug)]
pub struct Observation {
    /// The aircraft that is controlled, if any.
    pub aircraft: Option<Arc<Aircraft>>,
    /// Whether the sim's hook state is linked.
    pub has_hook: bool,
    /// Whether the sim's export state is linked.
    pub has_export: bool,
    /// The statistics.
    pub statistics: Statistics,
    /// The number of args of the test of wiring that runs.
    pub tested_args: usize,
}

/// The kind of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// A client over TCP.
    Network,
    /// A panel.
    Panel(PanelKind),
    /// A part of this process, by its name.
    Part(&'static str),
}

/// A client over TCP, on a serial port or on a page, or a part of this process.
#[derive(Debug)]
pub struct ClientReport {
    /// Its kind.
    pub kind: ClientKind,
    /// The address or port, as the log names it.
    pub peer: String,
    /// The time since it connected.
    pub connected: Duration,
    /// Whether it does not read its lines at present.
    pub is_blocked: bool,
    /// The counts of its subscriptions to gauges and to elements of displays.
    pub subscriptions: [usize; 2],
    /// The counters of its requests and of the lines sent to it.
    pub traffic: Traffic,
}
