//! The clients' sockets: who is let in, what is written to them, and when they have to go.

use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use tracing::{debug, info};

use super::{Event, Hub, Visit};
use crate::filter::Micros;
use crate::serve::connection::{self, Batch, End};
use crate::serve::{Config, is_allowed};
use crate::wire::print;
use crate::world::{ClientKey, Outbox};

/// Bytes an empty outbox may keep allocated.
const OUTBOX_KEPT: usize = 1 << 14;

/// Lines about clients that come and go, in the log per second.
const NOTES_PER_SECOND: u32 = 10;

/// The connection of a client.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Arc<TcpStream>,
    address: SocketAddr,
    visit: Visit,
    /// Lets the reading task go on.
    go_on: Arc<Notify>,
    _reader: AbortOnDropHandle<()>,
    /// Waits for the socket to take more; there is one while the client is blocked.
    writer: Option<AbortOnDropHandle<()>>,
    /// The reading task waits for the client to be no longer blocked.
    held: bool,
    /// The client has said all; it is answered and then closed. Gives up after a while.
    closing: Option<AbortOnDropHandle<()>>,
}

impl Hub {
    pub(super) fn welcome(&mut self, stream: TcpStream, address: SocketAddr) {
        if let Some(reason) = self.unwelcome(address) {
            self.world.count_turned_away();
            self.note(format_args!("client {address} turned away: {reason}"));
            if self.config.error_lines {
                turn_away(stream, &reason);
            }
            return;
        }
        let key = self.world.join(Outbox::Lines(Vec::new()));
        self.visits += 1;
        let visit = Visit {
            key,
            number: self.visits,
        };
        let (stream, go_on) = (Arc::new(stream), Arc::new(Notify::new()));
        let reader = connection::read(
            Arc::clone(&stream),
            visit,
            self.to_hub.clone(),
            Arc::clone(&go_on),
            self.config.max_line,
        );
        let reader = AbortOnDropHandle::new(tokio::spawn(reader));
        self.connections.insert(
            key,
            Connection {
                stream,
                address,
                visit,
                go_on,
                _reader: reader,
                writer: None,
                held: false,
                closing: None,
            },
        );
        let now = self.connections.len();
        self.note(format_args!("client {address} connected, {now} now"));
    }

    /// A line about a client for the log; when they come and go in masses, only with `-v`.
    fn note(&mut self, line: fmt::Arguments<'_>) {
        const SECOND: Micros = 1_000_000;
        let second = self.now() / SECOND;
        if self.notes.0 != second {
            self.notes = (second, 0);
        }
        self.notes.1 += 1;
        if self.notes.1 <= NOTES_PER_SECOND {
            info!("{line}");
        } else {
            debug!("{line}");
        }
    }

    /// Why a client at this address is not let in.
    fn unwelcome(&self, address: SocketAddr) -> Option<String> {
        let Config {
            allow, max_clients, ..
        } = &self.config;
        if !is_allowed(allow, address.ip()) {
            let ip = address.ip();
            return Some(format!(
                "{ip} is in none of the networks given with --allow"
            ));
        }
        let full = self.connections.len() >= *max_clients;
        full.then(|| {
            format!("the server is full: {max_clients} clients are allowed (--max-clients)")
        })
    }

    /// The connection, if it is still this stay of the client.
    fn connection(&mut self, visit: Visit) -> Option<&mut Connection> {
        self.connections
            .get_mut(&visit.key)
            .filter(|connection| connection.visit == visit)
    }

    pub(super) fn carry_out(&mut self, visit: Visit, batch: Batch) {
        let now = self.now();
        if self.connection(visit).is_none() {
            return;
        }
        for request in batch {
            self.world.request(visit.key, request, now);
        }
        let Some(connection) = self.connection(visit) else {
            return;
        };
        if connection.writer.is_some() {
            connection.held = true;
        } else {
            connection.go_on.notify_one();
        }
    }

