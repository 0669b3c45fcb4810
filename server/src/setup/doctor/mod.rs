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
pub use self::scripts::configured_ports;
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
            configured_ports(folder)
        }
        Err(error) => {
            findings.push(Finding::bad(
                error.to_string(),
                "then run: dcs-master install",
            ));
            super::Ports::default()
        }
    };
    let (hook_port, export_port) = ports.both();
    let hook = subject.hook.unwrap_or(probe::local(hook_port));
    let export = subject.export.unwrap_or(probe::local(export_port));
    let (sim, server) = (probe::sim(hook), probe::server(subject.server));
    let aircraft = aircraft(&sim, &server);
    findings.push(probe::of_hook(hook, &sim));
    findings.push(probe::of_export(
        export,
        &probe::sim(export),
        aircraft.is_some(),
    ));
    findings.push(probe::of_server(
        subject.server,
        &server,
        &sim,
        &serve(hook, export),
    ));
    findings.push(tables::examine(&subject.defs, aircraft, places));
    findings
}

/// The command that starts a server which links itself with the scripts there.
fn serve(hook: SocketAddr, export: SocketAddr) -> String {
    let (usual_hook, usual_export) = super::Ports::default().both();
    let option = |name: &str, address: SocketAddr, usual: u16| {
        let needed = address != probe::local(usual);
        needed.then(|| format!(" --{name} {address}"))
    };
    let options = [
        option("hook", hook, usual_hook),
        option("export", export, usual_export),
    ];
    let options: String = options.into_iter().flatten().collect();
    format!("dcs-master serve{options}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_told_only_the_ports_that_are_unusual() {
        let command = |hook, export| serve(probe::local(hook), probe::local(export));
        assert_eq!(command(4243, 4244), "dcs-master serve");
        assert_eq!(
            command(5243, 4244),
            "dcs-master serve --hook 127.0.0.1:5243"
        );
        assert_eq!(
            command(4243, 5244),
            "dcs-master serve --export 127.0.0.1:5244"
        );
    }
}
