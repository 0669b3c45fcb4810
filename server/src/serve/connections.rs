//! The clients' connections: admits clients, writes to them, and closes their connections.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;
use tracing::{debug, info};

use super::config::Config;
use super::event::{Arrival, Batch, ConnectionId, Event, ReadEnd};
use super::reader;
use super::report::{ClientKind, ClientReport};
use super::stream::{Outgoing, PanelKind, Peer};
use crate::filter::Micros;
use crate::net::is_allowed;
use crate::rate_limit::RateLimit;
use crate::wire::print;
use crate::world::{ClientKey, Outbox, World};

/// The most bytes that an empty outbox keeps allocated.
const OUTBOX_KEPT: usize = 1 << 14;
/// The most lines in the log per second about clients that come and go.
const LOG_LINES_PER_SECOND: u32 = 10;

/// The connections of all clients.
#[derive(Debug)]
pub(super) struct Connections {
    config: Arc<Config>,
    /// The sender that is cloned for the tasks of connections.
    to_hub: mpsc::Sender<Event>,
    all: HashMap<ClientKey, Connection>,
    next_number: u64,
    log: RateLimit,
}

/// The connection of a client.
#[derive(Debug)]
struct Connection {
    id: ConnectionId,
    stream: Outgoing,
    peer: Peer,
    since: Instant,
    state: State,
    /// Whether the reading task waits for its batch to be carried out and for the socket to accept
    /// writes.
    reader_waits: bool,
    /// Tells the reading task to continue.
    batch_done: Arc<Notify>,
    _reader: Task,
    _permit: Option<OwnedSemaphorePermit>,
}

/// A task that ends when this is dropped.
type Task = AbortOnDropHandle<()>;

/// The state of a connection.
#[derive(Debug)]
enum State {
    /// Requests are read, and the socket accepts writes.
    Open,
    /// The socket accepts no writes at present. A task waits until it does.
    Blocked { _wait: Task },
    /// The client has closed its sending side. It still gets its answers, until the deadline.
    Draining {
        _deadline: Task,
        /// The task that waits for the socket, if it accepts no writes at present.
        wait: Option<Task>,
    },
}

impl State {
    fn is_blocked(&self) -> bool {
        match self {
            Self::Open => false,
            Self::Blocked { .. } => true,
            Self::Draining { wait, .. } => wait.is_some(),
        }
    }

    /// Starts draining: the client gets its answers and no more updates.
    fn drain(&mut self, deadline: Task) {
        let wait = match std::mem::replace(self, Self::Open) {
            Self::Open => None,
            Self::Blocked { _wait: wait } => Some(wait),
            Self::Draining { wait, .. } => wait,
        };
        *self = Self::Draining {
            _deadline: deadline,
            wait,
        };
    }

    /// Records that the socket accepts no writes. `task` waits until it accepts them again.
    fn block(&mut self, task: Task) {
        match self {
            Self::Draining { wait, .. } => *wait = Some(task),
            Self::Open | Self::Blocked { .. } => *self = Self::Blocked { _wait: task },
        }
    }

    /// Records that the socket accepts writes again.
    fn unblock(&mut self) {
        match self {
            Self::Open => {}
            Self::Draining { wait, .. } => *wait = None,
            Self::Blocked { .. } => *self = Self::Open,
        }
    }
}

impl Connections {
    pub(super) fn new(config: Arc<Config>, to_hub: mpsc::Sender<Event>) -> Self {
        Self {
            config,
            to_hub,
            all: HashMap::new(),
            next_number: 0,
            log: RateLimit::new(LOG_LINES_PER_SECOND, LOG_LINES_PER_SECOND),
        }
    }

    /// Admits a client and returns its identity, or turns it away.
    pub(super) fn admit(
        &mut self,
        world: &mut World,
        arrival: Arrival,
        now: Micros,
    ) -> Option<ConnectionId> {
        let Arrival {
            stream,
            peer,
            permit,
        } = arrival;
        if let Some(reason) = self.reason_to_reject(&peer) {
            world.count_turned_away();
            log_within_limit(
                &mut self.log,
                now,
                format_args!("client {peer} turned away: {reason}"),
            );
            if self.config.error_lines {
                let mut line = Vec::new();
                print::error(&mut line, &reason);
                stream.write_last(&line);
            }
            return None;
        }
        let key = world.join(Outbox::Lines(Vec::new()));
        let id = ConnectionId {
            key,
            number: self.next_number,
        };
        self.next_number += 1;
        let (incoming, stream) = stream.split();
        let batch_done = Arc::new(Notify::new());
        let reader = reader::read(
            incoming,
            id,
            self.to_hub.clone(),
            Arc::clone(&batch_done),
            self.config.max_line,
        );
        let connection = Connection {
            id,
            stream,
            peer: peer.clone(),
            since: Instant::now(),
            state: State::Open,
            reader_waits: false,
            batch_done,
            _reader: AbortOnDropHandle::new(tokio::spawn(reader)),
            _permit: permit,
        };
        self.all.insert(key, connection);
        let count = self.all.len();
        log_within_limit(
            &mut self.log,
            now,
            format_args!("client {peer} connected; clients: {count}"),
        );
        Some(id)
    }

