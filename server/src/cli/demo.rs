//! `dcs-master demo`: serves the sample aircraft instead of a sim.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use aircraft_defs::Folders;
use anyhow::Result;
use clap::Args;
use dcs_master_demo::{Aircraft, Sample, TOUR};

use super::{
    output::print, page::SetupParts, serve::serve, serving::ServingArgs, start::settings_of_serve,
};
use crate::{demo, link::in_process, tables::TablesConfig};

/// The arguments of `demo`.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Seconds to fly each aircraft; with 0, it changes only when a client sends "1 0 1 1"
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    every: u64,
    #[command(flatten)]
    serving: ServingArgs,
}

impl DemoArgs {
    /// Runs `dcs-master demo` until Ctrl-C.
    pub(super) fn run(self) -> Result<ExitCode> {
        let sample = Sample::compile()?;
        let aircraft = sample.aircraft.clone();
        let every = (self.every > 0).then(|| Duration::from_secs(self.every));
        let tables = TablesConfig {
            defs: sample.defs(),
            own_defs: Folders::find(None).own_defs(),
            ..TablesConfig::default()
        };
        // The demo reads no settings, but its Setup can change those of serve.
        let parts = SetupParts {
            is_demo: true,
            sim: None,
            dcs_bios: false,
            settings: Arc::new(settings_of_serve().0),
            replay: None,
        };
        serve(&self.serving, tables, parts, |address, page, shutdown| {
            print(&introduction(address, page, &aircraft))?;
            let (link, sim) = in_process();
            tokio::spawn(demo::run(sim, aircraft, every, shutdown.clone()));
            Ok(link)
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the introduction for a new user: how to connect, and which lines to try.
fn introduction(address: SocketAddr, page: Option<&str>, aircraft: &[Aircraft]) -> String {
    let host = if address.ip().is_unspecified() {
        [127, 0, 0, 1].into()
    } else {
        address.ip()
    };
    let names: Vec<&str> = aircraft.iter().map(|it| it.name.as_str()).collect();
    let steps = TOUR
        .iter()
        .map(|step| format!("  {:<24} {}\n", step.line, step.explanation));
    let page = page.map_or_else(String::new, |url| format!("Open {url} in a browser.\n"));
    format!(
        "Flying {} in a simulated cockpit; DCS is not needed. Ctrl-C ends it.\n\
         {page}In another window type: telnet {host} {}\n\
         Then try these lines, one by one:\n{}",
        names.join(", "),
        address.port(),
        steps.collect::<String>()
    )
}
