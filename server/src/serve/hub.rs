//! The hub: the one task that owns the world and writes to all clients.
//!
//! In each turn it takes one event, passes it to the world, and writes the results: one write per
//! client, however many of its gauges changed in a frame. If a socket does not accept all of it, a
//! separate task waits for the socket. Until then the world only marks the client's subscriptions
//! as owed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aircraft_defs::counted;
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::config::Config;
use super::connections::Connections;
use super::event::Event;
use super::in_process::InProcess;
use super::recording::HubRecording;
use super::report::Observation;
use super::tables::{self, TableLoader, TablesEvent};
use crate::filter::Micros;
use crate::link::{FromSim, LinkState, SimLink};
use crate::quote::printable_reason;
use crate::tables::{SimFolders, TableSource};
use crate::world::{Outbox, TablesAction, World};

/// The most turns in a row that have priority over the world's own work that is due.
const TURNS_BEFORE_DUE: u32 = 4;

/// The most outboxes that are written in a turn. A write to a socket takes some microseconds.
const WRITES_PER_TURN: usize = 128;
/// The most outboxes that are written in the turn of a client's event, since the events of many
/// clients may wait; and in any turn while updates of a frame wait for the next turns. Clients that
/// wait for their write get more with it.
const FEW_WRITES: usize = 16;
/// The number of bytes that are written in the time of another write.
const BYTES_PER_WRITE: usize = 1 << 14;

/// The next thing for the hub to do.
enum Turn {
    /// Handle a message of the sim.
    FromSim(FromSim),
    /// Handle an event of a client or a subscriber.
    Event(Event),
    /// Handle news of the tables of an aircraft.
    Tables(TablesEvent),
    /// Send the updates that are due, and continue the world's own work.
    Due,
    /// Continue to send messages to the sim, whose queue was full and has room again.
    Room,
}

/// The task that owns the world.
#[derive(Debug)]
pub(super) struct Hub {
    world: World,
    link: SimLink,
    events: mpsc::Receiver<Event>,
    connections: Connections,
    in_process: InProcess,
    recording: HubRecording,
    tables: TableLoader,
    table_source: Arc<TableSource>,
    /// The newest values of args that came while the tables of the aircraft were being read.
    held_values: HashMap<u32, f64>,
    /// The answers of the sim that came in the meantime; there are never many.
    held_answers: Vec<FromSim>,
    /// The number of turns since the world's own work was last done.
    turns_since_due: u32,
    /// The number of errors of the sim that did not belong to an action.
    sim_errors: u64,
    start: Instant,
}

impl Hub {
    pub(super) fn new(
        config: Arc<Config>,
        link: SimLink,
        to_hub: mpsc::Sender<Event>,
        events: mpsc::Receiver<Event>,
    ) -> Self {
        let table_source = Arc::new(TableSource::new(config.tables.clone()));
        Self {
            world: World::new(config.max_subscriptions, config.error_lines)
                .with_standing(config.standing)
                .with_reset_gauges(config.reset_gauges),
            link,
            events,
            tables: TableLoader::new(table_source.clone()),
            table_source,
            connections: Connections::new(config, to_hub),
            in_process: InProcess::default(),
            recording: HubRecording::default(),
            held_values: HashMap::new(),
            held_answers: Vec::new(),
            turns_since_due: 0,
            sim_errors: 0,
            start: Instant::now(),
        }
    }

    /// Runs until `shutdown`.
    pub(super) async fn run(mut self, shutdown: CancellationToken) {
        self.start = Instant::now();
        while let Some(turn) = shutdown.run_until_cancelled(self.next_turn()).await {
            let is_own_work = matches!(turn, Turn::Due);
            let is_event = matches!(turn, Turn::Event(_));
            match turn {
                Turn::FromSim(message) => self.handle_sim(message),
                Turn::Event(event) => self.handle(event),
                Turn::Tables(news) => self.handle_tables(news),
                Turn::Due => self.world.tick(self.now()),
                Turn::Room => {}
            }
            self.flush(match is_event || self.world.is_amid_frame() {
                true => FEW_WRITES,
                false => WRITES_PER_TURN,
            });
            if is_own_work {
                // More of it may be due at once. Without this pause, some hundred turns would pass
                // before the tasks that read from the sim and from clients get to run.
                yield_now().await;
            }
        }
        self.release_held().await;
        self.in_process.end();
    }

