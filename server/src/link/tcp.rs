//! The TCP link to the scripts in the sim: one connection per Lua state, which is renewed whenever
//! it ends.
//!
//! Logs each change of state in one line. It knows the lines of the link, but not their meaning for
//! the world.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::yield_now;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::error::{ErrorLog, LinkError, advice};
use super::json::{self, Hello, SimLine};
use super::line_buffer::LONGEST_LINE;
use super::message::{FromSim, LinkState, ToSim};
use super::print::LINK_VERSION;
use super::session::Session;
use super::{QUEUE, SimLink};
use crate::net;
use crate::quote::{printable, printable_reason, quoted};

/// The addresses at which the sim listens.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The hook state, as `host:port`.
    pub hook: String,
    /// The export state, as `host:port`.
    pub export: String,
}

impl Addresses {
    /// Returns whether the hook state is that of a sim on this computer.
    pub fn is_hook_local(&self) -> bool {
        let host = self.hook.rsplit_once(':').map_or("", |(host, _)| host);
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
        host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(is_loopback)
    }
}

const RETRY: Duration = Duration::from_secs(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(2);
/// The times after which a missing hello is logged: first as normal, since a mission may be
/// loading, then as a fault.
const HELLO_TIMEOUT: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];
/// The number of connections in a row without a hello after which another program is suspected.
const MAX_CLOSES_WITHOUT_HELLO: u32 = 5;

/// Links with the scripts at `addresses` until `shutdown`; must be called in a tokio runtime.
pub fn tcp(addresses: Addresses, shutdown: &CancellationToken) -> SimLink {
    let (to_server, from_sim) = mpsc::channel(QUEUE);
    let hook_elsewhere = Arc::new(watch::channel(false).0);
    let start = |state, address| {
        let (to_sim, from_server) = mpsc::channel(QUEUE);
        let task = LinkTask {
            state,
            address,
            to_server: to_server.clone(),
            from_server,
            hook_elsewhere: Arc::clone(&hook_elsewhere),
            errors: ErrorLog::default(),
            closes_without_hello: 0,
        };
        let shutdown = shutdown.clone();
        tokio::spawn(async move { shutdown.run_until_cancelled(task.run()).await });
        to_sim
    };
    let to_hook = start(LinkState::Hook, addresses.hook);
    let to_export = start(LinkState::Export, addresses.export);
    SimLink {
        from_sim,
        to_hook,
        to_export,
    }
}

/// The task that maintains the link to one state.
struct LinkTask {
    state: LinkState,
    address: String,
    to_server: mpsc::Sender<FromSim>,
    from_server: mpsc::Receiver<ToSim>,
    /// True while the hook state is linked with another server, which should then get both states.
    hook_elsewhere: Arc<watch::Sender<bool>>,
    errors: ErrorLog,
    /// The number of connections in a row that ended before the hello.
    closes_without_hello: u32,
}

impl LinkTask {
    async fn run(mut self) {
        loop {
            let elsewhere = *self.hook_elsewhere.borrow();
            let error = if self.state == LinkState::Export && elsewhere {
                LinkError::HookElsewhere
            } else {
                match connect(&self.address).await {
                    Ok(stream) => self.session(stream).await,
                    Err(error) => LinkError::Unreachable(error),
                }
            };
            self.record(&error);
            self.wait().await;
        }
    }

    /// Logs the reason why there is no link, and informs the task of the export state.
    fn record(&mut self, error: &LinkError) {
        if self.state == LinkState::Hook {
            let elsewhere = matches!(error, LinkError::Refused(_));
            self.hook_elsewhere
                .send_if_modified(|old| std::mem::replace(old, elsewhere) != elsewhere);
        }
        let Some(text) = self.errors.record(error) else {
            return;
        };
        let (name, address) = (self.state.name(), &self.address);
        if error.is_expected() {
            info!("{name} {address}: {text}");
        } else {
            warn!("{name} {address}: {text}");
        }
    }

