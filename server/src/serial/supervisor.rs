//! The task that opens serial ports and serves the panels on them.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::board::PortInfo;
use super::open_error::OpenError;
use super::options::{LineOptions, PanelProtocol, SerialOptions};
use super::ports::{Ports, SystemPorts};
use super::refusals::RefusalLog;
use super::roster::{Opening, Roster};
use super::session::{self, PanelDetection, SessionEnd};
use crate::bios::binary::Connections;
use crate::serve::{PanelChannel, PanelKind, Panels};

/// The time between two looks at the list of ports, while the roster looks for one.
const SCAN_INTERVAL: Duration = Duration::from_millis(500);

/// Serves the panels on the serial ports until `shutdown`. `dcs_bios` serves those that speak the
/// protocol of DCS-BIOS.
pub(crate) async fn serve_panels(
    options: Vec<SerialOptions>,
    panels: Panels,
    dcs_bios: Option<Connections>,
    shutdown: CancellationToken,
) {
    let supervisor = Supervisor {
        ports: SystemPorts,
        servers: Servers { panels, dcs_bios },
        roster: Roster::new(options),
        sessions: JoinSet::new(),
    };
    shutdown.run_until_cancelled(supervisor.run()).await;
}

/// The servers of the protocols of panels.
#[derive(Debug, Clone)]
struct Servers {
    panels: Panels,
    dcs_bios: Option<Connections>,
}

impl Servers {
    /// Connects a panel, which the log calls `name`.
    async fn connect(&self, name: &str, line: &LineOptions) -> Option<PanelChannel> {
        match (line.protocol, &self.dcs_bios) {
            (PanelProtocol::Text, _) => {
                let bytes_per_write = line.bytes_per_write();
                self.panels
                    .connect(PanelKind::Serial, name, bytes_per_write)
                    .await
            }
            (PanelProtocol::DcsBios, Some(dcs_bios)) => dcs_bios.connect_line(line.baud).await,
            (PanelProtocol::DcsBios, None) => None,
        }
    }
}

/// Opens ports and serves the panels on them.
struct Supervisor<P: Ports> {
    ports: P,
    servers: Servers,
    roster: Roster,
    sessions: JoinSet<(Opening, Outcome)>,
}

/// The result of opening and serving a port.
enum Outcome {
    /// It could not be opened.
    Failed(OpenError),
    /// It was served.
    Served(SessionEnd),
}

impl<P: Ports> Supervisor<P> {
    async fn run(mut self) {
        let mut looks = interval(SCAN_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(done) = self.sessions.join_next() => {
                    if let Ok((opening, outcome)) = done {
                        self.end(&opening, outcome);
                    }
                }
                _ = looks.tick(), if self.roster.is_scanning() => self.scan().await,
            }
        }
    }

    /// Opens the ports that are there.
    async fn scan(&mut self) {
        let ports = self.ports.clone();
        // The list of ports takes some milliseconds on some systems.
        let Ok(listed) = spawn_blocking(move || ports.list()).await else {
            return;
        };
        for opening in self.roster.scan(&listed) {
            self.roster.begin(&opening);
            let (ports, servers) = (self.ports.clone(), self.servers.clone());
            self.sessions.spawn(async move {
                let outcome = serve(ports, &opening, &servers).await;
                (opening, outcome)
            });
        }
    }

    /// Handles the end of a session.
    fn end(&mut self, opening: &Opening, outcome: Outcome) {
        let (id, name) = (opening.id, opening.port.describe());
        match outcome {
            Outcome::Failed(error) => {
                let is_missing = matches!(error, OpenError::Missing);
                let reason = format!("serial port {name} {error}");
                if self.roster.failed(id, &reason, is_missing) {
                    warn!("{reason}");
                }
            }
            Outcome::Served(end) => {
                self.roster.opened(id);
                self.roster.closed(id);
                match end {
                    SessionEnd::Unplugged(error) => {
                        info!(
                            "the panel on {name} is disconnected ({error}); it is served again when it is plugged in"
                        );
                    }
                    SessionEnd::Closed => {}
                    SessionEnd::Silent => {
                        info!(
                            "no panel answers on {name}, so the port is not used until it is plugged in again"
                        );
                        self.roster.ignore(opening);
                    }
                }
            }
        }
    }
}

/// Opens a port, and serves the panel on it until the session ends.
async fn serve<P: Ports>(ports: P, opening: &Opening, servers: &Servers) -> Outcome {
    let (name, line) = (opening.port.name.clone(), opening.line.clone());
    let opened = spawn_blocking(move || ports.open(&name, &line)).await;
    let port = match opened {
        Ok(Ok(port)) => port,
        Ok(Err(error)) => return Outcome::Failed(error),
        Err(error) => return Outcome::Failed(OpenError::Other(error.into())),
    };
    let name = opening.port.describe();
    info!("serial port {name} is open at {} baud", opening.line.baud);
    let Some(panel) = servers.connect(&name, &opening.line).await else {
        return Outcome::Served(SessionEnd::Closed);
    };
    let (detection, detected) = watch::channel(PanelDetection::Unknown);
    let mut refusals = RefusalLog::new(name);
    let session = session::run(
        port,
        &opening.line,
        panel,
        opening.must_speak,
        &detection,
        &mut refusals,
    );
    let end = tokio::select! {
        end = session => end,
        () = warn_of_noise(detected, &opening.port, opening.line.baud) => SessionEnd::Closed,
    };
    if matches!(end, SessionEnd::Closed) {
        session::pause_after_close().await;
    }
    Outcome::Served(end)
}

/// Warns once if the bytes from a port are not text. Never returns.
async fn warn_of_noise(mut detection: watch::Receiver<PanelDetection>, port: &PortInfo, baud: u32) {
    if detection
        .wait_for(|detection| *detection == PanelDetection::Noise)
        .await
        .is_ok()
    {
        warn!(
            "the bytes from {} are not text; check that the panel sends at {baud} baud, or set its \
             speed with --serial {},baud=…",
            port.describe(),
            port.name
        );
    }
    std::future::pending::<()>().await;
}
