//! The TCP link to the scripts in the sim: one connection per Lua state, kept up for ever.
//!
//! Tells state changes in one log line each. Knows the lines of the link and
//! nothing of what they mean to the world.

use std::fmt::Write;
use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use memchr::memchr;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::json::{self, Hello, Said};
use super::message::{FromSim, LinkState, ToSim};
use super::print::{self, HEARTBEAT, LINK_VERSION};
use super::{QUEUE, SimLink};
use crate::wire::quoted;

/// Where the sim listens.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The hook state, as `host:port`.
    pub hook: String,
    /// The export state, as `host:port`.
    pub export: String,
}

const RETRY: Duration = Duration::from_secs(1);
const CONNECT_DEADLINE: Duration = Duration::from_secs(3);
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(2);
/// How long something may listen there without introducing itself before that is worth a line.
const HELLO_PATIENCE: Duration = Duration::from_secs(5);
/// Bytes in a line from the sim; a longer one is skipped.
const LONGEST_LINE: usize = 1 << 20;
/// Bytes that may wait for the sim to read them before further messages wait in their queue.
const MOST_OUTGOING: usize = 1 << 16;
const READ_AHEAD: usize = 1 << 14;

/// Links with the scripts at `addresses` until `shutdown`; must be called in a tokio runtime.
pub fn tcp(addresses: Addresses, shutdown: &CancellationToken) -> SimLink {
    let (to_server, from_sim) = mpsc::channel(QUEUE);
    let keep = |state, address| {
        let (to_sim, from_server) = mpsc::channel(QUEUE);
        let keeper = Keeper {
            state,
            address,
            to_server: to_server.clone(),
            from_server,
        };
        let shutdown = shutdown.clone();
        tokio::spawn(async move { shutdown.run_until_cancelled(keeper.run()).await });
        to_sim
    };
    let to_hook = keep(LinkState::Hook, addresses.hook);
    let to_export = keep(LinkState::Export, addresses.export);
    SimLink {
        from_sim,
        to_hook,
        to_export,
    }
}

/// Keeps the link to one state.
struct Keeper {
    state: LinkState,
    address: String,
    to_server: mpsc::Sender<FromSim>,
    from_server: mpsc::Receiver<ToSim>,
}

/// Why a session ended or could not begin, for the log.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("not there ({0}); trying every second")]
    Unreachable(io::Error),
    #[error("closed by the sim; trying every second")]
    Closed,
    #[error("lost ({0}); trying every second")]
    Lost(#[from] io::Error),
    #[error("refused: {0}")]
    Refused(String),
    #[error(
        "speaks version {0} of the link, this server {LINK_VERSION}; run \"dcs-master install\" and \
         restart the sim"
    )]
    OtherLink(u64),
    #[error("is the sim's \"{0}\" port; check --hook and --export, or the ports in config.lua")]
    OtherState(String),
}

impl Keeper {
    async fn run(mut self) {
        let mut told = String::new();
        loop {
            let trouble = match connect(&self.address).await {
                Ok(stream) => self.session(stream, &mut told).await,
                Err(error) => Trouble::Unreachable(error),
            };
            self.tell(&mut told, &trouble);
            self.wait().await;
        }
    }

    /// One line when the state changed. That a link which went down cannot be had again at once
    /// is nothing new.
    fn tell(&self, told: &mut String, trouble: &Trouble) {
        let text = trouble.to_string();
        let expected = matches!(trouble, Trouble::Unreachable(_) | Trouble::Closed);
        if *told == text || (matches!(trouble, Trouble::Unreachable(_)) && !told.is_empty()) {
            return;
        }
        let (name, address) = (self.state.name(), &self.address);
        if expected {
            info!("{name} {address}: {text}");
        } else {
            warn!("{name} {address}: {text}");
        }
        *told = text;
    }

