//! The hub: the one task that owns the world and writes to all clients.
//!
//! Each turn takes one event, lets the world act on it, then writes what came of
//! it: one write per client, however many of its gauges changed in a frame. A
//! socket that does not take all is waited for by a task of its own; meanwhile
//! the world notes only what is owed to that client.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::{debug, info, warn};

use super::Config;
use super::connection::{self, Batch, End};
use super::subscriber::{Ask, Mailbox};
use super::tables::load;
use crate::filter::Micros;
use crate::link::{FromSim, SimLink};
use crate::wire::{Request, print};
use crate::world::{Aircraft, ClientKey, Outbox, World};

/// One stay of a client: its key, and a number that no other stay has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    key: ClientKey,
    number: u64,
}

/// What the hub is told by the other tasks.
#[derive(Debug)]
pub(super) enum Event {
    /// A client has connected.
    Connected(TcpStream, SocketAddr),
    /// Requests of a client; it is read on when they are carried out.
    Requests(Visit, Batch),
    /// A client is not read any more.
    End(Visit, End),
    /// A client that was blocked can be written to.
    Writable(Visit),
    /// A client has taken nothing for too long.
    Stalled(Visit),
    /// A subscriber in this process asks for something.
    Ask(Arc<Mailbox>, Ask),
}

/// What the hub does next.
enum Turn {
    /// Listen to the sim.
    Said(FromSim),
    /// See to a client.
    Event(Event),
    /// Begin with an aircraft whose tables have been read.
    Loaded(Option<Arc<Aircraft>>),
    /// Send what has waited long enough.
    Due,
    /// Tell the sim what it had no room for.
    Room,
}

/// Bytes an empty outbox may keep allocated.
const OUTBOX_KEPT: usize = 1 << 14;

/// The task that owns the world.
#[derive(Debug)]
pub(super) struct Hub {
    config: Config,
    world: World,
    link: SimLink,
    events: mpsc::Receiver<Event>,
    /// For the tasks that the hub starts.
    to_hub: mpsc::Sender<Event>,
    connections: HashMap<ClientKey, Connection>,
    /// The subscribers in this process, and where each mailbox has its place.
    mailboxes: HashMap<ClientKey, Arc<Mailbox>>,
    places: HashMap<usize, ClientKey>,
    visits: u64,
    start: Instant,
    /// Tables that are being read. Until they are there the sim is not listened to.
    loading: Option<JoinHandle<Arc<Aircraft>>>,
}

/// The connection of a client.
#[derive(Debug)]
struct Connection {
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
    pub(super) fn new(
        config: Config,
        link: SimLink,
        to_hub: mpsc::Sender<Event>,
        events: mpsc::Receiver<Event>,
    ) -> Self {
        Self {
            world: World::new(config.max_subscriptions, config.error_lines),
            config,
            link,
            events,
            to_hub,
            connections: HashMap::new(),
            mailboxes: HashMap::new(),
            places: HashMap::new(),
            visits: 0,
            start: Instant::now(),
            loading: None,
        }
    }

    /// Runs until `shutdown`.
    pub(super) async fn run(mut self, shutdown: CancellationToken) {
        self.start = Instant::now();
        while let Some(turn) = shutdown.run_until_cancelled(self.next_turn()).await {
            match turn {
                Turn::Said(message) => self.hear(message),
                Turn::Event(event) => self.handle(event),
                Turn::Loaded(aircraft) => self.appear(aircraft),
                Turn::Due => self.world.tick(self.now()),
                Turn::Room => {}
            }
            self.flush();
        }
        for mailbox in self.mailboxes.values() {
            mailbox.end();
        }
    }

    /// Tells the sim what there is to tell, then waits for something to do.
    async fn next_turn(&mut self) -> Turn {
        let (hook_full, export_full) = self.tell_sim();
        let due = self.world.next_due().map(|due| self.at(due));
        tokio::select! {
            Some(message) = self.link.from_sim.recv(), if self.loading.is_none() => {
                Turn::Said(message)
            }
            Some(event) = self.events.recv() => Turn::Event(event),
            aircraft = loaded(&mut self.loading) => Turn::Loaded(aircraft),
            () = sleep_till(due) => Turn::Due,
            _ = self.link.to_hook.reserve(), if hook_full => Turn::Room,
            _ = self.link.to_export.reserve(), if export_full => Turn::Room,
        }
    }

    fn now(&self) -> Micros {
        self.start.elapsed().as_micros() as Micros
    }

    fn at(&self, time: Micros) -> Instant {
        self.start + std::time::Duration::from_micros(time)
    }

    /// Hands the sim what its queues take; whether more waits for the hook and the export state.
    fn tell_sim(&mut self) -> (bool, bool) {
        let (link, world) = (&self.link, &mut self.world);
        let hook_full = fill(&link.to_hook, || world.next_for_hook());
        let export_full = fill(&link.to_export, || world.next_for_export());
        (hook_full, export_full)
    }

    fn hear(&mut self, message: FromSim) {
        match &message {
            FromSim::Aircraft(None) => info!("no aircraft is controlled"),
            FromSim::Error {
                ticket: None,
                reason,
            } => warn!("the sim says: {reason}"),
            FromSim::Stats(state, stats) => debug!(
                "{}: {} frames in {:.1} s, {:.1} us each, at most {:.0} us",
                state.name(),
                stats.frames,
                stats.seconds,
                stats.mean_us,
                stats.max_us
            ),
            _ => {}
        }
        self.world.hear(message, self.now());
        if let Some(name) = self.world.take_tables_wanted() {
            self.loading = Some(load(self.config.defs.clone(), name));
        }
    }

