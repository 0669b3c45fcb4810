//! The thread that owns the Lua state.
//!
//! It is never waited for: a module may run for ever within one of Lua's own functions, where no limit
//! reaches it. It ends with the program.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use dcs_bios_host::{Host, HostError, Limits, ModuleReads, Problem, TextPlace};
use tokio::sync::mpsc as events;
use tracing::debug;

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
    /// What each module reads is known.
    Reads(Vec<ModuleReads>),
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
        let (own_folder, own_events) = (folder.clone(), to_owner.clone());
        let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
            let thread = thread::Builder::new().name(name.into()).spawn(run);
            thread.map(drop).map_err(HostError::Thread)
        };
        spawn(
            "dcs-bios-host",
            Box::new(move || run(&folder, &from_owner, &to_owner)),
        )?;
        spawn(
            "dcs-bios-reads",
            Box::new(move || find_reads(&own_folder, &own_events)),
        )?;
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

/// Finds what each module reads, by a dry run in a Lua state of its own, since that of the host must
/// not remember trial values.
fn find_reads(folder: &Path, events: &events::Sender<HostEvent>) {
    match Host::load(folder, Limits::default()).and_then(Host::dry_run) {
        Ok(reads) => drop(events.blocking_send(HostEvent::Reads(reads))),
        // The host fails, too, and that is logged.
        Err(error) => debug!("DCS-BIOS: {error}"),
    }
}

fn run(folder: &Path, jobs: &Receiver<Job>, events: &events::Sender<HostEvent>) {
    if let Err(error) = serve(folder, jobs, events) {
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
