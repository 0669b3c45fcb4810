//! Examines every link of the chain from the sim to the clients, with a remedy for each fault.
//!
//! The links are examined in order: scripts, `Export.lua`, the sim's two ports, the server, a
//! DCS-BIOS in the sim, the tables. Nothing is changed, and no connection in use is interrupted.

mod broker;
mod dcs_bios;
mod ports;
mod probe;
mod restart;
mod scripts;
mod tables;

use std::{net::SocketAddr, path::PathBuf};

pub use self::broker::BrokerAddress;
use self::probe::{ServerProbe, SimProbe};
use super::{
    Payload,
    config::{self, ScriptAddresses},
    folders::{self, GameFolders},
};
use crate::quote::printable_reason;

/// The parts to examine.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The write folder or its parent; `None` to search for it.
    pub saved_games: Option<PathBuf>,
    /// The address of the hook state; `None` for the one in `config.lua`, else port 4243.
    pub hook: Option<SocketAddr>,
    /// The address of the export state; `None` for the one in `config.lua`, else port 4244.
    pub export: Option<SocketAddr>,
    /// The address of `dcs-master serve`; `None` in the demo, which has no connection to examine.
    pub server: Option<SocketAddr>,
    /// The MQTT broker that the settings name.
    pub broker: Option<BrokerAddress>,
    /// Whether the server is to speak DCS-BIOS.
    pub dcs_bios: bool,
    /// The folder with the tables.
    pub defs: PathBuf,
    /// The folder of the user's own tables, if there may be any.
    pub own_defs: Option<PathBuf>,
    /// The sentence about tables that are not used, if there are any.
    pub hidden: Option<String>,
}

/// The state of one link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The link works.
    Good,
    /// The link is not in use now, so it cannot be judged.
    Idle,
    /// The link needs a repair.
    Bad,
}

/// A verdict on one link of the chain. Its texts are printable, even those from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The state of the link.
    pub verdict: Verdict,
    /// The reason for the verdict.
    pub message: String,
    /// The remedy, if one is needed.
    pub remedy: Option<String>,
}

impl Finding {
    pub(crate) fn good(message: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Good,
            message: message.into(),
            remedy: None,
        }
    }

    fn idle(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Idle,
            message: message.into(),
            remedy: Some(remedy.into()),
        }
    }

    pub(crate) fn bad(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Bad,
            message: message.into(),
            remedy: Some(remedy.into()),
        }
    }
}

/// Examines the whole chain. Each port that does not answer takes up to a few seconds.
pub fn examine(subject: &Subject, payload: &Payload, game: &GameFolders) -> Vec<Finding> {
    let mut findings = Vec::new();
    let usual = config::find_addresses(game);
    let folder = folders::write_folder(subject.saved_games.as_deref(), game);
    let found = match &folder {
        Ok(folder) => {
            let shown = printable_reason(&folder.to_string_lossy());
            findings.push(Finding::good(format!("{shown}: DCS writes here")));
            findings.extend(scripts::examine(folder, payload));
            findings.extend(restart::examine(folder, payload));
            config::addresses_in(folder)
        }
        Err(error) => {
            let remedy = "then run: dcs-master install";
            findings.push(match subject.server {
                Some(_) => Finding::bad(error.to_string(), remedy),
                None => Finding::idle(error.to_string(), remedy),
            });
            usual.clone()
        }
    };
    let finding = |warning: &String| Finding::idle(warning, "see docs/install.md");
    findings.extend(found.warnings.iter().map(finding));
    let mut aircraft = None;
    if let Some(server) = subject.server {
        let sim = sim_addresses(subject, found.addresses);
        aircraft = examine_ports(server, sim, usual.addresses, &mut findings);
        let folder = folder.as_deref().ok();
        findings.extend(dcs_bios::examine(folder, subject.dcs_bios));
    }
    findings.extend(subject.broker.as_ref().map(broker::examine));
    findings.push(tables::examine(&subject.defs, aircraft.as_deref(), game));
    if let Some(hidden) = &subject.hidden {
        let remedy = "remove the folder that you do not need, or run all programs with --defs";
        findings.push(Finding::idle(printable_reason(hidden), remedy));
    }
    if let Some(own_defs) = &subject.own_defs {
        findings.extend(tables::examine_own(&subject.defs, own_defs));
    }
    findings
}

/// Returns the addresses of the sim: those that were named, else those in the scripts.
fn sim_addresses(subject: &Subject, found: ScriptAddresses) -> ScriptAddresses {
    ScriptAddresses {
        hook: subject.hook.unwrap_or(found.hook),
        export: subject.export.unwrap_or(found.export),
    }
}

/// Examines the ports of the sim and of the server. Returns the aircraft that is controlled.
fn examine_ports(
    server: SocketAddr,
    sim: ScriptAddresses,
    usual: ScriptAddresses,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let serve = serve_command(sim, usual);
    let (hook, clients) = (probe::sim(sim.hook), probe::server(server));
    let export = probe::sim(sim.export);
    let aircraft = aircraft(&hook, &clients);
    let is_flying = aircraft.is_some();
    findings.extend([
        ports::check_hook_port(sim.hook, &hook),
        ports::check_export_port(sim.export, &export, is_flying),
        ports::check_server_port(server, &clients, &hook, &serve),
    ]);
    aircraft.map(str::to_owned)
}

/// Returns the command that starts a server for the scripts at `addresses`. The addresses in
/// `found` need no option, since the server finds them itself.
pub fn serve_command(addresses: ScriptAddresses, found: ScriptAddresses) -> String {
    let option = |name: &str, address: SocketAddr, found: SocketAddr| {
        let needed = address != found;
        needed.then(|| format!(" --{name} {address}"))
    };
    let options = [
        option("hook", addresses.hook, found.hook),
        option("export", addresses.export, found.export),
    ];
    let options: String = options.into_iter().flatten().collect();
    format!("dcs-master serve{options}")
}

/// Returns the aircraft that is controlled, according to the sim or the server.
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
    fn the_serve_command_has_options_only_for_addresses_that_are_not_found() {
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
