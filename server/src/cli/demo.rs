//! `dcs-master demo`.

use std::{io, net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    demo::{Sample, TOUR, fly},
    link::in_process,
    serve::Server,
};

/// Fly the sample aircraft in a simulated cockpit, to try everything without DCS
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Where clients connect
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4242")]
    listen: SocketAddr,
    /// Change the aircraft after so many seconds; 0: only when asked to
    #[arg(long, value_name = "SECONDS", default_value = "180")]
    every: u64,
}
