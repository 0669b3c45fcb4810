//! Looks at every link of the chain from the sim to the clients and says what to do about the
//! ones that are broken.
//!
//! The order is that of the chain: scripts, `Export.lua`, the sim's two ports, the server, the
//! tables. Nothing is changed, and a link that is in use stays in use.

mod probe;
mod scripts;
mod tables;

use std::{net::SocketAddr, path::PathBuf};

use self::probe::{Server, Sim};
use super::{
    Payload,
    folders::{self, Places},
};

/// What to look at.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The write folder or the one above it; found by itself when not given.
    pub saved_games: Option<PathBuf>,
    /// Where the hook state listens; else as `config.lua` says, else port 4243.
    pub hook: Option<SocketAddr>,
    /// Where the export state listens; else as `config.lua` says, else port 4244.
    pub export: Option<SocketAddr>,
    /// Where `dcs-master serve` listens.
    pub server: SocketAddr,
    /// The folder with the tables.
    pub defs: PathBuf,
}

/// How one link of the chain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Not in use now, so it cannot be judged.
    Idle,
    /// It needs a repair.
    Bad,
}

/// What was found about one link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub what: String,
    /// What to do, where there is something to do.
    pub cure: Option<String>,
}

impl Finding {
    fn good(what: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Good,
            what: what.into(),
            cure: None,
        }
    }

    fn idle(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Idle,
            what: what.into(),
            cure: Some(cure.into()),
        }
    }

    fn bad(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Bad,
            what: what.into(),
            cure: Some(cure.into()),
        }
    }
}

/// Examines all of it; takes up to a few seconds for each port that does not answer.
pub fn examine(subject: &Subject, payload: &Payload, places: &Places) -> Vec<Finding> {
    let mut findings = Vec::new();
    let folder = folders::write_folder(subject.saved_games.as_deref(), places);
    let ports = match &folder {
        Ok(folder) => {
            findings.push(Finding::good(format!(
                "{}: DCS writes here",
                folder.display()
            )));
            findings.extend(scripts::examine(folder, payload));
            scripts::configured_ports(folder)
        }
        Err(error) => {
            findings.push(Finding::bad(
                error.to_string(),
                "then run: dcs-master install",
            ));
            super::Ports::default()
        }
    };
    let hook = subject
        .hook
        .unwrap_or(probe::local(ports.hook.unwrap_or(4243)));
    let export = subject
        .export
        .unwrap_or(probe::local(ports.export.unwrap_or(4244)));
    let sim = probe::sim(hook);
    findings.push(probe::of_hook(hook, &sim));
    findings.push(probe::of_export(export, &probe::sim(export), &sim));
    let server = probe::server(subject.server);
    findings.push(probe::of_server(subject.server, &server));
    findings.push(tables::examine(
        &subject.defs,
        aircraft(&sim, &server),
        places,
    ));
    findings
}

/// The aircraft that is controlled, from whoever knows it.
fn aircraft<'a>(sim: &'a Sim, server: &'a Server) -> Option<&'a str> {
    match (sim, server) {
        (
            Sim::Hello {
                aircraft: Some(aircraft),
                ..
            },
            _,
        ) => Some(aircraft),
        (_, Server::Answers { aircraft }) => aircraft.as_deref(),
        _ => None,
    }
}
