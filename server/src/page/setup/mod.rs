//! What doctor says, and the cures: the scripts and the tables. Does what the command line would.

pub(super) mod autostart;
mod compilation;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use self::compilation::{Compilation, CompileStatus};
use crate::link::Addresses;
use crate::net;
use crate::quote::{hidden_character, printable_reason};
use crate::settings::Settings;
use crate::setup::doctor::{self, Finding, Subject, Verdict};
use crate::setup::folders::{GameFolders, write_folder, write_folders};
use crate::setup::{self, Payload, Ports, game_folders, report};

/// The settings of Setup.
#[derive(Debug, Clone)]
pub struct SetupConfig {
    /// The address for clients, which doctor examines. `None` in the demo, which needs neither DCS
    /// nor the scripts.
    pub server: Option<SocketAddr>,
    /// The addresses of the sim; `None` for those in the scripts' `config.lua`.
    pub sim: Option<Addresses>,
    /// Whether the server speaks DCS-BIOS.
    pub dcs_bios: bool,
    /// The settings of the server.
    pub settings: Arc<Settings>,
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
    /// Held while the scripts are changed.
    change: Mutex<()>,
    compilation: Arc<Compilation>,
}

/// The answer to `/api/doctor`.
#[derive(Debug, Serialize)]
pub(super) struct Diagnosis {
    findings: Vec<FindingEntry>,
    /// Whether this is the demo, for which the findings do not matter.
    demo: bool,
    /// Whether nothing needs a repair.
    content: bool,
    /// The folders that DCS writes to.
    folders: Vec<String>,
    /// The one that the scripts are installed into, and the folder of the tables.
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

/// The advice of doctor that is for a command prompt, and the same for the page.
const PAGE_WORDS: [(&str, &str); 5] = [
    (
        "creates one, or name it with --saved-games DIR",
        "creates one",
    ),
    ("then run: dcs-master install", "then click: Look again"),
    ("then run this again", "then click: Look again"),
    ("run: dcs-master install", "click: Install the scripts"),
    ("  --saved-games \"", "  \""),
];

/// Returns a text of doctor for people who have only the page.
fn for_page(text: &str) -> String {
    let replace = |text: String, (command, page): &(&str, &str)| text.replace(command, page);
    PAGE_WORDS.iter().fold(text.to_owned(), replace)
}

impl From<Finding> for FindingEntry {
    fn from(finding: Finding) -> Self {
        Self {
            verdict: match finding.verdict {
                Verdict::Good => "good",
                Verdict::Idle => "idle",
                Verdict::Bad => "bad",
            },
            message: for_page(&finding.message),
            remedy: finding.remedy.as_deref().map(for_page),
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
            compilation: Arc::default(),
        }
    }

    /// Returns the settings of the server.
    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.config.settings)
    }

    /// Returns how far the tables of all aircraft are.
    pub(super) fn compilation(&self) -> CompileStatus {
        self.compilation.status()
    }

    /// Examines everything and changes nothing. `folder` is the one that DCS writes to, if the user has
    /// chosen or typed one.
    ///
    /// # Errors
    /// When DCS does not write there.
    pub(super) fn diagnose(&self, folder: Option<&str>) -> Result<Diagnosis, String> {
        let game = game_folders::find();
        let chosen = chosen(folder, &game)?;
        let sim = |address: fn(&Addresses) -> &String| {
            let sim = self.config.sim.as_ref()?;
            net::resolve(address(sim))
        };
        let subject = Subject {
            saved_games: chosen.clone(),
            hook: sim(|sim| &sim.hook),
            export: sim(|sim| &sim.export),
            server: self.config.server,
            // The page lists it among the clients.
            broker: None,
            dcs_bios: self.config.dcs_bios,
            defs: self.config.defs.clone(),
            own_defs: self.config.own_defs.clone(),
            hidden: None,
        };
        let mut findings = self.config.settings.findings();
        findings.extend(doctor::examine(&subject, &Payload::embedded(), &game));
        let demo = self.config.server.is_none();
        let folder = write_folder(chosen.as_deref(), &game).ok();
        Ok(Diagnosis {
            demo,
            content: findings
                .iter()
                .all(|finding| finding.verdict != Verdict::Bad),
            findings: findings.into_iter().map(FindingEntry::from).collect(),
            folders: write_folders(&game)
                .iter()
                .map(|folder| shown(folder))
                .collect(),
            folder: folder.as_deref().map(shown),
            tables: shown(&self.config.defs),
            installs: game.installs.iter().map(|folder| shown(folder)).collect(),
        })
    }

    /// Carries out a cure, and returns what was done. The tables are made in the background.
    ///
    /// # Errors
    /// With a sentence, when it is not possible. Nothing has changed then.
    pub(super) fn carry_out(&self, cure: Cure, folder: Option<&str>) -> Result<CureReport, String> {
        let game = game_folders::find();
        let folder = chosen(folder, &game)?;
        let text = match cure {
            Cure::Install | Cure::Uninstall => {
                let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
                change_scripts(cure, folder.as_deref(), &game)?
            }
            Cure::Compile => {
                Compilation::start(
                    &self.compilation,
                    &game,
                    folder.as_deref(),
                    &self.config.defs,
                )?;
                "making the tables of all aircraft".to_owned()
            }
        };
        Ok(CureReport { text })
    }
}

/// Returns the folder that the page names: one that was found, or one that the user has typed, to which
/// DCS writes, or in which it has its folder.
fn chosen(folder: Option<&str>, game: &GameFolders) -> Result<Option<PathBuf>, String> {
    let Some(folder) = folder else {
        return Ok(None);
    };
    let mut found = write_folders(game).into_iter();
    if let Some(found) = found.find(|found| shown(found) == folder) {
        return Ok(Some(found));
    }
    if let Some(hidden) = hidden_character(folder) {
        return Err(format!(
            "the folder has a character that cannot be seen, {hidden}"
        ));
    }
    let path = Path::new(folder);
    if !path.is_absolute() {
        let folder = printable_reason(folder);
        return Err(format!(
            "\"{folder}\" is no whole path; a whole one is such as C:\\Users\\you\\Saved Games\\DCS"
        ));
    }
    let named = write_folder(Some(path), game);
    named
        .map(Some)
        .map_err(|error| for_page(&error.to_string()))
}

fn change_scripts(cure: Cure, folder: Option<&Path>, game: &GameFolders) -> Result<String, String> {
    let folder = write_folder(folder, game).map_err(|error| error.to_string())?;
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
    let autostart = match cure {
        Cure::Uninstall => setup::autostart::disable_if_on().map_err(|error| error.to_string())?,
        Cure::Install | Cure::Compile => None,
    };
    let end = match (events.is_empty(), cure) {
        (true, _) => nothing,
        (false, Cure::Install) => "Restart DCS.\n",
        (false, _) => "",
    };
    Ok(report(&folder, &events) + end + &autostart.unwrap_or_default())
}

fn shown(path: &Path) -> String {
    printable_reason(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::folders::FolderError;

    #[test]
    fn the_advice_of_doctor_is_for_the_page() {
        let none = FolderError::NoneFound(Vec::new()).to_string();
        let several = FolderError::Several(vec![PathBuf::from("DCS")]).to_string();
        for text in [&*none, &*several] {
            let shown = for_page(text);
            assert!(shown != text && !shown.contains("--"), "{shown}");
        }
        assert_eq!(
            for_page("run: dcs-master install, then restart DCS"),
            "click: Install the scripts, then restart DCS"
        );
    }
}
