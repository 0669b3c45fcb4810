//! The options of the page, and what the start says about it.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use aircraft_defs::Folders;
use anyhow::Result;
use clap::Args;
use ipnet::IpNet;
use socket2::{Domain, Socket, Type};
use tracing::info;

use super::open::page_of_running_server;
use super::output::print;
use crate::link::Addresses;
use crate::net;
use crate::page::{self, Listener, PageConfig, SetupConfig};
use crate::replay::ReplayControl;
use crate::settings::Settings;

/// The address of the page by default.
const PAGE: &str = "127.0.0.1:4280";

/// The options of the page.
#[derive(Debug, Args)]
pub(super) struct PageArgs {
    /// The address of the page that shows the cockpit in a browser; if the port is taken, a free
    /// one is used
    #[arg(long, value_name = "ADDR", default_value = PAGE, value_parser = page_address)]
    page: SocketAddr,
    /// Open the page in the browser; if a server runs already, only open its page
    #[arg(long, conflicts_with = "no_page")]
    pub(super) open: bool,
    /// Open no browser, even if the settings say so
    #[arg(long, conflicts_with = "open")]
    no_open: bool,
    /// Whether another server's page is opened even if that server listens elsewhere.
    #[arg(skip)]
    pub(super) is_alone: bool,
    /// Do not serve the page
    #[arg(long, conflicts_with = "page")]
    no_page: bool,
    /// Read the files of the page from this folder, to develop it
    #[arg(long, hide = true, value_name = "DIR")]
    page_dir: Option<PathBuf>,
}

/// The parts of the server that Setup examines and changes.
pub(super) struct SetupParts {
    pub(super) is_demo: bool,
    /// The addresses of the sim, if there may be one.
    pub(super) sim: Option<Addresses>,
    /// Whether the server of a sim speaks DCS-BIOS.
    pub(super) dcs_bios: bool,
    pub(super) settings: Arc<Settings>,
    /// The control of the replay, if a recording is served instead of a sim.
    pub(super) replay: Option<ReplayControl>,
}

/// Parses the address of the page.
fn page_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "it must be an address and a port, such as 127.0.0.1:4280")
}

/// Returns whether another program has this address. Nothing listens there meanwhile: a panel that
/// waits for the server would be connected, and lose the connection at once.
fn is_taken(address: SocketAddr) -> bool {
    let bind = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        // As for the server: connections of one that has just ended do not count.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())
    };
    bind().is_err()
}

impl PageArgs {
    /// Returns the most connections of browsers at a time.
    pub(super) fn max_connections(&self) -> usize {
        match self.no_page {
            true => 0,
            false => page::max_connections(net::raise_limit()),
        }
    }

    /// Opens the page in the browser, unless an option is against it: for a start without a command.
    /// Returns the option.
    pub(super) fn open_if_allowed(&mut self) -> Result<(), &'static str> {
        self.is_alone = true;
        match (self.no_page, self.no_open) {
            (true, _) => Err("no-page"),
            (false, true) => Err("no-open"),
            (false, false) => {
                self.open = true;
                Ok(())
            }
        }
    }

    /// Returns the page of a server that runs already, if only that is to be opened.
    pub(super) fn of_running_server(&self, listen: SocketAddr) -> Option<String> {
        let may_run = self.open && (self.is_alone || is_taken(listen));
        may_run.then(page_of_running_server)?
    }

    /// Binds the port of the page, if it is to be served. `clients` is the address for clients, which
    /// is bound already.
    pub(super) async fn bind(&self, clients: SocketAddr) -> Result<Option<Listener>> {
        let key_file = Folders::find(None).page_key();
        Ok(match self.no_page {
            true => None,
            false => Some(Listener::bind(self.page, clients, key_file).await?),
        })
    }

    /// Returns the settings of the page.
    ///
    /// `parts` are for Setup. `defs` is the folder of the tables, `clients` the address for clients, and `allow` the
    /// networks from which it may be opened.
    pub(super) fn config(
        &self,
        parts: SetupParts,
        defs: PathBuf,
        clients: SocketAddr,
        allow: Vec<IpNet>,
    ) -> PageConfig {
        let folders = Folders::find(None);
        PageConfig {
            setup: Some(SetupConfig {
                server: (!parts.is_demo).then(|| net::reachable(clients)),
                sim: parts.sim,
                dcs_bios: parts.dcs_bios,
                settings: parts.settings,
                // Those of the demo are gone when it ends.
                defs: if parts.is_demo {
                    folders.tables.clone()
                } else {
                    defs
                },
                own_defs: folders.own_defs(),
            }),
            max_connections: self.max_connections(),
            folder: self.page_dir.clone(),
            boards: folders.boards(),
            allow,
            is_demo: parts.is_demo,
            listen: Some(clients),
        }
    }
}

/// Says where the page is, and on a terminal the link for other computers.
pub(super) fn announce_page(page: &Listener) -> Result<()> {
    info!("{}", page.announcement());
    let Some(link) = page.link() else {
        return Ok(());
    };
    // Neither through the log nor into a file, which people show to others.
    if io::stdout().is_terminal() {
        print(&format!(
            "To open the page on a tablet, with its key: {link}\n"
        ))?;
    } else {
        info!("the page on this computer shows the link for tablets, under Setup");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn an_address_is_taken_while_a_program_listens() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        assert!(is_taken(address));
        drop(server);
        assert!(!is_taken(address));
    }
}