    /// Returns the name of a client without its address, such as `tcp 3`.
    pub(super) fn label(&self, id: ConnectionId) -> Option<String> {
        let connection = self.all.get(&id.key)?;
        let kind = match connection.peer {
            Peer::Address(_) => "tcp",
            Peer::Panel(PanelKind::Serial, _) => "serial",
            Peer::Panel(PanelKind::Page, _) => "page",
        };
        (connection.id == id).then(|| format!("{kind} {}", id.number))
    }

    /// Returns the reason for turning a client away, if there is one.
    fn reason_to_reject(&self, peer: &Peer) -> Option<String> {
        if let Peer::Address(address) = peer
            && !is_allowed(&self.config.allow, address.ip())
        {
            return Some(format!(
                "{} is in none of the networks given with --allow",
                address.ip()
            ));
        }
        (self.all.len() >= self.config.capacity()).then(|| self.config.full())
    }

    /// Returns what is known about each client, the oldest first.
    pub(super) fn reports(&self, world: &World) -> Vec<ClientReport> {
        let mut connections: Vec<(&ClientKey, &Connection)> = self.all.iter().collect();
        connections.sort_by_key(|(_, connection)| connection.id.number);
        let report = |(key, connection): (&ClientKey, &Connection)| {
            let (subscriptions, traffic) = world.client(*key)?;
            let (kind, peer) = match &connection.peer {
                Peer::Address(address) => (ClientKind::Network, address.to_string()),
                Peer::Panel(kind, name) => (ClientKind::Panel(*kind), name.to_string()),
            };
            Some(ClientReport {
                kind,
                peer,
                connected: connection.since.elapsed(),
                is_blocked: connection.state.is_blocked(),
                subscriptions,
                traffic: traffic.clone(),
            })
        };
        connections.into_iter().filter_map(report).collect()
    }

    /// Makes all clients leave, at the end of the server.
    pub(super) fn leave_all(&mut self, world: &mut World) {
        for (key, _) in self.all.drain() {
            world.leave(key);
        }
    }

    /// Returns the connection if it is still open.
    fn get(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.all
            .get_mut(&id.key)
            .filter(|connection| connection.id == id)
    }

    /// Carries out a client's requests, then lets its reading task continue.
    pub(super) fn carry_out(
        &mut self,
        world: &mut World,
        id: ConnectionId,
        batch: Batch,
        now: Micros,
    ) {
        let Some(connection) = self.get(id) else {
            return;
        };
        for request in batch {
            world.request(id.key, request, now);
        }
        connection.reader_waits = true;
        self.release_reader(world, id.key);
    }

    /// Lets a client's reading task continue if its requests have been carried out and its socket
    /// accepts writes.
    pub(super) fn release_reader(&mut self, world: &World, key: ClientKey) {
        if let Some(connection) = self.all.get_mut(&key)
            && connection.reader_waits
            && !world.is_behind(key)
            && !matches!(connection.state, State::Blocked { .. })
        {
            connection.reader_waits = false;
            connection.batch_done.notify_one();
        }
    }

    /// Handles the end of reading: drains the connection if the client may still read, else closes
    /// it.
    pub(super) fn end_reading(
        &mut self,
        world: &mut World,
        id: ConnectionId,
        end: ReadEnd,
        now: Micros,
    ) {
        match end {
            ReadEnd::Broken => self.close(world, id, "connection lost", now),
            ReadEnd::Foreign => {
                world.count_turned_away();
                let reason = "sent an HTTP request or a TLS greeting instead of a dcs-master line";
                self.close(world, id, reason, now);
            }
            ReadEnd::Eof => {
                let (to_hub, patience) = (self.to_hub.clone(), self.config.write_deadline);
                let Some(connection) = self.get(id) else {
                    return;
                };
                let deadline = async move {
                    sleep(patience).await;
                    let _ = to_hub.send(Event::Stalled(id)).await;
                };
                connection
                    .state
                    .drain(AbortOnDropHandle::new(tokio::spawn(deadline)));
                world.clear(id.key);
                self.close_if_drained(world, id.key, now);
            }
        }
    }

