//! The statistics of the world.

use std::fmt;

/// The numbers that command 5 reports.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Statistics {
    /// Clients and in-process subscribers.
    pub clients: usize,
    /// Subscriptions of all clients.
    pub subscriptions: usize,
    /// Args that the sim reads for this server.
    pub args: usize,
    /// Indicators that the sim reads for this server.
    pub indicators: usize,
    /// Requests received.
    pub requests: u64,
    /// Lines sent.
    pub sent: u64,
    /// Requests that were in error.
    pub errors: u64,
    /// Updates held back because a client did not read its lines.
    pub held_back: u64,
    /// Clients that were turned away.
    pub turned_away: u64,
    /// Clients disconnected because they did not read.
    pub stalled: u64,
    /// Values from the sim that were not finite numbers.
    pub bad_values: u64,
    /// The recent cost of the scripts in the sim, in microseconds per frame.
    pub frame_us: f64,
    /// Actions dropped because too much was waiting in the sim.
    pub actions_refused: u64,
    /// Subscriptions refused because too much was kept for a client already.
    pub too_large: u64,
    /// Frames in which the scripts put work off because their time budget was spent.
    pub frames_cut: u64,
}

/// The counters of one client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Requests received.
    pub requests: u64,
    /// Lines and values sent.
    pub sent: u64,
    /// Updates held back because it did not read its lines.
    pub held_back: u64,
    /// Requests that were in error.
    pub errors: u64,
    /// The last error.
    pub last_error: Option<String>,
}

/// The text of the line that answers command 5.
impl fmt::Display for Statistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "5 {} {} {}", self.clients, self.subscriptions, self.args)?;
        write!(f, " {} {} {}", self.indicators, self.requests, self.sent)?;
        write!(
            f,
            " {} {} {}",
            self.errors, self.held_back, self.turned_away
        )?;
        write!(
            f,
            " {} {} {:.1} {} {} {}",
            self.stalled,
            self.bad_values,
            self.frame_us,
            self.actions_refused,
            self.too_large,
            self.frames_cut
        )
    }
}
