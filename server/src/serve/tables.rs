//! Reading the tables of an aircraft that has appeared, beside the hub's work.
//!
//! For a moment values of the sim are held back: what a gauge shows depends on its scale. Where
//! reading takes longer, or the tables have to be made first, values are let through and names
//! wait. Where that takes long too, the aircraft is flown without its tables until they are there.

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
const HOLD: Duration = Duration::from_millis(250);
/// The longest delay of an aircraft's appearance while its tables are read or made.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the user's own files are looked at.
const OWN_INTERVAL: Duration = Duration::from_millis(400);

/// The time between two looks at whether tables are still used, and how often that is looked at.
const FREE_INTERVAL: Duration = Duration::from_millis(50);
const FREE_TRIES: u32 = 200;

/// Tables that were read, or are not to be waited for.
#[derive(Debug)]
pub(super) enum TablesNews {
    /// The tables have been read in time.
    Read(Arc<Aircraft>),
    /// Reading takes a while, or the tables are being made. Values are let through meanwhile, and
    /// names wait.
    Slow,
    /// Reading takes long; here is the aircraft without its tables.
    Late(Arc<Aircraft>),
    /// The tables have been read after values were let through.
    ReadLate(Arc<Aircraft>),
    /// The user has changed tables of their own.
    Changed(Arc<Aircraft>),
}

/// Reads tables, one aircraft at a time.
#[derive(Debug)]
pub(super) struct TableLoader {
    reader: Arc<dyn TableReader>,
    state: State,
}

#[derive(Debug)]
enum State {
    Idle,
    /// An aircraft is flown, and the user's own files are looked at now and then.
    Watching(AbortOnDropHandle<Flown>),
    /// The aircraft's tables are being read or made and it is not announced. `wanted` is the
    /// aircraft that is flown, if any is: another one that appeared meanwhile is read next.
    Reading {
        name: String,
        task: Reading,
        wanted: Option<String>,
        deadline: Instant,
        progress: Progress,
    },
    /// It takes long. `wanted` is the aircraft that is flown, if any is: the one whose
    /// tables are read, or one that appeared later.
    Late {
        name: String,
        task: Reading,
        wanted: Option<String>,
        /// The aircraft without tables, if it has not been handed out.
        bare: Option<Arc<Aircraft>>,
    },
}

type Reading = JoinHandle<Flown>;

/// An aircraft, and the state of the user's own files when its tables were read.
type Flown = (Arc<Aircraft>, Option<TablesStamp>);

/// The state of a read that has not ended.
#[derive(Debug)]
enum Progress {
    /// It may turn out to be slow, at the latest when values are to be held back no longer.
    Unknown(oneshot::Receiver<()>, Instant),
    /// The tables are only read, and values are held back until then at most.
    Quick(Instant),
    /// It takes a while, and values are let through.
    Slow,
}

impl Progress {
    /// Returns the state for an aircraft that has appeared while another one is read.
    fn anew(self) -> Self {
        let until = Instant::now() + HOLD;
        match self {
            Self::Unknown(slow, _) => Self::Unknown(slow, until),
            Self::Quick(_) => Self::Quick(until),
            Self::Slow => Self::Slow,
        }
    }

    /// Waits until the read turns out to be slow; for ever if it is known to be. Cancel-safe.
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

    /// Starts to read the tables of an aircraft, anew each time it appears.
    fn start(&self, name: &str) -> (Reading, oneshot::Receiver<()>) {
        let (reader, name) = (Arc::clone(&self.reader), name.to_owned());
        let (is_slow, slow) = oneshot::channel();
        let read = move || {
            let stamp = reader.own_stamp(&name);
            (Arc::new(reader.read(name, is_slow)), stamp)
        };
        (tokio::task::spawn_blocking(read), slow)
    }

    /// Looks at the user's own files of an aircraft from now on.
    fn watch(&mut self, (aircraft, stamp): Flown) {
        self.state = match stamp {
            None => State::Idle,
            Some(stamp) => {
                let watch = own_change(Arc::clone(&self.reader), aircraft, stamp);
                State::Watching(AbortOnDropHandle::new(tokio::spawn(watch)))
            }
        };
    }

