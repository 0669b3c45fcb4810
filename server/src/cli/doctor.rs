//! `dcs-master doctor`: examines the connection from the sim to the clients.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use aircraft_defs::Folders;
use clap::Args;

use super::output::print;
use super::serve::{Places, ServeArgs};
use super::serving::LISTEN;
use super::start::settings_of_serve;
use crate::setup::{
    Payload,
    doctor::{self, Finding, Subject, Verdict},
    game_folders,
};

/// The arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// The folder that DCS writes to, or its parent [default: searched for]
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
    /// The address of the hook [default: that of serve: in settings.toml, else in config.lua, else
    /// 127.0.0.1:4243]
    #[arg(long, value_name = "ADDR")]
    hook: Option<SocketAddr>,
    /// The address of the export script [default: that of serve, else 127.0.0.1:4244]
    #[arg(long, value_name = "ADDR")]
    export: Option<SocketAddr>,
    /// The address of the server [default: that of serve: in settings.toml, else 127.0.0.1:4242]
    #[arg(long, value_name = "ADDR")]
    server: Option<SocketAddr>,
    /// The folder with the tables [default: that of serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,
}

impl DoctorArgs {
    /// Prints the findings. The exit code is 1 if something needs a repair.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (settings, serve) = settings_of_serve();
        let places = serve.map(ServeArgs::places);
        let place = |choose: fn(&Places) -> Option<SocketAddr>| places.as_ref().and_then(choose);
        let server = place(|places| Some(places.server));
        let defs = places.as_ref().and_then(|places| places.defs.clone());
        let folders = Folders::find(self.defs.or(defs));
        let subject = Subject {
            saved_games: self.saved_games,
            hook: self.hook.or(place(|places| places.hook)),
            export: self.export.or(place(|places| places.export)),
            server: Some(self.server.or(server).unwrap_or(LISTEN)),
            dcs_bios: places.as_ref().is_some_and(|places| places.dcs_bios),
            broker: places.and_then(|places| places.broker),
            own_defs: folders.own_defs(),
            hidden: folders.hidden_message(),
            defs: folders.tables,
        };
        let mut findings = settings.findings();
        let examined = doctor::examine(&subject, &Payload::embedded(), &game_folders::find());
        findings.extend(examined);
        print(&findings.iter().map(report).collect::<String>())?;
        let bad = findings
            .iter()
            .any(|finding| finding.verdict == Verdict::Bad);
        Ok(if bad {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// Returns the lines that report a finding.
fn report(finding: &Finding) -> String {
    let sign = match finding.verdict {
        Verdict::Good => "ok ",
        Verdict::Idle => "-- ",
        Verdict::Bad => "BAD",
    };
    let remedy = finding.remedy.iter();
    let remedy: String = remedy.map(|remedy| format!("    {remedy}\n")).collect();
    format!("{sign} {}\n{remedy}", finding.message)
}
