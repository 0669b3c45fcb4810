//! Plays a recording: reads its entries at their times, and passes them to the server.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::control::{Controlled, ReplayChange, ReplayControl, ReplayStatus, SPEEDS, control};
use super::replayer::Replayer;
use crate::filter::Micros;
use crate::link::{FromSim, InProcessSim};
use crate::record::{Cursor, Entry, ReadError, Recording};

/// The shortest time between two frames. At a high speed, a frame has several of the recording.
const FRAME: Duration = Duration::from_millis(4);
/// The longest time between two reports of the position.
const STATUS_INTERVAL: Duration = Duration::from_millis(250);

/// A recording with a place in it.
#[derive(Debug)]
pub struct Player {
    recording: Recording,
    cursor: Cursor,
    replayer: Replayer,
    status: ReplayStatus,
    /// The time at which the position was that of the status.
    since: Instant,
    start: Instant,
    controlled: Controlled,
}

impl Player {
    /// Creates a player at the beginning of a recording, or where `change` says.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn new(
        recording: Recording,
        change: ReplayChange,
    ) -> Result<(Self, ReplayControl), ReadError> {
        let status = ReplayStatus {
            file: recording.path().to_owned(),
            recorded: recording.begin() as f64 / 1e9,
            length: seconds(recording.length()),
            position: 0.0,
            speed: 1.0,
            is_paused: false,
            is_looping: false,
        };
        let (control, controlled) = control(status.clone());
        let now = Instant::now();
        let mut player = Self {
            recording,
            cursor: Cursor::default(),
            replayer: Replayer::default(),
            status,
            since: now,
            start: now,
            controlled,
        };
        player.apply(change, now)?;
        if change.position.is_none() {
            player.seek(0.0, now)?;
        }
        Ok((player, control))
    }

    /// Returns the position at a time.
    fn position(&self, now: Instant) -> f64 {
        if self.status.is_paused {
            return self.status.position;
        }
        let passed = now.saturating_duration_since(self.since).as_secs_f64();
        (self.status.position + passed * self.status.speed).min(self.status.length)
    }

    /// Makes the position of the status that of now, before its speed changes.
    fn fix_position(&mut self, now: Instant) {
        self.status.position = self.position(now);
        self.since = now;
    }

    fn apply(&mut self, change: ReplayChange, now: Instant) -> Result<(), ReadError> {
        self.fix_position(now);
        if let Some(speed) = change.speed {
            self.status.speed = speed.clamp(*SPEEDS.start(), *SPEEDS.end());
        }
        if let Some(is_looping) = change.is_looping {
            self.status.is_looping = is_looping;
        }
        if let Some(is_paused) = change.is_paused {
            let is_at_end = self.status.position >= self.status.length;
            if !is_paused && is_at_end && change.position.is_none() {
                self.seek(0.0, now)?;
            }
            self.status.is_paused = is_paused;
        }
        match change.position {
            Some(position) => self.seek(position, now),
            None => Ok(()),
        }
    }

    fn seek(&mut self, position: f64, now: Instant) -> Result<(), ReadError> {
        let position = position.clamp(0.0, self.status.length);
        let (state, cursor) = self.recording.seek((position * 1e6).round() as Micros)?;
        self.cursor = cursor;
        self.replayer.jump(state);
        self.status.position = position;
        self.since = now;
        Ok(())
    }

    /// Stands still where it is, since the file cannot be read.
    fn stop_at(&mut self, error: &ReadError, now: Instant) {
        error!("the replay stands still: {error}");
        self.fix_position(now);
        self.status.is_paused = true;
    }

    /// Passes the recorded messages up to now to the replayer.
    fn advance(&mut self, now: Instant) -> Result<(), ReadError> {
        let position = self.position(now);
        // A microsecond more, so that no rounding delays an entry to the next frame.
        let until = (position * 1e6) as Micros + 1;
        while let Some(at) = self.cursor.next_time(&self.recording)?
            && at <= until
        {
            if let Some((_, Entry::Sim(message))) = self.cursor.next(&self.recording)? {
                self.replayer.take(message);
            }
        }
        if position >= self.status.length && !self.status.is_paused {
            self.end(now)?;
        }
        Ok(())
    }

    /// Begins again, or stands still at the end.
    fn end(&mut self, now: Instant) -> Result<(), ReadError> {
        if self.status.is_looping && self.status.length > 0.0 {
            return self.seek(0.0, now);
        }
        self.fix_position(now);
        self.status.is_paused = true;
        info!("the replay has reached its end; the last values stay");
        Ok(())
    }

    /// Returns the messages of a frame.
    fn frame(&mut self, now: Instant) -> Vec<FromSim> {
        let now_seconds = (now - self.start).as_secs_f64();
        let messages = self.replayer.frame(now_seconds);
        let mut status = self.status.clone();
        status.position = self.position(now);
        self.controlled.status.send_replace(status);
        messages
    }

    /// Returns the time of the next frame.
    fn next_frame(&mut self, last: Instant) -> Instant {
        let status = last + STATUS_INTERVAL;
        let due = self.replayer.next_due().map(|due| {
            let due = Duration::try_from_secs_f64(due.max(0.0));
            self.start + due.unwrap_or_default()
        });
        let mut next = due.map_or(status, |due| due.min(status));
        if !self.status.is_paused {
            match self.cursor.next_time(&self.recording) {
                Ok(at) => {
                    let at = at.map_or(self.status.length, seconds);
                    let wait = (at - self.status.position).max(0.0) / self.status.speed;
                    next = next.min(self.since + Duration::from_secs_f64(wait));
                }
                Err(error) => self.stop_at(&error, last),
            }
        }
        next.max(last + FRAME)
    }
}

/// Plays until `shutdown` is cancelled or the server ends. If the file cannot be read, the replay stands
/// still.
pub async fn run(link: InProcessSim, mut player: Player, shutdown: CancellationToken) {
    let InProcessSim {
        to_server,
        mut from_server,
    } = link;
    let mut last = Instant::now();
    player.since = last;
    player.start = last;
    // A change of place before the start has announced the aircraft too.
    let mut waiting = VecDeque::from(player.replayer.open());
    player.replayer.frame(0.0);
    let mut has_questions = false;
    loop {
        let next = match has_questions {
            true => last + FRAME,
            false => player.next_frame(last),
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            // No frame runs while messages wait, so that their number stays small.
            room = to_server.reserve(), if !waiting.is_empty() => match (room, waiting.pop_front()) {
                (Ok(room), Some(message)) => room.send(message),
                _ => return,
            },
            message = from_server.recv() => match message {
                Some(message) => {
                    waiting.extend(player.replayer.receive(message));
                    has_questions = true;
                }
                None => return,
            },
            Some(change) = player.controlled.changes.recv() => {
                let now = Instant::now();
                if let Err(error) = player.apply(change, now) {
                    player.stop_at(&error, now);
                }
                has_questions = true;
            }
            () = sleep_until(next), if waiting.is_empty() => {
                last = Instant::now();
                has_questions = false;
                if let Err(error) = player.advance(last) {
                    player.stop_at(&error, last);
                }
                waiting.extend(player.frame(last));
            }
        }
    }
}

fn seconds(time: Micros) -> f64 {
    time as f64 / 1e6
}