    /// Closes the connection of a client that has not read for too long, or that closed its sending
    /// side too long ago.
    pub(super) fn stall(&mut self, world: &mut World, id: ConnectionId, now: Micros) {
        let Some(connection) = self.get(id) else {
            return;
        };
        if matches!(connection.state, State::Draining { wait: None, .. }) {
            let reason = "closed by the client; the sim did not answer";
            self.close(world, id, reason, now);
        } else {
            world.count_stalled();
            let seconds = self.config.write_deadline.as_secs();
            self.close(world, id, &format!("read nothing for {seconds} s"), now);
        }
    }

    /// Closes a connection that is draining if the client has got all its answers.
    fn close_if_drained(&mut self, world: &mut World, key: ClientKey, now: Micros) {
        let Some(connection) = self.all.get(&key) else {
            return;
        };
        let id = connection.id;
        let draining = matches!(connection.state, State::Draining { wait: None, .. });
        if !draining || world.is_waiting(key) {
            return;
        }
        if matches!(world.outbox(key), Some(Outbox::Lines(out)) if out.is_empty()) {
            self.close(world, id, "closed by the client", now);
        }
    }

    /// Forgets a client and closes its connection.
    fn close(&mut self, world: &mut World, id: ConnectionId, reason: &str, now: Micros) {
        if self.get(id).is_none() {
            return;
        }
        if let Some(connection) = self.all.remove(&id.key) {
            world.leave(id.key);
            let (peer, count) = (connection.peer, self.all.len());
            log_within_limit(
                &mut self.log,
                now,
                format_args!("client {peer}: {reason}; clients: {count}"),
            );
        }
    }

    /// Writes the contents of a client's outbox. Returns false if the client has no connection.
    pub(super) fn flush(&mut self, world: &mut World, key: ClientKey, now: Micros) -> bool {
        if !self.all.contains_key(&key) {
            return false;
        }
        self.write(world, key, now);
        self.close_if_drained(world, key, now);
        true
    }

    /// Writes as much of a client's outbox as its socket accepts.
    fn write(&mut self, world: &mut World, key: ClientKey, now: Micros) {
        let Some(connection) = self.all.get_mut(&key) else {
            return;
        };
        if connection.state.is_blocked() {
            return;
        }
        let Some(Outbox::Lines(out)) = world.outbox(key) else {
            return;
        };
        match write_all(&connection.stream, out) {
            Ok(()) if out.is_empty() => out.shrink_to(OUTBOX_KEPT),
            Ok(()) => {
                world.block(key);
                let wait = self.wait_writable(key);
                if let (Some(connection), Some(wait)) = (self.all.get_mut(&key), wait) {
                    connection.state.block(wait);
                }
            }
            Err(error) => {
                let id = connection.id;
                self.close(world, id, &error.to_string(), now);
            }
        }
    }

    /// Starts a task that waits until the socket accepts writes.
    fn wait_writable(&self, key: ClientKey) -> Option<Task> {
        let connection = self.all.get(&key)?;
        let (stream, id) = (connection.stream.clone(), connection.id);
        let (to_hub, deadline) = (self.to_hub.clone(), self.config.write_deadline);
        let wait = async move {
            let event = match timeout(deadline, stream.writable()).await {
                Ok(()) => Event::Writable(id),
                Err(_) => Event::Stalled(id),
            };
            let _ = to_hub.send(event).await;
        };
        Some(AbortOnDropHandle::new(tokio::spawn(wait)))
    }

    /// Continues writing to a client that was blocked.
    pub(super) fn resume(&mut self, world: &mut World, id: ConnectionId, now: Micros) {
        let Some(connection) = self.get(id) else {
            return;
        };
        connection.state.unblock();
        let values = connection.stream.values_at_once();
        self.write(world, id.key, now);
        let Some(connection) = self.get(id) else {
            return;
        };
        if connection.state.is_blocked() {
            return;
        }
        world.unblock(id.key, values, now);
        self.release_reader(world, id.key);
        self.close_if_drained(world, id.key, now);
    }
}

/// Logs a line about a client that comes or goes. Lines beyond the limit are logged only with `-v`.
fn log_within_limit(log: &mut RateLimit, now: Micros, line: fmt::Arguments<'_>) {
    if log.take(1, now) {
        info!("{line}");
    } else {
        debug!("{line}");
    }
}

/// Writes from the front of `out` until it is empty or the socket accepts no more.
fn write_all(stream: &Outgoing, out: &mut Vec<u8>) -> io::Result<()> {
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
