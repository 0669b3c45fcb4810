//! The user's own DCS-BIOS beside the gateway: which aircraft it serves, and its jobs.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use dcs_bios_host::{HostError, InputKey};
use tracing::{error, info, warn};

use crate::bios::hosted::{HostEvent, HostThread, HostedSource, LoadedBios, Served, unserved};
use crate::filter::Micros;
use crate::quote::{printable, printable_reason};

/// The time after which modules that are still not loaded are not waited for any more.
const LONGEST_LOAD: Micros = 60_000_000;

/// A DCS-BIOS whose modules run in this process.
#[derive(Debug)]
pub struct Hosting {
    thread: HostThread,
    modules: Modules,
    /// What each module reads, by its name, as far as that is known.
    reads: HashMap<String, BTreeSet<InputKey>>,
    pub(super) source: HostedSource,
}

/// The modules of a DCS-BIOS.
#[derive(Debug)]
enum Modules {
    Loading,
    Loaded(LoadedBios),
    /// One does not end, so they are not used until it does. `None` if it did not end while it was
    /// loaded.
    Stuck(Option<LoadedBios>),
    /// They cannot be run.
    Failed,
}

/// A change of what is hosted.
#[derive(Debug)]
pub(super) enum HostChange {
    /// The modules can be used from now on, or not any more.
    Modules,
    /// Nothing that concerns the flight.
    Nothing,
    /// A job is finished. It had a step if the flag is set.
    Finished(Served, bool),
}

impl Hosting {
    /// Starts to load the DCS-BIOS in a folder.
    ///
    /// # Errors
    /// When the folder is not that of a DCS-BIOS.
    pub fn start(folder: &Path) -> Result<Self, HostError> {
        let thread = HostThread::start(folder)?;
        info!("DCS-BIOS: its modules are being loaded, which takes some seconds");
        Ok(Self {
            thread,
            modules: Modules::Loading,
            reads: HashMap::new(),
            source: HostedSource::default(),
        })
    }

    /// Returns whether it is not known yet which aircraft have modules.
    pub(super) fn is_loading(&self) -> bool {
        matches!(self.modules, Modules::Loading)
    }

    /// Changes to another aircraft, or to none. Returns the places of the texts of its modules, and
    /// what the sim is to be asked for, if it has any modules.
    pub(super) fn set_aircraft(
        &mut self,
        aircraft: Option<&str>,
        now: Micros,
    ) -> Option<(Vec<(u16, u16)>, Served)> {
        let modules = aircraft.and_then(|name| self.modules_of(name));
        let reads = modules.into_iter().flatten();
        let reads: BTreeSet<InputKey> = reads
            .filter_map(|module| self.reads.get(module))
            .flatten()
            .cloned()
            .collect();
        let texts = modules.map(|modules| self.texts(modules));
        let hosted = aircraft.filter(|_| texts.is_some());
        if let (Some(aircraft), Some(modules)) = (aircraft, modules) {
            let modules: Vec<String> = modules.iter().map(|name| printable(name)).collect();
            info!(
                "DCS-BIOS: {} is served by {}",
                printable(aircraft),
                modules.join(", ")
            );
        }
        let served = self.source.set_aircraft(hosted, reads, now);
        texts.map(|texts| (texts, served))
    }

    fn modules_of(&self, aircraft: &str) -> Option<&Vec<String>> {
        match &self.modules {
            Modules::Loaded(bios) => bios.modules.get(aircraft),
            Modules::Loading | Modules::Stuck(_) | Modules::Failed => None,
        }
    }

    fn texts(&self, modules: &[String]) -> Vec<(u16, u16)> {
        let Modules::Loaded(bios) = &self.modules else {
            return Vec::new();
        };
        let texts = bios.texts.iter();
        let texts = texts.filter(|text| modules.contains(&text.module));
        texts.map(|text| (text.address, text.length)).collect()
    }

