//! `dcs-master doctor`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use aircraft_defs::Folders;
use clap::Args;

use super::output::print;
use crate::setup::{
    Payload,
    doctor::{self, Finding, Subject, Verdict},
    game_folders,
};

/// The arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// The folder that DCS writes to, or the one above it (searched for by default)
    #[arg(long, value_name = "DIR")]
    saved_games: Option<PathBuf>,
    /// Where the hook listens [default: as config.lua says, else 127.0.0.1:4243]
    #[arg(long, value_name = "ADDR")]
    hook: Option<SocketAddr>,
    /// Where the export script listens [default: as config.lua says, else 127.0.0.1:4244]
    #[arg(long, value_name = "ADDR")]
    export: Option<SocketAddr>,
    /// Where the server listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4242")]
    server: SocketAddr,
    /// The folder with the tables [default: that of serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,
}

impl DoctorArgs {
    /// Exit code 1 when something needs a repair.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let subject = Subject {
            saved_games: self.saved_games,
            hook: self.hook,
            export: self.export,
            server: self.server,
            defs: Folders::find(self.defs).tables,
        };
        let findings = doctor::examine(&subject, &Payload::embedded(), &game_folders::find());
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

/// The lines of one finding.
fn report(finding: &Finding) -> String {
    let sign = match finding.verdict {
        Verdict::Good => "ok ",
        Verdict::Idle => "-- ",
        Verdict::Bad => "BAD",
    };
    let cure = finding.cure.iter();
    let cure: String = cure.map(|cure| format!("    {cure}\n")).collect();
    format!("{sign} {}\n{cure}", finding.message)
}
