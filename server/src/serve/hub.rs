//! The hub: the one task that owns the world and writes to all clients.
//!
//! Each turn takes one event, lets the world act on it, then writes what came of
//! it: one write per client, however many of its gauges changed in a frame. A
//! socket that does not take all is waited for by a task of its own; meanwhile
//! the world notes only what is owed to that client.

mod in_process;
mod sockets;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::Config;
use super::connection::{Batch, End};
use super::subscriber::{Ask, Mailbox};
use super::tables::load;
use crate::filter::Micros;
use crate::link::{FromSim, SimLink};
use crate::world::{Aircraft, ClientKey, World};
use sockets::Connection;

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
    /// Errors of the sim that were not about an action.
    sim_errors: u64,
    /// A second, and how many lines about clients the log got in it.
    notes: (u64, u32),
    start: Instant,
    /// Tables that are being read. Until they are there the sim is not listened to.
    loading: Option<JoinHandle<Arc<Aircraft>>>,
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
            sim_errors: 0,
            notes: (0, 0),
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
        // Some may have been told that the sim has no room for what they want.
        self.flush();
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
            } => {
                self.sim_errors += 1;
                // Told ever more rarely: the sim may say it in every frame.
                if self.sim_errors.is_power_of_two() {
                    warn!(
                        "the sim says: {reason} ({} such messages so far)",
                        self.sim_errors
                    );
                }
            }
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
            Event::Stalled(visit) if self.awaits_only_the_sim(visit) => {
                self.part(visit, "closed by the client; the sim did not answer");
            }
            Event::Stalled(visit) => {
                self.world.count_stalled();
                let deadline = self.config.write_deadline;
                self.part(visit, &format!("took nothing for {} s", deadline.as_secs()));
            }
            Event::Ask(mailbox, ask) => self.answer(&mailbox, ask),
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
