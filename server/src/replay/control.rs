//! The control of a replay: pause, position and speed.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use tokio::sync::{mpsc, watch};

/// The speeds of a replay.
pub const SPEEDS: RangeInclusive<f64> = 0.1..=100.0;

/// The most changes that wait for a replay.
const QUEUE: usize = 16;

/// A change of a replay; `None` leaves a thing as it is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReplayChange {
    /// Whether it stands still.
    pub is_paused: Option<bool>,
    /// The seconds since the beginning of the recording.
    pub position: Option<f64>,
    /// The speed; 1 is that of the recording. See [`SPEEDS`].
    pub speed: Option<f64>,
    /// Whether it begins again at the end.
    pub is_looping: Option<bool>,
}

/// The state of a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayStatus {
    /// The file.
    pub file: PathBuf,
    /// The time of the beginning of the recording, in seconds since 1970.
    pub recorded: f64,
    /// The length of the recording, in seconds.
    pub length: f64,
    /// The seconds since its beginning.
    pub position: f64,
    /// The speed.
    pub speed: f64,
    /// Whether it stands still, as at the end.
    pub is_paused: bool,
    /// Whether it begins again at the end.
    pub is_looping: bool,
}

/// The error of a replay that has ended with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the replay has ended")]
pub struct ReplayEnded;

/// A handle that controls a replay.
#[derive(Debug, Clone)]
pub struct ReplayControl {
    changes: mpsc::Sender<ReplayChange>,
    status: watch::Receiver<ReplayStatus>,
}

/// The replay's end of its control.
#[derive(Debug)]
pub(super) struct Controlled {
    pub(super) changes: mpsc::Receiver<ReplayChange>,
    pub(super) status: watch::Sender<ReplayStatus>,
}

/// Returns both ends of a control.
pub(super) fn control(status: ReplayStatus) -> (ReplayControl, Controlled) {
    let (to_replay, changes) = mpsc::channel(QUEUE);
    let (status, seen) = watch::channel(status);
    let control = ReplayControl {
        changes: to_replay,
        status: seen,
    };
    (control, Controlled { changes, status })
}

impl ReplayControl {
    /// Changes the replay.
    ///
    /// # Errors
    /// When the replay has ended.
    pub async fn change(&self, change: ReplayChange) -> Result<(), ReplayEnded> {
        let sent = self.changes.send(change).await;
        sent.map_err(|_| ReplayEnded)
    }

    /// Returns the state of the replay.
    pub fn status(&self) -> ReplayStatus {
        self.status.borrow().clone()
    }
}
