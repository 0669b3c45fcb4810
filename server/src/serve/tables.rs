//! Reads the tables of an aircraft that has appeared, in a thread other than the hub's.
//!
//! The value of a gauge depends on its scale, so values of the sim are held back for a moment. If
//! reading takes longer, or the tables have to be made first, values are passed on, and only
//! subscriptions by name wait. If that takes too long, the aircraft is announced without tables and
//! gets them later.

use std::sync::Arc;
use std::time::Duration;

use aircraft_defs::Tables;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::task::AbortOnDropHandle;
use tracing::warn;

use crate::quote::printable;
use crate::tables::{TableReader, TablesStamp};
use crate::world::Aircraft;

/// The longest time for which values are held back while an aircraft's tables are read.
const MAX_HOLD: Duration = Duration::from_millis(250);
/// The longest delay of an aircraft's appearance while its tables are read or made.
const MAX_ANNOUNCEMENT_DELAY: Duration = Duration::from_secs(1);
/// The time between two checks of the user's own files.
const OWN_INTERVAL: Duration = Duration::from_millis(400);

/// The time between two checks whether tables are still used, and the most checks.
const FREE_INTERVAL: Duration = Duration::from_millis(50);
const FREE_TRIES: u32 = 200;

/// A change of the tables that the world has to be told about.
#[derive(Debug)]
pub(super) enum TablesEvent {
    /// The tables have been read while values were held back.
    Read(Arc<Aircraft>),
    /// Reading takes a while, or the tables are being made. From now on values are passed on, and
    /// names wait.
    Slow,
    /// Reading takes too long. This is the aircraft without its tables.
    Late(Arc<Aircraft>),
    /// The tables have been read after values were passed on.
    ReadLate(Arc<Aircraft>),
    /// The user has changed their own tables.
    Changed(Arc<Aircraft>),
}

/// Reads tables, for one aircraft at a time.
#[derive(Debug)]
pub(super) struct TableLoader {
    reader: Arc<dyn TableReader>,
    state: State,
}

#[derive(Debug)]
enum State {
    Idle,
    /// The tables have been read, and the user's own files are checked regularly.
    Watching(AbortOnDropHandle<LoadedAircraft>),
    /// The tables of `name` are being read or made, and the aircraft is not announced yet. `wanted`
    /// is the aircraft that is controlled now, if any. If that is another one, its tables are read
    /// next.
    Reading {
        name: String,
        task: ReadTask,
        wanted: Option<String>,
        deadline: Instant,
        progress: Progress,
    },
    /// Reading takes too long. `wanted` is the aircraft that is controlled now, if any: `name`, or
    /// one that appeared later.
    Late {
        name: String,
        task: ReadTask,
        wanted: Option<String>,
        /// The aircraft without tables, if the world has not got it yet.
        fallback: Option<Arc<Aircraft>>,
    },
}

type ReadTask = JoinHandle<LoadedAircraft>;

/// An aircraft, and the state of the user's own files when its tables were read.
type LoadedAircraft = (Arc<Aircraft>, Option<TablesStamp>);

/// The progress of a read that has not ended.
#[derive(Debug)]
enum Progress {
    /// It is not known yet whether the read is slow. If it lasts until this time, it is.
    Unknown(oneshot::Receiver<()>, Instant),
    /// The tables only have to be read, not made. Values are held back until this time at most.
    Quick(Instant),
    /// The read takes a while, and values are passed on.
    Slow,
}

impl Progress {
    /// Returns the progress for an aircraft that appeared while tables of another one are being
    /// read.
    fn restarted(self) -> Self {
        let until = Instant::now() + MAX_HOLD;
        match self {
            Self::Unknown(slow, _) => Self::Unknown(slow, until),
            Self::Quick(_) => Self::Quick(until),
            Self::Slow => Self::Slow,
        }
    }

