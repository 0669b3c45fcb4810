//! `dcs-master serve`: links with the sim and serves its cockpit.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use aircraft_defs::{Folders, OwnProblem, aircraft_in, counted};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::gateways::{self, Gateways};
use super::open::{PageRecord, open_browser};
use super::output::print;
use super::page::{SetupParts, announce_page};
use super::serving::ServingArgs;
use super::signal::stop_signal;
use super::values::{host_and_port, reject_port};
use crate::link::{self, SimLink};
use crate::net;
use crate::page::{self, PageServer};
use crate::quote::printable_reason;
use crate::serial::serve_panels;
use crate::serve::{Config, Server};
use crate::settings::{Settings, SettingsArgs};
use crate::setup::{self, doctor::BrokerAddress};
use crate::tables::{Compiling, TablesConfig};

/// The arguments of `serve`.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The address of the sim's hook state [default: the one in config.lua, else 127.0.0.1:4243]
    #[arg(long, value_name = "ADDR", value_parser = host_and_port)]
    hook: Option<String>,
    /// The address of the sim's export state [default: the one in config.lua, else 127.0.0.1:4244]
    #[arg(long, value_name = "ADDR", value_parser = host_and_port)]
    export: Option<String>,
    /// The folder of name tables [default: aircraft-defs here if it has any, else in the data
    /// folder]
    #[arg(long, value_name = "DIR")]
    pub(super) defs: Option<PathBuf>,
    /// Do not make tables that are missing or out of date when an aircraft appears
    #[arg(long)]
    no_compile: bool,
    /// Take no names for lamps, needles and controls from the DCS-BIOS in the Saved Games folder
    #[arg(long)]
    no_dcs_bios_names: bool,
    #[arg(long, hide = true, value_name = "PORT", value_parser = reject_port)]
    port: Option<u16>,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    serving: ServingArgs,
}

/// The places that doctor examines.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) server: SocketAddr,
    pub(super) hook: Option<SocketAddr>,
    pub(super) export: Option<SocketAddr>,
    pub(super) broker: Option<BrokerAddress>,
    /// Whether it speaks DCS-BIOS.
    pub(super) dcs_bios: bool,
    pub(super) defs: Option<PathBuf>,
}

impl ServeArgs {
    /// Checks whether a server can start with these options, as far as they tell.
    pub(super) fn check(&self) -> Result<()> {
        self.serving.mqtt.bridge()?;
        gateways::check(&self.serving.bios, &self.serving.dcs_bios)
    }

    /// Returns the address at which this computer reaches the server.
    pub(super) fn server(&self) -> SocketAddr {
        net::reachable(self.serving.listen)
    }

    /// Returns the address at which this computer reaches the server, those of the sim and of the
    /// broker, and the folder of the tables, as far as they are given, and whether the server speaks
    /// DCS-BIOS: doctor examines them.
    pub(super) fn places(self) -> Places {
        Places {
            server: self.server(),
            hook: self.hook.as_deref().and_then(net::resolve),
            export: self.export.as_deref().and_then(net::resolve),
            broker: self.serving.mqtt.broker(),
            dcs_bios: self.serving.dcs_bios.network().is_some(),
            defs: self.defs,
        }
    }

