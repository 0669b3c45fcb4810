//! How the world is doing, in numbers.

use std::fmt;

/// Numbers for people who want to know how the server is doing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Statistics {
    /// Clients and in-process subscribers.
    pub clients: usize,
    /// Their subscriptions.
    pub subscriptions: usize,
    /// Args the sim reads for us.
    pub args: usize,
    /// Indicators the sim reads for us.
    pub indicators: usize,
    /// Requests received.
    pub requests: u64,
    /// Lines sent.
    pub sent: u64,
    /// Requests that were in error.
    pub errors: u64,
    /// Updates held back because a client did not take its lines.
    pub held_back: u64,
    /// Clients that were not let in.
    pub turned_away: u64,
    /// Clients disconnected because they took nothing.
    pub stalled: u64,
    /// Values from the sim that were not finite numbers.
    pub bad_values: u64,
    /// What the scripts cost the sim lately, in microseconds per frame.
    pub frame_us: f64,
    /// Actions dropped because too much was waiting in the sim.
    pub actions_refused: u64,
    /// Subscriptions refused because a client had made the server keep too much already.
    pub too_large: u64,
    /// Frames in which the scripts put work off, as it did not fit into the time of a frame.
    pub frames_cut: u64,
}

/// The line that answers command 5.
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