    /// Waits for the next try. What the server says meanwhile is void.
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
            ToSim::ListIndicators { ticket, .. } => *ticket,
            ToSim::WatchArg { .. } | ToSim::WatchIndicator { .. } => return,
        };
        let reason = "the link went down before it could be done".into();
        let error = FromSim::Error {
            ticket: Some(ticket),
            reason,
        };
        let _ = self.to_server.send(error).await;
    }

    async fn session(&mut self, stream: TcpStream, told: &mut String) -> Trouble {
        let mut session = Session {
            stream,
            incoming: Incoming::default(),
            outgoing: print::greeting(),
            written: 0,
            up: false,
            skipped: 0,
        };
        let trouble = loop {
            match self.exchange(&mut session, told).await {
                Ok(()) => {}
                Err(trouble) => break trouble,
            }
        };
        if session.up {
            told.clear();
            let _ = self.to_server.send(FromSim::Down(self.state)).await;
        }
        trouble
    }

    /// Reads and writes until something goes wrong.
    async fn exchange(&mut self, session: &mut Session, told: &mut String) -> Result<(), Trouble> {
        let mut heartbeat = interval(HEARTBEAT_INTERVAL);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let mut patience = Some(Instant::now() + HELLO_PATIENCE);
        loop {
            session.write()?;
            tokio::select! {
                ready = session.stream.readable() => {
                    ready?;
                    session.read()?;
                    self.take_lines(session, told).await?;
                    // Lines that are all skipped must not keep the clients from their turn.
                    yield_now().await;
                }
                ready = session.stream.writable(), if !session.outgoing.is_empty() => ready?,
                Some(message) = self.from_server.recv(), if session.outgoing.len() < MOST_OUTGOING => {
                    self.queue(session, &message);
                }
                _ = heartbeat.tick(), if session.outgoing.len() < MOST_OUTGOING => {
                    session.outgoing.push_str(HEARTBEAT);
                }
                () = sleep_until(patience), if patience.is_some() && !session.up => {
                    patience = None;
                    let (name, address) = (self.state.name(), &self.address);
                    info!("{name} {address}: connected, waiting for the sim's scripts (a mission may be loading)");
                }
            }
        }
    }

    /// Puts the message and those that wait behind it into the session's buffer.
    fn queue(&mut self, session: &mut Session, message: &ToSim) {
        session.say(message);
        while session.outgoing.len() < MOST_OUTGOING {
            let Ok(message) = self.from_server.try_recv() else {
                return;
            };
            session.say(&message);
        }
    }

    async fn take_lines(&self, session: &mut Session, told: &mut String) -> Result<(), Trouble> {
        let name = self.state.name();
        while let Some(line) = session.incoming.next_line() {
            match json::read(&line, self.state) {
                Ok(Said::Hello(hello)) => {
                    let up = self.greet(hello, told)?;
                    session.up = true;
                    let _ = self.to_server.send(up).await;
                }
                Ok(Said::Refused(reason)) => return Err(Trouble::Refused(reason)),
                Ok(Said::Message(message)) if session.up => {
                    let _ = self.to_server.send(message).await;
                }
                Ok(Said::Message(_)) => debug!("{name}: a message before the hello was skipped"),
                Err(error) => {
                    let start = quoted(&String::from_utf8_lossy(&line));
                    session.skip(
                        name,
                        &format!("{start} is not of the dcs-master scripts ({error})"),
                    );
                }
            }
        }
        if let Some(bytes) = session.incoming.take_skipped() {
            session.skip(
                name,
                &format!("it has {bytes} bytes, {LONGEST_LINE} are allowed"),
            );
        }
        Ok(())
    }

    fn greet(&self, hello: Hello, told: &mut String) -> Result<FromSim, Trouble> {
        if hello.link != LINK_VERSION {
            return Err(Trouble::OtherLink(hello.link));
        }
        if hello.state != self.state.name() {
            return Err(Trouble::OtherState(hello.state));
        }
        told.clear();
        let (name, ours) = (self.state.name(), env!("CARGO_PKG_VERSION"));
        info!("{name} {}: linked, scripts {}", self.address, hello.version);
        if hello.version != ours {
            warn!(
                "{name}: the scripts in the sim are version {}, this server is {ours}; run \
                 \"dcs-master install\" and restart the sim",
                hello.version
            );
        }
        Ok(FromSim::Up {
            state: self.state,
            version: hello.version,
            write_dir: hello.write_dir,
            install_dir: hello.install_dir,
        })
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    if let Some(deadline) = deadline {
        tokio::time::sleep_until(deadline).await;
    }
}

async fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = timeout(CONNECT_DEADLINE, TcpStream::connect(address))
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?;
    crate::serve::prepare(&stream)?;
    Ok(stream)
}

/// A connection with one state.
struct Session {
    stream: TcpStream,
    incoming: Incoming,
    outgoing: String,
    /// How much of `outgoing` is written.
    written: usize,
    up: bool,
    /// Lines of the sim that were skipped.
    skipped: u64,
}

impl Session {
    /// A line of the sim is of no use. Told ever more rarely: it may come in every frame.
    fn skip(&mut self, name: &str, reason: &str) {
        self.skipped += 1;
        if self.skipped.is_power_of_two() {
            let count = self.skipped;
            warn!("{name}: a line of the sim was skipped ({count} so far): {reason}");
        }
    }

    fn say(&mut self, message: &ToSim) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.outgoing, "{message}");
    }

    /// Writes as much as the socket takes.
    fn write(&mut self) -> io::Result<()> {
        while self.written < self.outgoing.len() {
            match self
                .stream
                .try_write(&self.outgoing.as_bytes()[self.written..])
            {
                Ok(bytes) => self.written += bytes,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.outgoing.clear();
        self.written = 0;
        Ok(())
    }

    /// Reads what there is, up to a bound, so that lines are taken out between reads.
    fn read(&mut self) -> Result<(), Trouble> {
        self.incoming.buffer.reserve(READ_AHEAD);
        match self.stream.try_read_buf(&mut self.incoming.buffer) {
            Ok(0) => Err(Trouble::Closed),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Bytes from the sim that are not yet lines.
#[derive(Default)]
struct Incoming {
    buffer: BytesMut,
    /// How much of it is known to hold no line end.
    scanned: usize,
    /// Bytes of a line that is too long and not yet at its end.
    skipping: usize,
    skipped: Option<usize>,
}

impl Incoming {
    /// The next whole line, without its line end.
    fn next_line(&mut self) -> Option<BytesMut> {
        loop {
            let Some(end) = memchr(b'\n', &self.buffer[self.scanned..]) else {
                self.scanned = self.buffer.len();
                if self.scanned > LONGEST_LINE || self.skipping > 0 {
                    self.skipping += self.scanned;
                    self.buffer.clear();
                    self.scanned = 0;
                }
                return None;
            };
            let line = self.buffer.split_to(self.scanned + end);
            self.buffer.advance(1);
            self.scanned = 0;
            let length = std::mem::take(&mut self.skipping) + line.len();
            if length <= LONGEST_LINE {
                return Some(line);
            }
            self.skipped = Some(length);
        }
    }

    /// The length of a line that was skipped since this was asked last.
    fn take_skipped(&mut self) -> Option<usize> {
        self.skipped.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_whatever_the_chunks_and_long_ones_are_skipped() {
        let long = "x".repeat(LONGEST_LINE + 1);
        let input = format!("one\n\n{long}\ntwo\nrest");
        for chunk in [7, 4096, input.len()] {
            let (mut incoming, mut lines, mut skipped) =
                (Incoming::default(), Vec::new(), Vec::new());
            for bytes in input.as_bytes().chunks(chunk) {
                incoming.buffer.extend_from_slice(bytes);
                while let Some(line) = incoming.next_line() {
                    lines.push(String::from_utf8_lossy(&line).into_owned());
                }
                skipped.extend(incoming.take_skipped());
                assert!(incoming.buffer.len() <= LONGEST_LINE + chunk);
            }
            assert_eq!(lines, ["one", "", "two"], "chunks of {chunk}");
            assert_eq!(skipped, [long.len()]);
        }
    }
}
