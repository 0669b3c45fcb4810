//! Looks at every link of the chain from the sim to the clients and says what to do about the
//! ones that are broken.
//!
//! The order is that of the chain: scripts, `Export.lua`, the sim's two ports, the server, the
//! tables. Nothing is changed, and a link that is in use stays in use.

mod ports;
mod probe;
mod scripts;
mod tables;

use std::{net::SocketAddr, path::PathBuf};

use self::probe::{ServerProbe, SimProbe};
use super::{
    Payload,
    config::{self, ScriptAddresses},
    folders::{self, GameFolders},
};
use crate::quote::printable_reason;

/// The things to look at.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The write folder or the one above it; searched for when not given.
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

/// The state of one link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Not in use now, so it cannot be judged.
    Idle,
    /// It needs a repair.
    Bad,
}

/// A verdict about one link of the chain. Texts from outside are printable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The state of the link.
    pub verdict: Verdict,
    /// The reason for the verdict.
    pub message: String,
    /// The thing to do, where there is something to do.
    pub cure: Option<String>,
}

impl Finding {
    fn good(message: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Good,
            message: message.into(),
            cure: None,
        }
    }

    fn idle(message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Idle,
            message: message.into(),
            cure: Some(cure.into()),
        }
    }

    fn bad(message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Bad,
            message: message.into(),
            cure: Some(cure.into()),
        }
    }
}

/// Examines all of it; takes up to a few seconds for each port that does not answer.
pub fn examine(subject: &Subject, payload: &Payload, game: &GameFolders) -> Vec<Finding> {
    let mut findings = Vec::new();
    let usual = config::find_addresses(game);
    let found = match folders::write_folder(subject.saved_games.as_deref(), game) {
        Ok(folder) => {
            let shown = printable_reason(&folder.to_string_lossy());
            findings.push(Finding::good(format!("{shown}: DCS writes here")));
            findings.extend(scripts::examine(&folder, payload));
            config::addresses_in(&folder)
        }
        Err(error) => {
            let cure = "then run: dcs-master install";
            findings.push(Finding::bad(error.to_string(), cure));
            usual.clone()
        }
    };
    let doubt = |warning: &String| Finding::idle(warning, "see docs/install.md");
    findings.extend(found.warnings.iter().map(doubt));
    let addresses = ScriptAddresses {
        hook: subject.hook.unwrap_or(found.addresses.hook),
        export: subject.export.unwrap_or(found.addresses.export),
    };
    let serve = serve_command(addresses, usual.addresses);
    let (sim, server) = (probe::sim(addresses.hook), probe::server(subject.server));
    let export = probe::sim(addresses.export);
    let aircraft = aircraft(&sim, &server);
    findings.push(ports::of_hook(addresses.hook, &sim));
    findings.push(ports::of_export(
        addresses.export,
        &export,
        aircraft.is_some(),
    ));
    findings.push(ports::of_server(subject.server, &server, &sim, &serve));
    findings.push(tables::examine(&subject.defs, aircraft, game));
    findings
}

/// The command that starts a server which links itself with the scripts at `addresses`, when it
/// finds `usual` by itself.
pub fn serve_command(addresses: ScriptAddresses, usual: ScriptAddresses) -> String {
    let option = |name: &str, address: SocketAddr, usual: SocketAddr| {
        let needed = address != usual;
        needed.then(|| format!(" --{name} {address}"))
    };
    let options = [
        option("hook", addresses.hook, usual.hook),
        option("export", addresses.export, usual.export),
    ];
    let options: String = options.into_iter().flatten().collect();
    format!("dcs-master serve{options}")
}

/// The aircraft that is controlled, from whoever knows it.
fn aircraft<'a>(sim: &'a SimProbe, server: &'a ServerProbe) -> Option<&'a str> {
    match (sim, server) {
        (
            SimProbe::Free {
                aircraft: Some(aircraft),
                ..
            },
            _,
        ) => Some(aircraft),
        (_, ServerProbe::Running { aircraft }) => aircraft.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_told_only_the_ports_that_it_does_not_find() {
        let at = |hook, export| ScriptAddresses {
            hook: probe::local(hook),
            export: probe::local(export),
        };
        let command = |addresses| serve_command(addresses, ScriptAddresses::default());
        assert_eq!(command(at(4243, 4244)), "dcs-master serve");
        assert_eq!(
            command(at(5243, 4244)),
            "dcs-master serve --hook 127.0.0.1:5243"
        );
        assert_eq!(
            command(at(4243, 5244)),
            "dcs-master serve --export 127.0.0.1:5244"
        );
        let found = at(5243, 4244);
        assert_eq!(serve_command(found, found), "dcs-master serve");
    }
}