    /// Runs `dcs-master serve` until Ctrl-C. A start without a command, as by a double click, opens
    /// the page.
    pub(super) fn run(mut self, settings: Arc<Settings>, is_alone: bool) -> Result<ExitCode> {
        settings.log();
        if is_alone && let Err(option) = self.serving.page.open_if_allowed() {
            warn!(
                "no page is opened, since the settings turn it off; to have it, remove the line \
                 {option}, or run: dcs-master serve --no-settings --open"
            );
        }
        let addresses = addresses(self.hook, self.export);
        let folders = Folders::find(self.defs);
        let hidden = folders.hidden_message();
        let tables = TablesConfig {
            own_defs: folders.own_defs(),
            defs: folders.tables,
            fallback_defs: None,
            compiling: match addresses.is_hook_local() {
                _ if self.no_compile => Compiling::Off,
                true => Compiling::On,
                false => Compiling::SimElsewhere,
            },
            use_dcs_bios: !self.no_dcs_bios_names,
        };
        announce_tables(&tables, hidden);
        let parts = SetupParts {
            is_demo: false,
            sim: Some(addresses.clone()),
            dcs_bios: self.serving.dcs_bios.network().is_some(),
            settings,
            replay: None,
        };
        serve(&self.serving, tables, parts, |_, _, shutdown| {
            Ok(link::tcp(addresses, shutdown))
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Logs which tables are used. `hidden` is the sentence about those that are not.
fn announce_tables(tables: &TablesConfig, hidden: Option<String>) {
    let folder = tables.defs.display();
    let then = match tables.compiling {
        Compiling::On => "; the server makes those of an aircraft when it appears",
        Compiling::SimElsewhere | Compiling::Off | Compiling::NoSim => "",
    };
    if tables.defs.is_dir() {
        let count = aircraft_in(&tables.defs).len();
        info!("the tables are in {folder}: {count} aircraft{then}");
    } else if tables.compiling == Compiling::On {
        info!("there is no folder {folder} with tables yet{then}");
    } else {
        warn!(
            "there is no folder {folder}, so gauges and controls have no names, only numbers; \
             defgen writes it, or choose another one with --defs"
        );
    }
    if let Some(hidden) = hidden {
        warn!("{hidden}");
    }
    let known = aircraft_in(&tables.defs);
    if let Some(own_defs) = tables.own_defs.as_ref().filter(|_| !known.is_empty()) {
        for problem in OwnProblem::find_unknown(own_defs, &known) {
            warn!("{}", printable_reason(&problem.to_string()));
        }
    }
}

/// Returns the addresses of the sim: the given ones, else those in the scripts' `config.lua`.
fn addresses(hook: Option<String>, export: Option<String>) -> link::Addresses {
    if let (Some(hook), Some(export)) = (&hook, &export) {
        let (hook, export) = (hook.clone(), export.clone());
        return link::Addresses { hook, export };
    }
    let found = setup::find_addresses(&setup::game_folders::find());
    for warning in &found.warnings {
        warn!("{warning}");
    }
    link::Addresses {
        hook: hook.unwrap_or_else(|| found.addresses.hook.to_string()),
        export: export.unwrap_or_else(|| found.addresses.export.to_string()),
    }
}

/// Serves a sim until Ctrl-C, or until the console window is closed.
///
/// `link` is called within the runtime, with the address for clients and that of the page. The
/// tasks that it starts should end when the token is cancelled.
pub(super) fn serve(
    args: &ServingArgs,
    tables: TablesConfig,
    parts: SetupParts,
    link: impl FnOnce(SocketAddr, Option<&str>, &CancellationToken) -> Result<SimLink>,
) -> Result<()> {
    if let Some(url) = args.page.of_running_server(args.listen) {
        print(&format!("dcs-master runs already; its page is at {url}\n"))?;
        open_browser(&url);
        return Ok(());
    }
    /// The time allowed for blocking tasks, which may still be reading tables from a slow disk.
    const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(200);
    let mqtt = args.mqtt.bridge()?;
    let (defs, is_demo) = (tables.defs.clone(), parts.is_demo);
    let recorder_config = args.record.config(&tables);
    let config = args.config(tables);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        gateways::check(&args.bios, &args.dcs_bios)?;
        let listener = listen(args.listen).await?;
        let address = listener
            .local_addr()
            .context("the listening socket has no address")?;
        let page = args.page.bind(address).await?;
        let shutdown = CancellationToken::new();
        // The link ends after the server, which still sends messages to the sim at its end.
        let link_shutdown = CancellationToken::new();
        let url = page.as_ref().map(page::Listener::url);
        // The demo prints its introduction in this call, before the first line of the log.
        let link = link(address, url.as_deref(), &link_shutdown)?;
        let gateways = Gateways::bind(args, &defs)?;
        announce(address, args, &config);
        let _record = url.as_deref().and_then(PageRecord::write);
        if let Some(page) = &page {
            announce_page(page)?;
        }
        let server = Server::new(link, config);
        let recorder = server.recorder(recorder_config);
        args.record.start(&recorder).await?;
        let replay = parts.replay.clone();
        let stop = shutdown.clone();
        tokio::spawn(async move {
            let _ = stop_signal().await;
            info!("stopping");
            stop.cancel();
        });
        let connections = gateways.connections();
        let gateways = gateways.run(&server, &shutdown);
        let mqtt = mqtt.map(|bridge| {
            let subscribers = server.subscribers().named("mqtt", &bridge.address());
            tokio::spawn(bridge.run(subscribers, shutdown.clone()))
        });
        if let Some(listener) = page {
            let handles = PageServer {
                panels: server.panels(),
                observer: server.observer(),
                tester: server.tester(),
                subscribers: server.subscribers(),
                recorder: replay.is_none().then(|| recorder.clone()),
                replay,
            };
            let config = args.page.config(parts, defs, address, args.allow.clone());
            tokio::spawn(page::serve(listener, config, handles, shutdown.clone()));
            if let Some(url) = url.filter(|_| args.page.open) {
                tokio::task::spawn_blocking(move || open_browser(&url));
            }
        }
        if !args.serial.is_empty() {
            let serial = args.serial.clone();
            let panels = serve_panels(serial, server.panels(), connections, shutdown.clone());
            tokio::spawn(panels);
        }
        let announcement = args.mdns.start(&listener, is_demo, &shutdown)?;
        server.run(listener, shutdown).await;
        link_shutdown.cancel();
        recorder.wait();
        if let Some(announcement) = announcement {
            announcement.await?;
        }
        for part in gateways.into_iter().chain(mqtt) {
            part.await?;
        }
        Ok(())
    });
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    served
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "port {} is in use by another program, perhaps another dcs-master; end that one, or \
             choose another port with --listen {}",
            address.port(),
            SocketAddr::new(address.ip(), address.port().wrapping_add(10).max(1024))
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "the system does not allow dcs-master to use port {}; choose one from 1024 up, as in \
             --listen {}",
            address.port(),
            SocketAddr::new(address.ip(), 4242)
        ),
        ErrorKind::AddrNotAvailable => anyhow!(
            "this computer has no address {}; use 127.0.0.1 or 0.0.0.0 in --listen",
            address.ip()
        ),
        _ => anyhow!(error).context(format!("cannot listen on {address}")),
    })
}

fn announce(address: SocketAddr, args: &ServingArgs, config: &Config) {
    info!("listening for clients on {address}");
    if !address.ip().is_loopback() && args.allow.is_empty() {
        warn!(
            "anyone on the network of {} can press cockpit buttons; --allow CIDR limits who may \
             connect",
            address.ip()
        );
    } else if !address.ip().is_loopback() {
        warn!("anyone in the networks given with --allow can press cockpit buttons");
    }
    if config.capacity() < config.max_clients {
        warn!(
            "the system allows this program {}, so at most {} can connect, not {} (--max-clients); \
             raise the limit with ulimit -n",
            counted(config.open_files.unwrap_or_default(), "open file"),
            counted(config.capacity(), "client"),
            config.max_clients
        );
    }
}
