//! Reading the tables of an aircraft that has appeared, beside the hub's work.
//!
//! For a moment the sim is not listened to: what a gauge shows depends on its scale. Where the
//! disk takes longer than that, the aircraft is flown without its tables until they are there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aircraft_defs::{Tables, read_tables};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tracing::{info, warn};

use crate::quote::printable;
use crate::world::Aircraft;

/// Warnings about one aircraft's tables that are told one by one.
const MOST_WARNINGS: usize = 3;
/// How long the sim is not listened to while tables are read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tables that were read, or are not to be waited for.
#[derive(Debug)]
pub(super) enum TablesNews {
    /// The tables have been read in time.
    Read(Arc<Aircraft>),
    /// Reading takes long; here is the aircraft without its tables.
    Late(Arc<Aircraft>),
    /// The tables of an aircraft that is flown without them have been read.
    ReadLate(Arc<Aircraft>),
}

/// Reads tables, one aircraft at a time.
#[derive(Debug)]
pub(super) struct TableLoader {
    folder: PathBuf,
    /// Reads the tables of an aircraft in a folder; may take long.
    read: fn(&Path, String) -> Aircraft,
    state: State,
}

#[derive(Debug)]
enum State {
    Idle,
    /// The aircraft's tables are being read and the sim is not listened to.
    Reading {
        name: String,
        task: Reading,
        deadline: Instant,
    },
    /// The disk takes long. `wanted` is the aircraft that is flown, if any is: the one whose
    /// tables are read, or one that appeared later.
    Late {
        name: String,
        task: Reading,
        wanted: Option<String>,
        /// The aircraft without tables, if it has not been handed out.
        bare: Option<Arc<Aircraft>>,
    },
}

type Reading = JoinHandle<Arc<Aircraft>>;

impl TableLoader {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self::with(folder, read)
    }

    fn with(folder: PathBuf, read: fn(&Path, String) -> Aircraft) -> Self {
        Self {
            folder,
            read,
            state: State::Idle,
        }
    }

    /// Starts to read the tables of an aircraft, anew each time it appears.
    fn start(&self, name: &str) -> Reading {
        let (read, folder, name) = (self.read, self.folder.clone(), name.to_owned());
        tokio::task::spawn_blocking(move || Arc::new(read(&folder, name)))
    }

    /// Another aircraft is controlled, or none is.
    pub(super) fn load(&mut self, aircraft: Option<String>) {
        match (std::mem::replace(&mut self.state, State::Idle), aircraft) {
            (State::Idle, None) => {}
            (State::Idle, Some(name)) => {
                self.state = State::Reading {
                    task: self.start(&name),
                    name,
                    deadline: Instant::now() + PATIENCE,
                };
            }
            // One read at a time: a disk that hangs must not use up the threads.
            (State::Reading { name, task, .. } | State::Late { name, task, .. }, wanted) => {
                let bare = wanted.as_deref().map(without_tables);
                self.state = State::Late {
                    name,
                    task,
                    wanted,
                    bare,
                };
            }
        }
    }

    /// True while the sim is not to be listened to.
    pub(super) fn holds_sim(&self) -> bool {
        match &self.state {
            State::Idle => false,
            State::Reading { .. } => true,
            State::Late { bare, .. } => bare.is_some(),
        }
    }

    /// Waits for something to tell the world; for ever when nothing is being read. Cancel-safe.
    pub(super) async fn next(&mut self) -> TablesNews {
        loop {
            match &mut self.state {
                State::Idle => std::future::pending().await,
                State::Reading { task, deadline, .. } => {
                    let read = tokio::select! {
                        read = task => read.ok(),
                        () = sleep_until(*deadline) => {
                            self.give_up_waiting();
                            continue;
                        }
                    };
                    self.state = State::Idle;
                    if let Some(aircraft) = read {
                        return TablesNews::Read(aircraft);
                    }
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
        if let State::Reading { name, task, .. } = std::mem::replace(&mut self.state, State::Idle) {
            warn!(
                "the tables of {} are still being read from {}; until they are there its gauges \
                 and controls have numbers only",
                printable(&name),
                self.folder.display()
            );
            let bare = Some(without_tables(&name));
            self.state = State::Late {
                wanted: Some(name.clone()),
                name,
                task,
                bare,
            };
        }
    }

    /// A late read has ended; returns the aircraft if it is the one that is flown, else reads on.
    fn late_read(&mut self, read: Option<Arc<Aircraft>>) -> Option<Arc<Aircraft>> {
        let State::Late { name, wanted, .. } = std::mem::replace(&mut self.state, State::Idle)
        else {
            return None;
        };
        let wanted = wanted?;
        if wanted == name {
            return read;
        }
        self.state = State::Late {
            name: wanted.clone(),
            task: self.start(&wanted),
            wanted: Some(wanted),
            bare: None,
        };
        None
    }
}

fn without_tables(name: &str) -> Arc<Aircraft> {
    Arc::new(Aircraft {
        name: name.to_owned(),
        tables: Tables::default(),
    })
}

/// Reads the tables of an aircraft and logs what they hold.
fn read(folder: &Path, name: String) -> Aircraft {
    let (tables, warnings) = read_tables(folder, &name);
    for warning in warnings.iter().take(MOST_WARNINGS) {
        warn!("{warning}");
    }
    let shown = printable(&name);
    if let Some(more) = warnings.len().checked_sub(MOST_WARNINGS + 1) {
        let path = folder.join(&shown);
        warn!("{}: {} more warnings like these", path.display(), more + 1);
    }
    info!(
        "aircraft {shown}: {} devices, {} commands, {} gauges, {} controls",
        tables.devices().len(),
        tables.commands().len(),
        tables.gauges().len(),
        tables.controls().len()
    );
    Aircraft { name, tables }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Reads for as long as the folder holds a file `hang`.
    fn slow(folder: &Path, name: String) -> Aircraft {
        while folder.join("hang").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Aircraft {
            name,
            tables: Tables::default(),
        }
    }

    /// A loader whose reads hang until the file in the folder is removed.
    fn hanging() -> (TableLoader, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("hang"), "").expect("a file");
        (TableLoader::with(folder.path().to_owned(), slow), folder)
    }

    fn resume(folder: &tempfile::TempDir) {
        fs::remove_file(folder.path().join("hang")).expect("the file");
    }

    #[tokio::test]
    async fn tables_that_are_read_at_once_are_waited_for() {
        let (mut loader, folder) = hanging();
        resume(&folder);
        loader.load(Some("A".into()));
        assert!(loader.holds_sim());
        assert!(matches!(loader.next().await, TablesNews::Read(aircraft) if aircraft.name == "A"));
        assert!(!loader.holds_sim());
    }

    #[tokio::test]
    async fn a_folder_that_hangs_holds_up_the_sim_for_a_moment_only() {
        let (mut loader, folder) = hanging();
        loader.load(Some("A".into()));
        assert!(matches!(loader.next().await, TablesNews::Late(aircraft) if aircraft.name == "A"));
        assert!(!loader.holds_sim());
        // Other aircraft meanwhile: they are flown without tables, and nothing else is read.
        loader.load(None);
        loader.load(Some("B".into()));
        assert!(matches!(loader.next().await, TablesNews::Late(aircraft) if aircraft.name == "B"));
        assert!(!loader.holds_sim());
        resume(&folder);
        let news = loader.next().await;
        assert!(matches!(news, TablesNews::ReadLate(aircraft) if aircraft.name == "B"));
    }
}