    /// Waits until the read turns out to be slow; for ever if that is known already. Cancel-safe.
    async fn becomes_slow(&mut self) {
        if let Self::Unknown(receiver, until) = self {
            let until = *until;
            let is_slow = tokio::select! {
                is_slow = receiver => is_slow.is_ok(),
                () = sleep_until(until) => true,
            };
            *self = match is_slow {
                true => Self::Slow,
                false => Self::Quick(until),
            };
            if is_slow {
                return;
            }
        }
        match *self {
            Self::Quick(until) => {
                sleep_until(until).await;
                *self = Self::Slow;
            }
            Self::Unknown(..) | Self::Slow => std::future::pending().await,
        }
    }
}

impl TableLoader {
    pub(super) fn new(reader: Arc<dyn TableReader>) -> Self {
        Self {
            reader,
            state: State::Idle,
        }
    }

    /// Starts to read the tables of an aircraft.
    fn start(&self, name: &str) -> (ReadTask, oneshot::Receiver<()>) {
        let (reader, name) = (Arc::clone(&self.reader), name.to_owned());
        let (is_slow, slow) = oneshot::channel();
        let read = move || {
            let stamp = reader.own_stamp(&name);
            (Arc::new(reader.read(name, is_slow)), stamp)
        };
        (tokio::task::spawn_blocking(read), slow)
    }

    /// Checks the user's own files of an aircraft from now on.
    fn watch(&mut self, (aircraft, stamp): LoadedAircraft) {
        self.state = match stamp {
            None => State::Idle,
            Some(stamp) => {
                let watch = wait_for_own_change(Arc::clone(&self.reader), aircraft, stamp);
                State::Watching(AbortOnDropHandle::new(tokio::spawn(watch)))
            }
        };
    }

    /// Handles a change of aircraft: starts to read the tables of the new one, unless there is none
    /// or another read has to end first.
    pub(super) fn load(&mut self, aircraft: Option<String>) {
        self.state = match (std::mem::replace(&mut self.state, State::Idle), aircraft) {
            (State::Idle | State::Watching(_), None) => State::Idle,
            (State::Idle | State::Watching(_), Some(name)) => self.reading(name),
            // Only one read at a time, since a disk that hangs must not block all threads.
            (
                State::Reading {
                    name,
                    task,
                    progress: Progress::Slow,
                    ..
                }
                | State::Late { name, task, .. },
                wanted,
            ) => {
                let fallback = wanted.as_deref().map(loading);
                State::Late {
                    name,
                    task,
                    wanted,
                    fallback,
                }
            }
            (
                State::Reading {
                    name,
                    task,
                    progress,
                    ..
                },
                wanted,
            ) => State::Reading {
                name,
                task,
                wanted,
                deadline: Instant::now() + MAX_ANNOUNCEMENT_DELAY,
                progress: progress.restarted(),
            },
        };
    }

    /// Starts to read the tables of an aircraft, and returns the state for it.
    fn reading(&self, name: String) -> State {
        let (task, slow) = self.start(&name);
        State::Reading {
            wanted: Some(name.clone()),
            name,
            task,
            deadline: Instant::now() + MAX_ANNOUNCEMENT_DELAY,
            progress: Progress::Unknown(slow, Instant::now() + MAX_HOLD),
        }
    }

    /// Returns whether values of the sim have to be held back.
    pub(super) fn holds_values(&self) -> bool {
        match &self.state {
            State::Idle | State::Watching(_) => false,
            State::Reading {
                progress, wanted, ..
            } => wanted.is_some() && !matches!(progress, Progress::Slow),
            State::Late { fallback, .. } => fallback.is_some(),
        }
    }