    fn appear(&mut self, aircraft: Option<Arc<Aircraft>>) {
        self.loading = None;
        if let Some(aircraft) = aircraft {
            self.world.set_aircraft(Some(aircraft), self.now());
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Connected(stream, address) => self.welcome(stream, address),
            Event::Requests(visit, batch) => self.carry_out(visit, batch),
            Event::End(visit, end) => self.end(visit, end),
            Event::Writable(visit) => self.write_on(visit),
            Event::Stalled(visit) => {
                self.world.count_stalled();
                let deadline = self.config.write_deadline;
                self.part(visit, &format!("took nothing for {} s", deadline.as_secs()));
            }
            Event::Ask(mailbox, ask) => self.answer(&mailbox, ask),
        }
    }

    fn welcome(&mut self, stream: TcpStream, address: SocketAddr) {
        if let Some(reason) = self.unwelcome(address) {
            self.world.count_turned_away();
            debug!("client {address} turned away: {reason}");
            let mut line = Vec::new();
            print::error(&mut line, &reason);
            let _ = stream.try_write(&line);
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
        info!("client {address} connected, {} now", self.connections.len());
    }

    /// Why a client at this address is not let in.
    fn unwelcome(&self, address: SocketAddr) -> Option<String> {
        let Config {
            allow, max_clients, ..
        } = &self.config;
        // An IPv4 client of an IPv6 port counts as IPv4.
        let ip = address.ip().to_canonical();
        if !allow.is_empty() && !allow.iter().any(|net| net.contains(&ip)) {
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

    fn carry_out(&mut self, visit: Visit, batch: Batch) {
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

    fn end(&mut self, visit: Visit, end: End) {
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

    /// Closes the connection of a client that has said all and has got all.
    fn close_if_done(&mut self, key: ClientKey) {
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
    fn part(&mut self, visit: Visit, reason: &str) {
        if self.connection(visit).is_none() {
            return;
        }
        if let Some(connection) = self.connections.remove(&visit.key) {
            self.world.leave(visit.key);
            info!(
                "client {}: {reason}, {} now",
                connection.address,
                self.connections.len()
            );
        }
    }

    /// Writes what the world has put into outboxes.
    fn flush(&mut self) {
        while let Some(key) = self.world.next_touched() {
            if self.connections.contains_key(&key) {
                self.write(key);
                self.close_if_done(key);
            } else if let Some(mailbox) = self.mailboxes.get(&key) {
                let mailbox = Arc::clone(mailbox);
                self.deliver(key, &mailbox);
            }
        }
    }

    /// Writes as much of a client's outbox as its socket takes.
    fn write(&mut self, key: ClientKey) {
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
    fn write_on(&mut self, visit: Visit) {
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

    fn answer(&mut self, mailbox: &Arc<Mailbox>, ask: Ask) {
        let place = Arc::as_ptr(mailbox).addr();
        if matches!(ask, Ask::Join) {
            let key = self.world.join(Outbox::Values(Vec::new()));
            self.places.insert(place, key);
            self.mailboxes.insert(key, Arc::clone(mailbox));
        }
        let Some(&key) = self.places.get(&place) else {
            return;
        };
        let now = self.now();
        match ask {
            Ask::Join => {}
            Ask::Requests(requests) => {
                for request in requests.into_iter().filter(is_for_values) {
                    self.world.request(key, Ok(request), now);
                }
            }
            Ask::Resend => self.world.resend(key, now),
            Ask::Clear => self.world.clear(key),
            Ask::Leave => self.forget(key, mailbox),
        }
    }

    fn deliver(&mut self, key: ClientKey, mailbox: &Arc<Mailbox>) {
        // One in the list, one here: the subscriber has dropped its own.
        if Arc::strong_count(mailbox) == 2 {
            self.forget(key, mailbox);
            return;
        }
        if let Some(Outbox::Values(values)) = self.world.outbox(key) {
            mailbox.deliver(std::mem::take(values));
        }
    }

    fn forget(&mut self, key: ClientKey, mailbox: &Arc<Mailbox>) {
        self.places.remove(&Arc::as_ptr(mailbox).addr());
        self.mailboxes.remove(&key);
        self.world.leave(key);
    }
}

/// Requests whose answers are values.
fn is_for_values(request: &Request) -> bool {
    !matches!(request, Request::List(_) | Request::Statistics)
}

/// Sends what `next` gives while the queue takes it; whether the queue is full.
fn fill<T>(queue: &mpsc::Sender<T>, mut next: impl FnMut() -> Option<T>) -> bool {
    loop {
        let Ok(place) = queue.try_reserve() else {
            return !queue.is_closed();
        };
        match next() {
            Some(message) => place.send(message),
            None => return false,
        }
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

/// The tables that are being read; waits for ever when none are.
async fn loaded(loading: &mut Option<JoinHandle<Arc<Aircraft>>>) -> Option<Arc<Aircraft>> {
    match loading {
        Some(loading) => loading.await.ok(),
        None => std::future::pending().await,
    }
}

async fn sleep_till(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