    /// Gives up a module that does not end, whose thread nothing can stop. Returns whether there is
    /// one.
    pub(super) fn give_up_stuck(&mut self, now: Micros) -> bool {
        let is_stuck = match &self.modules {
            Modules::Loading => now >= LONGEST_LOAD,
            Modules::Loaded(_) => self.source.is_stuck(now),
            Modules::Stuck(_) | Modules::Failed => false,
        };
        if is_stuck {
            error!(
                "DCS-BIOS: a module does not end, which keeps a core of the processor busy. All \
                 aircraft are served from tables meanwhile. Remove or mend the module that you \
                 changed last, and start dcs-master again"
            );
            self.modules = match std::mem::replace(&mut self.modules, Modules::Failed) {
                Modules::Loaded(bios) => Modules::Stuck(Some(bios)),
                _ => Modules::Stuck(None),
            };
        }
        is_stuck
    }

    /// Uses modules that were given up again, from the next aircraft on: in this flight, the same one
    /// might not end again. Returns whether they were given up.
    fn use_again(&mut self) -> bool {
        match std::mem::replace(&mut self.modules, Modules::Failed) {
            Modules::Stuck(Some(bios)) => {
                info!(
                    "DCS-BIOS: the module has ended after all; modules are run again from the next aircraft on"
                );
                self.modules = Modules::Loaded(bios);
                true
            }
            modules => {
                self.modules = modules;
                false
            }
        }
    }

    /// Gives the thread the next job, if there is one and none is under way: a step, or only the lines
    /// that wait. Returns whether it did.
    pub(super) fn work(&mut self, with_step: bool, now: Micros) -> bool {
        if let Some(line) = self.source.report_long_job(now) {
            warn!("{line}");
        }
        let job = self.source.next_job(with_step, now);
        let is_given = job.is_some();
        job.into_iter().for_each(|job| self.thread.give(job));
        is_given
    }

    /// Lets modules carry out lines of panels, now or after the job under way.
    pub(super) fn work_on(&mut self, lines: Vec<String>, now: Micros) {
        for line in lines {
            if !self.source.add_line(line) {
                warn!("DCS-BIOS: its modules are too slow for the lines of panels; one is dropped");
                break;
            }
        }
        self.work(false, now);
    }

    /// Waits for the next event of the thread. Cancel-safe.
    pub(super) async fn event(&mut self) -> HostEvent {
        self.thread.event().await
    }

    /// Handles an event of the thread.
    pub(super) fn handle(&mut self, event: HostEvent, now: Micros) -> HostChange {
        match event {
            HostEvent::Loaded(bios) => {
                announce(&bios);
                self.modules = Modules::Loaded(bios);
                HostChange::Modules
            }
            HostEvent::Failed(problem) => {
                error!("DCS-BIOS: {}", printable_reason(&problem.to_string()));
                self.modules = Modules::Failed;
                HostChange::Modules
            }
            HostEvent::Reads(reads) => {
                reads
                    .iter()
                    .filter_map(unserved)
                    .for_each(|line| info!("{line}"));
                let reads = reads.into_iter();
                self.reads = reads.map(|reads| (reads.module, reads.inputs)).collect();
                HostChange::Nothing
            }
            HostEvent::Finished(outcome) => {
                let had_step = outcome.has_stepped();
                let served = self.source.finish(outcome, now);
                if self.use_again() {
                    served.log.iter().for_each(|line| warn!("{line}"));
                    return HostChange::Nothing;
                }
                HostChange::Finished(served, had_step)
            }
        }
    }
}

fn announce(bios: &LoadedBios) {
    info!(
        "DCS-BIOS: its modules for {} aircraft are run here; the sim does not need it",
        bios.modules.len(),
    );
    for problem in &bios.failed {
        let (module, message) = (
            printable(&problem.module),
            printable_reason(&problem.message),
        );
        warn!("DCS-BIOS: module {module} cannot be loaded: {message}");
    }
}