    pub(super) fn end(&mut self, visit: Visit, end: End) {
        let (to_hub, deadline) = (self.to_hub.clone(), self.config.write_deadline);
        match end {
            End::Broken => self.part(visit, "connection lost"),
            End::Foreign => {
                self.world.count_turned_away();
                self.part(
                    visit,
                    "sent an HTTP request or a TLS greeting, no dcs-master line",
                );
            }
            End::Said => {
                let Some(connection) = self.connection(visit) else {
                    return;
                };
                let give_up = async move {
                    tokio::time::sleep(deadline).await;
                    let _ = to_hub.send(Event::Stalled(visit)).await;
                };
                connection.closing = Some(AbortOnDropHandle::new(tokio::spawn(give_up)));
                self.world.clear(visit.key);
                self.close_if_done(visit.key);
            }
        }
    }

    /// Whether a client that has said all has taken all but what the sim is yet to answer.
    pub(super) fn awaits_only_the_sim(&mut self, visit: Visit) -> bool {
        self.connection(visit)
            .is_some_and(|connection| connection.closing.is_some() && connection.writer.is_none())
    }

    /// Closes the connection of a client that has said all and has got all.
    pub(super) fn close_if_done(&mut self, key: ClientKey) {
        let Some(connection) = self.connections.get(&key) else {
            return;
        };
        let visit = connection.visit;
        let closing = connection.closing.is_some() && connection.writer.is_none();
        let empty = matches!(self.world.outbox(key), Some(Outbox::Lines(out)) if out.is_empty());
        if closing && empty && !self.world.is_waiting(key) {
            self.part(visit, "closed by the client");
        }
    }

    /// Forgets a client and closes its connection.
    pub(super) fn part(&mut self, visit: Visit, reason: &str) {
        if self.connection(visit).is_none() {
            return;
        }
        if let Some(connection) = self.connections.remove(&visit.key) {
            self.world.leave(visit.key);
            let (address, now) = (connection.address, self.connections.len());
            self.note(format_args!("client {address}: {reason}, {now} now"));
        }
    }

    /// Writes as much of a client's outbox as its socket takes.
    pub(super) fn write(&mut self, key: ClientKey) {
        let Some(connection) = self.connections.get_mut(&key) else {
            return;
        };
        if connection.writer.is_some() {
            return;
        }
        let Some(Outbox::Lines(out)) = self.world.outbox(key) else {
            return;
        };
        match write_all(&connection.stream, out) {
            Ok(()) if out.is_empty() => out.shrink_to(OUTBOX_KEPT),
            Ok(()) => {
                self.world.block(key);
                self.await_writable(key);
            }
            Err(error) => {
                let visit = connection.visit;
                self.part(visit, &error.to_string());
            }
        }
    }

    fn await_writable(&mut self, key: ClientKey) {
        let Some(connection) = self.connections.get_mut(&key) else {
            return;
        };
        let (stream, visit) = (Arc::clone(&connection.stream), connection.visit);
        let (to_hub, deadline) = (self.to_hub.clone(), self.config.write_deadline);
        let wait = async move {
            let event = match timeout(deadline, stream.writable()).await {
                Ok(_) => Event::Writable(visit),
                Err(_) => Event::Stalled(visit),
            };
            let _ = to_hub.send(event).await;
        };
        connection.writer = Some(AbortOnDropHandle::new(tokio::spawn(wait)));
    }

    /// Goes on writing to a client that was blocked.
    pub(super) fn write_on(&mut self, visit: Visit) {
        let Some(connection) = self.connection(visit) else {
            return;
        };
        connection.writer = None;
        self.write(visit.key);
        let Some(connection) = self.connection(visit) else {
            return;
        };
        if connection.writer.is_some() {
            return;
        }
        if std::mem::take(&mut connection.held) {
            connection.go_on.notify_one();
        }
        self.world.unblock(visit.key, self.now());
        self.close_if_done(visit.key);
    }
}

/// Tells a client why it is not let in, if it can be told at once.
fn turn_away(stream: TcpStream, reason: &str) {
    let mut line = Vec::new();
    print::error(&mut line, reason);
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(&line);
    }
}

/// Writes from the front of `out` until it is empty or the socket takes no more.
fn write_all(stream: &TcpStream, out: &mut Vec<u8>) -> io::Result<()> {
    let mut written = 0;
    let result = loop {
        if written == out.len() {
            break Ok(());
        }
        match stream.try_write(&out[written..]) {
            Ok(bytes) => written += bytes,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    out.drain(..written);
    result
}
