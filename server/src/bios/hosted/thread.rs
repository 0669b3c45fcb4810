//! The thread that owns the Lua state.
//!
//! It is never waited for: a module may run for ever within one of Lua's own functions, where no limit
//! reaches it. It ends with the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use dcs_bios_host::{Host, HostError, Limits, Problem, TextPlace};
use tokio::sync::mpsc as events;

use super::job::{Job, Outcome};

/// The most events that wait to be read.
const QUEUE: usize = 4;

/// A DCS-BIOS that has been loaded.
#[derive(Debug)]
pub(crate) struct LoadedBios {
    /// The names of the modules of each aircraft.
    pub(crate) modules: BTreeMap<String, Vec<String>>,
    /// The modules that could not be loaded.
    pub(crate) failed: Vec<Problem>,
    /// The places of texts.
    pub(crate) texts: Vec<TextPlace>,
}

/// An event of the thread.
#[derive(Debug)]
pub(crate) enum HostEvent {
    /// The modules have been loaded.
    Loaded(LoadedBios),
    /// A job is finished.
    Finished(Outcome),
    /// The modules cannot be run.
    Failed(HostError),
}

/// The thread that runs modules, as its owner holds it.
#[derive(Debug)]
pub(crate) struct HostThread {
    jobs: Sender<Job>,
    events: events::Receiver<HostEvent>,
}

impl HostThread {
    /// Starts to load the DCS-BIOS in a folder.
    ///
    /// # Errors
    /// When the folder is not that of a DCS-BIOS, or the system has no thread.
    pub(crate) fn start(folder: &Path) -> Result<Self, HostError> {
        let folder = Host::find(folder)?;
        let (jobs, from_owner) = mpsc::channel();
        let (to_owner, events) = events::channel(QUEUE);
        thread::Builder::new()
            .name("dcs-bios-host".into())
            .spawn(move || run(folder, &from_owner, &to_owner))
            .map_err(HostError::Thread)?;
        Ok(Self { jobs, events })
    }

    /// Gives the thread a job.
    pub(crate) fn give(&self, job: Job) {
        // It fails only if the thread has ended, which it has said.
        let _ = self.jobs.send(job);
    }

    /// Waits for the next event. Cancel-safe; never returns after the thread has ended.
    pub(crate) async fn event(&mut self) -> HostEvent {
        match self.events.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }
}

fn run(folder: PathBuf, jobs: &Receiver<Job>, events: &events::Sender<HostEvent>) {
    if let Err(error) = serve(&folder, jobs, events) {
        let _ = events.blocking_send(HostEvent::Failed(error));
    }
}

fn serve(
    folder: &Path,
    jobs: &Receiver<Job>,
    events: &events::Sender<HostEvent>,
) -> Result<(), HostError> {
    let mut host = Host::load(folder, Limits::default())?;
    let mut event = HostEvent::Loaded(LoadedBios {
        modules: host.aliases().clone(),
        failed: host.failed_modules()?,
        texts: host.texts()?,
    });
    while events.blocking_send(event).is_ok() {
        let Ok(job) = jobs.recv() else {
            break;
        };
        event = HostEvent::Finished(job.run(&mut host)?);
    }
    Ok(())
}