    /// Releases what clients hold pressed, so that a starter does not run on after the server has
    /// ended.
    async fn release_held(&mut self) {
        /// The approximate length of a frame: a command is sent once per frame.
        const FRAME: Duration = Duration::from_millis(20);
        const FRAMES: u32 = 5;
        if !self.world.is_any_held() {
            return;
        }
        self.connections.leave_all(&mut self.world);
        for _ in 0..FRAMES {
            self.send_to_sim();
            sleep(FRAME).await;
            while let Ok(message) = self.link.from_sim.try_recv() {
                self.world.handle_message(message, self.now());
            }
        }
    }

    /// Sends the sim the messages of the world, then waits for the next turn.
    async fn next_turn(&mut self) -> Turn {
        let (hook_full, export_full) = self.send_to_sim();
        // The world may have answered clients, as when the sim has no room for a watch.
        self.flush(FEW_WRITES);
        let due = match self.world.has_touched() {
            true => Some(self.start),
            false => self.world.next_due().map(|due| self.at(due)),
        };
        let others_wait = self.turns_since_due < TURNS_BEFORE_DUE;
        // The world's own work comes after messages and events, so that a renewal of many
        // subscriptions does not delay frames and requests. After a few turns it comes first.
        let turn = tokio::select! {
            biased;
            () = sleep_till(due), if !others_wait => Turn::Due,
            turn = async {
                tokio::select! {
                    Some(message) = self.link.from_sim.recv() => Turn::FromSim(message),
                    Some(event) = self.events.recv() => Turn::Event(event),
                    news = self.tables.next() => Turn::Tables(news),
                    _ = self.link.to_hook.reserve(), if hook_full => Turn::Room,
                    _ = self.link.to_export.reserve(), if export_full => Turn::Room,
                }
            } => turn,
            () = sleep_till(due), if others_wait => Turn::Due,
        };
        self.turns_since_due = match turn {
            Turn::Due => 0,
            _ => self.turns_since_due.saturating_add(1),
        };
        turn
    }

    fn now(&self) -> Micros {
        self.start.elapsed().as_micros() as Micros
    }

    fn at(&self, time: Micros) -> Instant {
        self.start + Duration::from_micros(time)
    }

    /// Sends the sim as many messages as its queues accept. Returns whether the queues of the hook
    /// state and the export state are full.
    fn send_to_sim(&mut self) -> (bool, bool) {
        let now = self.now();
        let (link, world) = (&self.link, &mut self.world);
        let hook_full = fill(&link.to_hook, || world.next_for_hook(now));
        let recording = &mut self.recording;
        let export_full = fill(&link.to_export, || {
            let question = recording.take_question(world, now);
            question.or_else(|| world.next_for_export())
        });
        (hook_full, export_full)
    }

    fn handle_sim(&mut self, message: FromSim) {
        let now = self.now();
        // Readings are not recorded, since they often contain the name of a person.
        if !matches!(message, FromSim::Readings(_)) {
            self.recording.sim(&message, &mut self.world, now);
        }
        let Some(message) = self.hold(message) else {
            return;
        };
        self.log(&message);
        if let FromSim::Up {
            state: LinkState::Hook,
            install_dir,
            write_dir,
            ..
        } = &message
        {
            self.table_source.set_sim_folders(SimFolders {
                install: install_dir.clone(),
                write: write_dir.clone(),
            });
        }
        match self.world.handle_message(message, self.now()) {
            TablesAction::Keep => {}
            TablesAction::Drop => self.tables.load(None),
            TablesAction::Read(aircraft) => self.tables.load(Some(aircraft)),
        }
    }

    /// Holds back a message that must come after the aircraft whose tables are being read. Returns
    /// any other message.
    fn hold(&mut self, message: FromSim) -> Option<FromSim> {
        if !self.tables.holds_values() {
            return Some(message);
        }
        match message {
            FromSim::Args(values) => self.held_values.extend(values),
            // The sim sends it again when the aircraft is announced.
            FromSim::Indicator { .. } | FromSim::Telemetry(_) | FromSim::TelemetryForbidden => {}
            // Nobody reads anything before the aircraft is there.
            FromSim::Readings(_) => {}
            FromSim::Indicators { .. } | FromSim::Cold { .. } => self.held_answers.push(message),
            FromSim::Aircraft(_) | FromSim::Up { .. } | FromSim::Down(_) => {
                self.held_values.clear();
                self.release();
                return Some(message);
            }
            message => return Some(message),
        }
        None
    }

    /// Passes the messages that were held back to the world.
    fn release(&mut self) {
        let now = self.now();
        for answer in std::mem::take(&mut self.held_answers) {
            self.world.handle_message(answer, now);
        }
        if !self.held_values.is_empty() {
            let values = std::mem::take(&mut self.held_values).into_iter().collect();
            self.world.handle_message(FromSim::Args(values), now);
        }
    }