    /// Waits before the next attempt, and refuses requests of the server meanwhile.
    async fn wait(&mut self) {
        let pause = sleep(RETRY);
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => return,
                Some(message) = self.from_server.recv() => self.refuse(&message).await,
            }
        }
    }

    async fn refuse(&self, message: &ToSim) {
        let ticket = match message {
            ToSim::Act(action) => action.ticket,
            ToSim::ListIndicators { ticket, .. } | ToSim::Call { ticket, .. } => *ticket,
            ToSim::WatchArg { .. }
            | ToSim::WatchTelemetry { .. }
            | ToSim::WatchReading { .. }
            | ToSim::WatchIndicator { .. }
            | ToSim::Mark(_)
            | ToSim::AskCold(_) => return,
        };
        let reason = "the link to the sim is down".into();
        let error = FromSim::Error {
            ticket: Some(ticket),
            reason,
        };
        let _ = self.to_server.send(error).await;
    }

    async fn session(&mut self, stream: TcpStream) -> LinkError {
        let mut session = Session::new(stream);
        let error = match self.exchange(&mut session).await {
            Ok(never) => match never {},
            Err(error) => error,
        };
        if session.up {
            self.errors.clear();
            self.closes_without_hello = 0;
            let _ = self.to_server.send(FromSim::Down(self.state)).await;
            return error;
        }
        self.without_hello(error)
    }

    /// Returns the error of a session without a hello. After several such sessions it names another
    /// program as the likely cause.
    fn without_hello(&mut self, error: LinkError) -> LinkError {
        if !matches!(error, LinkError::Closed | LinkError::Lost(_)) {
            self.closes_without_hello = 0;
            return error;
        }
        self.closes_without_hello = self.closes_without_hello.saturating_add(1);
        if self.closes_without_hello < MAX_CLOSES_WITHOUT_HELLO {
            return error;
        }
        LinkError::ClosedWithoutHello(advice(self.state))
    }

    /// Reads and writes until an error occurs.
    async fn exchange(
        &mut self,
        session: &mut Session,
    ) -> Result<std::convert::Infallible, LinkError> {
        let mut heartbeat = interval(HEARTBEAT_INTERVAL);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let began = Instant::now();
        let mut patience = HELLO_TIMEOUT.iter();
        let mut next_notice = patience.next();
        let mut hook_elsewhere = self.hook_elsewhere.subscribe();
        loop {
            session.write()?;
            tokio::select! {
                ready = session.stream.readable() => {
                    ready?;
                    if !session.read()? {
                        return Err(LinkError::Closed);
                    }
                    self.take_lines(session).await?;
                    // Lines that are all skipped must not keep other tasks from their turn.
                    yield_now().await;
                }
                ready = session.stream.writable(), if session.has_outgoing() => ready?,
                Some(message) = self.from_server.recv(), if session.has_room() => {
                    self.add(session, &message);
                }
                _ = heartbeat.tick(), if session.has_room() => session.add_heartbeat(),
                () = sleep_until(next_notice.map(|after| began + *after)), if !session.up => {
                    self.log_silence(next_notice == HELLO_TIMEOUT.first());
                    next_notice = patience.next();
                }
                () = until_true(&mut hook_elsewhere), if self.state == LinkState::Export => {
                    return Err(LinkError::HookElsewhere);
                }
            }
        }
    }

    fn log_silence(&self, may_be_loading: bool) {
        let (name, address) = (self.state.name(), &self.address);
        if may_be_loading {
            info!(
                "{name} {address}: connected, waiting for the sim's scripts (a mission may be \
                 loading)"
            );
        } else {
            let advice = advice(self.state);
            warn!(
                "{name} {address}: the program that listens there has sent nothing for a minute; if \
                 it is not the sim, {advice}"
            );
        }
    }

    /// Adds the message, and those that wait after it, to the bytes for the sim.
    fn add(&mut self, session: &mut Session, message: &ToSim) {
        session.add(message);
        while session.has_room() {
            let Ok(message) = self.from_server.try_recv() else {
                return;
            };
            session.add(&message);
        }
    }

    async fn take_lines(&mut self, session: &mut Session) -> Result<(), LinkError> {
        let name = self.state.name();
        while let Some(line) = session.incoming.next_line() {
            match json::read(&line, self.state) {
                Ok(SimLine::Hello(hello)) => {
                    let (answers_marks, answers_cold) = (hello.marks, hello.answers_cold);
                    let up = self.greet(hello)?;
                    session.up = true;
                    let _ = self.to_server.send(up).await;
                    if answers_marks && self.state == LinkState::Hook {
                        let _ = self.to_server.send(FromSim::Reached(0)).await;
                    }
                    if answers_cold && self.state == LinkState::Hook {
                        let _ = self.to_server.send(FromSim::AnswersCold).await;
                    }
                }
                Ok(SimLine::Refused(reason)) => {
                    return Err(LinkError::Refused(printable_reason(&reason)));
                }
                Ok(SimLine::Message(message)) if session.up => {
                    let _ = self.to_server.send(message).await;
                }
                Ok(SimLine::Message(_)) => {
                    debug!("{name}: a message before the hello was skipped");
                }
                Err(error) => {
                    let line = quoted(&String::from_utf8_lossy(&line));
                    if !session.up {
                        let advice = advice(self.state);
                        return Err(LinkError::Foreign { line, advice });
                    }
                    let reason =
                        format!("{line} is not a line of the dcs-master scripts ({error})");
                    session.skip(self.state, &reason);
                }
            }
        }
        if let Some(bytes) = session.incoming.take_skipped() {
            let reason = format!("it has {bytes} bytes, and at most {LONGEST_LINE} are allowed");
            session.skip(self.state, &reason);
        }
        Ok(())
    }

    fn greet(&mut self, hello: Hello) -> Result<FromSim, LinkError> {
        if hello.link != LINK_VERSION {
            return Err(LinkError::OtherLink(hello.link));
        }
        if hello.state != self.state.name() {
            return Err(LinkError::OtherState(quoted(&hello.state)));
        }
        self.errors.clear();
        if self.state == LinkState::Hook {
            self.hook_elsewhere.send_if_modified(std::mem::take);
        }
        let (name, ours) = (self.state.name(), env!("CARGO_PKG_VERSION"));
        let scripts = printable(&hello.version);
        info!("{name} {}: linked, scripts {scripts}", self.address);
        if hello.version != ours {
            warn!(
                "{name}: the scripts in the sim are version {scripts}, this server is {ours}; run \
                 \"dcs-master install\" and restart the sim"
            );
        }
        Ok(FromSim::Up {
            state: self.state,
            version: hello.version,
            write_dir: hello.write_dir,
            install_dir: hello.install_dir,
            telemetry_fields: hello.telemetry_fields,
            functions: hello.functions,
        })
    }
}

async fn until_true(flag: &mut watch::Receiver<bool>) {
    if flag.wait_for(|value| *value).await.is_err() {
        // The sender has been dropped, so the value stays false.
        std::future::pending::<()>().await;
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

async fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(address))
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
    net::set_options(&stream)?;
    Ok(stream)
}