    /// Another aircraft is controlled, or none is.
    pub(super) fn load(&mut self, aircraft: Option<String>) {
        self.state = match (std::mem::replace(&mut self.state, State::Idle), aircraft) {
            (State::Idle | State::Watching(_), None) => State::Idle,
            (State::Idle | State::Watching(_), Some(name)) => self.reading(name),
            // One read at a time: a disk that hangs must not use up the threads.
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
                let bare = wanted.as_deref().map(without_tables);
                State::Late {
                    name,
                    task,
                    wanted,
                    bare,
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
                deadline: Instant::now() + PATIENCE,
                progress: progress.anew(),
            },
        };
    }

    /// Begins to read the tables of an aircraft.
    fn reading(&self, name: String) -> State {
        let (task, slow) = self.start(&name);
        State::Reading {
            wanted: Some(name.clone()),
            name,
            task,
            deadline: Instant::now() + PATIENCE,
            progress: Progress::Unknown(slow, Instant::now() + HOLD),
        }
    }

    /// True while values of the sim are to be held back.
    pub(super) fn holds_values(&self) -> bool {
        match &self.state {
            State::Idle | State::Watching(_) => false,
            State::Reading {
                progress, wanted, ..
            } => wanted.is_some() && !matches!(progress, Progress::Slow),
            State::Late { bare, .. } => bare.is_some(),
        }
    }

    /// Waits for something to tell the world; for ever when nothing is being read. Cancel-safe.
    pub(super) async fn next(&mut self) -> TablesNews {
        loop {
            match &mut self.state {
                State::Idle => std::future::pending().await,
                State::Watching(change) => match change.await {
                    Ok(flown) => {
                        let aircraft = Arc::clone(&flown.0);
                        self.watch(flown);
                        return TablesNews::Changed(aircraft);
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
                        () = progress.becomes_slow() => return TablesNews::Slow,
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
                        true => TablesNews::Read(aircraft),
                        false => TablesNews::ReadLate(aircraft),
                    };
                }
                State::Late { task, bare, .. } => {
                    if let Some(aircraft) = bare.take() {
                        return TablesNews::Late(aircraft);
                    }
                    let read = task.await.ok();
                    if let Some(aircraft) = self.late_read(read) {
                        return TablesNews::ReadLate(aircraft);
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
                    "the tables of {} are still being read or made; until they are there its gauges \
                     and controls have numbers only",
                    printable(wanted)
                );
            }
            let bare = wanted.as_deref().map(without_tables);
            self.state = State::Late {
                name,
                task,
                wanted,
                bare,
            };
        }
    }

    /// A late read has ended; returns the aircraft if it is the one that is flown, else reads on.
    fn late_read(&mut self, read: Option<Flown>) -> Option<Arc<Aircraft>> {
        let State::Late { name, wanted, .. } = std::mem::replace(&mut self.state, State::Idle)
        else {
            return None;
        };
        if wanted.as_ref() == Some(&name) {
            let read = read?;
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
            bare: None,
        };
        None
    }
}

/// Frees the tables of an aircraft that is flown no more.
fn discard((aircraft, _): Flown) {
    tokio::spawn(free(aircraft));
}

/// Frees an aircraft's tables in another thread, when nothing else uses them: large ones take long.
pub(super) async fn free(aircraft: Arc<Aircraft>) {
    for _ in 0..FREE_TRIES {
        if Arc::strong_count(&aircraft) == 1 {
            break;
        }
        sleep(FREE_INTERVAL).await;
    }
    let _ = tokio::task::spawn_blocking(move || drop(aircraft)).await;
}

fn without_tables(name: &str) -> Arc<Aircraft> {
    Arc::new(Aircraft {
        name: name.to_owned(),
        tables: Tables::default(),
    })
}

/// Waits until the user's own files of an aircraft change; returns it with their tables.
async fn own_change(
    reader: Arc<dyn TableReader>,
    aircraft: Arc<Aircraft>,
    old: TablesStamp,
) -> Flown {
    loop {
        sleep(OWN_INTERVAL).await;
        let (reader, aircraft, old) = (Arc::clone(&reader), Arc::clone(&aircraft), old.clone());
        let look = move || {
            let new = reader.own_stamp(&aircraft.name)?;
            (new != old).then(|| (Arc::new(reader.reread_own(&aircraft)), Some(new)))
        };
        if let Ok(Some(flown)) = tokio::task::spawn_blocking(look).await {
            return flown;
        }
    }
}

#[cfg(test)]
mod tests;