    fn log(&mut self, message: &FromSim) {
        match message {
            FromSim::Aircraft(None) => info!("no aircraft is controlled"),
            FromSim::Error {
                ticket: None,
                reason,
            } => {
                self.sim_errors += 1;
                // Logged less and less often, since it may come in every frame.
                if self.sim_errors.is_power_of_two() {
                    warn!(
                        "the sim says: {} ({} so far)",
                        printable_reason(reason),
                        counted(self.sim_errors, "such message")
                    );
                }
            }
            FromSim::Stats(state, stats) => debug!(
                "{}: {} in {:.1} s, {:.1} us each, at most {:.0} us, {} cut by their budget",
                state.name(),
                counted(stats.frames, "frame"),
                stats.seconds,
                stats.mean_us,
                stats.max_us,
                stats.cut
            ),
            _ => {}
        }
    }

    fn handle_tables(&mut self, news: TablesEvent) {
        let now = self.now();
        if let TablesEvent::Read(aircraft)
        | TablesEvent::ReadLate(aircraft)
        | TablesEvent::Changed(aircraft) = &news
        {
            self.recording.tables(&aircraft.name, now);
        }
        match news {
            TablesEvent::Read(aircraft) | TablesEvent::Late(aircraft) => {
                self.world.set_aircraft(Some(aircraft), now);
            }
            TablesEvent::Slow => {}
            TablesEvent::ReadLate(aircraft) => self.world.replace_tables(aircraft, now),
            TablesEvent::Changed(aircraft) => self.world.change_tables(aircraft, now),
        }
        if !self.tables.holds_values() {
            self.release();
        }
    }

    fn handle(&mut self, event: Event) {
        let now = self.now();
        self.recording.event(&event, &self.connections, now);
        let (connections, world) = (&mut self.connections, &mut self.world);
        match event {
            Event::Arrival(arrival) => {
                let id = connections.admit(world, arrival, now);
                if let Some(client) = id.and_then(|id| connections.label(id)) {
                    self.recording.joined(client, now);
                }
            }
            Event::Record(Some(tap)) => self.recording.begin(tap, world, now),
            Event::Record(None) => self.recording.end(world),
            Event::Requests(id, batch) => connections.carry_out(world, id, batch, now),
            Event::ReadEnd(id, end) => connections.end_reading(world, id, end, now),
            Event::Writable(id) => connections.resume(world, id, now),
            Event::Stalled(id) => connections.stall(world, id, now),
            Event::Subscriber(id, request) => self.in_process.handle(world, id, request, now),
            Event::Observe(answer) => {
                // It fails if nobody waits for the answer any more.
                let _ = answer.send(self.observation());
            }
            Event::Test(Some(test)) => world.start_test(test, now),
            Event::Test(None) => world.stop_test(now),
            Event::ListClients(answer) => {
                let mut clients = connections.reports(world);
                clients.extend(self.in_process.reports(world));
                let _ = answer.send(clients);
            }
        }
    }

    fn observation(&self) -> Observation {
        let world = &self.world;
        Observation {
            aircraft: world.aircraft().cloned(),
            has_hook: world.is_linked(LinkState::Hook),
            has_export: world.is_linked(LinkState::Export),
            statistics: world.statistics(),
            tested_args: world.tested_args(),
        }
    }

    /// Lets clients continue whose waiting requests have been carried out, starts to free tables
    /// that are not used any more, and writes at most this many filled outboxes, or fewer if they
    /// are long.
    fn flush(&mut self, writes: usize) {
        let now = self.now();
        while let Some(key) = self.world.next_caught_up() {
            self.connections.release_reader(&self.world, key);
            self.in_process.release(&self.world, key);
        }
        for aircraft in self.world.take_past_aircraft() {
            tokio::spawn(tables::free(aircraft));
        }
        let mut left = writes;
        while left > 0
            && let Some(key) = self.world.next_touched()
        {
            let bytes = match self.world.outbox(key) {
                Some(Outbox::Lines(lines)) => lines.len(),
                _ => 0,
            };
            left = left.saturating_sub(1 + bytes / BYTES_PER_WRITE);
            if !self.connections.flush(&mut self.world, key, now) {
                self.in_process.deliver(&mut self.world, key);
            }
        }
    }
}

/// Sends the messages of `next` until there are no more or the queue is full. Returns whether the
/// queue is full.
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

async fn sleep_till(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
