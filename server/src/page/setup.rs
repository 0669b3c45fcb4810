//! What doctor says, and the cures: the scripts and the tables. Does what the command line would.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aircraft_defs::counted;
use defgen::{Outcome, Request, compile, emit};
use serde::Serialize;

use crate::quote::printable_reason;
use crate::setup::doctor::{self, Finding, Subject, Verdict};
use crate::setup::folders::{GameFolders, write_folder};
use crate::setup::{self, Payload, Ports, game_folders, report};

/// The settings of Setup.
#[derive(Debug, Clone)]
pub struct SetupConfig {
    /// The address for clients, which doctor examines.
    pub server: SocketAddr,
    /// The folder of the generated tables.
    pub defs: PathBuf,
    /// The folder of the user's own tables, if there may be any.
    pub own_defs: Option<PathBuf>,
}

/// A cure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// Put the scripts into the folder that DCS writes to.
    Install,
    /// Remove them again.
    Uninstall,
    /// Make the tables of all aircraft.
    Compile,
}

impl Cure {
    /// Returns the cure with this name.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "install" => Some(Self::Install),
            "uninstall" => Some(Self::Uninstall),
            "compile" => Some(Self::Compile),
            _ => None,
        }
    }
}

/// Examines the connection from the sim to the clients, and repairs it. All of it may take seconds.
#[derive(Debug)]
pub(super) struct Setup {
    config: SetupConfig,
    /// Held while something is changed.
    change: Mutex<()>,
}

/// The answer to `/api/doctor`.
#[derive(Debug, Serialize)]
pub(super) struct Diagnosis {
    findings: Vec<FindingEntry>,
    /// Whether nothing needs a repair.
    content: bool,
    /// The folder that the scripts are installed into, and the one of the tables.
    folder: Option<String>,
    tables: String,
    /// The installs whose aircraft can be compiled.
    installs: Vec<String>,
}

#[derive(Debug, Serialize)]
struct FindingEntry {
    verdict: &'static str,
    message: String,
    remedy: Option<String>,
}

impl From<Finding> for FindingEntry {
    fn from(finding: Finding) -> Self {
        Self {
            verdict: match finding.verdict {
                Verdict::Good => "good",
                Verdict::Idle => "idle",
                Verdict::Bad => "bad",
            },
            message: finding.message,
            remedy: finding.remedy,
        }
    }
}

/// The answer to a cure: what was done.
#[derive(Debug, Serialize)]
pub(super) struct CureReport {
    text: String,
}

impl Setup {
    pub(super) fn new(config: SetupConfig) -> Self {
        Self {
            config,
            change: Mutex::default(),
        }
    }

    /// Examines everything and changes nothing.
    pub(super) fn diagnose(&self) -> Diagnosis {
        let game = game_folders::find();
        let subject = Subject {
            saved_games: None,
            hook: None,
            export: None,
            server: self.config.server,
            defs: self.config.defs.clone(),
            own_defs: self.config.own_defs.clone(),
            hidden: None,
        };
        let findings = doctor::examine(&subject, &Payload::embedded(), &game);
        let folder = write_folder(None, &game).ok();
        Diagnosis {
            content: findings
                .iter()
                .all(|finding| finding.verdict != Verdict::Bad),
            findings: findings.into_iter().map(FindingEntry::from).collect(),
            folder: folder.as_deref().map(shown),
            tables: shown(&self.config.defs),
            installs: game.installs.iter().map(|folder| shown(folder)).collect(),
        }
    }

    /// Carries out a cure, and returns what was done.
    ///
    /// # Errors
    /// With a sentence, when it is not possible. Nothing has changed then, except that some
    /// aircraft may have new tables.
    pub(super) fn carry_out(&self, cure: Cure) -> Result<CureReport, String> {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        let game = game_folders::find();
        let text = match cure {
            Cure::Install | Cure::Uninstall => change_scripts(cure, &game)?,
            Cure::Compile => compile_all(&game, &self.config.defs)?,
        };
        Ok(CureReport { text })
    }
}

fn change_scripts(cure: Cure, game: &GameFolders) -> Result<String, String> {
    let folder = write_folder(None, game).map_err(|error| error.to_string())?;
    let payload = Payload::embedded();
    let (events, nothing) = match cure {
        Cure::Uninstall => {
            let events = setup::uninstall(&folder, &payload);
            (events, "  nothing of dcs-master is installed there\n")
        }
        Cure::Install | Cure::Compile => {
            let ports = Ports {
                hook: None,
                export: None,
            };
            let events = setup::install(&folder, &payload, ports);
            (events, "  already installed, nothing to do\n")
        }
    };
    let events = events.map_err(|error| error.to_string())?;
    let end = match (events.is_empty(), cure) {
        (true, _) => nothing,
        (false, Cure::Install) => "Restart DCS.\n",
        (false, _) => "",
    };
    Ok(report(&folder, &events) + end)
}

/// Makes the tables of all aircraft of the installs and of the user's mods.
fn compile_all(game: &GameFolders, defs: &Path) -> Result<String, String> {
    if game.installs.is_empty() {
        return Err(
            "no DCS World was found on this computer; run defgen with its folder".to_owned(),
        );
    }
    let mods = write_folder(None, game).ok();
    let mods = mods.filter(|folder| folder.join("Mods/aircraft").is_dir());
    let request = Request {
        paths: game.installs.iter().cloned().chain(mods).collect(),
        ..Request::default()
    };
    let work = AssertUnwindSafe(|| compile(&request, &()));
    let compiled = catch_unwind(work)
        .map_err(|_| "defgen crashed; please report this as a bug of dcs-master".to_owned())?;
    let compiled = compiled.map_err(|error| printable_reason(&error.to_string()))?;
    let mut written = 0;
    for item in &compiled.items {
        if let Outcome::Tables(tables) = &item.outcome {
            emit::write(defs, item, tables, &compiled.cache).map_err(|error| error.to_string())?;
            written += 1;
        }
    }
    Ok(format!(
        "wrote the tables of {} into {}\n",
        counted(written, "aircraft"),
        shown(defs)
    ))
}

fn shown(path: &Path) -> String {
    printable_reason(&path.to_string_lossy())
}
