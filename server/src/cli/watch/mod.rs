//! `dcs-master watch`: a client of a running server that prints what has just moved.
//!
//! Movements are written to the standard output, one per line. Everything else, such as the message
//! that there is no server, is written to the standard error output.

mod answer;
mod connection;
mod session;
mod targets;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use session::Watcher;

use super::serving::LISTEN;
use super::signal::stop_signal;
use super::start::{folders_of_serve, settings_of_serve};
use super::values::host_and_port;
use crate::watch::Damping;
use targets::ArgRange;

/// The arguments of `watch`.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// What to watch, as in: gear lever [default: the whole cockpit]
    #[arg(allow_negative_numbers = true)]
    words: Vec<String>,

    /// Ask for a name for what has moved, and write it into your own tables
    #[arg(long)]
    learn: bool,

    /// Print what moves all the time, too
    #[arg(long)]
    all: bool,

    /// The args to watch besides those that have a name: FROM-TO, or none
    #[arg(long, value_name = "RANGE", default_value = "0-1999")]
    args: ArgRange,

    /// The server, which may run on another computer [default: the one that the settings of serve
    /// describe, else 127.0.0.1:4242]
    #[arg(long, value_name = "HOST:PORT", value_parser = host_and_port)]
    server: Option<String>,

    /// The folder with one folder of tables per aircraft [default: that of serve]
    #[arg(long, value_name = "DIR")]
    defs: Option<PathBuf>,
}

impl WatchArgs {
    /// Watches until Ctrl-C, or until nobody reads the output any more.
    pub(super) fn run(self) -> Result<ExitCode> {
        let folders = folders_of_serve(self.defs.clone());
        if self.learn && folders.own_defs().is_none() {
            bail!("the system names no folder for your data, so names cannot be kept");
        }
        let listen = || settings_of_serve().1.map_or(LISTEN, |serve| serve.server());
        let server = self.server.clone().unwrap_or_else(|| listen().to_string());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let watched = runtime.block_on(async {
            let mut watcher = Watcher::new(&self, folders);
            tokio::select! {
                result = watcher.run(&server) => result,
                _ = stop_signal() => Ok(()),
            }
        });
        // A thread may still wait for the keyboard.
        runtime.shutdown_background();
        watched.map(|()| ExitCode::SUCCESS)
    }

    fn damping(&self) -> Damping {
        match self.all {
            true => Damping::Off,
            false => Damping::On,
        }
    }
}