    /// Waits for news to pass to the world; for ever if nothing is being read. Cancel-safe.
    pub(super) async fn next(&mut self) -> TablesEvent {
        loop {
            match &mut self.state {
                State::Idle => std::future::pending().await,
                State::Watching(change) => match change.await {
                    Ok(loaded) => {
                        let aircraft = Arc::clone(&loaded.0);
                        self.watch(loaded);
                        return TablesEvent::Changed(aircraft);
                    }
                    Err(_) => self.state = State::Idle,
                },
                State::Reading {
                    name,
                    task,
                    wanted,
                    deadline,
                    progress,
                } => {
                    let read = tokio::select! {
                        biased;
                        read = task => read.unwrap_or_else(|_| (without_tables(name), None)),
                        () = progress.becomes_slow() => return TablesEvent::Slow,
                        () = sleep_until(*deadline) => {
                            self.give_up_waiting();
                            continue;
                        }
                    };
                    if wanted.as_ref() != Some(name) {
                        discard(read);
                        let wanted = wanted.take();
                        self.state = wanted.map_or(State::Idle, |name| self.reading(name));
                        continue;
                    }
                    let was_held = self.holds_values();
                    let aircraft = Arc::clone(&read.0);
                    self.watch(read);
                    return match was_held {
                        true => TablesEvent::Read(aircraft),
                        false => TablesEvent::ReadLate(aircraft),
                    };
                }
                State::Late { task, fallback, .. } => {
                    if let Some(aircraft) = fallback.take() {
                        return TablesEvent::Late(aircraft);
                    }
                    let read = task.await.ok();
                    if let Some(aircraft) = self.late_read(read) {
                        return TablesEvent::ReadLate(aircraft);
                    }
                }
            }
        }
    }

    fn give_up_waiting(&mut self) {
        if let State::Reading {
            name, task, wanted, ..
        } = std::mem::replace(&mut self.state, State::Idle)
        {
            if let Some(wanted) = &wanted {
                warn!(
                    "the tables of {} are still being read or made; until they are ready, use \
                     numbers for its gauges and controls",
                    printable(wanted)
                );
            }
            let fallback = wanted.as_deref().map(loading);
            self.state = State::Late {
                name,
                task,
                wanted,
                fallback,
            };
        }
    }

    /// Handles the end of a late read. Returns the aircraft if it is the one that is controlled
    /// now, else starts to read the tables of that one.
    fn late_read(&mut self, read: Option<LoadedAircraft>) -> Option<Arc<Aircraft>> {
        let State::Late { name, wanted, .. } = std::mem::replace(&mut self.state, State::Idle)
        else {
            return None;
        };
        if wanted.as_ref() == Some(&name) {
            let read = read.unwrap_or_else(|| (without_tables(&name), None));
            let aircraft = Arc::clone(&read.0);
            self.watch(read);
            return Some(aircraft);
        }
        if let Some(read) = read {
            discard(read);
        }
        let wanted = wanted?;
        let (task, _) = self.start(&wanted);
        self.state = State::Late {
            name: wanted.clone(),
            task,
            wanted: Some(wanted),
            fallback: None,
        };
        None
    }
}

/// Frees the tables of an aircraft that is not controlled any more.
fn discard((aircraft, _): LoadedAircraft) {
    tokio::spawn(free(aircraft));
}

/// Frees an aircraft's tables in another thread once nothing else uses them, since large ones take
/// long.
pub(super) async fn free(aircraft: Arc<Aircraft>) {
    for _ in 0..FREE_TRIES {
        if Arc::strong_count(&aircraft) == 1 {
            break;
        }
        sleep(FREE_INTERVAL).await;
    }
    let _ = tokio::task::spawn_blocking(move || drop(aircraft)).await;
}

fn loading(name: &str) -> Arc<Aircraft> {
    Arc::new(Aircraft::loading(name))
}

fn without_tables(name: &str) -> Arc<Aircraft> {
    Arc::new(Aircraft::new(name, Tables::default()))
}

/// Waits until the user's own files of an aircraft change, and returns the aircraft with its new
/// tables.
async fn wait_for_own_change(
    reader: Arc<dyn TableReader>,
    aircraft: Arc<Aircraft>,
    old: TablesStamp,
) -> LoadedAircraft {
    loop {
        sleep(OWN_INTERVAL).await;
        let (reader, aircraft, old) = (Arc::clone(&reader), Arc::clone(&aircraft), old.clone());
        let look = move || {
            let new = reader.own_stamp(&aircraft.name)?;
            (new != old).then(|| (Arc::new(reader.reread_own(&aircraft)), Some(new)))
        };
        if let Ok(Some(loaded)) = tokio::task::spawn_blocking(look).await {
            return loaded;
        }
    }
}

#[cfg(test)]
mod tests;
